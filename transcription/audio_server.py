"""Where media workers bring speakers' PCM: a WebSocket server for binary frames (protocol.md, part 3)."""

from __future__ import annotations

import hmac
import logging
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from http import HTTPStatus

from websockets.asyncio.server import Server, ServerConnection, serve
from websockets.exceptions import ConnectionClosed
from websockets.frames import CloseCode
from websockets.http11 import Request, Response

from wire.audio import MAX_FRAME_SAMPLES, AudioFrame, unpack
from wire.errors import BadMessage

log = logging.getLogger(__name__)
_library_log = logging.getLogger(f"{__name__}.websockets")
_library_log.setLevel(logging.CRITICAL)
"""The library writes a traceback for every handshake that is none, and addresses."""

PATH = "/audio"
MAX_MESSAGE_BYTES = 2 * MAX_FRAME_SAMPLES + 512
MAX_QUEUED_FRAMES = 256
"""Of one connection. Beyond it nothing more is read, and the sender's backlog fills and drops its oldest."""
MAX_CONNECTIONS = 64


class AudioServer:
    """Passes every frame to `take`, which must not block. Garbage closes the connection it came on, no other.

    Counts `audio_connections`, `refused_audio_connections` and `bad_audio_frames`.
    """

    def __init__(self, secret: str, take: Callable[[AudioFrame], None]) -> None:
        self._expected = f"Bearer {secret}".encode()
        self._take = take
        self._connections: set[ServerConnection] = set()
        self.counters: Counter[str] = Counter()

    @asynccontextmanager
    async def listening(self, host: str, port: int) -> AsyncIterator[str]:
        """The URL to dial, with the port that was found for `port` 0. Raises OSError when it is taken."""
        async with serve(
            self._receive,
            host,
            port,
            process_request=self._admit,
            max_size=MAX_MESSAGE_BYTES,
            max_queue=MAX_QUEUED_FRAMES,
            compression=None,
            ping_interval=5,
            ping_timeout=20,
            close_timeout=1,
            logger=_library_log,
        ) as server:
            yield _url(host, server)

    def _admit(self, connection: ServerConnection, request: Request) -> Response | None:
        given = request.headers.get("Authorization", "").encode(errors="replace")
        if not hmac.compare_digest(given, self._expected):
            self.counters["refused_audio_connections"] += 1
            return connection.respond(HTTPStatus.UNAUTHORIZED, "the worker secret is missing or wrong\n")
        if request.path != PATH:
            return connection.respond(HTTPStatus.NOT_FOUND, f"audio is taken at {PATH}\n")
        if len(self._connections) >= MAX_CONNECTIONS:
            self.counters["refused_audio_connections"] += 1
            return connection.respond(HTTPStatus.SERVICE_UNAVAILABLE, "too many audio connections\n")
        return None

    async def _receive(self, connection: ServerConnection) -> None:
        self._connections.add(connection)
        self.counters["audio_connections"] += 1
        try:
            async for data in connection:
                if isinstance(data, str):
                    raise BadMessage("a binary frame was expected, not text")
                self._take(unpack(data))
        except BadMessage as error:
            self.counters["bad_audio_frames"] += 1
            log.warning("closed an audio connection: %s", error.message)
            await connection.close(CloseCode.UNSUPPORTED_DATA, error.message)
        except ConnectionClosed:
            log.info("an audio connection was lost")
        finally:
            self._connections.discard(connection)


def _url(host: str, server: Server) -> str:
    port = next(iter(server.sockets)).getsockname()[1]
    return f"ws://[{host}]:{port}{PATH}" if ":" in host else f"ws://{host}:{port}{PATH}"
