"""The gate for session descriptions: remote text is read strictly, and only what was understood goes on.

aiortc's parser asserts on remote text and allocates for whatever a text names. It is therefore given a
description rendered (`media/rendering.py`) from values that were checked, and never the text that came from
outside.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal, cast

from media.errors import BadFragment, BadSdp, TooManyTracks

MAX_BYTES = 65_536
"""In UTF-8."""
MAX_OFFERED_SECTIONS = 8
"""Camera, microphone, screen, and some that are no longer used."""
MAX_CANDIDATES = 16
MAX_OF_ONE_NAME = 512
"""Attributes of one name in a section that are read; browsers have 200 at most."""

Direction = Literal["sendrecv", "sendonly", "recvonly", "inactive"]
Codec = Literal["opus", "vp8", "h264"]
PAGE_CODECS: tuple[Codec, ...] = ("opus", "vp8")
ALL_CODECS: tuple[Codec, ...] = ("opus", "vp8", "h264")
"""Encoders that are no browsers often have nothing but H.264; it is passed on as it is."""
MID_URI = "urn:ietf:params:rtp-hdrext:sdes:mid"
LEVEL_URI = "urn:ietf:params:rtp-hdrext:ssrc-audio-level"
SEND_TIME_URI = "http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time"
ENCODING_URI = "urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id"
REPEATED_ENCODING_URI = "urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id"
SMALL, FULL = "small", "full"
"""Ids of the two encodings that our page sends of a camera (RFC 8853). Others are not accepted, and then a
browser sends its first encoding only."""

_DIRECTIONS = ("sendrecv", "sendonly", "recvonly", "inactive")
_URIS = {
    "audio": (MID_URI, LEVEL_URI),
    "video": (MID_URI, SEND_TIME_URI, ENCODING_URI, REPEATED_ENCODING_URI),
}
_ENCODED_URIS = {MID_URI, ENCODING_URI, REPEATED_ENCODING_URI}
_MEDIA_LINE = re.compile(r"m=(\S{1,20}) (\d{1,5}) (\S{1,30}) ([\d ]{1,600})", re.ASCII)
_MID = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`{|}~-]{1,16}")
_UFRAG = re.compile(r"[A-Za-z0-9+/]{4,256}")
_PASSWORD = re.compile(r"[A-Za-z0-9+/]{22,256}")
_FINGERPRINT = re.compile(
    r"(sha-(?:256|384|512)) ((?:[0-9A-F]{2}:){31,63}[0-9A-F]{2})", re.IGNORECASE | re.ASCII
)
_CANDIDATE = re.compile(
    r"([A-Za-z0-9+/]{1,32}) 1 udp (\d{1,10}) ([0-9a-fA-F.:]{2,45}) (\d{1,5}) typ (host|srflx|relay)(?: .*)?",
    re.IGNORECASE | re.ASCII,
)
_RTPMAP = re.compile(r"(\d{1,3}) ([A-Za-z0-9-]{1,32})/(\d{1,6})(?:/(\d))?", re.ASCII)
_RTP_NAMES: dict[Codec, tuple[str, str]] = {
    "opus": ("opus", "48000"),
    "vp8": ("vp8", "90000"),
    "h264": ("h264", "90000"),
}
_PROFILE = re.compile(r"profile-level-id=([0-9A-Fa-f]{6})")
_MODE = re.compile(r"packetization-mode=([01])")
H264_PROFILE = "42e01f"
"""What aiortc and browsers agree on; what is in the stream decides, and decoders look there."""
_APT = re.compile(r"(\d{1,3}) (?:.*;\s*)?apt=(\d{1,3})(?:;.*)?", re.ASCII)
_EXTMAP = re.compile(r"(\d{1,2})(?:/\w+)? (\S{1,128})(?: .*)?", re.ASCII)
_SSRC = re.compile(r"(\d{1,10}) .{1,256}", re.ASCII)
_PAIR = re.compile(r"FID (\d{1,10}) (\d{1,10})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Transport:
    """What the bundle's one ICE and DTLS connection needs; `candidates` are the values of `a=candidate`."""

    ufrag: str
    password: str
    setup: str
    fingerprints: tuple[str, ...]
    candidates: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Format:
    """A codec of a section and its payload types; `parameters` are those of H.264, as the peer put them."""

    codec: Codec
    payload_type: int
    rtx_payload_type: int | None = None
    parameters: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """One m= section, reduced to the codecs that are taken; `formats` is empty when it has none of them."""

    kind: Literal["audio", "video"]
    mid: str
    direction: Direction
    formats: tuple[Format, ...]
    """The preferred one first."""
    ssrcs: tuple[int, ...]
    """The media's, then its retransmissions'."""
    extensions: tuple[tuple[int, str], ...]
    encodings: tuple[str, ...] = ()
    """Ids in the order of the description, when one source comes in several; then no SSRC is named."""

    @property
    def payload_type(self) -> int | None:
        return self.formats[0].payload_type if self.formats else None

    @property
    def rtx_payload_type(self) -> int | None:
        return self.formats[0].rtx_payload_type if self.formats else None


@dataclass(frozen=True, slots=True)
class Description:
    transport: Transport
    sections: tuple[Section, ...]

    def section(self, mid: str) -> Section | None:
        return next((section for section in self.sections if section.mid == mid), None)


def read_offer(text: str, codecs: Sequence[Codec] = PAGE_CODECS) -> Description:
    """An offer to publish, with one of `codecs` in each section, the first that is offered. Raises BadSdp."""
    description = _read_checked_offer(text, codecs)
    sections = tuple(replace(section, formats=section.formats[:1]) for section in description.sections)
    return replace(description, sections=tuple(map(_sending_only, sections)))


def read_play_offer(text: str) -> Description:
    """An offer to receive, of a player that is no page of ours. Raises BadSdp."""
    description = _read_checked_offer(text, ALL_CODECS)
    return replace(description, sections=tuple(map(_receiving_only, description.sections)))


def one_of_each(description: Description, direction: Direction) -> list[Section]:
    """The sections of an encoder's or player's offer that are used, at most one sound and one video.

    Raises TooManyTracks, and BadSdp when there is none.
    """
    used = [section for section in description.sections if section.direction == direction]
    if not used:
        raise BadSdp(f"no section of the offer is {direction}")
    if len({section.kind for section in used}) < len(used):
        raise TooManyTracks("at most one audio and one video section can be used")
    return used


def read_fragment(text: str) -> tuple[str, tuple[str, ...]]:
    """ice-ufrag and candidates of a trickle-ice-sdpfrag (RFC 8840). Raises BadFragment."""
    if len(text) > MAX_BYTES:
        raise BadFragment(f"a fragment may have at most {MAX_BYTES} characters")
    attributes = _attributes(text.replace("\r\n", "\n").split("\n"))
    ufrags = set(attributes.get("ice-ufrag", []))
    if len(ufrags) != 1 or not _UFRAG.fullmatch(ufrag := ufrags.pop()):
        raise BadFragment("a=ice-ufrag is missing, malformed, or there are several")
    return ufrag, _read_candidates(attributes.get("candidate", []))


def _read_checked_offer(text: str, codecs: Sequence[Codec]) -> Description:
    description = _read(text, MAX_OFFERED_SECTIONS, codecs)
    if description.transport.setup not in ("actpass", "active"):
        raise BadSdp("the offer must let this side be the DTLS server (a=setup:actpass)")
    for section in description.sections:
        if not section.formats:
            names = "Opus" if section.kind == "audio" else "VP8 or H.264" if "h264" in codecs else "VP8"
            raise BadSdp(f"section {section.mid} does not offer {names}, or is rejected")
    return description


def read_answer(text: str, offered: Description) -> Description:
    """A browser's answer to `offered`, which is this side's own. Raises BadSdp."""
    description = _read(text, len(offered.sections), ALL_CODECS)
    if description.transport.setup not in ("active", "passive"):
        raise BadSdp("an answer must say a=setup:active or a=setup:passive")
    if [(s.kind, s.mid) for s in description.sections] != [(s.kind, s.mid) for s in offered.sections]:
        raise BadSdp("the answer's sections are not those of the offer")
    pairs = zip(description.sections, offered.sections, strict=True)
    return replace(description, sections=tuple(_accepted(answer, offer) for answer, offer in pairs))


def read_own(text: str) -> Description:
    """This side's own description, of which nothing has to be refused."""
    return _read(text, 1_000, ALL_CODECS)


def _sending_only(section: Section) -> Section:
    sends = section.direction in ("sendrecv", "sendonly")
    return replace(section, direction="sendonly" if sends else "inactive")


def _receiving_only(section: Section) -> Section:
    receives = section.direction in ("sendrecv", "recvonly")
    return replace(section, direction="recvonly" if receives else "inactive", ssrcs=())


def _accepted(answer: Section, offer: Section) -> Section:
    codecs = {item.codec for item in offer.formats}
    formats = tuple(item for item in answer.formats if item.codec in codecs)
    if formats and answer.direction in ("sendrecv", "recvonly"):
        return replace(answer, direction="recvonly", ssrcs=(), formats=formats)
    # A section that the browser turned down still needs a codec, or aiortc refuses the whole answer.
    return replace(offer, direction="inactive", ssrcs=())


def _read(text: str, max_sections: int, codecs: Sequence[Codec]) -> Description:
    if len(text) > MAX_BYTES or len(text.encode("utf-8", "surrogatepass")) > MAX_BYTES:
        raise BadSdp(f"a description may have at most {MAX_BYTES} bytes")
    lines = text.replace("\r\n", "\n").split("\n")
    starts = [number for number, line in enumerate(lines) if line.startswith("m=")]
    if not starts:
        raise BadSdp("the description has no media section")
    if len(starts) > max_sections:
        raise BadSdp(f"the description has {len(starts)} media sections, at most {max_sections} are taken")
    session = _attributes(lines[: starts[0]])
    bodies = [lines[start:end] for start, end in zip(starts, [*starts[1:], len(lines)], strict=True)]
    attributes = [_attributes(body) for body in bodies]
    sections = tuple(
        _read_section(body[0], found, codecs) for body, found in zip(bodies, attributes, strict=True)
    )
    mids = [section.mid for section in sections]
    if len(set(mids)) != len(mids):
        raise BadSdp("two media sections have the same mid")
    bundles = [group.split()[1:] for group in session.get("group", []) if group.startswith("BUNDLE")]
    if len(mids) > 1 and not any(set(mids) <= set(bundle) for bundle in bundles):
        raise BadSdp("the media sections are not bundled")
    return Description(_read_transport(session, attributes[0]), sections)


def _attributes(lines: Sequence[str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for line in lines:
        if line.startswith("a="):
            name, _, value = line[2:].strip().partition(":")
            values = found.setdefault(name, [])
            if len(values) < MAX_OF_ONE_NAME:
                values.append(value)
    return found


def _read_transport(session: dict[str, list[str]], first: dict[str, list[str]]) -> Transport:
    def one(name: str, pattern: re.Pattern[str]) -> str:
        values = first.get(name) or session.get(name) or [""]
        if not pattern.fullmatch(values[0]):
            raise BadSdp(f"a={name} is missing or malformed")
        return values[0]

    fingerprints = tuple(
        value
        for value in first.get("fingerprint") or session.get("fingerprint") or []
        if _FINGERPRINT.fullmatch(value)
    )
    if not fingerprints:
        raise BadSdp("a=fingerprint with SHA-256, SHA-384 or SHA-512 is missing")
    return Transport(
        ufrag=one("ice-ufrag", _UFRAG),
        password=one("ice-pwd", _PASSWORD),
        setup=one("setup", re.compile("actpass|active|passive")),
        fingerprints=fingerprints[:4],
        candidates=_read_candidates(first.get("candidate", [])),
    )


def _read_candidates(values: Sequence[str]) -> tuple[str, ...]:
    """UDP candidates with a literal address. One behind a name (mDNS) is learned from its own checks."""
    kept: list[str] = []
    for value in values:
        if len(kept) == MAX_CANDIDATES:
            break
        match = _CANDIDATE.fullmatch(value)
        if match is None:
            continue
        foundation, priority, address, port, kind = match.groups()
        try:
            ipaddress.ip_address(address)
        except ValueError:
            continue
        if 0 < int(port) < 65_536:
            kept.append(f"{foundation} 1 udp {priority} {address} {port} typ {kind.lower()}")
    return tuple(kept)


def _read_section(line: str, attributes: dict[str, list[str]], codecs: Sequence[Codec]) -> Section:
    match = _MEDIA_LINE.fullmatch(line.strip())
    kind = line[2:].split(" ", 1)[0]
    if kind == "application":
        raise BadSdp("data channels are not supported (m=application)")
    if match is None or kind not in ("audio", "video"):
        raise BadSdp("a media section does not begin like one")
    mid = (attributes.get("mid") or [""])[0]
    if not _MID.fullmatch(mid):
        raise BadSdp("a media section has no usable a=mid")
    if "rtcp-mux" not in attributes and int(match[2]) != 0:
        raise BadSdp(f"section {mid} does not multiplex RTCP (a=rtcp-mux)")
    direction = next((name for name in _DIRECTIONS if name in attributes), "sendrecv")
    extensions = _read_extensions(kind, attributes.get("extmap", []))
    encodings = _read_encodings(attributes, extensions) if kind == "video" else ()
    rejected = int(match[2]) == 0 and "bundle-only" not in attributes
    return Section(
        kind=cast(Literal["audio", "video"], kind),
        mid=mid,
        direction=cast(Direction, "inactive" if rejected else direction),
        formats=() if rejected else _read_formats(codecs, kind, set(match[4].split()), attributes),
        ssrcs=() if encodings else _read_ssrcs(attributes),
        extensions=extensions,
        encodings=encodings,
    )


def _read_formats(
    codecs: Sequence[Codec], kind: str, named: set[str], attributes: dict[str, list[str]]
) -> tuple[Format, ...]:
    numbers: dict[tuple[str, str], list[int]] = {}
    for value in attributes.get("rtpmap", []):
        match = _RTPMAP.fullmatch(value)
        if match is not None and match[1] in named and 96 <= int(match[1]) <= 127:
            numbers.setdefault((match[2].lower(), match[3]), []).append(int(match[1]))
    parameters = {
        int(number): text
        for number, _, text in (value.partition(" ") for value in attributes.get("fmtp", []))
        if number.isascii() and number.isdigit() and len(number) <= 3
    }
    repeated = {int(m[1]): int(m[2]) for v in attributes.get("fmtp", []) if (m := _APT.fullmatch(v))}
    repeats = {repeated[n]: n for n in reversed(numbers.get(("rtx", "90000"), [])) if n in repeated}
    formats = []
    for codec in codecs:
        found = numbers.get(_RTP_NAMES[codec], [])
        if not found or (codec == "opus") != (kind == "audio"):
            continue
        # Of several kinds of H.264 the one that may split pictures over packets freely.
        number = next((n for n in found if "packetization-mode=1" in parameters.get(n, "")), found[0])
        described = _h264_parameters(parameters.get(number, "")) if codec == "h264" else ""
        formats.append(Format(codec, number, repeats.get(number), described))
    return tuple(formats)


def _h264_parameters(text: str) -> str:
    mode, profile = _MODE.search(text), _PROFILE.search(text)
    return h264_parameters(mode[1] if mode else "0", profile[1] if profile else H264_PROFILE)


def h264_parameters(mode: str, profile: str) -> str:
    return f"level-asymmetry-allowed=1;packetization-mode={mode};profile-level-id={profile}"


def _read_ssrcs(attributes: dict[str, list[str]]) -> tuple[int, ...]:
    named = [int(m[1]) for value in attributes.get("ssrc", []) if (m := _SSRC.fullmatch(value))]
    if any(ssrc > 0xFFFFFFFF for ssrc in named):
        raise BadSdp("an SSRC has more than 32 bits")
    known = frozenset(named)
    for value in attributes.get("ssrc-group", []):
        if (match := _PAIR.fullmatch(value)) and {int(match[1]), int(match[2])} <= known:
            return int(match[1]), int(match[2])
    return tuple(named[:1])


def _read_encodings(
    attributes: dict[str, list[str]], extensions: Sequence[tuple[int, str]]
) -> tuple[str, ...]:
    """Both of ours, if packets can say which one they belong to; nothing otherwise."""
    named = {uri for _, uri in extensions}
    sent = {value.split()[0] for value in attributes.get("rid", []) if value.split()[1:2] == ["send"]}
    for value in attributes.get("simulcast", []):
        words = value.split()
        offered = words[1].split(";") if len(words) == 2 and words[0] == "send" else []
        if sorted(offered) == [FULL, SMALL] and sent >= {FULL, SMALL} and named >= _ENCODED_URIS:
            return tuple(offered)
    return ()


def _read_extensions(kind: str, values: Sequence[str]) -> tuple[tuple[int, str], ...]:
    found = [(int(m[1]), m[2]) for value in values if (m := _EXTMAP.fullmatch(value))]
    return tuple((number, uri) for number, uri in found if uri in _URIS[kind] and 0 < number < 15)
