"""One synthetic participant: joins through a person's link and publishes voice and picture."""

from __future__ import annotations

import asyncio
import json
import logging
import secrets
import ssl
from typing import Any
from urllib.parse import urlsplit

from aiortc import RTCConfiguration, RTCPeerConnection, RTCSessionDescription
from aiortc.exceptions import InvalidStateError
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake

from media.demo.conversation import Role, load_clips
from media.demo.errors import DemoError
from media.demo.roster import Roster
from media.demo.tracks import Mouth, PictureTrack, VoiceTrack

log = logging.getLogger(__name__)

RETRY_S = 1.0
HOPELESS = frozenset({"unknown_link", "revoked_link"})


class Replaced(Exception):
    """Somebody else joined with this speaker's link."""


class Speaker:
    """Stays in its room until cancelled; comes back by itself when the server or a media worker went away."""

    def __init__(self, role: Role, link: str, roster: Roster, *, tls: ssl.SSLContext | None = None) -> None:
        self.mouth = Mouth()
        self.inside = asyncio.Event()
        """Set from the media worker's answer until the connection to the server is lost."""
        self._role = role
        self._roster = roster
        self._socket_url, self._token = _addresses(link)
        self._tls = tls
        self._clips = load_clips(role)
        self._session = secrets.token_hex(8)
        self._epoch: str | None = None
        self._me = ""

    async def run(self) -> None:
        """Raises DemoError when the link is not (or no longer) good."""
        while True:
            try:
                async with connect(self._socket_url, ssl=self._tls, proxy=None, open_timeout=5) as socket:
                    await self._stay(socket)
            except Replaced:
                log.info("a person took the %s's place, which is left to them", self._role)
                await self._roster.see(self._me, self._role, True)
                await self._roster.absent(self._me)
            except (OSError, ConnectionClosed, InvalidHandshake, TimeoutError) as error:
                log.info("%s is out of the room (%s), coming back", self._role, type(error).__name__)
            finally:
                self.inside.clear()
            await asyncio.sleep(RETRY_S)

    async def _stay(self, socket: ClientConnection) -> None:
        await socket.send(json.dumps({"type": "join", "token": self._token, "session": self._session}))
        connection: RTCPeerConnection | None = None
        try:
            async for text in socket:
                message = json.loads(text)
                match message["type"]:
                    case "joined":
                        await self._arrive(message)
                        connection = await self._renew(socket, connection, message["media"])
                    case "media":
                        connection = await self._renew(socket, connection, message)
                    case "published" if connection is not None:
                        await self._accept(connection, message["sdp"])
                    case "person":
                        await self._see(message["person"])
                    case "error":
                        self._complain(message)
        finally:
            if connection is not None:
                await connection.close()

    async def _arrive(self, joined: dict[str, Any]) -> None:
        self._epoch = None
        self._me = joined["you"]["id"]
        for person in joined["people"]:
            await self._see(person)
        log.info("%s is in the room", self._role)

    async def _see(self, person: dict[str, Any]) -> None:
        await self._roster.see(person["id"], person["role"], person["present"])

    def _complain(self, message: dict[str, Any]) -> None:
        log.warning("%s was told %s: %s", self._role, message["code"], message["message"])
        if message["code"] in HOPELESS:
            raise DemoError(message["message"])
        if message["code"] == "replaced":
            raise Replaced

    async def _renew(
        self, socket: ClientConnection, old: RTCPeerConnection | None, media: dict[str, Any]
    ) -> RTCPeerConnection | None:
        """Publishes afresh when the media worker is another one than before."""
        if media["state"] != "ready" or media["epoch"] == self._epoch:
            return old
        self._epoch = media["epoch"]
        if old is not None:
            await old.close()
        connection = RTCPeerConnection(RTCConfiguration(iceServers=[]))
        connection.addTrack(VoiceTrack(self.mouth))
        connection.addTrack(PictureTrack(self.mouth, *self._clips))
        await connection.setLocalDescription(await connection.createOffer())
        sources = {"audio": "microphone", "video": "camera"}
        offer = {
            "type": "publish",
            "session": secrets.token_hex(8),
            "sdp": connection.localDescription.sdp,
            "tracks": [{"mid": t.mid, "source": sources[t.kind]} for t in connection.getTransceivers()],
        }
        await socket.send(json.dumps(offer))
        await socket.send(json.dumps({"type": "state", "microphone": True, "camera": True}))
        return connection

    async def _accept(self, connection: RTCPeerConnection, sdp: str) -> None:
        try:
            await connection.setRemoteDescription(RTCSessionDescription(sdp, "answer"))
        except InvalidStateError:
            log.info("%s ignored an answer to an earlier offer", self._role)
            return
        self.inside.set()


def _addresses(link: str) -> tuple[str, str]:
    """WebSocket address and token of a person's link; raises DemoError when it is not one."""
    parts = urlsplit(link)
    schemes = {"http": "ws", "https": "wss"}
    if parts.scheme not in schemes or not parts.path.startswith("/r/"):
        raise DemoError("a person's link looks like http://HOST:PORT/r/TOKEN")
    return f"{schemes[parts.scheme]}://{parts.netloc}/ws", parts.path.removeprefix("/r/")
