"""WhisperLive's own client class without its socket; `bench.engines.whisper_live` runs it as a process.

    python -m bench.engines.whisper_live_clients PACKAGE MODEL TRACKS.npz

TRACKS.npz: `samples` int16[tracks, n], `languages`, `joins_s`. One JSON line a message, then one with the
processor time. The settings are those that its server and client have by default.
"""

from __future__ import annotations

import importlib
import json
import logging
import sys
import time
from threading import Lock
from types import ModuleType, SimpleNamespace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wire.audio import FRAME_SAMPLES, SAMPLE_RATE_HZ

FRAME_S = FRAME_SAMPLES / SAMPLE_RATE_HZ
SETTLING_S = 5.0
"""After the audio, for what repeats often enough to become final."""


class Socket:
    """What a client's messages go to."""

    def __init__(self, track: int, lines: list[dict[str, Any]], lock: Lock) -> None:
        self._track, self._lines, self._lock = track, lines, lock
        self.client: Any = None

    def send(self, text: str) -> None:
        message = json.loads(text)
        if "segments" not in message:
            return
        with self._lock:
            self._lines.append(
                {
                    "at": time.monotonic(),
                    "track": self._track,
                    "completed": len(self.client.transcript),
                    "segments": message["segments"],
                }
            )

    def close(self) -> None:
        """It was refused: the constructor has logged why."""


def main(package: str, model: str, tracks: str) -> int:
    logging.basicConfig(level=logging.ERROR, stream=sys.stderr)
    # It asks torch whether there is a GPU, and nothing else; torch itself is 750 MB.
    torch: Any = ModuleType("torch")
    torch.cuda = SimpleNamespace(is_available=lambda: False)
    sys.modules["torch"] = torch
    sys.path.append(package)
    backend = importlib.import_module("whisper_live.backend.faster_whisper_backend")
    with np.load(tracks) as file:
        samples, languages, joins_s = file["samples"], file["languages"], file["joins_s"]
    lines: list[dict[str, Any]] = []
    lock = Lock()
    clients = []
    for number, language in enumerate(languages):
        socket = Socket(number, lines, lock)
        clients.append(_client(backend, socket, model, str(language)))
        socket.client = clients[-1]
    clients[0].transcriber.transcribe(np.zeros(SAMPLE_RATE_HZ, np.float32), language=str(languages[0]))
    began, cpu = time.monotonic(), time.process_time()
    _feed(clients, samples.astype(np.float32) / 32768, joins_s, began)
    cpu_s = time.process_time() - cpu
    time.sleep(SETTLING_S)
    for client in clients:
        client.cleanup()
    for client in clients:
        client.trans_thread.join()
    for line in lines:
        print(json.dumps(line | {"at": line["at"] - began}))
    print(json.dumps({"cpu_s": cpu_s}))
    return 0


def _client(backend: Any, socket: Socket, model: str, language: str) -> Any:
    return backend.ServeClientFasterWhisper(
        socket,
        model=model,
        language=language,
        client_uid="bench",
        single_model=True,
        same_output_threshold=10,
    )


def _feed(
    clients: list[Any], samples: NDArray[np.float32], joins_s: NDArray[np.float64], began: float
) -> None:
    for index in range(samples.shape[1] // FRAME_SAMPLES):
        time.sleep(max(0.0, began + (index + 1) * FRAME_S - time.monotonic()))
        for number, client in enumerate(clients):
            if index * FRAME_S >= joins_s[number]:
                client.add_frames(samples[number, index * FRAME_SAMPLES : (index + 1) * FRAME_SAMPLES])


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
