"""Payload descriptors, read as aiortc's own parser reads them."""

from __future__ import annotations

import pytest
from aiortc.codecs.vpx import VpxPayloadDescriptor
from hypothesis import given
from hypothesis import strategies as st

from media import vp8

KEY, DELTA = b"\x10\x02\x00\x9d\x01\x2a", b"\x11\x02\x00"


def descriptor(picture: int | None, tl0: int | None = None, *, start: int = 1, partition: int = 0) -> bytes:
    return bytes(
        VpxPayloadDescriptor(
            partition_start=start,
            partition_id=partition,
            picture_id=picture,
            tl0picidx=tl0,
            tid=None if tl0 is None else (0, 0),
        )
    )


def test_a_keyframe_begins_with_the_first_byte_of_the_first_partition() -> None:
    assert vp8.starts_keyframe(descriptor(5) + KEY)
    assert vp8.starts_keyframe(descriptor(None) + KEY)
    assert vp8.starts_keyframe(descriptor(300, 7) + KEY)
    assert not vp8.starts_keyframe(descriptor(5) + DELTA)
    assert not vp8.starts_keyframe(descriptor(5, start=0) + KEY)
    assert not vp8.starts_keyframe(descriptor(5, partition=1) + KEY)
    assert not vp8.starts_keyframe(descriptor(5))


@given(st.integers(128, 0x7FFF), st.integers(0, 255), st.integers(128, 0x7FFF), st.integers(0, 255))
def test_a_picture_follows_the_one_before_it(last: int, last_tl0: int, following: int, tl0: int) -> None:
    first = vp8.pictures(descriptor(last, last_tl0) + DELTA)
    payload = descriptor(following, tl0) + KEY
    shift = vp8.shift_after(first, vp8.pictures(payload))
    assert shift is not None
    moved, rest = VpxPayloadDescriptor.parse(vp8.shifted(payload, shift))
    assert (moved.picture_id, moved.tl0picidx) == ((last + 1) & 0x7FFF, (last_tl0 + 1) & 0xFF)
    assert rest == KEY
    assert len(vp8.shifted(payload, shift)) == len(payload)


@pytest.mark.parametrize("payload", [descriptor(None) + KEY, b"\x90\x80\x05" + KEY, b"", b"\x90"])
def test_without_a_long_picture_id_nothing_is_moved(payload: bytes) -> None:
    assert vp8.pictures(payload) == vp8.NO_PICTURES
    assert vp8.shift_after(vp8.Pictures(2, 3), vp8.pictures(payload)) is None
    assert vp8.shifted(payload, vp8.PictureShift(1, 1)) == payload


@given(st.binary(max_size=12))
def test_any_bytes_are_read_within_bounds(payload: bytes) -> None:
    found = vp8.pictures(payload)
    assert max(found.picture_at + 1, found.tl0_at) < max(2, len(payload))
    vp8.starts_keyframe(payload)
    assert len(vp8.shifted(payload, vp8.PictureShift(7, 9))) == len(payload)
