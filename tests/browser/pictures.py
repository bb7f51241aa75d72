"""Every page on the sample day, in three widths, kept in `PICTURES_DIR`: `scripts/take_pictures`.

No part of the suite. `PICTURES_LANGUAGE`: all pages in this one; `PICTURES_WHOLE`: to their ends.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from urllib.parse import quote

import av
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import ALLOW, Launch
from tests.browser.sample_day import BOOTHS, GANGWON, MANILA, ULSAN, SampleDay
from tests.browser.visitor import FRAMES

FOLDER = Path(os.environ["PICTURES_DIR"])
LANGUAGE = os.environ.get("PICTURES_LANGUAGE", "")
WHOLE = "PICTURES_WHOLE" in os.environ
FACE = Path(__file__).parents[2] / "media" / "demo" / "pictures" / "buyer-idle.ivf"
WIDTHS = {390: 844, 1366: 768, 1920: 1080}
SETTLES_MS = 400
"""Buttons change colour within 120 ms, pictures find their places in two frames."""
TALK_MS = 90_000
"""So long the demo speakers take for five captions, at most."""

DEVICES = """Object.defineProperty(MediaDeviceInfo.prototype, 'label', {
  get() { return this.kind === 'videoinput' ? 'HD Webcam' : 'USB Headset'; } });"""
"""Chromium calls its camera by the file's path."""

BOTH_LANGUAGES = """() => [...document.querySelectorAll('.overlay-large, .overlay-small')]
  .filter(({ textContent }) => textContent.length > 6).length > 1"""

Opened = Callable[..., AbstractContextManager[Page]]


@pytest.fixture(scope="session")
def day(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SampleDay]:
    made = SampleDay(tmp_path_factory.mktemp("sample") / "data")
    yield made
    made.close()


@pytest.fixture(scope="session")
def browser(launch: Launch, tmp_path_factory: pytest.TempPathFactory) -> Browser:
    """Its camera shows a demo speaker's face."""
    path = tmp_path_factory.mktemp("camera") / "face.y4m"
    with av.open(str(FACE)) as clip, path.open("wb") as out:
        stream = clip.streams.video[0]
        out.write(f"YUV4MPEG2 W{stream.width} H{stream.height} F15:1 Ip A1:1 C420jpeg\n".encode())
        for frame in clip.decode(stream):
            out.write(b"FRAME\n" + frame.to_ndarray(format="yuv420p").tobytes())
    return launch("--use-fake-device-for-media-stream", f"--use-file-for-fake-video-capture={path}", ALLOW)


@pytest.fixture
def opened(day: SampleDay, browser: Browser) -> Opened:
    @contextmanager
    def open_page(path: str, *, staff: bool = True, locale: str = "ko-KR") -> Iterator[Page]:
        zone = "Asia/Shanghai" if locale == "zh-CN" else "Asia/Seoul"
        context = browser.new_context(locale=locale, timezone_id=zone, reduced_motion="reduce")
        context.set_default_timeout(20_000)
        context.add_init_script(DEVICES)
        if LANGUAGE:
            context.add_init_script(f"localStorage.setItem('sangdam.locale', '{LANGUAGE}')")
        page = context.new_page()
        page.set_viewport_size({"width": 1366, "height": WIDTHS[1366]})
        if staff:
            page.goto(day.installation.organiser_url)
        page.goto(path if "://" in path else f"{day.installation.url}{path}")
        yield page
        context.close()

    return open_page


def take(name: str, page: Page) -> None:
    for width, height in WIDTHS.items():
        page.set_viewport_size({"width": width, "height": height})
        page.wait_for_timeout(SETTLES_MS)
        page.screenshot(path=FOLDER / f"{name}-{width}.png", full_page=WHOLE)
        over = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert over <= 0, f"{name} at {width}: {over} px too wide"


@pytest.mark.parametrize(
    ("name", "path", "ready"),
    [
        ("organiser", "", "[data-room][data-state=open]"),
        ("event", f"/events/{quote(ULSAN)}", "[data-consultation]"),
        ("events", "/events", ".event-row"),
        ("event-participants", f"/events/{quote(ULSAN)}#participants", "table"),
        ("event-settings", f"/events/{quote(ULSAN)}#settings", "input"),
        ("matching", f"/matching?event={quote(MANILA)}", "[data-action=open-placement]"),
        ("invitations", f"/invitations?event={quote(ULSAN)}", "[data-participant]"),
        ("print", f"/print?event={quote(ULSAN)}", "[data-sheet]"),
        ("accounts", "/accounts", "[data-user]"),
    ],
)
def test_organisers_pages(opened: Opened, name: str, path: str, ready: str) -> None:
    with opened(f"/organiser{path}") as page:
        expect(page.locator(ready).first).to_be_visible()
        take(name, page)


def test_cards(opened: Opened) -> None:
    with opened(f"/organiser/print?event={quote(ULSAN)}") as page:
        page.locator("[name=what]").select_option("cards")
        expect(page.locator(".qr").nth(2)).to_be_visible()
        take("print-cards", page)


def test_preparation(opened: Opened, day: SampleDay) -> None:
    with opened(f"/organiser/preparation/{day.demo}") as page:
        expect(page.locator("h1")).to_be_visible()
        take("preparation", page)


def test_before_one_is_in(opened: Opened, day: SampleDay) -> None:
    with opened("/", staff=False) as page:
        expect(page.locator("form").first).to_be_visible()
        take("sign-in", page)
    with opened(day.link(day.next, "seller"), staff=False) as page:
        expect(page.locator("video").first).to_be_visible()
        take("join", page)


def test_screens(opened: Opened) -> None:
    with opened("/venue", staff=False) as screen, opened("/organiser/screens") as staff:
        code = screen.locator("[data-code]")
        expect(code).to_be_visible()
        take("venue-pairing", screen)
        staff.locator("[name=event]").select_option(ULSAN)
        staff.locator("[name=code]").fill(code.get_attribute("data-code") or "")
        staff.locator("form [name=booth]").select_option(BOOTHS[1])
        staff.locator("form [name=name]").fill("본관 왼쪽 화면")
        staff.locator("[data-action=bind-screen]").click()
        expect(staff.locator("[data-screen]")).to_have_attribute("data-seen", "")
        take("screens", staff)
        screen.bring_to_front()
        expect(screen.get_by_role("timer")).to_be_visible()
        take("venue-between", screen)
        staff.locator("[data-action=move-screen]").select_option(BOOTHS[0])
        inside = screen.frame_locator("[data-room-frame]")
        expect(inside.locator("[data-connection=connected]")).to_be_attached()
        expect(inside.locator("[data-caption-id]").nth(4)).to_be_attached(timeout=TALK_MS)
        take("venue", screen)


def test_room(opened: Opened, day: SampleDay) -> None:
    with opened(day.api("POST", f"/api/rooms/{day.demo}/enter")["url"], staff=False) as page:
        _go_in(page)
        page.wait_for_function(BOTH_LANGUAGES)
        take("room", page)


def test_desk(opened: Opened, day: SampleDay) -> None:
    with opened(day.link(day.demo, "interpreter"), staff=False) as page:
        _go_in(page)
        take("interpreter", page)


def test_days(opened: Opened, day: SampleDay) -> None:
    with opened(day.day(GANGWON, "buyer", "난징 유통 기업"), staff=False, locale="zh-CN") as page:
        expect(page.locator(".agenda-row").first).to_be_visible()
        take("day", page)
    with opened(day.day(ULSAN, "interpreter"), staff=False) as page:
        expect(page.locator("[data-caption-id]:visible").first).to_be_visible(timeout=TALK_MS)
        take("interpreter-day", page)


def _go_in(page: Page) -> None:
    """Microphone and camera off; then until there is something to read."""
    for device in ("mic", "camera"):
        switch = page.locator(f"[data-action={device}]").first
        expect(switch).to_be_enabled()
        if switch.get_attribute("aria-pressed") == "true":
            switch.click()
        expect(switch).to_have_attribute("aria-pressed", "false")
    page.locator("[data-action=join]").click()
    expect(page.locator("[data-connection]")).to_have_attribute("data-connection", "connected")
    expect(page.locator("[data-caption-id]").nth(12)).to_be_attached(timeout=TALK_MS)
    page.wait_for_function(f"() => Object.values(({FRAMES})()).filter((frames) => frames > 2).length > 1")
