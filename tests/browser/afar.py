"""Visitors at the end of lines that a test spoils: each with a browser in a network namespace of its own."""

from __future__ import annotations

import os
import shlex
import signal
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from impairment.network import Line, Network
from playwright.sync_api import Browser, expect

from tests.browser.installation import Installation
from tests.browser.visitor import WIDE, Visitor, visit


@dataclass
class Guest:
    """Somebody far away."""

    visitor: Visitor
    line: Line
    pid_file: Path

    def says(self, word: str) -> None:
        """Waits until the page says this of its connection."""
        shown = self.visitor.page.locator("[data-connection]")
        expect(shown).to_have_attribute("data-connection", word)

    def level(self) -> str | None:
        """How much the page says that its network lets through, None for everything."""
        notice = self.visitor.page.locator("[data-notice^='notice.weak']")
        return notice.get_attribute("data-notice") if notice.count() else None

    def kill(self) -> None:
        """Their machine is gone, and says goodbye to nobody."""
        self.line.cut()
        os.kill(int(self.pid_file.read_text()), signal.SIGKILL)


class Afar:
    """An installation in a network of its own.

    Its browsers end with it: pages that try to come back would keep the machine busy in all tests after it.
    """

    def __init__(self, directory: Path, launch: Callable[..., Browser]) -> None:
        self._directory = directory
        self._launch = launch
        self._network = Network().__enter__()
        self.installation = Installation(directory / "data", self._network.server)
        self._lines = 0
        self._browsers: list[Browser] = []

    def guest(
        self, *arguments: str, seed: int = 0, locale: str = "ko-KR", size: tuple[int, int] = WIDE
    ) -> Guest:
        """Another browser, started with these arguments, on a line of its own."""
        line = self._network.line(seed=seed)
        self._lines += 1
        program = self._directory / f"chromium-{self._lines}"
        pid_file = program.with_suffix(".pid")
        there = shlex.join(line.place.command("chromium"))
        program.write_text(f'#!/bin/sh\necho $$ >{shlex.quote(str(pid_file))}\nexec {there} "$@"\n')
        program.chmod(0o755)
        browser = self._launch(*arguments, "--ignore-certificate-errors", program=str(program))
        self._browsers.append(browser)
        return Guest(visit(browser, locale=locale, size=size), line, pid_file)

    def close(self) -> None:
        for browser in self._browsers:
            browser.close()
        self.installation.close()
        self._network.__exit__(None, None, None)
