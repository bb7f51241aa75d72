"""Who is speaking: the one voice, of several, that a player with a single sound hears. No clock, no I/O."""

from __future__ import annotations

from dataclasses import dataclass

SPEECH_DB = -50.0
"""Above it a microphone is taken to carry speech (dBov, RFC 6464)."""
RELEASE_DB = 2.0
"""What a voice's loudness falls by with each packet: the pauses between words are no silence."""
ONSET_PACKETS = 2
"""So many loud packets in a row, and somebody may take over from one who is silent."""
LOUDER_DB = 6.0
INTERRUPT_S = 0.8
"""Somebody so much louder for so long takes over from one who speaks."""
FACE_S = 1.5
"""The picture follows who has been heard for so long: a “yes” in between does not move it."""


@dataclass(slots=True)
class _Voice:
    loudness_db: float = -127.0
    onset: int = 0
    louder_since_s: float | None = None


class Floor:
    """Fed with the level of each packet of each microphone; times are monotonic seconds."""

    def __init__(self) -> None:
        self.speaker: str | None = None
        """Who is to be heard; the first microphone before anybody spoke."""
        self.face: str | None = None
        """Who is to be seen."""
        self._voices: dict[str, _Voice] = {}
        self._since_s = 0.0

    def heard(self, who: str, level: int, now_s: float) -> None:
        """`level` as in RFC 6464: 0 is the loudest, 127 silence, the highest bit is not looked at."""
        voice = self._voices.setdefault(who, _Voice())
        loudness_db = -float(level & 0x7F)
        voice.onset = voice.onset + 1 if loudness_db > SPEECH_DB else 0
        voice.loudness_db = max(loudness_db, voice.loudness_db - RELEASE_DB)
        if self.speaker is None or self._takes_over(who, voice, now_s):
            self._give(who, now_s)
        elif who == self.speaker and voice.loudness_db > SPEECH_DB and now_s - self._since_s >= FACE_S:
            self.face = who

    def left(self, who: str) -> None:
        self._voices.pop(who, None)
        if self.speaker == who:
            self.speaker = next(iter(self._voices), None)
        if self.face == who:
            self.face = self.speaker

    def _give(self, who: str, now_s: float) -> None:
        self.speaker = who
        self._since_s = now_s
        if self.face is None:
            self.face = who
        for voice in self._voices.values():
            voice.louder_since_s = None

    def _takes_over(self, who: str, voice: _Voice, now_s: float) -> bool:
        current = self._voices.get(self.speaker or "")
        if who == self.speaker or voice.onset < ONSET_PACKETS:
            voice.louder_since_s = None if voice.loudness_db <= SPEECH_DB else voice.louder_since_s
            return False
        if current is None or current.loudness_db <= SPEECH_DB:
            return True
        if voice.loudness_db < current.loudness_db + LOUDER_DB:
            voice.louder_since_s = None
            return False
        if voice.louder_since_s is None:
            voice.louder_since_s = now_s
        return now_s - voice.louder_since_s >= INTERRUPT_S
