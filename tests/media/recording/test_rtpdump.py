"""Packets in a file."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from media.recording import rtpdump
from tests.media.recording.dumped import START_MS


def write(path: Path, *records: bytes) -> Path:
    path.write_bytes(rtpdump.opening(START_MS) + b"".join(records))
    return path


def test_what_was_written_is_read_again(tmp_path: Path) -> None:
    path = write(
        tmp_path / "a.rtp",
        rtpdump.rtp_record(5, 65_535, 2**32 - 1, 0x80, 0, 7, b"voice"),
        rtpdump.rtcp_record(9, b"\x80\xc8report"),
    )
    rtp, report = rtpdump.read(path)
    assert (rtp.arrival_ms, rtp.is_rtcp) == (START_MS + 5, False)
    assert rtp.data == bytes.fromhex("80e0ffffffffffff00000007") + b"voice"
    assert (report.arrival_ms, report.is_rtcp, report.data) == (START_MS + 9, True, b"\x80\xc8report")


def test_a_file_that_was_cut_off_is_good_up_to_its_last_whole_packet(tmp_path: Path) -> None:
    whole = [rtpdump.rtp_record(n, n, n, 0, 0, 7, b"x" * 20) for n in range(3)]
    size = len(whole[0])
    for cut in range(1, size):
        path = write(tmp_path / "a.rtp", *whole[:2], whole[2][:-cut])
        assert len(list(rtpdump.read(path))) == 2


@given(st.binary(max_size=200))
def test_any_bytes_behind_the_header_are_packets_or_the_end(data: bytes) -> None:
    file = io.BytesIO(rtpdump.opening(START_MS) + data)
    assert all(0 < len(packet.data) <= rtpdump.MAX_PACKET_BYTES for packet in rtpdump.packets(file))


@pytest.mark.parametrize("content", [b"", b"#!rtpplay", b"RIFF" + bytes(60)])
def test_another_file_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a.rtp").write_bytes(content)
    with pytest.raises(rtpdump.BadDump):
        list(rtpdump.read(tmp_path / "a.rtp"))
