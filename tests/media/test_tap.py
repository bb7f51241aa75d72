"""Real Opus through the tap: pitch, duration, stamps, loss."""

from __future__ import annotations

import functools
import random
from collections.abc import Iterable

import av
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from media.counters import Counters
from media.opus import OpusDecoder
from media.tap import FRAME_BYTES, LOOKAHEAD_US, Tap
from tests.media.rig import strongest_hz

SECONDS = 4


@functools.cache
def opus_packets(hz: float, *, correction: bool) -> tuple[bytes, ...]:
    """A warbling tone as 20 ms packets, as a browser at 32 kbit/s makes them."""
    encoder = av.CodecContext.create("libopus", "w")
    encoder.sample_rate, encoder.layout, encoder.format, encoder.bit_rate = 48_000, "mono", "s16", 32_000
    options = {"application": "voip", "frame_duration": "20"}
    if correction:
        options |= {"fec": "1", "packet_loss": "20"}
    encoder.options = options
    times = np.arange(48_000 * SECONDS) / 48_000
    loudness = 0.6 + 0.4 * np.sin(2 * np.pi * 3 * times)
    tone = (9_000 * loudness * np.sin(2 * np.pi * hz * times)).astype(np.int16)
    packets = []
    for start in range(0, len(tone), 960):
        frame = av.AudioFrame.from_ndarray(tone[None, start : start + 960], layout="mono")
        frame.sample_rate, frame.pts = 48_000, start
        packets += [bytes(packet) for packet in encoder.encode(frame)]
    return tuple(packets)


class Heard:
    """Collects what a tap gives."""

    def __init__(self) -> None:
        self.stamps_us: list[int] = []
        self.pcm = b""
        self.counters = Counters()
        self.tap = Tap(self._take, self.counters)

    def _take(self, wall_us: int, samples: bytes) -> None:
        assert len(samples) == FRAME_BYTES
        self.stamps_us.append(wall_us)
        self.pcm += samples

    def play(self, packets: Iterable[tuple[int, bytes]], start_s: float = 1_000.0) -> Heard:
        """(number, payload) pairs arriving on time; then a moment in which holes become due."""
        for number, payload in packets:
            self.tap.push(number, number * 960, payload, start_s + (number + 1) * 0.02)
        self.tap.close()
        return self

    @property
    def samples(self) -> np.ndarray:
        return np.frombuffer(self.pcm, np.int16)


def test_a_tone_keeps_its_pitch_duration_and_level() -> None:
    heard = Heard().play(enumerate(opus_packets(440, correction=False)))
    assert len(heard.samples) == pytest.approx(SECONDS * 16_000, abs=640)
    assert strongest_hz(heard.samples, 16_000) == pytest.approx(440, abs=1)
    assert np.abs(heard.samples).max() == pytest.approx(9_000, rel=0.15)


def test_stamps_say_when_the_first_sample_was_captured() -> None:
    heard = Heard().play(enumerate(opus_packets(440, correction=False)), start_s=1_000.0)
    expected = 1_000_000_000 - LOOKAHEAD_US + 40_000 * np.arange(len(heard.stamps_us))
    assert np.abs(np.array(heard.stamps_us) - expected).max() < 1_000


def test_stamps_recover_from_a_delayed_first_packet() -> None:
    heard = Heard()
    packets = opus_packets(440, correction=False)
    for number, payload in enumerate(packets):
        delay_s = 0.1 if number == 0 else 0.0
        heard.tap.push(number, number * 960, payload, 1_000 + (number + 1) * 0.02 + delay_s)
    heard.tap.close()
    ideal = 1_000_000_000 + 40_000 * np.arange(len(heard.stamps_us))
    assert (np.diff(heard.stamps_us) > 0).all()
    assert abs(heard.stamps_us[-1] - ideal[-1]) < 30_000


@pytest.mark.parametrize("loss", [0.05, 0.2])
def test_loss_keeps_the_duration(loss: float) -> None:
    chance = random.Random(3)
    packets = list(enumerate(opus_packets(440, correction=True)))
    kept = [packet for packet in packets[1:-1] if chance.random() >= loss]
    heard = Heard().play([packets[0], *kept, packets[-1]])
    assert len(heard.samples) == pytest.approx(SECONDS * 16_000, abs=640)
    assert heard.counters["tap_concealed"] > 0
    assert strongest_hz(heard.samples, 16_000) == pytest.approx(440, abs=2)


def test_error_correction_repairs_more_than_concealment() -> None:
    """Every other packet is lost, so that each hole is repaired from the packet behind it."""

    def error(*, correction: bool) -> float:
        packets = list(enumerate(opus_packets(300, correction=correction)))
        whole = Heard().play(packets).samples.astype(float)
        holed = Heard().play(packets[:1] + packets[1:-1:2] + packets[-1:]).samples.astype(float)
        shorter = min(len(whole), len(holed))
        return float(np.abs(whole[:shorter] - holed[:shorter]).mean() / np.abs(whole).mean())

    assert error(correction=True) < 0.6 * error(correction=False)


def test_mute_is_silence_in_real_time() -> None:
    heard = Heard()
    heard.tap.push(0, 0, opus_packets(440, correction=False)[0], 1_000.0)
    for tick in range(100):
        heard.tap.tick(1_000 + tick * 0.02)
    heard.tap.close()
    assert len(heard.samples) == pytest.approx(1.2 * 16_000, abs=1_280)
    assert not heard.samples[2_000:].any()


def test_speech_that_a_stall_held_back_has_its_own_stamps() -> None:
    """Two seconds of speech come at once, late; then the speaker pauses."""
    voice = opus_packets(440, correction=False)
    silence = bytes.fromhex("f8fffe")
    heard = Heard()
    for tick in range(300):
        now_s = 1_000 + (tick + 1) * 0.02
        arriving = range(50, 150) if tick == 149 else [tick] if not 50 <= tick < 149 else []
        for number in arriving:
            heard.tap.push(number, number * 960, voice[number] if number < 150 else silence, now_s)
        heard.tap.tick(now_s)
    heard.tap.close()
    back = next(place for place in range(1, 300) if heard.stamps_us[place] < heard.stamps_us[place - 1])
    expected = 1_001_000_000 + 40_000 * np.arange(len(heard.stamps_us) - back)
    assert np.abs(np.array(heard.stamps_us[back:]) - expected).max() < 10_000
    loud = np.abs(heard.samples) > 1_000
    assert not loud[16_000 + 1_280 : back * 640].any()
    assert np.count_nonzero(loud) > 2.5 * 16_000


def test_a_malformed_packet_costs_its_own_20_ms() -> None:
    packets = list(opus_packets(440, correction=False))
    packets[50] = b"\x7b\x00garbage"
    heard = Heard().play(enumerate(packets))
    assert heard.counters["drop_tap_malformed"] == 1
    assert len(heard.samples) == pytest.approx(SECONDS * 16_000, abs=640)


@given(st.lists(st.binary(min_size=1, max_size=40), min_size=1, max_size=12))
def test_any_payload_is_decoded_or_concealed(payloads: list[bytes]) -> None:
    heard = Heard().play(enumerate(payloads))
    assert heard.counters["drop_tap_malformed"] + heard.counters["tap_concealed"] <= len(payloads)


def test_a_closed_decoder_gives_nothing_and_closes_twice() -> None:
    decoder = OpusDecoder()
    decoder.close()
    decoder.close()
    assert decoder.decode(opus_packets(440, correction=False)[0]) is None
    assert decoder.conceal(320) == bytes(640)
