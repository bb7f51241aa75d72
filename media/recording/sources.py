"""The dumps of a room, by person and source, and what they hold in the order in which it was said."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from media.recording import rtpdump, timeline
from media.recording.frames import Frame, in_order, opus_frames, vp8_frames

_NAME = re.compile(r"(?P<take>[a-z0-9]+)-(?P<number>\d{3,})-(?P<person>[a-z0-9]+)-(?P<source>[a-z]+)\.rtp")
AUDIO_SOURCES = frozenset({"microphone"})


@dataclass(frozen=True, slots=True)
class Dump:
    path: Path
    person: str
    source: str

    @property
    def is_audio(self) -> bool:
        return self.source in AUDIO_SOURCES

    @property
    def rate_hz(self) -> int:
        return 48_000 if self.is_audio else 90_000


@dataclass(frozen=True, slots=True)
class Timed:
    """`at_ms`: wall clock, ms since 1970."""

    at_ms: float
    frame: Frame


Clocks = Mapping[int, timeline.Clock]


def dumps(directory: Path) -> list[Dump]:
    """Those with at least one packet; others are passed over."""
    found = []
    named = [(match, path) for path in directory.glob("*.rtp") if (match := _NAME.fullmatch(path.name))]
    for match, path in sorted(named, key=lambda each: (each[0]["take"], int(each[0]["number"]))):
        try:
            if next(rtpdump.read(path), None) is not None:
                found.append(Dump(path, match["person"], match["source"]))
        except rtpdump.BadDump:
            continue
    return found


def clocks(dumps: list[Dump]) -> dict[Path, Clocks]:
    return {dump.path: timeline.clocks(rtpdump.read(dump.path), dump.rate_hz) for dump in dumps}


def frames(dump: Dump, clocks: Clocks, shift_ms: float | None) -> Iterator[Timed]:
    packets = in_order(rtpdump.read(dump.path))
    for frame in opus_frames(packets) if dump.is_audio else vp8_frames(packets):
        clock = clocks[frame.ssrc]
        yield Timed(clock.at(frame.timestamp, shift_ms if clock.reports else None), frame)


def shifts(dumps: list[Dump], clocks: Mapping[Path, Clocks]) -> dict[str, float | None]:
    """By person: one clock for all that came from the same browser."""
    people = {dump.person for dump in dumps}
    return {
        person: timeline.shift_ms(
            clock for dump in dumps if dump.person == person for clock in clocks[dump.path].values()
        )
        for person in people
    }
