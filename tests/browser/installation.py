"""`sangdam serve` in its own process, with its API and a scripted recogniser at hand."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import ssl
import subprocess
import sys
import time
import urllib.request
from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from impairment.network import Place

from tests.browser.recogniser import Recogniser

START_S = 40.0

PEOPLE = [
    {"role": "seller", "name": "김수출", "company": "울산 코팅", "speaks": "ko", "reads": "ko"},
    {"role": "buyer", "name": "王采购", "company": "长春", "speaks": "zh-Hans", "reads": "zh-Hans"},
    {"role": "interpreter", "name": "박통역", "company": "", "speaks": "ko", "reads": "zh-Hans"},
    {"role": "observer", "name": "Guest", "company": "", "speaks": "en", "reads": "en"},
]


@dataclass
class Consultation:
    id: str
    urls: dict[str, str]
    people: dict[str, str]
    """Role → person id."""

    def track(self, role: str) -> str:
        return f"{self.id}-{self.people[role]}"


class Installation:
    """`close` ends it. The log is kept, since it names the workers' process ids.

    In a network of its own (`place`) it speaks HTTPS with a certificate that it made itself. With `demo` it
    has the sample day and its speakers, and the demo models in place of the recogniser.
    """

    def __init__(
        self, data_dir: Path, place: Place | None = None, options: Sequence[str] = (), *, demo: bool = False
    ) -> None:
        self._options = [*options] if demo else ["--no-demo", "--no-transcription", *options]
        self.data_dir = data_dir
        self._place = place
        self._port = _free_port()
        self._log_path = data_dir.parent / "serve.log"
        self._log = self._log_path.open("w")
        host = place.address if place else "127.0.0.1"
        self.url = f"{'https' if place else 'http'}://{host}:{self._port}"
        # Nobody vouches for the certificate, and these programs know where they dial.
        self._tls = ssl._create_unverified_context() if place else None  # noqa: S323
        self._serve()
        self._secret = secret = self._sangdam("token", "worker-secret")
        self._recogniser = None if demo else self._dial(secret)
        printed = self._read_start()
        self.organiser_url = printed["Organiser"]
        self._token = printed["API token"]

    def _dial(self, secret: str) -> Recogniser:
        workers = f"{self.url.replace('http', 'ws', 1)}/workers"
        return Recogniser(workers, secret, inside=self._inside, tls=self._tls)

    @property
    def recogniser(self) -> Recogniser:
        assert self._recogniser is not None
        return self._recogniser

    def _inside(self) -> AbstractContextManager[None]:
        return self._place.inside() if self._place else nullcontext()

    def _serve(self) -> None:
        command = [sys.executable, "-m", "server.cli", "serve", "--data", str(self.data_dir)]
        command += ["--port", str(self._port), *self._options]
        if self._place:
            address = self._place.address
            command += ["--host", address, "--udp-host", address, "--tls-self-signed"]
        self._process = subprocess.Popen(
            self._there(*command), stdout=subprocess.PIPE, stderr=self._log, text=True
        )
        self._wait_for_http()

    def _there(self, *command: str) -> list[str]:
        return self._place.command(*command) if self._place else list(command)

    def _sangdam(self, *arguments: str) -> str:
        command = (sys.executable, "-m", "server.cli", *arguments, "--data", str(self.data_dir))
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()

    def media_worker(self, name: str) -> subprocess.Popen[bytes]:
        """A media worker that is nobody's child but the test's."""
        command = [sys.executable, "-m", "media", "--server", self.url, "--name", name]
        command += ["--udp-host", self._address[0], "--log-level", "WARNING"]
        environment = {**os.environ, "SANGDAM_WORKER_SECRET": self._secret}
        return subprocess.Popen(self._there(*command), env=environment, stderr=self._log)

    def serving(self, room: str) -> str:
        """Name of the media worker that serves the room."""
        instance = re.findall(rf"room {room} is served by media worker (\w+)", self.log())[-1]
        return str(re.findall(rf"media worker ([\w-]+) connected \({instance}\)", self.log())[-1])

    def kill(self) -> None:
        """As a power cut would: nobody is told."""
        self._process.kill()
        self._process.communicate(timeout=20)

    def restart(self) -> None:
        """On the same port, as a service manager does after a crash."""
        self._serve()
        self._read_start()

    def _wait_for_http(self) -> None:
        deadline = time.monotonic() + START_S
        while time.monotonic() < deadline:
            try:
                with self._inside():
                    socket.create_connection(self._address, timeout=2).close()
            except ConnectionRefusedError:
                with suppress(subprocess.TimeoutExpired):
                    self._process.wait(0.1)
            else:
                return
        raise TimeoutError(self.log())

    def _read_start(self) -> dict[str, str]:
        assert self._process.stdout is not None
        printed: dict[str, str] = {}
        while "API token" not in printed:
            line = self._process.stdout.readline()
            if not line:
                raise RuntimeError(self.log())
            name, _, value = line.strip().partition(": ")
            printed[name] = value
        return printed

    @property
    def _address(self) -> tuple[str, int]:
        return self._place.address if self._place else "127.0.0.1", self._port

    def log(self) -> str:
        return self._log_path.read_text()

    def media_pid(self) -> int:
        return int(re.findall(r"media started \(pid (\d+)\)", self.log())[-1])

    def api(self, method: str, path: str, body: object = None) -> Any:
        request = urllib.request.Request(  # noqa: S310 our own address
            self.url + path,
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Authorization": f"Bearer {self._token}", "Content-Type": "application/json"},
        )
        with (
            self._inside(),
            urllib.request.urlopen(request, timeout=10, context=self._tls) as response,  # noqa: S310
        ):
            text = response.read()
        return json.loads(text) if text else None

    def consultation(self, title: str = "코팅제 희석", *, opened: bool = True) -> Consultation:
        made = self.api("POST", "/api/rooms", {"title": title, "people": PEOPLE})
        if opened:
            self.api("POST", f"/api/rooms/{made['id']}/open")
        return Consultation(
            made["id"],
            {person["role"]: person["url"] for person in made["people"]},
            {person["role"]: person["id"] for person in made["people"]},
        )

    def remove(self, room: str) -> None:
        if self.api("GET", f"/api/rooms/{room}")["state"] == "open":
            self.api("POST", f"/api/rooms/{room}/close")
        self.api("DELETE", f"/api/rooms/{room}")

    def close(self) -> None:
        if self._recogniser is not None:
            self._recogniser.close()
        self._process.send_signal(signal.SIGTERM)
        self._process.communicate(timeout=20)
        self._log.close()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
