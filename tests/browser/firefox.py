"""Firefox with fake devices over WebDriver BiDi, for which its own remote agent is enough."""

from __future__ import annotations

import base64
import itertools
import json
import os
import re
import shutil
import subprocess
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Self

from websockets.sync.client import connect

FIREFOX = shutil.which("firefox-esr") or shutil.which("firefox")
START_S = 60.0
ANSWER_S = 30.0
_PREFERENCES: dict[str, bool | int | str] = {
    "media.navigator.streams.fake": True,
    "media.navigator.permission.disabled": True,
    "media.autoplay.default": 0,
    "media.peerconnection.ice.loopback": True,
    "intl.accept_languages": "zh-CN",
    "remote.log.level": "Info",
    # Nothing is asked of anybody else.
    "app.normandy.enabled": False,
    "app.update.disabledForTesting": True,
    "browser.aboutwelcome.enabled": False,
    "browser.safebrowsing.blockedURIs.enabled": False,
    "browser.safebrowsing.malware.enabled": False,
    "browser.safebrowsing.phishing.enabled": False,
    "browser.safebrowsing.provider.mozilla.updateURL": "",
    "browser.shell.checkDefaultBrowser": False,
    "browser.startup.page": 0,
    "datareporting.policy.dataSubmissionEnabled": False,
    "extensions.systemAddon.update.enabled": False,
    "media.gmp-manager.updateEnabled": False,
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
    "services.settings.server": "data:,#remote-settings-dummy/v1",
    "toolkit.telemetry.enabled": False,
}
_ADDRESS = re.compile(r"WebDriver BiDi listening on (ws://\S+)")


class Firefox:
    """One tab. `close` ends the browser."""

    def __init__(self) -> None:
        assert FIREFOX is not None, "firefox is not installed"
        self._directory = Path(tempfile.mkdtemp(prefix="sangdam-firefox-"))
        profile = self._directory / "profile"
        profile.mkdir()
        lines = (
            f"user_pref({json.dumps(name)}, {json.dumps(value)});" for name, value in _PREFERENCES.items()
        )
        (profile / "user.js").write_text("\n".join(lines))
        self._log = self._directory / "log"
        command = [FIREFOX, "--headless", "--no-remote", "--profile", str(profile)]
        with self._log.open("w") as log:
            self._process = subprocess.Popen(
                [*command, "--remote-debugging-port", "0"],
                stdout=log,
                stderr=log,
                env={**os.environ, "HOME": str(self._directory), "MOZ_HEADLESS_WIDTH": "1366"},
            )
        self._numbers = itertools.count(1)
        self._ends = ExitStack()
        self._ends.callback(self._end)
        try:
            address = f"{self._address()}/session"
            self._socket = self._ends.enter_context(connect(address, proxy=None, max_size=None))
            self.ask("session.new", capabilities={"alwaysMatch": {"acceptInsecureCerts": True}})
            self._tab = self.ask("browsingContext.getTree")["contexts"][0]["context"]
        except BaseException:
            self._ends.close()
            raise

    def _address(self) -> str:
        deadline_s = time.monotonic() + START_S
        while time.monotonic() < deadline_s:
            if found := _ADDRESS.search(self._log.read_text()):
                return found.group(1)
            time.sleep(0.1)
        raise TimeoutError(self._log.read_text())

    def ask(self, method: str, **parameters: Any) -> Any:
        """A command's result; events that come meanwhile are left aside."""
        number = next(self._numbers)
        self._socket.send(json.dumps({"id": number, "method": method, "params": parameters}))
        while True:
            answer = json.loads(self._socket.recv(timeout=ANSWER_S))
            if answer.get("id") == number:
                break
        if answer["type"] == "error":
            raise RuntimeError(f"{method}: {answer['error']}: {answer['message']}")
        return answer["result"]

    def before_pages(self, function: str) -> None:
        """Runs in every page before the page's own scripts."""
        self.ask("script.addPreloadScript", functionDeclaration=function)

    def open(self, url: str) -> None:
        self.ask("browsingContext.navigate", context=self._tab, url=url, wait="complete")

    def evaluate(self, expression: str) -> Any:
        """Its value, one that JSON has; promises are waited for. As if the user had just clicked."""
        wrapped = f"Promise.resolve({expression}).then((value) => JSON.stringify(value ?? null))"
        answer = self.ask(
            "script.evaluate",
            expression=wrapped,
            target={"context": self._tab},
            awaitPromise=True,
            userActivation=True,
        )
        if answer["type"] != "success":
            raise RuntimeError(answer["exceptionDetails"]["text"])
        return json.loads(answer["result"]["value"])

    def wait_for(self, expression: str, timeout_s: float = 20.0) -> Any:
        """The expression's first true value."""
        deadline_s = time.monotonic() + timeout_s
        while not (value := self.evaluate(expression)):
            if time.monotonic() > deadline_s:
                raise TimeoutError(expression)
            time.sleep(0.1)
        return value

    def screenshot(self, path: Path) -> None:
        data = self.ask("browsingContext.captureScreenshot", context=self._tab)["data"]
        path.write_bytes(base64.b64decode(data))

    def close(self) -> None:
        self._ends.close()

    def _end(self) -> None:
        self._process.terminate()
        try:
            self._process.wait(20)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        shutil.rmtree(self._directory, ignore_errors=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
