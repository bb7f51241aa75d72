"""Somebody with a browser: one page in a context of its own, whose complaints fail the test."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass, field

from playwright.sync_api import Browser, ConsoleMessage, Locator, Page, Request, expect

WIDE = (1366, 768)
PHONE = (390, 844)

FRAMES = """() => Object.fromEntries([...document.querySelectorAll('[data-person]')].map((tile) => {
  const video = tile.querySelector('video');
  return [tile.dataset.person, video.videoWidth ? video.getVideoPlaybackQuality().totalVideoFrames : 0];
}))"""


WATCH_WORDS = """(name) => {
  const said = [];
  window[name] = said;
  const shown = document.querySelector('[data-connection]');
  const look = () => shown.dataset.connection !== said.at(-1) && said.push(shown.dataset.connection);
  new MutationObserver(look).observe(shown, { attributes: true, attributeFilter: ['data-connection'] });
}"""
_numbers = itertools.count()


@dataclass
class Visitor:
    page: Page
    complaints: list[str] = field(default_factory=list)
    hosts: set[str] = field(default_factory=set)

    def watch(self) -> None:
        self.page.on("console", self._console)
        self.page.on("pageerror", lambda error: self.complaints.append(f"error: {error}"))
        self.page.on("request", self._request)

    def _console(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.complaints.append(f"{message.type}: {message.text}")

    def _request(self, request: Request) -> None:
        if not request.url.startswith(("data:", "blob:", "about:")):
            self.hosts.add(request.url.split("/")[2])

    def join(self, url: str) -> None:
        """Opens the link, takes what the page proposes and waits until one is inside."""
        self.page.goto(url)
        self.action("join").click()
        expect(self.page.locator("[data-connection]")).to_have_attribute("data-connection", "connected")

    def action(self, name: str) -> Locator:
        return self.page.locator(f"[data-action={name}]")

    def tile(self, person: str, source: str = "camera") -> Locator:
        return self.page.locator(f"[data-person={person}][data-source={source}]")

    @property
    def captions(self) -> Locator:
        return self.page.locator("[role=log][data-captions] p[data-caption-id]")

    def watch_words(self) -> Callable[[], list[str]]:
        """What the page says of its connection from now on; call the result to learn it."""
        name = f"words{id(self)}_{next(_numbers)}"
        self.page.evaluate(WATCH_WORDS, name)

        def words() -> list[str]:
            said: list[str] = self.page.evaluate(f"window.{name}")
            return said

        return words

    def frames(self) -> dict[str, int]:
        """Person id → video frames decoded so far."""
        counted: dict[str, int] = self.page.evaluate(FRAMES)
        return counted

    def sees(self, person: str) -> None:
        """Waits until more frames of this person have been decoded than now."""
        before = self.frames().get(person, 0)
        self.page.wait_for_function(
            f"([person, before]) => (({FRAMES})()[person] ?? 0) > before + 2",
            arg=[person, before],
            timeout=20_000,
        )


def visit(browser: Browser, *, locale: str = "ko-KR", size: tuple[int, int] = WIDE) -> Visitor:
    context = browser.new_context(
        locale=locale, viewport={"width": size[0], "height": size[1]}, has_touch=size == PHONE
    )
    context.set_default_timeout(15_000)
    visitor = Visitor(context.new_page())
    visitor.watch()
    return visitor
