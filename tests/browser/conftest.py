"""Real Chromium with fake devices against the real server and media worker."""

from __future__ import annotations

import wave
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Playwright, expect, sync_playwright

from tests.browser.installation import Consultation, Installation
from tests.browser.visitor import WIDE, Visitor, visit

CHROMIUM = "/usr/bin/chromium"
ARGUMENTS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
FAKE_DEVICES = "--use-fake-device-for-media-stream=fps=5,display-media-type=browser"
ALLOW = "--use-fake-ui-for-media-stream"

# Software pictures on a busy machine take their time.
expect.set_options(timeout=15_000)

Visit = Callable[..., Visitor]
Launch = Callable[..., Browser]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if item.path.is_relative_to(here):
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as running:
        yield running


@pytest.fixture(scope="session")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    running = Installation(tmp_path_factory.mktemp("installation") / "data")
    yield running
    running.close()


@pytest.fixture(scope="session")
def launch(playwright: Playwright) -> Iterator[Launch]:
    """A browser with these devices; all are closed at the end."""
    browsers: list[Browser] = []

    def start(*arguments: str, program: str = CHROMIUM) -> Browser:
        browser = playwright.chromium.launch(
            executable_path=program,
            args=[*ARGUMENTS, *arguments],
            ignore_default_args=["--headless", "--mute-audio"],
        )
        browsers.append(browser)
        return browser

    yield start
    for browser in browsers:
        browser.close()


@pytest.fixture(scope="session")
def chromium(launch: Launch) -> Browser:
    """With a camera, and a microphone that beeps."""
    return launch(FAKE_DEVICES, ALLOW)


@pytest.fixture(scope="session")
def silent_chromium(launch: Launch, tmp_path_factory: pytest.TempPathFactory) -> Browser:
    """With a camera, and a microphone that delivers nothing but zeros."""
    path = tmp_path_factory.mktemp("silence") / "silence.wav"
    with wave.open(str(path), "wb") as silence:
        silence.setnchannels(1)
        silence.setsampwidth(2)
        silence.setframerate(48_000)
        silence.writeframes(bytes(2 * 48_000))
    return launch(FAKE_DEVICES, ALLOW, f"--use-file-for-fake-audio-capture={path}")


@pytest.fixture
def visitor_in(request: pytest.FixtureRequest) -> Iterator[Visit]:
    """Pages in a given browser; complaints on their consoles and requests to other hosts fail the test."""
    visitors: list[Visitor] = []

    def start(browser: Browser, *, locale: str = "ko-KR", size: tuple[int, int] = WIDE) -> Visitor:
        visitors.append(visit(browser, locale=locale, size=size))
        return visitors[-1]

    yield start
    for visitor in visitors:
        visitor.page.context.close()
    assert [line for visitor in visitors for line in visitor.complaints] == []
    assert {host.split(":")[0] for visitor in visitors for host in visitor.hosts} <= {"127.0.0.1"}


@pytest.fixture
def visitor(visitor_in: Visit, chromium: Browser) -> Visit:
    def start(*, locale: str = "ko-KR", size: tuple[int, int] = WIDE) -> Visitor:
        return visitor_in(chromium, locale=locale, size=size)

    return start


@pytest.fixture
def consultation(installation: Installation) -> Iterator[Consultation]:
    """An open room of a seller, a buyer, an interpreter and an observer."""
    made = installation.consultation()
    yield made
    installation.remove(made.id)
