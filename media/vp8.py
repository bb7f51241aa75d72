"""VP8's payload descriptor as far as a forwarder needs it (RFC 7741 §4.2): where a keyframe begins, and the
running numbers that must go on when a subscriber is moved from one stream to another.
"""

from __future__ import annotations

from dataclasses import dataclass

_EXTENDED, _START, _PARTITION = 0x80, 0x10, 0x0F
_HAS_PICTURE, _HAS_TL0, _HAS_TID, _HAS_KEY = 0x80, 0x40, 0x20, 0x10
_LONG = 0x80


@dataclass(frozen=True, slots=True)
class Pictures:
    """Position and value of the 15-bit picture id and of TL0PICIDX; a position is 0 for what is not there.

    A picture id of 7 bits counts as not there: browsers send the long form.
    """

    picture_at: int = 0
    picture: int = 0
    tl0_at: int = 0
    tl0: int = 0


@dataclass(frozen=True, slots=True)
class PictureShift:
    """What to add to a stream's numbers."""

    picture: int
    tl0: int


NO_PICTURES = Pictures()


def descriptor_size(payload: bytes) -> int:
    """Bytes before VP8's own data; 0 for a payload that ends earlier."""
    if not payload:
        return 0
    size = 1
    if payload[0] & _EXTENDED:
        if len(payload) < 3:
            return 0
        flags = payload[1]
        size = 2
        if flags & _HAS_PICTURE:
            size += 2 if payload[2] & _LONG else 1
        size += bool(flags & _HAS_TL0) + bool(flags & (_HAS_TID | _HAS_KEY))
    return size if size < len(payload) else 0


def starts_keyframe(payload: bytes) -> bool:
    """Whether the first byte of a keyframe is in it."""
    if not payload or payload[0] & (_START | _PARTITION) != _START:
        return False
    start = descriptor_size(payload)
    return start > 0 and not payload[start] & 0x01


def pictures(payload: bytes) -> Pictures:
    if not descriptor_size(payload) or not payload[0] & _EXTENDED:
        return NO_PICTURES
    flags = payload[1]
    if not flags & _HAS_PICTURE or not payload[2] & _LONG:
        return NO_PICTURES
    picture = ((payload[2] & 0x7F) << 8) | payload[3]
    if not flags & _HAS_TL0:
        return Pictures(2, picture)
    return Pictures(2, picture, 4, payload[4])


def shift_after(last: Pictures, following: Pictures) -> PictureShift | None:
    """What makes `following` the picture after `last`; None where either has no number."""
    if not last.picture_at or not following.picture_at:
        return None
    tl0 = (last.tl0 + 1 - following.tl0) & 0xFF if last.tl0_at and following.tl0_at else 0
    return PictureShift((last.picture + 1 - following.picture) & 0x7FFF, tl0)


def shifted(payload: bytes, shift: PictureShift) -> bytes:
    """The payload with its numbers moved on."""
    found = pictures(payload)
    if not found.picture_at:
        return payload
    changed = bytearray(payload)
    picture = (found.picture + shift.picture) & 0x7FFF
    changed[2] = _LONG | picture >> 8
    changed[3] = picture & 0xFF
    if found.tl0_at:
        changed[found.tl0_at] = (found.tl0 + shift.tl0) & 0xFF
    return bytes(changed)
