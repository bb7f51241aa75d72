"""RTCP against an independent implementation, and against anything."""

from __future__ import annotations

import struct
from typing import Any

import pytest
from aiortc import rtp
from hypothesis import given
from hypothesis import strategies as st

from media import rtcp
from media.errors import BadPacket


def read_elsewhere(packet: bytes) -> list[Any]:
    """The same by aiortc."""
    return list(rtp.RtcpPacket.parse(packet))


SSRCS = st.integers(0, 0xFFFFFFFF)


@given(SSRCS, SSRCS, st.lists(st.integers(0, 0xFFFF), min_size=1, max_size=40, unique=True).map(sorted))
def test_nack_round_trips(ssrc: int, media_ssrc: int, lost: list[int]) -> None:
    packet = rtcp.nack(ssrc, media_ssrc, lost)
    assert read_elsewhere(packet)[0].lost == lost
    assert rtcp.parse(packet) == [rtcp.Nack(media_ssrc, tuple(lost))]


def test_nack_wraps() -> None:
    lost = [65534, 65535, 0, 1]
    assert rtcp.parse(rtcp.nack(1, 2, lost)) == [rtcp.Nack(2, tuple(lost))]
    assert len(rtcp.nack(1, 2, lost)) == 16


def test_reports_round_trip() -> None:
    block = rtcp.ReportBlock(7, 128, -3, 70_000, 12, 34, 56)
    packet = rtcp.receiver_report(1, [block])
    other = read_elsewhere(packet)[0]
    assert other.reports[0].packets_lost == -3
    assert rtcp.parse(packet) == [rtcp.Reports((block,))]


def test_sender_report_keeps_the_clock() -> None:
    packet = rtcp.sender_report(9, 0x0123456789ABCDEF, 4_000_000_000, 5, 6, "someone")
    report, description = read_elsewhere(packet)
    assert (report.sender_info.ntp_timestamp, report.sender_info.rtp_timestamp) == (
        0x0123456789ABCDEF,
        4_000_000_000,
    )
    assert description.chunks[0].items == [(1, b"someone")]
    assert rtcp.parse(packet)[0] == rtcp.SenderReport(9, 0x0123456789ABCDEF, 4_000_000_000)


@pytest.mark.parametrize("bps", [0, 1, 262_143, 2_500_000, 6_500_000, 10**9])
def test_bitrate_limit_is_read_as_it_was_meant(bps: int) -> None:
    packet = read_elsewhere(rtcp.bitrate_limit(1, bps, [5, 6]))[0]
    limit, ssrcs = rtp.unpack_remb_fci(packet.fci)
    assert ssrcs == [5, 6]
    assert bps * 0.9999 <= limit <= bps


@pytest.mark.parametrize("bps", [0, 1, 262_143, 2_500_000, 6_500_000, 10**9])
def test_a_browsers_limit_is_read_as_it_was_meant(bps: int) -> None:
    (limit,) = rtcp.parse(rtcp.bitrate_limit(1, bps, [5, 6]))
    assert isinstance(limit, rtcp.BitrateLimit)
    assert bps * 0.9999 <= limit.bps <= bps


def test_a_limit_beyond_reason_is_cut_and_one_without_its_streams_refused() -> None:
    packet = bytearray(rtcp.bitrate_limit(1, 1_000, [5]))
    packet[17] = 0xFF
    assert rtcp.parse(bytes(packet)) == [rtcp.BitrateLimit(rtcp.MAX_LIMIT_BPS)]
    for streams, size in ((2, 24), (0, 16), (200, 24)):
        cut = bytearray(packet[:size])
        cut[2:4] = (size // 4 - 1).to_bytes(2, "big")
        if size > 16:
            cut[16] = streams
        with pytest.raises(BadPacket):
            rtcp.parse(bytes(cut))


def test_keyframe_requests_of_both_kinds() -> None:
    full_intra = struct.pack("!BBHLLLL", 0x84, 206, 4, 1, 0, 77, 0)
    assert rtcp.parse(rtcp.picture_loss(1, 77)) == [rtcp.KeyframeRequest(77)]
    assert rtcp.parse(full_intra) == [rtcp.KeyframeRequest(77)]


def test_a_nack_of_a_whole_datagram_is_cut() -> None:
    greedy = struct.pack("!BBHLL", 0x81, 205, 2 + 280, 1, 2) + struct.pack("!HH", 100, 0xFFFF) * 280
    (nack,) = rtcp.parse(greedy)
    assert isinstance(nack, rtcp.Nack)
    assert len(nack.lost) == rtcp.MAX_LOST


@given(st.binary(max_size=120))
def test_any_bytes_are_parsed_or_refused(data: bytes) -> None:
    try:
        messages = rtcp.parse(data)
    except BadPacket:
        return
    assert all(isinstance(message, rtcp.Feedback | rtcp.BitrateLimit) for message in messages)


@given(
    st.integers(0, 31),
    st.sampled_from([200, 201, 205, 206]),
    st.binary(max_size=100).map(lambda body: body + bytes(-len(body) % 4)),
)
def test_truncated_bodies_are_parsed_or_refused(count: int, kind: int, body: bytes) -> None:
    packet = struct.pack("!BBH", 0x80 | count, kind, len(body) // 4) + body
    try:
        messages = rtcp.parse(packet)
    except BadPacket:
        return
    assert all(isinstance(message, rtcp.Feedback | rtcp.BitrateLimit) for message in messages)


def test_of_a_nack_no_more_is_read_than_allowed() -> None:
    packet = rtcp.nack(1, 2, range(100, 140))
    assert rtcp.parse(packet, 5) == [rtcp.Nack(2, (100, 101, 102, 103, 104))]
    assert rtcp.parse(packet, 0) == [rtcp.Nack(2, ())]
