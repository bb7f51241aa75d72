"""Session descriptions as text: what aiortc is given of the other side, and what the other side is given."""

from __future__ import annotations

import re

from media.sdp import H264_PROFILE, Description, Format, Section, Transport, h264_parameters

OPUS_PARAMETERS = "minptime=10;useinbandfec=1"
"""Without the second a browser sends no error correction: 9 % of the audio concealed at 5 % loss, not 1.4."""


def render(description: Description) -> str:
    """The text that aiortc is given for a checked remote description.

    End-of-candidates is never said: a peer whose candidates are unknown is learned from its own checks.
    """
    mids = " ".join(section.mid for section in description.sections)
    lines = ["v=0", "o=- 0 0 IN IP4 0.0.0.0", "s=-", "t=0 0", f"a=group:BUNDLE {mids}"]
    for section in description.sections:
        lines += _render_section(section, description.transport)
    return "\r\n".join(lines) + "\r\n"


def _render_section(section: Section, transport: Transport) -> list[str]:
    numbers = [n for f in section.formats for n in (f.payload_type, f.rtx_payload_type) if n is not None]
    lines = [
        f"m={section.kind} 9 UDP/TLS/RTP/SAVPF {' '.join(map(str, numbers))}",
        "c=IN IP4 0.0.0.0",
        f"a={section.direction}",
        f"a=mid:{section.mid}",
        "a=rtcp-mux",
        *(f"a=extmap:{number} {uri}" for number, uri in section.extensions),
        *(f"a=ssrc:{ssrc} cname:-" for ssrc in section.ssrcs),
    ]
    if len(section.ssrcs) == 2:
        lines.append(f"a=ssrc-group:FID {section.ssrcs[0]} {section.ssrcs[1]}")
    for item in section.formats:
        lines += _render_format(item)
    lines += [f"a=candidate:{candidate}" for candidate in transport.candidates]
    lines += [f"a=ice-ufrag:{transport.ufrag}", f"a=ice-pwd:{transport.password}"]
    lines += [f"a=fingerprint:{fingerprint}" for fingerprint in transport.fingerprints]
    return [*lines, f"a=setup:{transport.setup}"]


def _render_format(item: Format) -> list[str]:
    media, rtx = item.payload_type, item.rtx_payload_type
    if item.codec == "opus":
        return [f"a=rtpmap:{media} opus/48000/2"]
    lines = [f"a=rtpmap:{media} {item.codec.upper()}/90000"]
    lines += [f"a=rtcp-fb:{media} {feedback}" for feedback in ("nack", "nack pli", "goog-remb")]
    if item.codec == "h264":
        lines.append(f"a=fmtp:{media} {h264_parameters('1', H264_PROFILE)}")
    if rtx is not None:
        lines += [f"a=rtpmap:{rtx} rtx/90000", f"a=fmtp:{rtx} apt={media}"]
    return lines


def as_offered(answer: str, offer: Description) -> str:
    """An answer of aiortc's with the H.264 parameters that the peer offered, which it must find again."""
    for section in offer.sections:
        for item in section.formats:
            if item.parameters:
                ours = f"a=fmtp:{item.payload_type} [^\r\n]*profile-level-id=[^\r\n]*"
                answer = re.sub(ours, f"a=fmtp:{item.payload_type} {item.parameters}", answer)
    return answer


def outgoing(text: str) -> str:
    """This side's description as it is sent: Opus with error correction, one fingerprint (some read only the
    last), candidates only where a bundle needs them, no SSRC and stream id for what is not sent.
    """
    head, *bodies = re.split(r"(?m)^(?=m=)", text.replace("\r\n", "\n"))
    written = [head]
    for number, body in enumerate(bodies):
        sends = re.search(r"(?m)^a=(sendonly|sendrecv)$", body) is not None
        written += [line + "\n" for line in _outgoing_lines(body, first=number == 0, sends=sends)]
    return "".join(written).replace("\n", "\r\n")


def _outgoing_lines(body: str, *, first: bool, sends: bool) -> list[str]:
    unwanted = ["a=fingerprint:sha-384", "a=fingerprint:sha-512"]
    if not first:
        unwanted += ["a=candidate:", "a=end-of-candidates"]
    if not sends:
        unwanted += ["a=ssrc", "a=msid:"]
    lines = []
    for line in body.splitlines():
        if line.startswith(tuple(unwanted)):
            continue
        lines.append(line)
        if match := re.fullmatch(r"a=rtpmap:(\d+) opus/48000/2", line):
            lines.append(f"a=fmtp:{match[1]} {OPUS_PARAMETERS}")
    return lines
