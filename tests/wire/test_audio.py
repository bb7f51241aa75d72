"""The PCM frame: it round-trips, and anything else is BadMessage."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wire.audio import MAX_FRAME_SAMPLES, AudioFrame, unpack
from wire.errors import BadMessage

TRACKS = st.from_regex(r"[a-z0-9]{1,8}-[a-z0-9]{1,8}", fullmatch=True)
SAMPLES = st.binary(min_size=1, max_size=700).map(lambda half: half + half)


@given(TRACKS, st.integers(0, 2**64 - 1), SAMPLES)
def test_round_trip(track: str, wall_us: int, samples: bytes) -> None:
    frame = AudioFrame(track, wall_us, samples)
    assert unpack(frame.pack()) == frame


@given(st.binary(max_size=200))
def test_any_bytes_are_a_frame_or_refused(data: bytes) -> None:
    try:
        frame = unpack(data)
    except BadMessage:
        return
    assert frame.pack() == data


@pytest.mark.parametrize(
    "samples", [b"", b"\0", b"\0\0" * (MAX_FRAME_SAMPLES + 1)], ids=["none", "half a sample", "too long"]
)
def test_wrong_lengths_are_refused(samples: bytes) -> None:
    with pytest.raises(BadMessage):
        unpack(AudioFrame("r1-p1", 0, samples).pack())
