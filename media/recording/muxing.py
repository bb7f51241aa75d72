"""Dumps and subtitles → one Matroska file, nothing encoded anew: a track for each person's source."""

from __future__ import annotations

import heapq
import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av
from av.container import OutputContainer
from av.packet import Packet
from av.stream import Stream
from pydantic import BaseModel, ConfigDict

from media.recording import sources
from media.recording.sources import Dump, Timed

MILLISECOND = Fraction(1, 1000)
OPUS_HEAD = b"OpusHead" + struct.pack("<BBHIHB", 1, 2, 0, 48_000, 0, 0)
"""RFC 7845 §5.1: what a decoder needs to know; WebRTC has no pre-skip."""
_ISO_639_2 = {
    "ko": "kor", "en": "eng", "zh": "chi", "yue": "chi", "vi": "vie", "ja": "jpn", "ru": "rus", "fil": "fil",
}  # fmt: skip


class Cue(BaseModel):
    model_config = ConfigDict(frozen=True)

    start_ms: int
    """Wall clock, ms since 1970; `end_ms` likewise."""
    end_ms: int
    text: str


class Subtitles(BaseModel):
    """One language; `title` is what a player shows."""

    model_config = ConfigDict(frozen=True)

    lang: str
    title: str
    cues: tuple[Cue, ...]


class Labels(BaseModel):
    """What the server knows and the packets do not say: the file's title, people's names, subtitles."""

    model_config = ConfigDict(frozen=True)

    title: str = ""
    people: dict[str, str] = {}
    subtitles: tuple[Subtitles, ...] = ()


class NothingRecorded(Exception):
    """The directory holds no packets."""


@dataclass(frozen=True, slots=True, order=True)
class _Due:
    """The next packet of a stream."""

    at_ms: int
    stream: int
    data: bytes
    duration_ms: int
    is_key: bool


def mux(
    directory: Path, labels: Labels, target: Path, before: Callable[[int], None] = lambda size: None
) -> None:
    """Writes `target`, whose time begins with the first packet; `before(size)` may raise, and ends it.

    Raises NothingRecorded, OSError, av.FFmpegError.
    """
    dumps = sources.dumps(directory)
    if not dumps:
        raise NothingRecorded("no packets were recorded")
    clocks = sources.clocks(dumps)
    shifts = sources.shifts(dumps, clocks)
    tracks: dict[tuple[str, str], list[Iterator[Timed]]] = {}
    for dump in dumps:
        made = sources.frames(dump, clocks[dump.path], shifts[dump.person])
        tracks.setdefault((dump.person, dump.source), []).append(made)
    sizes = {key: _size(key, dumps, clocks, shifts) for key in tracks}
    kept = {key: parts for key, parts in tracks.items() if sizes[key] is not None}
    starts = [first.at_ms for dump in dumps if (first := _first(dump, clocks, shifts)) is not None]
    if not starts:
        raise NothingRecorded("no whole picture and no sound was recorded")
    with av.open(str(target), "w", format="matroska") as container:
        container.metadata["title"] = labels.title
        _write(container, kept, sizes, labels, int(min(starts)), before)


def _first(dump: Dump, clocks: dict[Path, sources.Clocks], shifts: dict[str, float | None]) -> Timed | None:
    return next(sources.frames(dump, clocks[dump.path], shifts[dump.person]), None)


def _size(
    key: tuple[str, str],
    dumps: list[Dump],
    clocks: dict[Path, sources.Clocks],
    shifts: dict[str, float | None],
) -> tuple[int, int] | None:
    """Of the first picture; (0, 0) for sound; None for a track without a whole frame."""
    for dump in dumps:
        if (dump.person, dump.source) == key and (first := _first(dump, clocks, shifts)) is not None:
            return first.frame.size or (0, 0)
    return None


def _write(
    container: OutputContainer,
    tracks: dict[tuple[str, str], list[Iterator[Timed]]],
    sizes: dict[tuple[str, str], tuple[int, int] | None],
    labels: Labels,
    start_ms: int,
    before: Callable[[int], None],
) -> None:
    queues: list[Iterator[_Due]] = []
    streams: list[Stream] = []
    # Pictures first: players show the first video and play the first audio unless told otherwise.
    for (person, source), parts in sorted(tracks.items(), key=lambda item: (item[0][1] != "camera", item[0])):
        stream = _add_stream(container, source, sizes[person, source] or (0, 0))
        stream.metadata["title"] = f"{labels.people.get(person, person)} ({source})"
        queues.append(_due(len(streams), parts, start_ms))
        streams.append(stream)
    for subtitles in labels.subtitles:
        stream = container.add_mux_stream("subrip", time_base=MILLISECOND)
        stream.metadata["language"] = _ISO_639_2.get(subtitles.lang.split("-")[0], "und")
        stream.metadata["title"] = subtitles.title
        queues.append(_cues(len(streams), subtitles, start_ms))
        streams.append(stream)
    for due in heapq.merge(*queues):
        before(len(due.data))
        packet: Packet[Stream] = Packet(due.data)
        packet.stream = streams[due.stream]
        packet.time_base = MILLISECOND
        packet.pts = packet.dts = due.at_ms
        packet.duration = due.duration_ms
        packet.is_keyframe = due.is_key
        container.mux(packet)


def _add_stream(container: OutputContainer, source: str, size: tuple[int, int]) -> Stream:
    if source in sources.AUDIO_SOURCES:
        audio = container.add_mux_stream("opus", rate=48_000, time_base=MILLISECOND)
        audio.extradata = OPUS_HEAD  # type: ignore[attr-defined]  # missing in the library's annotations
        return audio
    width, height = size
    return container.add_mux_stream("vp8", rate=30, width=width, height=height, time_base=MILLISECOND)


def _due(stream: int, parts: list[Iterator[Timed]], start_ms: int) -> Iterator[_Due]:
    """Times only grow within a stream, as containers want: what would go back is left out."""
    last_ms = -1
    for part in parts:
        for timed in part:
            at_ms = round(timed.at_ms) - start_ms
            if at_ms <= last_ms:
                continue
            last_ms = at_ms
            yield _Due(at_ms, stream, timed.frame.data, timed.frame.duration // 48, timed.frame.is_key)


def _cues(stream: int, subtitles: Subtitles, start_ms: int) -> Iterator[_Due]:
    last_ms = -1
    for cue in sorted(subtitles.cues, key=lambda cue: cue.start_ms):
        at_ms = max(cue.start_ms - start_ms, last_ms + 1, 0)
        if cue.end_ms - start_ms <= at_ms or not cue.text:
            continue
        last_ms = at_ms
        yield _Due(at_ms, stream, cue.text.encode(), cue.end_ms - start_ms - at_ms, is_key=True)
