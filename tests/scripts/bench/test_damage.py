import numpy as np
import pytest
from bench import damage
from bench.dialogue import Said, Voicing

RATE = 16_000


def voice(seconds: float = 20.0) -> Voicing:
    """A voice from second 2 to 8 and 10 to 18, silent otherwise."""
    time = np.arange(int(seconds * RATE)) / RATE
    wave = sum(np.sin(2 * np.pi * 150 * number * time) / number for number in range(1, 20))
    wave = wave * (0.6 + 0.4 * np.sin(2 * np.pi * 4 * time))
    spoken = ((time >= 2) & (time < 8)) | ((time >= 10) & (time < 18))
    samples = (3_000 * wave * spoken).astype(np.int16)
    return Voicing("s0-p0", "ko", "en", samples, (Said("가", 2.0, 8.0), Said("나", 10.0, 18.0)))


def test_noise_lies_ten_decibels_under_the_speech() -> None:
    clean = voice()
    babble = [np.random.default_rng(seed).integers(-900, 900, 3 * RATE).astype(np.int16) for seed in range(5)]
    [loud] = damage.noisy([clean], babble, seed=1)
    noise = loud.samples.astype(np.float64) - clean.samples
    level = damage.speech_level(clean.samples.astype(np.float32), clean.said)
    assert 20 * np.log10(level / noise.std()) == pytest.approx(damage.SNR_DB, abs=0.3)
    # Everywhere, also where nobody speaks, and no two tracks have the same.
    assert loud.samples[: 2 * RATE].std() == pytest.approx(noise.std(), rel=0.2)
    first, second = damage.noisy([clean, clean], babble, seed=1)
    assert not np.array_equal(first.samples, second.samples)


def test_packets_are_lost_in_bursts() -> None:
    lost = damage.lost_packets(100_000, np.random.default_rng(1))
    assert lost.mean() == pytest.approx(damage.LOSS, rel=0.1)
    bursts = np.count_nonzero(lost[1:] & ~lost[:-1]) + lost[0]
    assert lost.sum() / bursts == pytest.approx(damage.BURST_PACKETS, rel=0.1)


def test_lost_packets_damage_the_voice_and_keep_its_time() -> None:
    clean = voice()
    [lossy] = damage.lossy([clean], seed=1)
    assert lossy.samples.dtype == np.int16
    assert len(lossy.samples) == len(clean.samples)
    quiet, loud = lossy.samples[:RATE].std(), lossy.samples[3 * RATE : 7 * RATE].std()
    assert quiet < 0.02 * loud
    # The end of the speech is where it was, to a packet and the codec's delay.
    heard = np.flatnonzero(np.abs(lossy.samples) > 500)
    assert heard[-1] == pytest.approx(18 * RATE, abs=0.06 * RATE)


def test_packets_are_twenty_milliseconds() -> None:
    packets = damage.opus_packets(voice(2.0).samples)
    assert 100 <= len(packets) <= 102
    assert all(1 < len(packet) < 400 for packet in packets)
