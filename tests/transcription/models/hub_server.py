"""A model hub on loopback that answers as the real one does."""

import hashlib
import http.server
import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).parents[3]
COMMIT = "c" * 40


class Hub(http.server.ThreadingHTTPServer):
    """Serves the files of `model` as `repository`."""

    def __init__(self, repository: str, model: Path) -> None:
        super().__init__(("127.0.0.1", 0), HubHandler)
        self.repository = repository
        self.model = model
        self.etags: dict[str, str] = {}
        """By file, where the hub knows a digest of it: large files have their SHA-256."""
        self.cuts = 0
        """How often model.bin breaks off in the middle before it comes whole."""
        self.fetched: list[str] = []


class HubHandler(http.server.BaseHTTPRequestHandler):
    server: Hub

    def log_message(self, format: str, *args: object) -> None:
        pass

    def do_HEAD(self) -> None:
        self._answer()

    def do_GET(self) -> None:
        data = self._answer()
        name = self.path.rpartition("/")[2]
        self.server.fetched.append(name)
        if name == "model.bin" and self.server.cuts:
            self.server.cuts -= 1
            data = data[: len(data) // 2]
        self.wfile.write(data)

    def _answer(self) -> bytes:
        path = self.path.partition("?")[0]
        name = path.rpartition("/")[2]
        if path.startswith(f"/api/models/{self.server.repository}/"):
            return self._json(self._listing() if "/tree/" in path else self._revision())
        if not path.startswith(f"/{self.server.repository}/") or not (self.server.model / name).is_file():
            self.send_error(404)
            return b""
        data = (self.server.model / name).read_bytes()
        start = 0
        if wanted := self.headers.get("Range"):
            start = int(wanted.removeprefix("bytes=").partition("-")[0])
        self.send_response(206 if wanted else 200)
        if wanted:
            self.send_header("Content-Range", f"bytes {start}-{len(data) - 1}/{len(data)}")
        self.send_header("ETag", f'"{self.server.etags.get(name, _digest(name))}"')
        self.send_header("X-Repo-Commit", COMMIT)
        self.send_header("Content-Length", str(len(data) - start))
        self.end_headers()
        return data[start:]

    def _json(self, answer: object) -> bytes:
        data = json.dumps(answer).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        return data

    def _listing(self) -> object:
        files = sorted(self.server.model.iterdir())
        return [
            {"type": "file", "path": file.name, "size": file.stat().st_size, "oid": _digest(file.name)}
            for file in files
        ]

    def _revision(self) -> object:
        siblings = [{"rfilename": file.name} for file in sorted(self.server.model.iterdir())]
        return {"id": self.server.repository, "sha": COMMIT, "siblings": siblings}


def _digest(name: str) -> str:
    return hashlib.sha256(name.encode()).hexdigest()[:40]


@contextmanager
def serving(repository: str, model: Path) -> Iterator[Hub]:
    with Hub(repository, model) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def pull(data: Path, endpoint: str | Hub, *arguments: str) -> subprocess.CompletedProcess[str]:
    """`sangdam models pull` as a user runs it, with this hub."""
    if isinstance(endpoint, Hub):
        endpoint = f"http://127.0.0.1:{endpoint.server_address[1]}"
    environment = {name: value for name, value in os.environ.items() if "proxy" not in name.lower()}
    return subprocess.run(
        [sys.executable, "-m", "transcription.models", "pull", *arguments, "--data", str(data)],
        cwd=ROOT,
        env={**environment, "HOME": str(data), "HF_ENDPOINT": endpoint},
        capture_output=True,
        text=True,
        timeout=90,
    )
