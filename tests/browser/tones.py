"""Microphones that play a tone, and ears in a page that measure what its tab really puts out."""

from __future__ import annotations

import math
import struct
import wave
from pathlib import Path

from playwright.sync_api import Page

RATE_HZ = 48_000
ON_MS, PERIOD_MS = 300, 450
"""In bursts, since noise suppression takes a steady tone away."""

CAPTURE = """async () => {
  const stream = await navigator.mediaDevices.getDisplayMedia({
    video: true, preferCurrentTab: true,
    audio: { echoCancellation: false, noiseSuppression: false, autoGainControl: false },
  });
  const context = new AudioContext();
  const analyser = context.createAnalyser();
  analyser.fftSize = 8192;
  analyser.smoothingTimeConstant = 0;
  context.createMediaStreamSource(new MediaStream(stream.getAudioTracks())).connect(analyser);
  window.tab = { context, analyser, stream };
}"""
LISTEN = """async ([frequencies, forMs]) => {
  const { context, analyser } = window.tab;
  const bins = new Float32Array(analyser.frequencyBinCount);
  const loudest = frequencies.map(() => -200);
  for (const until = performance.now() + forMs; performance.now() < until;) {
    await new Promise((resolve) => setTimeout(resolve, 40));
    analyser.getFloatFrequencyData(bins);
    frequencies.forEach((frequency, at) => {
      const middle = Math.round((frequency * analyser.fftSize) / context.sampleRate);
      for (let bin = middle - 3; bin <= middle + 3; bin += 1) loudest[at] = Math.max(loudest[at], bins[bin]);
    });
  }
  return loudest;
}"""
CAPTURING = ("--auto-accept-this-tab-capture", "--autoplay-policy=no-user-gesture-required")
"""Arguments of a browser without devices, whose pages may listen to themselves."""


def bursts(path: Path, frequency_hz: int) -> Path:
    """A WAV file for Chromium's fake microphone, which repeats it."""
    samples = []
    for at in range(RATE_HZ * PERIOD_MS // 1000 * 10):
        ms = at * 1000 // RATE_HZ % PERIOD_MS
        loud = 0.4 if ms < ON_MS else 0.0
        samples.append(int(32767 * loud * math.sin(2 * math.pi * frequency_hz * at / RATE_HZ)))
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE_HZ)
        file.writeframes(struct.pack(f"<{len(samples)}h", *samples))
    return path


def microphone(path: Path) -> str:
    return f"--use-file-for-fake-audio-capture={path}"


def capture(page: Page) -> None:
    page.evaluate(CAPTURE)


def levels_db(page: Page, *frequencies_hz: int, for_ms: int = 900) -> list[float]:
    """The loudest that each tone gets in what the tab puts out."""
    heard: list[float] = page.evaluate(LISTEN, [list(frequencies_hz), for_ms])
    return heard
