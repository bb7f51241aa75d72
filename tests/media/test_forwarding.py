"""RTP as bytes, against an independent parser."""

from __future__ import annotations

import struct

import pytest
from aiortc.rtcrtpparameters import RTCRtpHeaderExtensionParameters, RTCRtpParameters
from aiortc.rtp import HeaderExtensionsMap, RtpPacket
from hypothesis import given
from hypothesis import strategies as st

from media.forwarding import (
    OutgoingHeader,
    extension,
    payload_start,
    send_time_24,
    without_padding,
)
from media.sdp import LEVEL_URI, MID_URI, SEND_TIME_URI

IDS = HeaderExtensionsMap()
IDS.configure(
    RTCRtpParameters(
        headerExtensions=[
            RTCRtpHeaderExtensionParameters(id=1, uri=MID_URI),
            RTCRtpHeaderExtensionParameters(id=2, uri=LEVEL_URI),
            RTCRtpHeaderExtensionParameters(id=3, uri=SEND_TIME_URI),
        ]
    )
)


@given(
    st.integers(0, 0xFFFF),
    st.integers(0, 0xFFFFFFFF),
    st.sampled_from([0, 0x80]),
    st.integers(0, 0xFFFFFF),
    st.binary(max_size=50),
)
def test_a_video_header_says_what_was_asked(
    sequence: int, timestamp: int, marker: int, send_time: int, payload: bytes
) -> None:
    header = OutgoingHeader(ssrc=0xABCD, payload_type=97, mid="12", mid_id=1, send_time_id=3)
    written = bytes(header.write(sequence, timestamp, marker, 0, send_time, 0)) + payload
    packet = RtpPacket.parse(written, IDS)
    assert (packet.ssrc, packet.payload_type, packet.sequence_number) == (0xABCD, 97, sequence)
    assert (packet.timestamp, packet.marker, packet.payload) == (timestamp, marker >> 7, payload)
    assert (packet.extensions.mid, packet.extensions.abs_send_time) == ("12", send_time)
    assert written[payload_start(written) :] == payload


def test_an_audio_header_carries_the_level_as_it_was() -> None:
    header = OutgoingHeader(ssrc=1, payload_type=96, mid="0", mid_id=1, level_id=2)
    packet = RtpPacket.parse(bytes(header.write(1, 2, 0, 0, 0, 0x80 | 33)), IDS)
    assert packet.extensions.audio_level == (True, 33)


def test_without_extensions_the_header_is_bare() -> None:
    assert len(OutgoingHeader(ssrc=1, payload_type=96, mid="0").write(1, 2, 0, 0, 0, 0)) == 12


def test_padding_is_kept_and_can_be_taken_off() -> None:
    header = OutgoingHeader(ssrc=1, payload_type=96, mid="0")
    packet = RtpPacket.parse(bytes(header.write(1, 2, 0, 0x20, 0, 0)) + b"voice\0\0\3", IDS)
    assert (packet.payload, packet.padding_size) == (b"voice", 3)
    assert without_padding(b"voice\0\0\3", 0x20) == b"voice"
    assert without_padding(b"voice\0\0\3", 0) == b"voice\0\0\3"


def test_extensions_and_csrcs_are_skipped_to_the_payload() -> None:
    fixed = struct.pack("!BBHLL", 0x92, 96, 1, 2, 3) + bytes(8)
    data = fixed + b"\xbe\xde\0\2" + b"\x22abc" + b"\x10m\0\0" + b"payload"
    assert data[payload_start(data) :] == b"payload"
    assert extension(data, 2) == b"abc"
    assert extension(data, 1) == b"m"
    assert extension(data, 3) is None


def test_an_extension_that_says_it_is_longer_than_all_of_them_is_not_read_from_the_payload() -> None:
    fixed = struct.pack("!BBHLL", 0x90, 96, 1, 2, 3)
    assert extension(fixed + b"\xbe\xde\0\1" + b"\x2fabc" + b"payload and more", 2) is None


@pytest.mark.parametrize(
    "data",
    [
        b"\x8f" + bytes(11),
        b"\x90" + bytes(11),
        b"\x90" + bytes(11) + b"\xbe\xde\0\7" + bytes(8),
        b"\xa0" + bytes(11) + b"x\x09",
        b"\xa0" + bytes(11) + b"x\x00",
    ],
    ids=["csrc cut", "no extension header", "extension cut", "padding too long", "padding of nothing"],
)
def test_malformed_packets_have_no_payload(data: bytes) -> None:
    assert payload_start(data) == 0


@given(st.binary(min_size=12, max_size=80), st.integers(1, 14))
def test_any_bytes_are_read_within_bounds(data: bytes, wanted: int) -> None:
    start = payload_start(data)
    assert 0 <= start <= len(data)
    if start:
        value = extension(data, wanted)
        assert value is None or 0 < len(value) <= 16


def test_send_time_wraps_after_64_seconds() -> None:
    assert send_time_24(64.5) == send_time_24(0.5) == 1 << 17
