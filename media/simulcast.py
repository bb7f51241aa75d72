"""The part of an answer that takes two encodings of one camera (RFC 8853), which aiortc knows nothing of."""

from __future__ import annotations

import re

from media import sdp


def accept(answer: str, offer: sdp.Description) -> str:
    """Our answer, completed for the sections of `offer` that come in several encodings."""
    head, *bodies = re.split(r"(?m)^(?=m=)", answer)
    return head + "".join(_completed(body, offer) for body in bodies)


def _completed(body: str, offer: sdp.Description) -> str:
    mid = re.search(r"(?m)^a=mid:(\S+)", body)
    section = offer.section(mid[1]) if mid is not None else None
    if section is None or not section.encodings:
        return body
    lines = [
        f"a=extmap:{number} {uri}"
        for number, uri in section.extensions
        if uri in (sdp.ENCODING_URI, sdp.REPEATED_ENCODING_URI)
    ]
    lines += [f"a=rid:{encoding} recv" for encoding in section.encodings]
    lines.append(f"a=simulcast:recv {';'.join(section.encodings)}")
    return body + "".join(line + "\r\n" for line in lines)
