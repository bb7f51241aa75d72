"""What one person sends: a connection on which the browser offers, and which section is which source."""

from __future__ import annotations

from collections.abc import Sequence

from media import sdp
from media.bitrate import CAMERA_BPS, SCREEN_BPS, small_bps
from media.connection import MediaConnection
from media.errors import BadSdp
from media.receiver import Receiver
from media.uplink import Uplink, carried
from wire.links import PublishedTrack, Source
from wire.network import Carried

_ENCODER_SOURCES: dict[str, Source] = {"audio": "microphone", "video": "camera"}
_CAPS_BPS: dict[Source, int] = {"camera": CAMERA_BPS, "screen": SCREEN_BPS}


class Publication:
    """Lives as long as the browser's RTCPeerConnection, which `session` names."""

    def __init__(self, session: str, connection: MediaConnection) -> None:
        self.session = session
        self.connection = connection
        self.tracks: dict[Source, Receiver] = {}
        """What is being sent now."""
        self.camera: Carried = "whole"
        """What the line carries of it."""
        self._videos: list[Receiver] = []
        """All encodings of the pictures among it."""
        self._uplink = Uplink()

    async def negotiate(self, offer_text: str, declared: Sequence[PublishedTrack]) -> str:
        """The answer to an offer, the first or a later one. Raises BadSdp, and then nothing has changed."""
        offer = sdp.read_offer(offer_text)
        return await self._answer(offer, _sources(offer, declared))

    async def negotiate_encoder(self, offer_text: str) -> str:
        """The answer to the one offer of an encoder: a microphone, a camera. Raises BadSdp, TooManyTracks."""
        offer = sdp.read_offer(offer_text, sdp.ALL_CODECS)
        used = sdp.one_of_each(offer, "sendonly")
        return await self._answer(offer, {_ENCODER_SOURCES[section.kind]: section.mid for section in used})

    async def _answer(self, offer: sdp.Description, sources: dict[Source, str]) -> str:
        answer = await self.connection.answer(offer)
        found = {source: self.connection.receiver(mid) for source, mid in sources.items()}
        self.tracks = {source: receiver for source, receiver in found.items() if receiver is not None}
        self._videos = [
            encoding
            for receiver in self.tracks.values()
            if receiver.kind == "video"
            for encoding in receiver.encodings()
        ]
        return answer

    def tick(self, now_s: float) -> None:
        for receiver in self.tracks.values():
            for encoding in receiver.encodings():
                encoding.tick(now_s)

    def tick_losses(self, now_s: float) -> None:
        for receiver in self._videos:
            receiver.tick_losses(now_s)

    def each_second(self, now_s: float) -> None:
        self.connection.send_reports(now_s)
        for receiver in self.connection.receivers():
            receiver.each_second(now_s)
        videos = {source: receiver for source, receiver in self.tracks.items() if receiver.kind == "video"}
        line_bps = self._uplink.each_second(self.connection.receivers(), self.connection.octets_in, now_s)
        if videos:
            allowed_bps = sum(_allow(_CAPS_BPS[source], receiver) for source, receiver in videos.items())
            self.connection.limit_bitrate(min(line_bps, allowed_bps), list(videos.values()))
            camera = videos.get("camera")
            self.camera = "whole" if camera is None or line_bps >= allowed_bps else carried(camera)
        self.connection.check_alive(now_s)


def _allow(cap_bps: int, receiver: Receiver) -> int:
    """What a video track may send, all its encodings together."""
    small, demand = receiver.small, receiver.demand
    receiver.least_bps = demand.least_bps(cap_bps, small=small is not None)
    allowed_bps = demand.allowed_bps(cap_bps, small=small is not None)
    if small is None:
        return allowed_bps
    on_top_bps, small.least_bps = small_bps(demand, small.demand)
    return allowed_bps + on_top_bps


def _sources(offer: sdp.Description, declared: Sequence[PublishedTrack]) -> dict[Source, str]:
    """Source → mid of every section that is sent; a section that nobody declared is not forwarded."""
    sources: dict[Source, str] = {}
    for track in declared:
        section = offer.section(track.mid)
        if section is None:
            raise BadSdp(f"no section has the mid {track.mid!r} of the {track.source}")
        if section.kind != ("audio" if track.source == "microphone" else "video"):
            raise BadSdp(f"the {track.source} cannot be an {section.kind} section")
        if section.direction != "sendonly":
            continue
        if track.source in sources or track.mid in sources.values():
            raise BadSdp(f"the {track.source} is declared twice")
        sources[track.source] = track.mid
    return sources
