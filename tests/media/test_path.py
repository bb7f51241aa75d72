"""Receiver and Sender, the two halves of the packet path, with wires that record."""

from __future__ import annotations

import struct
import time
from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from media import rtcp
from media.counters import Counters
from media.fanout import Copy
from media.forwarding import FIXED_HEADER, OutgoingHeader, StoredPacket, payload_start
from media.receiver import Kind, Receiver, Reception
from media.repeats import RepeatBudget
from media.sender import Sender, Transmission
from media.splice import Stretch

MEDIA, RTX, SSRC, RTX_SSRC = 96, 97, 1111, 2222
RECEPTION = Reception(90_000, frozenset({MEDIA}), {RTX: MEDIA}, SSRC, RTX_SSRC, 0)

IP_UDP_TAG_OCTETS = 20 + 8 + 16


class Wire:
    """What a connection was given to send."""

    def __init__(self) -> None:
        self.rtp: list[bytes] = []
        self.rtcp: list[bytes] = []
        self.repeat_budget = RepeatBudget()

    def copy(self, header: OutgoingHeader, stretch: Stretch) -> Copy | None:
        return None

    def follow(self) -> None:
        pass

    def send_rtp(
        self,
        header: OutgoingHeader,
        packets: Sequence[StoredPacket],
        send_time: int = 0,
        level: int = 0,
        sequence_shift: int = 0,
        timestamp_shift: int = 0,
    ) -> tuple[int, int]:
        for sequence, timestamp, marker, padding, payload in packets:
            numbers = (sequence + sequence_shift) & 0xFFFF, (timestamp + timestamp_shift) & 0xFFFFFFFF
            self.rtp.append(bytes(header.write(*numbers, marker, padding, send_time, level)) + payload)
        return len(packets), sum(len(packet[4]) for packet in packets)

    def send_rtcp(self, packet: bytes) -> None:
        self.rtcp.append(packet)

    def asked(self) -> list[rtcp.Feedback]:
        return [message for packet in self.rtcp for message in rtcp.parse(packet)]

    def numbers(self, payload_type: int) -> list[int]:
        headers = [FIXED_HEADER.unpack_from(packet) for packet in self.rtp]
        return [header[2] for header in headers if header[1] & 0x7F == payload_type]


class Line:
    """One publisher's track with one subscriber."""

    def __init__(self, kind: Kind = "video", reception: Reception = RECEPTION) -> None:
        self.counters = Counters()
        self.up, self.down = Wire(), Wire()
        self.receiver = Receiver(kind, self.up, self.counters)
        self.receiver.configure(reception, rtcp_ssrc=7)
        self.receiver.live = True
        self.sender = Sender(self.down, self.counters)
        self.sender.attach(self.receiver)

    def start(self) -> Line:
        self.sender.start(Transmission(107, 108, "3", "name", mid_id=1, send_time_id=3), 0.0)
        return self

    def packet(
        self,
        sequence: int,
        payload: bytes = b"picture",
        *,
        ssrc: int = SSRC,
        kind: int = MEDIA,
        now_s: float = 1.0,
    ) -> None:
        original = sequence if kind != RTX or len(payload) < 2 else int.from_bytes(payload[:2], "big")
        data = struct.pack("!BBHLL", 0x80, kind, sequence, original * 10, ssrc) + payload
        self.receiver.on_rtp(data, kind, sequence, original * 10, ssrc, now_s)


def test_packets_keep_payload_timestamp_and_distance() -> None:
    line = Line().start()
    for sequence in (65_534, 65_535, 0):
        line.packet(sequence, b"picture %d" % sequence)
    first, second, third = line.down.numbers(107)
    assert ((second - first) & 0xFFFF, (third - second) & 0xFFFF) == (1, 1)
    packet = line.down.rtp[1]
    assert packet[payload_start(packet) :] == b"picture 65535"
    assert FIXED_HEADER.unpack_from(packet)[3:] == (655_350, line.sender.ssrc)


def test_nothing_is_sent_before_the_start_and_after_the_stop() -> None:
    line = Line()
    line.packet(1)
    line.start()
    line.packet(2)
    line.sender.stop()
    line.packet(3)
    line.start()
    line.packet(4)
    assert len(line.down.rtp) == 1
    assert line.receiver.listeners == ()


def test_a_new_subscriber_gets_a_keyframe_at_once() -> None:
    line = Line().start()
    assert line.up.asked() == [rtcp.KeyframeRequest(SSRC)]


def test_keyframe_requests_of_many_are_one_then_another() -> None:
    line = Line().start()
    for _ in range(20):
        line.sender.on_feedback(rtcp.KeyframeRequest(line.sender.ssrc), 0.1)
    assert len(line.up.asked()) == 1
    line.receiver.tick(0.9)
    assert len(line.up.asked()) == 1
    line.receiver.tick(1.0)
    line.receiver.tick(1.1)
    assert len(line.up.asked()) == 2


def test_a_gap_is_asked_for_upstream_and_the_repair_is_passed_on() -> None:
    line = Line().start()
    line.packet(10)
    line.packet(12)
    assert line.up.asked()[-1] == rtcp.Nack(SSRC, (11,))
    line.packet(500, struct.pack("!H", 11) + b"repaired", ssrc=RTX_SSRC, kind=RTX)
    first, second, third = line.down.numbers(107)
    assert (second - first, third - first) == (2, 1)
    assert line.down.rtp[-1].endswith(b"repaired")


def test_what_came_twice_is_passed_on_once() -> None:
    line = Line().start()
    line.packet(10)
    line.packet(77, struct.pack("!H", 10) + b"picture", ssrc=RTX_SSRC, kind=RTX)
    assert len(line.down.rtp) == 1
    assert line.counters["drop_rtp_duplicate"] == 1


def test_a_subscriber_is_answered_from_the_history() -> None:
    line = Line().start()
    for sequence in range(10):
        line.packet(sequence, b"picture %d" % sequence)
    lost = line.down.numbers(107)[4]
    line.sender.on_feedback(rtcp.Nack(line.sender.ssrc, (lost,)), 1.0)
    repeated = line.down.rtp[-1]
    assert FIXED_HEADER.unpack_from(repeated)[4] == line.sender.rtx_ssrc
    assert repeated[payload_start(repeated) :] == struct.pack("!H", lost) + b"picture 4"
    assert FIXED_HEADER.unpack_from(repeated)[3] == 40


def test_what_is_older_than_a_second_is_not_repeated_as_something_else() -> None:
    line = Line().start()
    line.packet(0, now_s=1.0)
    first = line.down.numbers(107)[0]
    for sequence in range(1, 31):
        line.packet(sequence, bytes(500), now_s=1.0 + sequence * 0.05)
        line.receiver.tick(1.0 + sequence * 0.05)
    sent = len(line.down.rtp)
    line.sender.on_feedback(rtcp.Nack(line.sender.ssrc, (first,)), 2.5)
    assert len(line.down.rtp) == sent
    assert line.counters["drop_rtx_unknown"] == 1
    line.sender.on_feedback(rtcp.Nack(line.sender.ssrc, ((first + 12) & 0xFFFF,)), 2.5)
    assert len(line.down.rtp) == sent + 1


def test_greedy_nacks_never_cost_more_than_half_of_the_media_and_end_in_a_keyframe() -> None:
    line = Line().start()
    sent: list[tuple[float, int, bool]] = []
    sequence = 0
    for step in range(300):
        now_s = 1.0 + step * 0.01
        before = len(line.down.rtp)
        for _ in range(3 if step % 100 < 50 else 1):
            line.packet(sequence, bytes(1_000), now_s=now_s)
            sequence += 1
        sent += [(now_s, len(packet), False) for packet in line.down.rtp[before:]]
        if step % 6 == 0:
            line.receiver.tick(now_s)
        before = len(line.down.rtp)
        wanted = tuple(line.down.numbers(107)[-rtcp.MAX_LOST :])
        line.sender.on_feedback(rtcp.Nack(line.sender.ssrc, wanted), now_s)
        sent += [(now_s, len(packet), True) for packet in line.down.rtp[before:]]
    assert line.counters["rtx_out"] > 100
    for end_s in (1.5, 2.0, 2.5, 3.0, 3.5, 3.99):
        window = [(size, repeat) for at_s, size, repeat in sent if end_s - 1.0 <= at_s <= end_s]
        media = sum(size for size, repeat in window if not repeat)
        repeated = sum(size for size, repeat in window if repeat)
        # What was sent is told a tick later.
        assert media + repeated <= 1.51 * media, end_s
    assert rtcp.KeyframeRequest(SSRC) in line.up.asked()


def test_what_is_asked_for_again_a_round_trip_later_comes_twice() -> None:
    line = Line().start()
    for sequence in range(20):
        line.packet(sequence, bytes(100))
    wanted = (line.down.numbers(107)[10],)
    copies = []
    for now_s in (0.5, 0.51, 0.6, 0.7):
        before = len(line.down.rtp)
        line.sender.on_feedback(rtcp.Nack(line.sender.ssrc, wanted), now_s)
        copies.append(len(line.down.rtp) - before)
    assert copies == [1, 1, 2, 2]
    numbers = [FIXED_HEADER.unpack_from(packet)[2] for packet in line.down.rtp[20:]]
    assert len(set(numbers)) == len(numbers)


def test_tiny_packets_repeated_cost_no_more_than_half_of_the_media_on_the_wire() -> None:
    """Each costs a whole datagram, however little is in it."""
    line = Line().start()
    line.packet(0, bytes(1_000))
    for sequence in range(1, 20):
        line.packet(sequence, b"p")
    wanted = tuple(line.down.numbers(107)[1:])
    for now_s in (0.5, 0.6, 0.7, 0.8):
        line.sender.on_feedback(rtcp.Nack(line.sender.ssrc, wanted), now_s)
    sizes = [len(packet) + IP_UDP_TAG_OCTETS for packet in line.down.rtp]
    assert sum(sizes) <= 1.5 * sum(sizes[:20])
    assert line.counters["drop_rtx_budget"] > 0


def test_voices_leave_more_to_repeat_of_a_small_picture() -> None:
    """What counts is what the subscriber is sent in all."""
    repeated = []
    for voice in (0, 50):
        line = Line().start()
        spoken = Line("audio", Reception(48_000, frozenset({MEDIA}), {}, SSRC))
        spoken.sender = Sender(line.down, spoken.counters)
        spoken.sender.attach(spoken.receiver)
        spoken.sender.start(Transmission(111, None, "0", "name"), 0.0)
        for sequence in range(voice):
            spoken.packet(sequence, bytes(80))
        spoken.sender.tick(1.0)
        for sequence in range(20):
            line.packet(sequence, bytes(500))
        wanted = tuple(line.down.numbers(107))
        line.sender.on_feedback(rtcp.Nack(line.sender.ssrc, wanted), 1.0)
        repeated.append(line.counters["rtx_out"])
    assert repeated == [9, 16]


def test_of_a_stream_that_nobody_asks_anything_about_a_second_is_remembered() -> None:
    line = Line().start()
    for sequence in range(1_000):
        now_s = 1.0 + sequence * 0.01
        line.packet(sequence, now_s=now_s)
        line.sender.tick(now_s)
    assert len(line.down.repeat_budget) <= 101


def test_one_number_is_repeated_six_times_at_most() -> None:
    line = Line().start()
    for sequence in range(30):
        line.packet(sequence, bytes(1_000))
    often, other = line.down.numbers(107)[10:12]
    answered = []
    for step in range(9):
        before = len(line.down.rtp)
        line.sender.on_feedback(rtcp.Nack(line.sender.ssrc, (often,)), 0.5 + step * 0.05)
        answered.append(len(line.down.rtp) > before)
    assert answered == [True] * 6 + [False] * 3
    assert line.counters["drop_rtx_again"] == 3
    # It stands in nobody's way.
    before = len(line.down.rtp)
    line.sender.on_feedback(rtcp.Nack(line.sender.ssrc, (often, other)), 0.96)
    assert len(line.down.rtp) == before + 1
    assert line.counters["drop_rtx_budget"] == 0


def test_without_rtx_a_repeat_is_the_very_same_packet() -> None:
    """Two different ones under one SRTP number would give its key away."""
    line = Line()
    line.sender.start(Transmission(107, None, "3", "name", mid_id=1, send_time_id=3), 0.0)
    for sequence in range(20):
        line.packet(sequence, b"picture %d" % sequence)
    wanted = (line.down.numbers(107)[10],)
    for now_s in (0.5, 0.6):
        line.sender.on_feedback(rtcp.Nack(line.sender.ssrc, wanted), now_s)
    assert line.down.rtp[20:] == [line.down.rtp[10]] * 2


def test_a_refused_repeat_costs_no_keyframe_at_once() -> None:
    line = Line().start()
    line.packet(1, bytes(100))
    asked = len(line.up.asked())
    nack = rtcp.Nack(line.sender.ssrc, tuple(line.down.numbers(107)))
    for step in range(4):
        line.sender.on_feedback(nack, 1.0 + step * 0.1)
    assert line.counters["drop_rtx_budget"] > 0
    assert len(line.up.asked()) == asked
    for step in range(4, 9):
        line.sender.on_feedback(nack, 1.0 + step * 0.1)
    assert line.up.asked()[asked:] == [rtcp.KeyframeRequest(SSRC)]


def test_the_publishers_clock_is_passed_on_unchanged() -> None:
    line = Line().start()
    line.packet(1)
    line.receiver.on_sender_report(rtcp.SenderReport(SSRC, 0x1234_5678_9ABC_DEF0, 4_242), 1.0)
    assert line.down.asked()[0] == rtcp.SenderReport(line.sender.ssrc, 0x1234_5678_9ABC_DEF0, 4_242)


def test_a_late_subscriber_is_told_the_clock_at_once() -> None:
    line = Line()
    line.receiver.on_sender_report(rtcp.SenderReport(SSRC, 99, 4_242), 1.0)
    line.start()
    line.packet(1)
    assert line.down.asked()[0] == rtcp.SenderReport(line.sender.ssrc, 99, 4_242)


def test_reports_of_the_subscriber_tell_its_loss_and_round_trip() -> None:
    line = Line().start()
    line.packet(1)
    line.receiver.on_sender_report(rtcp.SenderReport(SSRC, 0x1234_5678_9ABC_DEF0, 4_242), 1.0)
    now_s = time.monotonic()
    for highest, lost in ((100, 10), (140, 20)):
        block = rtcp.ReportBlock(line.sender.ssrc, 64, lost, highest, 0, 0x5678_9ABC, 65_536)
        other = rtcp.ReportBlock(1, 255, 10, 2 * highest, 0, 0x5678_9ABC, 0)
        line.sender.on_feedback(rtcp.Reports((block, other)), now_s + 1.5)
    expected, missing, round_trip_s = line.sender.reports.take()
    assert (expected, missing) == (40, 10)
    assert round_trip_s is not None
    assert 0.4 < round_trip_s < 0.6


def test_probes_foreign_and_inactive_packets_are_counted_not_passed_on() -> None:
    line = Line().start()
    line.packet(5, b"", ssrc=RTX_SSRC, kind=RTX)
    line.packet(6, ssrc=31)
    line.packet(7, kind=45)
    line.receiver.live = False
    line.packet(8)
    assert line.down.rtp == []
    counted = line.counters.snapshot()
    assert (counted["rtx_probes"], counted["drop_rtp_foreign"], counted["drop_rtp_inactive"]) == (1, 2, 1)


def test_audio_goes_to_the_tap_without_padding_and_keeps_its_level() -> None:
    line = Line("audio", Reception(48_000, frozenset({111}), ssrc=SSRC, level_id=1))
    line.sender.start(Transmission(96, None, "0", "name", mid_id=1, level_id=2), 0.0)
    tapped: list[tuple[int, int, bytes]] = []
    line.receiver.tap = lambda *packet: tapped.append(packet)
    data = struct.pack("!BBHLL", 0xB0, 111, 5, 960, SSRC) + b"\xbe\xde\0\1\x10\x21\0\0" + b"opus\0\0\3"
    line.receiver.on_rtp(data, 111, 5, 960, SSRC, 1.0)
    assert tapped == [(5, 960, b"opus")]
    assert line.down.rtp[0][17] == 0x21


def test_a_stream_that_the_description_did_not_name_is_learned() -> None:
    line = Line(reception=Reception(90_000, frozenset({MEDIA}), {RTX: MEDIA})).start()
    line.packet(1, ssrc=987)
    assert line.receiver.ssrc == 987
    assert len(line.down.rtp) == 1


def test_receiver_reports_name_the_stream() -> None:
    line = Line()
    assert line.receiver.report(1.0) is None
    line.packet(1)
    block = line.receiver.report(2.0)
    assert block is not None
    assert block.ssrc == SSRC


@given(
    st.binary(min_size=12, max_size=60),
    st.sampled_from([SSRC, RTX_SSRC, 5]),
    st.sampled_from([MEDIA, RTX, 3]),
)
def test_no_decrypted_packet_raises(data: bytes, ssrc: int, kind: int) -> None:
    line = Line().start()
    _, _, sequence, timestamp, _ = FIXED_HEADER.unpack_from(data)
    line.receiver.on_rtp(data, kind | (data[1] & 0x80), sequence, timestamp, ssrc, 1.0)
    assert len(line.down.rtp) <= 1


def test_the_outgoing_header_of_a_stream_is_reused() -> None:
    header = OutgoingHeader(ssrc=1, payload_type=2, mid="0")
    assert header.write(1, 2, 0, 0, 0, 0) is header.write(3, 4, 0, 0, 0, 0)
