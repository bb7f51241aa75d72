"""What a datagram may be before the WebRTC libraries see it (RFC 7983), decided from its bytes alone.

Each function closes a fault with which anybody who can reach the port could end a call (docs/media.md).
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from enum import Enum, auto

STUN_COOKIE = 0x2112A442
_STUN_HEADER = struct.Struct("!HHI12s")
_ATTRIBUTE = struct.Struct("!HH")
_ALERT = 21
_DTLS_HEADER = struct.Struct("!BHH6sH")
"""Content type, version, epoch, sequence number, length (RFC 6347 §4.1)."""

_SIZES = {0x0024: (4,), 0x0025: (0,), 0x8029: (8,), 0x802A: (8,), 0x8028: (4,), 0x0008: (20,)}
"""Exact lengths: PRIORITY, USE-CANDIDATE, ICE-CONTROLLED, ICE-CONTROLLING, FINGERPRINT, MESSAGE-INTEGRITY."""
_TEXTS = frozenset({0x0006, 0x0014, 0x8022})
"""USERNAME, REALM and SOFTWARE: UTF-8."""
_USERNAME, _ERROR_CODE, _XOR_MAPPED_ADDRESS, _PRIORITY = 0x0006, 0x0009, 0x0020, 0x0024
_UNWANTED = frozenset(
    {0x0001, 0x0003, 0x0004, 0x0005, 0x000C, 0x000D, 0x0012, 0x0013, 0x0016, 0x0019, 0x802B, 0x802C}
)
"""TURN's and old STUN's: aioice would unpack them, ICE never sends them."""
_REQUEST = 0x0001
_BINDING_TYPES = frozenset({_REQUEST, 0x0011, 0x0101, 0x0111})


class Datagram(Enum):
    """What the first byte says; OTHER is dropped."""

    EMPTY = auto()
    STUN = auto()
    DTLS = auto()
    MEDIA = auto()
    OTHER = auto()


def classify(data: bytes) -> Datagram:
    if not data:
        return Datagram.EMPTY
    first = data[0]
    if 128 <= first <= 191:
        return Datagram.MEDIA
    if first <= 3:
        return Datagram.STUN
    if 20 <= first <= 63:
        return Datagram.DTLS
    return Datagram.OTHER


@dataclass(frozen=True, slots=True)
class Stun:
    """A binding message that aioice can parse."""

    is_request: bool
    transaction: bytes
    user: bytes
    """USERNAME: the receiver's ufrag, a colon, the sender's (RFC 8445 §7.2.2)."""


def read_stun(data: bytes) -> Stun | None:
    """None unless aioice can parse `data`: a binding message, its attributes as long as they must be.

    aioice unpacks attributes by their type alone, and an unknown method or a short PRIORITY raises out of the
    socket's callback.
    """
    if len(data) < _STUN_HEADER.size or len(data) % 4:
        return None
    kind, length, cookie, transaction = _STUN_HEADER.unpack_from(data)
    if kind not in _BINDING_TYPES or cookie != STUN_COOKIE or length != len(data) - _STUN_HEADER.size:
        return None
    position = _STUN_HEADER.size
    seen: dict[int, bytes] = {}
    while position < len(data):
        kind_of_attribute, size = _ATTRIBUTE.unpack_from(data, position)
        position += _ATTRIBUTE.size
        value = data[position : position + size]
        position += size + (-size % 4)
        if position > len(data) or not _is_sound_attribute(kind_of_attribute, value):
            return None
        seen[kind_of_attribute] = value
    # aioice looks PRIORITY up in every authenticated request (RFC 8445 §7.1.1 demands it).
    is_request = kind == _REQUEST
    if is_request and _PRIORITY not in seen:
        return None
    return Stun(is_request, transaction, seen.get(_USERNAME, b""))


def _is_sound_attribute(kind: int, value: bytes) -> bool:
    if kind in _SIZES:
        return len(value) in _SIZES[kind]
    if kind in _TEXTS:
        return _is_text(value)
    if kind == _XOR_MAPPED_ADDRESS:
        return (len(value), value[1:2]) in ((8, b"\x01"), (20, b"\x02"))
    if kind == _ERROR_CODE:
        return len(value) >= 4 and _is_text(value[4:])
    return kind not in _UNWANTED


def _is_text(value: bytes) -> bool:
    try:
        value.decode()
    except UnicodeDecodeError:
        return False
    return True


def has_plaintext_alert(data: bytes) -> bool:
    """Whether one of a datagram's DTLS records is an alert of epoch 0, which anybody can make up, or is cut.

    A real failure then shows as a timeout.
    """
    position = 0
    while position < len(data):
        if position + _DTLS_HEADER.size > len(data):
            return True
        kind, _, epoch, _, size = _DTLS_HEADER.unpack_from(data, position)
        if kind == _ALERT and epoch == 0:
            return True
        position += _DTLS_HEADER.size + size
    return False
