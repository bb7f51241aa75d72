"""`pull` of a recogniser from a hub on loopback that answers as the real one does."""

import hashlib
import http.server
import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from transcription.models.store import DEMO_DIRECTORY, ModelStore

ROOT = Path(__file__).parents[3]
COMMIT = "c" * 40


class Hub(http.server.ThreadingHTTPServer):
    """Serves the demo recogniser as Systran/faster-whisper-tiny."""

    def __init__(self, model: Path) -> None:
        super().__init__(("127.0.0.1", 0), HubHandler)
        self.model = model
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
        if path.startswith("/api/models/Systran/faster-whisper-tiny/"):
            return self._json(self._listing() if "/tree/" in path else self._revision())
        if not path.startswith("/Systran/") or not (self.server.model / name).is_file():
            self.send_error(404)
            return b""
        data = (self.server.model / name).read_bytes()
        start = 0
        if wanted := self.headers.get("Range"):
            start = int(wanted.removeprefix("bytes=").partition("-")[0])
        self.send_response(206 if wanted else 200)
        if wanted:
            self.send_header("Content-Range", f"bytes {start}-{len(data) - 1}/{len(data)}")
        self.send_header("ETag", f'"{_digest(name)}"')
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
        return {"id": "Systran/faster-whisper-tiny", "sha": COMMIT, "siblings": siblings}


def _digest(name: str) -> str:
    return hashlib.sha256(name.encode()).hexdigest()[:40]


@pytest.fixture
def hub(models_directory: Path) -> Iterator[Hub]:
    with Hub(models_directory / "whisper") as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def pull(data: Path, hub: Hub) -> subprocess.CompletedProcess[str]:
    endpoint = f"http://127.0.0.1:{hub.server_address[1]}"
    environment = {name: value for name, value in os.environ.items() if "proxy" not in name.lower()}
    return subprocess.run(
        [sys.executable, "-m", "transcription.models", "pull", "tiny", "--pairs=", "--data", str(data)],
        cwd=ROOT,
        env={**environment, "HOME": str(data), "HF_ENDPOINT": endpoint},
        capture_output=True,
        text=True,
        timeout=90,
    )


@pytest.mark.net
def test_pull_fetches_and_chooses(tmp_path: Path, hub: Hub) -> None:
    done = pull(tmp_path, hub)
    assert done.returncode == 0, done.stderr
    assert "fetching about 78 MB" in done.stdout
    store = ModelStore.of_data_directory(tmp_path)
    assert store.model_set().recogniser.name == "tiny"
    place = store.model_set().recogniser.directory
    assert (place / "model.bin").read_bytes() == (hub.model / "model.bin").read_bytes()
    assert json.loads((tmp_path / "models" / "models.json").read_text()) == {"recogniser": "tiny"}


@pytest.mark.net
def test_lost_connection_is_taken_up_again(tmp_path: Path, hub: Hub) -> None:
    hub.cuts = 1
    done = pull(tmp_path, hub)
    assert done.returncode == 0, done.stderr
    assert hub.fetched.count("model.bin") == 2
    place = ModelStore.of_data_directory(tmp_path).model_set().recogniser.directory
    assert (place / "model.bin").read_bytes() == (hub.model / "model.bin").read_bytes()


@pytest.mark.net
def test_broken_off_pull_leaves_no_model_and_keeps_whole_files(tmp_path: Path, hub: Hub) -> None:
    hub.cuts = 100
    done = pull(tmp_path, hub)
    assert done.returncode == os.EX_CONFIG
    assert "hub_unreachable: no way out to" in done.stderr
    assert ModelStore.of_data_directory(tmp_path).directory == DEMO_DIRECTORY
    hub.cuts = 0
    hub.fetched.clear()
    done = pull(tmp_path, hub)
    assert done.returncode == 0, done.stderr
    assert "model.bin" in hub.fetched
    assert "tokenizer.json" not in hub.fetched
