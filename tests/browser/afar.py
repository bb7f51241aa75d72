"""Visitors at the end of lines that a test spoils: each with a browser in a network namespace of its own."""

from __future__ import annotations

import shlex
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from impairment.network import Line, Network
from playwright.sync_api import Browser, expect

from tests.browser.installation import Installation
from tests.browser.visitor import WIDE, Visitor, visit

FIRST_FRAME_AFTER = """([person, frames, since]) => new Promise((resolve) => {
  const look = () => {
    const video = document.querySelector(`[data-person="${person}"] video`);
    const now = video?.getVideoPlaybackQuality().totalVideoFrames ?? 0;
    if (now > frames || (now > 0 && now < frames)) resolve((Date.now() - since) / 1000);
    else setTimeout(look, 50);
  };
  look();
})"""


@dataclass
class Guest:
    """Somebody far away."""

    visitor: Visitor
    line: Line
    browser: Browser

    def connection(self) -> str:
        """What the page says of its connection."""
        return self.visitor.page.locator("[data-connection]").get_attribute("data-connection") or ""

    def is_connected(self) -> None:
        expect(self.visitor.page.locator("[data-connection]")).to_have_attribute(
            "data-connection", "connected"
        )


class Afar:
    """An installation in a network of its own. Its browsers are started by `launch`, which ends them."""

    def __init__(self, directory: Path, launch: Callable[..., Browser]) -> None:
        self._directory = directory
        self._launch = launch
        self._network = Network().__enter__()
        self.installation = Installation(directory / "data", self._network.server)
        self._lines = 0

    def guest(
        self, *arguments: str, seed: int = 0, locale: str = "ko-KR", size: tuple[int, int] = WIDE
    ) -> Guest:
        """Another browser, started with these arguments, on a line of its own."""
        line = self._network.line(seed=seed)
        self._lines += 1
        program = self._directory / f"chromium-{self._lines}"
        program.write_text(f'#!/bin/sh\nexec {shlex.join(line.place.command("chromium"))} "$@"\n')
        program.chmod(0o755)
        browser = self._launch(*arguments, "--ignore-certificate-errors", program=str(program))
        return Guest(visit(browser, locale=locale, size=size), line, browser)

    def close(self) -> None:
        self.installation.close()
        self._network.__exit__(None, None, None)
