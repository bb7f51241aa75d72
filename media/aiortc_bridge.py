"""The only file that touches private names of aiortc, aioice and pylibsrtp; all are checked at import.

aiortc negotiates, does ICE and DTLS. Its packet path (a queue, packet objects, a decoder thread and two tasks
per track) is replaced by PacketPath; its sockets are guarded before it sees a datagram.
"""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import Mapping
from typing import Any, Literal, cast

import pylibsrtp
from aioice.candidate import Candidate, candidate_foundation, candidate_priority
from aioice.ice import CandidatePair, Connection, StunProtocol
from aioice.stun import Message
from aiortc import RTCConfiguration, RTCPeerConnection, RTCRtpTransceiver
from aiortc.mediastreams import MediaStreamTrack
from aiortc.rtcconfiguration import RTCBundlePolicy
from aiortc.rtcdtlstransport import RTCDtlsTransport, State
from aiortc.rtcrtpparameters import RTCRtpReceiveParameters, RTCRtpSendParameters
from pylibsrtp._binding import ffi, lib

from media import guard, sdp
from media.budget import Budget
from media.core import NativeSession
from media.counters import Counters
from media.errors import LibraryMismatch
from media.network import Network
from media.packet_path import PacketPath, SrtpSession
from media.ports import Endpoint
from media.reader import ReadTogether
from media.receiver import Kind, Receiver
from media.sender import Sender, Transmission
from media.shared_port import SharedTransport

MAX_DTLS_QUEUED = 32
"""A handshake is a handful of datagrams."""
HOLD_S = 5.0
"""A living peer is heard at least every second or so: what has been silent for longer can be replaced."""
MAX_VOUCHED = 64
"""Addresses of one peer. From more, connectivity checks are not answered: each would be another pair."""
CHECKS_PER_S, CHECKS_BURST = 100.0, 200.0
"""Connectivity checks answered to addresses that have not shown the password; a browser sends 20 a second."""

_METHODS: dict[type, tuple[str, ...]] = {
    RTCPeerConnection: (
        "_RTCPeerConnection__createTransceiver",
        "_RTCPeerConnection__createDtlsTransport",
    ),
    RTCDtlsTransport: ("_setup_srtp", "_set_role"),
    Connection: ("get_component_candidates", "data_received", "check_incoming"),
    StunProtocol: ("datagram_received",),
}
_ATTRIBUTES: dict[type, tuple[str, ...]] = {
    RTCDtlsTransport: ("_state", "_rx_srtp", "_tx_srtp"),
    RTCRtpTransceiver: ("_RTCRtpTransceiver__sender", "_RTCRtpTransceiver__receiver"),
    Connection: ("_nominated", "_check_list", "_protocols", "_queue", "_local_username"),
    StunProtocol: ("transactions",),
    pylibsrtp.Session: ("_cdata", "_buffer", "_srtp"),
}
_LIBSRTP = ("srtp_protect", "srtp_protect_rtcp", "srtp_unprotect", "srtp_unprotect_rtcp")


def check_libraries() -> None:
    """Raises LibraryMismatch, naming what is missing."""
    missing = [
        f"{owner.__name__}.{n}" for owner, names in _METHODS.items() for n in names if n not in vars(owner)
    ]
    for owner, names in _ATTRIBUTES.items():
        # Attributes that a constructor sets are among the names that its code uses.
        used = cast(Any, owner).__init__.__code__.co_names
        missing += [f"{owner.__name__}.{name}" for name in names if name not in used]
    missing += [f"libsrtp's {name}" for name in _LIBSRTP if not hasattr(lib, name)]
    if missing:
        raise LibraryMismatch(
            "aiortc, aioice or pylibsrtp is not the version this program was made for (see pyproject.toml); "
            f"missing: {', '.join(missing)}"
        )


check_libraries()


class MediaTransport(RTCDtlsTransport):
    """DTLS by aiortc, keys to the packet path; an RTCDtlsTransport is given this class, then `prepare`."""

    def prepare(self, network: Network, counters: Counters) -> None:
        ice = self.transport._connection
        ice.__class__ = GuardedConnection
        self.ice = cast(GuardedConnection, ice)
        self.path = PacketPath(ice._nominated, counters, network.post)
        self.ice.prepare(self.path, network)
        # As the DTLS server this side chooses the SRTP profile: AES-GCM, a third cheaper than CM with SHA-1.
        self._set_role("server")

    def _setup_srtp(self) -> None:
        super()._setup_srtp()
        if self._state is State.FAILED:
            return
        self.path.open(
            srtp_session(self._rx_srtp, "unprotect"),
            srtp_session(self._tx_srtp, "protect"),
        )
        for protocol in self.ice._protocols:
            if isinstance(protocol, GuardedProtocol):
                protocol.let_in()

    async def stop(self) -> None:
        self.path.close()
        await super().stop()


def srtp_session(session: Any, what: Literal["protect", "unprotect"]) -> SrtpSession:
    """One direction of a pylibsrtp Session."""
    name = f"srtp_{what}"
    handle = session._srtp[0]
    native = NativeSession(_address(ffi.addressof(lib, name)), _address(handle), session)
    return SrtpSession(
        handle=handle,
        memory=session._cdata,
        view=session._buffer,
        length=ffi.new("int *"),
        process=getattr(lib, name),
        process_rtcp=getattr(lib, f"{name}_rtcp"),
        native=native,
    )


def _address(pointer: Any) -> int:
    return int(ffi.cast("uintptr_t", pointer))


class GuardedConnection(Connection):
    """ICE on the worker's addresses, with guarded sockets."""

    def prepare(self, path: PacketPath, network: Network) -> None:
        self.path = path
        self._network = network
        self._vouched: set[tuple[str, int]] = set()
        # aioice's own four letters are too few to tell the connections of a shared port apart for sure.
        self._local_username = secrets.token_hex(8)
        self._user = self.local_username.encode() + b":"
        self._strangers = Budget(rate=CHECKS_PER_S, burst=CHECKS_BURST)

    async def get_component_candidates(
        self,
        component: int,
        addresses: list[str],
        timeout: int = 5,  # noqa: ASYNC109 (aioice's signature)
    ) -> list[Candidate]:
        """Raises NoFreePort."""
        opened = await self._network.open(self._make_protocol, self.local_username)
        candidates = []
        for protocol, endpoint in opened:
            made = [_candidate(component, address, endpoint) for address in endpoint.announced]
            protocol.local_candidate = made[0]
            self._protocols.append(protocol)
            candidates += made
        return candidates

    def _make_protocol(self) -> GuardedProtocol:
        protocol = GuardedProtocol(self)
        protocol.prepare(self)
        return protocol

    def data_received(self, data: bytes, component: int) -> None:
        # Reached by DTLS and by STUN with a wrong fingerprint.
        if not data or guard.classify(data) is not guard.Datagram.DTLS:
            return
        if self._queue.qsize() >= MAX_DTLS_QUEUED:
            self.path.counters.add("drop_dtls_flood")
            return
        super().data_received(data, component)

    def check_incoming(self, message: Message, addr: tuple[str, int], protocol: StunProtocol) -> None:
        # Called for checks that carry this connection's password. The peer may go on from there although our
        # own check of that pair was cancelled when another pair was nominated.
        if addr not in self._vouched:
            if len(self._vouched) >= MAX_VOUCHED:
                self.path.counters.add("drop_stun_addresses")
                return
            self._vouched.add(addr)
        if isinstance(protocol.transport, SharedTransport):
            protocol.transport.claim(addr)
        super().check_incoming(message, addr, protocol)

    def refusal(
        self, stun: guard.Stun, address: tuple[str, int], transactions: Mapping[bytes, object]
    ) -> str | None:
        """The drop reason for what is not worth parsing: it does not name this connection, or floods it."""
        if not stun.is_request:
            return (
                None if stun.transaction in transactions or self.is_known(address) else "drop_stun_stranger"
            )
        if not stun.user.startswith(self._user):
            return "drop_stun_stranger"
        if address not in self._vouched and not self._strangers.take(time.monotonic()):
            return "drop_stun_flood"
        return None

    def is_known(self, address: tuple[str, int]) -> bool:
        """Whether who is at `address` has shown that they know this connection's password."""
        if address in self._vouched:
            return True
        return any(
            pair.remote_addr == address and pair.state is CandidatePair.State.SUCCEEDED
            for pair in self._check_list
        )


def _candidate(component: int, address: str, endpoint: Endpoint) -> Candidate:
    return Candidate(
        foundation=candidate_foundation("host", "udp", address),
        component=component,
        transport="udp",
        priority=candidate_priority(component, "host"),
        host=address,
        port=endpoint.port,
        type="host",
    )


class GuardedProtocol(StunProtocol):
    """A socket whose datagrams are looked at before aioice sees them (RFC 7983)."""

    def prepare(self, ice: GuardedConnection) -> None:
        self.ice = ice
        self.path = ice.path
        self.on_media = ice.path.on_media

    def let_in(self) -> None:
        """The connection's keys are known."""
        if isinstance(self.transport, ReadTogether) and self.path.inbound is not None:
            self.transport.let_in(self.path.inbound, self.path)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        if isinstance(transport, SharedTransport):
            self.transactions = transport.transactions

    def holds(self, address: tuple[str, int]) -> bool:
        """Whether the connection's packets come from there at present."""
        pair = self.ice._nominated.get(1)
        return (
            pair is not None
            and pair.protocol is self
            and pair.remote_addr == address
            and time.monotonic() - self.path.heard_s < HOLD_S
        )

    def datagram_received(self, data: bytes | str, addr: tuple[Any, ...]) -> None:
        datagram, address = cast(bytes, data), cast(tuple[str, int], addr)
        if datagram and 128 <= datagram[0] <= 191:
            self.path.on_media(datagram)
        else:
            self._on_other(datagram, address)

    def _on_other(self, data: bytes, address: tuple[str, int]) -> None:
        kind = guard.classify(data)
        if kind is guard.Datagram.STUN:
            self._on_stun(data, address)
        elif kind is guard.Datagram.DTLS:
            self._on_dtls(data, address)
        else:
            self.path.counters.add("drop_empty" if kind is guard.Datagram.EMPTY else "drop_not_webrtc")

    def _on_stun(self, data: bytes, address: tuple[str, int]) -> None:
        stun = guard.read_stun(data)
        if stun is None:
            self.path.counters.add("drop_stun_malformed")
            return
        refusal = self.ice.refusal(stun, address, self.transactions)
        if refusal is not None:
            self.path.counters.add(refusal)
            return
        super().datagram_received(data, address)
        self._note_heard(address)

    def _on_dtls(self, data: bytes, address: tuple[str, int]) -> None:
        if not self.ice.is_known(address):
            self.path.counters.add("drop_dtls_stranger")
        elif guard.has_plaintext_alert(data):
            self.path.counters.add("drop_dtls_alert")
        else:
            self._note_heard(address)
            self.ice.data_received(data, self.local_candidate.component)

    def _note_heard(self, address: tuple[str, int]) -> None:
        if self.ice.is_known(address):
            self.path.heard()


class _ReceiverPort:
    """What aiortc calls on a transceiver's receiver; packets come from the path instead."""

    def __init__(self, kind: Kind, transport: MediaTransport, counters: Counters) -> None:
        self.receiver = Receiver(kind, transport.path, counters, transport.path.post)
        self.transport = transport
        self._track: MediaStreamTrack | None = None
        self._enabled = True

    @property
    def track(self) -> MediaStreamTrack | None:
        return self._track

    def setTransport(self, transport: MediaTransport) -> None:
        self.transport = transport

    def _set_rtcp_ssrc(self, ssrc: int) -> None:
        """Feedback uses the number that `configure` is given."""

    async def receive(self, parameters: RTCRtpReceiveParameters) -> None:
        """Routes are set from the checked description."""

    async def stop(self) -> None:
        self._handle_disconnect()

    def _handle_disconnect(self) -> None:
        self.receiver.live = False
        if self._track is not None:
            self._track.stop()


class _SenderPort:
    """What aiortc calls on a transceiver's sender; its Sender is replaced for the section's next use."""

    def __init__(self, transport: MediaTransport, counters: Counters) -> None:
        self._counters = counters
        self.transport = transport
        self._enabled = True
        self.renew("-", "-")

    def renew(self, stream_id: str, track_id: str) -> Sender:
        self.sender = Sender(self.transport.path, self._counters)
        self._stream_id, self._track_id = stream_id, track_id
        self._ssrc, self._rtx_ssrc = self.sender.ssrc, self.sender.rtx_ssrc
        return self.sender

    def setTransport(self, transport: MediaTransport) -> None:
        self.transport = transport

    async def send(self, parameters: RTCRtpSendParameters) -> None:
        """Called after each negotiation once the connection is up."""
        repeating = {codec.parameters.get("apt"): codec.payloadType for codec in parameters.codecs}
        ids = {header.uri: header.id for header in parameters.headerExtensions}
        by_codec = {
            codec.name.lower(): (codec.payloadType or 0, repeating.get(codec.payloadType))
            for codec in parameters.codecs
            if "apt" not in codec.parameters
        }
        payload_type, rtx_payload_type = next(iter(by_codec.values()))
        transmission = Transmission(
            payload_type=payload_type,
            rtx_payload_type=rtx_payload_type,
            by_codec=by_codec,
            mid=parameters.muxId,
            cname=parameters.rtcp.cname or "-",
            mid_id=ids.get(sdp.MID_URI, 0),
            send_time_id=ids.get(sdp.SEND_TIME_URI, 0),
            level_id=ids.get(sdp.LEVEL_URI, 0),
        )
        self.transport.path.senders[self._ssrc] = self.sender
        self.sender.start(transmission, time.monotonic())

    async def stop(self) -> None:
        self.close()

    def close(self) -> None:
        self.sender.stop()
        self.transport.path.senders.pop(self._ssrc, None)


class BridgedConnection(RTCPeerConnection):
    """RTCPeerConnection with the transport and ports above; `media.connection` is what the rest uses."""

    def __init__(self, network: Network, counters: Counters) -> None:
        super().__init__(RTCConfiguration(iceServers=[], bundlePolicy=RTCBundlePolicy.MAX_BUNDLE))
        self._prepare_with = (network, counters)
        self.counters = counters

    def _RTCPeerConnection__createDtlsTransport(self) -> RTCDtlsTransport:
        transport: RTCDtlsTransport = cast(Any, super())._RTCPeerConnection__createDtlsTransport()
        transport.__class__ = MediaTransport
        cast(MediaTransport, transport).prepare(*self._prepare_with)
        return transport

    def _RTCPeerConnection__createTransceiver(
        self, direction: str, kind: Kind, sender_track: MediaStreamTrack | None = None
    ) -> RTCRtpTransceiver:
        created: RTCRtpTransceiver = cast(Any, super())._RTCPeerConnection__createTransceiver(
            direction=direction, kind=kind
        )
        transport = cast(MediaTransport, created.receiver.transport)
        # Written through setattr because Python would mangle the names with this class's.
        setattr(created, "_RTCRtpTransceiver__sender", _SenderPort(transport, self.counters))  # noqa: B010
        setattr(created, "_RTCRtpTransceiver__receiver", _ReceiverPort(kind, transport, self.counters))  # noqa: B010
        return created

    @property
    def path(self) -> PacketPath | None:
        """None before the first section exists."""
        transceivers = self.getTransceivers()
        return cast(MediaTransport, transceivers[0].receiver.transport).path if transceivers else None


def receiver_of(transceiver: RTCRtpTransceiver) -> Receiver:
    return cast(Any, transceiver.receiver).receiver  # type: ignore[no-any-return]


def sender_of(transceiver: RTCRtpTransceiver) -> Sender:
    return cast(_SenderPort, cast(Any, transceiver.sender)).sender


def feedback_ssrc(transceiver: RTCRtpTransceiver) -> int:
    return cast(Any, transceiver.sender)._ssrc  # type: ignore[no-any-return]


def renew_sender(transceiver: RTCRtpTransceiver, stream_id: str, track_id: str) -> Sender:
    """A Sender with fresh SSRCs for the section's next use."""
    return cast(_SenderPort, cast(Any, transceiver.sender)).renew(stream_id, track_id)


def close_sender(transceiver: RTCRtpTransceiver) -> None:
    cast(_SenderPort, cast(Any, transceiver.sender)).close()
