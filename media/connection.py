"""One WebRTC connection to a browser: it offers what it publishes, we offer what it receives."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Literal, cast

from aiortc import RTCRtpSender, RTCRtpTransceiver, RTCSessionDescription
from aiortc.exceptions import InternalError, InvalidAccessError, InvalidStateError, OperationError
from aiortc.sdp import candidate_from_sdp

from media import rendering, rtcp, sdp, simulcast
from media.aiortc_bridge import (
    BridgedConnection,
    close_sender,
    feedback_ssrc,
    receiver_of,
    renew_sender,
    sender_of,
)
from media.counters import Counters
from media.errors import BadSdp, ConnectionLost, IceRestart
from media.network import Network
from media.receiver import Receiver, Reception
from media.sender import Sender

ConnectionState = Literal["new", "connecting", "connected", "failed", "closed"]
MAX_TRICKLED = 64
"""Candidates of one peer that are added after its offer."""
CONNECT_TIMEOUT_S = 20.0
SILENCE_TIMEOUT_S = 12.0
"""A living browser sends RTCP or a consent check every few seconds; ICE itself would notice after 30."""


class Slot:
    """A section of an offer of ours: carries one track at a time, and another after it was inactive."""

    def __init__(self, transceiver: RTCRtpTransceiver, codec: sdp.Codec) -> None:
        self._transceiver = transceiver
        self.codec = codec
        self.sender: Sender | None = None
        """Of what is open; None before the first."""

    @property
    def mid(self) -> str | None:
        return self._transceiver.mid

    @property
    def is_idle(self) -> bool:
        """Whether the browser has agreed that nothing is sent here."""
        return self._transceiver.direction == "inactive" and self._transceiver.currentDirection == "inactive"

    def open(self, source: Receiver, stream_id: str, name: str) -> None:
        """`name` becomes the track id, with something unique behind it."""
        self.sender = renew_sender(self._transceiver, stream_id, f"{name}-{secrets.token_hex(4)}")
        self.sender.attach(source)
        self._transceiver.direction = "sendonly"

    def close(self) -> None:
        close_sender(self._transceiver)
        self.sender = None
        self._transceiver.direction = "inactive"


class MediaConnection:
    """`on_state` is called on each change, on the event loop."""

    def __init__(
        self,
        network: Network,
        counters: Counters,
        on_state: Callable[[ConnectionState], None],
    ) -> None:
        self._pc = BridgedConnection(network, counters)
        self._pc.on("connectionstatechange", self._state_changed)
        self._on_state = on_state
        self._agreed_s: float | None = None
        """Monotonic time of the first complete offer and answer."""
        self._offered: sdp.Description | None = None
        self._answered: sdp.Description | None = None
        self._trickled = 0
        self.state: ConnectionState = "new"

    def _state_changed(self) -> None:
        state = cast(ConnectionState, self._pc.connectionState)
        if state in ("connected", "failed", "closed"):
            self._set_state(state)

    def _set_state(self, state: ConnectionState) -> None:
        """A connection that failed or was closed stays so."""
        if self.state not in (state, "failed", "closed"):
            self.state = state
            self._on_state(state)

    # --- publishing ---

    async def answer(self, offer: sdp.Description) -> str:
        """Takes a checked offer; the first one and renegotiations alike. Raises BadSdp, NoFreePort."""
        return await self._answer(offer, {})

    async def answer_player(self, offer: sdp.Description, sources: Mapping[str, Receiver], name: str) -> str:
        """Takes a player's checked offer; `sources` go into the sections with their mids.

        Raises BadSdp, NoFreePort.
        """
        return await self._answer(offer, sources, name)

    async def _answer(self, offer: sdp.Description, sources: Mapping[str, Receiver], name: str = "") -> str:
        try:
            await self._pc.setRemoteDescription(RTCSessionDescription(rendering.render(offer), "offer"))
            for transceiver in self._pc.getTransceivers():
                if (source := sources.get(transceiver.mid or "")) is not None:
                    Slot(transceiver, source.codec).open(source, name, f"{name}-{source.kind}")
            await self._pc.setLocalDescription()
        except _REFUSALS as error:
            raise BadSdp(f"the offer could not be used ({type(error).__name__})") from error
        for transceiver in self._pc.getTransceivers():
            section = offer.section(transceiver.mid or "")
            if section is not None:
                self._configure(transceiver, section)
        self._answered = offer
        self._agreed()
        own = rendering.as_offered(rendering.outgoing(self._pc.localDescription.sdp), offer)
        return simulcast.accept(own, offer)

    async def add_candidates(self, fragment: str) -> None:
        """Trickled candidates of the peer whose offer was answered. Raises BadFragment, IceRestart."""
        ufrag, candidates = sdp.read_fragment(fragment)
        if self._answered is None or ufrag != self._answered.transport.ufrag:
            raise IceRestart("ICE cannot be restarted; make a new session instead")
        for text in candidates[: MAX_TRICKLED - self._trickled]:
            self._trickled += 1
            candidate = candidate_from_sdp(text)
            candidate.sdpMid = self._answered.sections[0].mid
            await self._pc.addIceCandidate(candidate)

    def _agreed(self) -> None:
        if self._agreed_s is None:
            self._agreed_s = time.monotonic()
        if self.state == "new":
            self._set_state("connecting")

    def _configure(self, transceiver: RTCRtpTransceiver, section: sdp.Section) -> None:
        receiver = receiver_of(transceiver)
        media, rtx = section.payload_type, section.rtx_payload_type
        receiver.codec = section.formats[0].codec if section.formats else receiver.codec
        ids = {uri: number for number, uri in section.extensions}
        reception = Reception(
            clock_rate_hz=48_000 if section.kind == "audio" else 90_000,
            payload_types=frozenset() if media is None else frozenset({media}),
            retransmission={} if rtx is None or media is None else {rtx: media},
            ssrc=section.ssrcs[0] if section.ssrcs else None,
            rtx_ssrc=section.ssrcs[1] if len(section.ssrcs) > 1 else None,
            level_id=ids.get(sdp.LEVEL_URI, 0),
        )
        path = self._pc.path
        if path is None:
            return
        if not section.encodings:
            receiver.small = None
        elif receiver.small is None:
            receiver.small = Receiver("video", path, path.counters, path.post)
        for one in receiver.encodings():
            one.codec = receiver.codec
            one.configure(reception, feedback_ssrc(transceiver))
            one.live = section.direction == "sendonly"
        path.route(section.mid, receiver, section.ssrcs)
        if section.encodings:
            path.encoding_ids = (ids[sdp.ENCODING_URI], ids[sdp.REPEATED_ENCODING_URI])

    def receiver(self, mid: str) -> Receiver | None:
        found = next((t for t in self._pc.getTransceivers() if t.mid == mid), None)
        return None if found is None else receiver_of(found)

    def sender(self, mid: str) -> Sender | None:
        found = next((t for t in self._pc.getTransceivers() if t.mid == mid), None)
        return None if found is None else sender_of(found)

    def receivers(self) -> list[Receiver]:
        """All encodings of everything."""
        return [one for t in self._pc.getTransceivers() for one in receiver_of(t).encodings()]

    # --- subscribing ---

    def add_slot(self, codec: sdp.Codec) -> Slot:
        """Raises ConnectionLost."""
        kind = "audio" if codec == "opus" else "video"
        try:
            transceiver = self._pc.addTransceiver(kind, direction="inactive")
        except InvalidStateError:
            raise ConnectionLost("the connection was closed") from None
        wanted = (f"{kind}/{codec}", "video/rtx")
        transceiver.setCodecPreferences(
            [
                offered
                for offered in RTCRtpSender.getCapabilities(kind).codecs
                if offered.mimeType.lower() in wanted
                and offered.parameters.get("profile-level-id", sdp.H264_PROFILE) == sdp.H264_PROFILE
            ]
        )
        return Slot(transceiver, codec)

    async def offer(self) -> str:
        """A description of all slots; a later one replaces an unanswered one.

        Raises ConnectionLost, NoFreePort.
        """
        try:
            await self._pc.setLocalDescription(await self._pc.createOffer())
        except _REFUSALS as error:
            raise ConnectionLost(f"no offer could be made ({type(error).__name__})") from error
        text = rendering.outgoing(self._pc.localDescription.sdp)
        self._offered = sdp.read_own(text)
        return text

    async def accept(self, answer: str) -> None:
        """Raises BadSdp; the offer stays open then."""
        if self._offered is None:
            raise BadSdp("there is no offer to answer")
        description = sdp.read_answer(answer, self._offered)
        try:
            await self._pc.setRemoteDescription(
                RTCSessionDescription(rendering.render(description), "answer")
            )
        except _REFUSALS as error:
            raise BadSdp(f"the answer could not be used ({type(error).__name__})") from error
        self._offered = None
        self._agreed()

    @property
    def browser_limit(self) -> tuple[int, float] | None:
        """The browser's last REMB: bits per second, and when it came."""
        return None if self._pc.path is None else self._pc.path.limit

    @property
    def heard_s(self) -> float:
        """Monotonic time of the last packet; 0 before there is a path."""
        return 0.0 if self._pc.path is None else self._pc.path.heard_s

    @property
    def octets_in(self) -> int:
        """RTP that came in, probes and repeats included."""
        return 0 if self._pc.path is None else self._pc.path.octets_in

    # --- both ---

    def send_reports(self, now_s: float) -> None:
        """Receiver reports for everything that comes in; about once a second."""
        path = self._pc.path
        transceivers = self._pc.getTransceivers()
        if path is None or not path.is_open:
            return
        live = [receiver for receiver in self.receivers() if receiver.live]
        blocks = [block for receiver in live if (block := receiver.report(now_s)) is not None]
        if blocks:
            path.send_rtcp(rtcp.receiver_report(feedback_ssrc(transceivers[0]), blocks))

    def limit_bitrate(self, bps: int, receivers: Sequence[Receiver]) -> None:
        """Tells the publisher how much it may send in all."""
        encodings = [one for receiver in receivers for one in receiver.encodings()]
        ssrcs = [one.ssrc for one in encodings if one.ssrc is not None]
        path = self._pc.path
        if path is not None and path.is_open and ssrcs:
            path.send_rtcp(rtcp.bitrate_limit(feedback_ssrc(self._pc.getTransceivers()[0]), bps, ssrcs))

    def check_alive(self, now_s: float) -> None:
        """Fails a connection that never came up or whose peer has gone without a word."""
        path = self._pc.path
        overdue = self._agreed_s is not None and now_s - self._agreed_s > CONNECT_TIMEOUT_S
        silent = path is not None and now_s - path.heard_s > SILENCE_TIMEOUT_S
        if (self.state == "connecting" and overdue) or (self.state == "connected" and silent):
            self._set_state("failed")

    def fail(self) -> None:
        """Gives the connection up, as if the network had."""
        self._set_state("failed")

    async def close(self) -> None:
        for receiver in self.receivers():
            receiver.live = False
        await self._pc.close()
        self._set_state("closed")


_REFUSALS = (
    InternalError,
    InvalidAccessError,
    InvalidStateError,
    OperationError,
    ArithmeticError,
    AssertionError,
    AttributeError,
    LookupError,
    RuntimeError,
    StopIteration,
    TypeError,
    ValueError,
)
"""What aiortc raises for what it dislikes; a StopIteration in a coroutine becomes a RuntimeError."""
