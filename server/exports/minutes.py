"""Minutes to read: who met whom, from when to when, then everything that was said. Times are the event's.

—: had a place and never came. ⇄: what an interpreter said into a channel, once more. ✎: who corrected it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from server.exports.transcript import Entry, Transcript
from server.store.records import Visit
from wire.captions import INTERPRETATION_FLAG

_SHORT = timedelta(minutes=2)


def to_text(transcript: Transcript) -> str:
    room = transcript.room
    begin = room.opened_at or room.starts_at
    head = [room.title]
    if room.event:
        head.append(room.event)
    if begin is not None:
        head.append(
            f"{begin.astimezone(ZoneInfo(transcript.time_zone)):%Y-%m-%d %H:%M} {transcript.time_zone}"
        )
    head += _attendance(transcript)
    blocks = ["\n".join(head)]
    blocks += ["\n".join(_entry(entry, bilingual=transcript.lang is None)) for entry in transcript.entries]
    return "\n\n".join(blocks) + "\n"


def _attendance(transcript: Transcript) -> list[str]:
    """Everybody with a place; of those who lost it only who came or spoke."""
    placed = {person.id for person in transcript.room.people}
    spoke = {entry.speaker.id for entry in transcript.entries}
    lines = []
    for person in transcript.people:
        visits = [visit for visit in transcript.visits if visit.person == person.id]
        if person.id in placed or visits or person.id in spoke:
            company = f" ({person.company})" if person.company else ""
            lines.append(f"- {person.name or person.id}{company}{_times(transcript, visits)}")
    return lines


def _times(transcript: Transcript, visits: Sequence[Visit]) -> str:
    """Lost connections are no leaving. Nothing where nobody's coming was noted."""
    zone = ZoneInfo(transcript.time_zone)
    stays: list[tuple[datetime, datetime | None]] = []
    for visit in visits:
        if stays and (left := stays[-1][1]) is not None and visit.came_at - left < _SHORT:
            stays[-1] = stays[-1][0], visit.left_at
        else:
            stays.append((visit.came_at, visit.left_at))
    if not stays:
        return " —" if transcript.visits else ""
    return " " + ", ".join(
        f"{came:%H:%M}–{left:%H:%M}" if left else f"{came:%H:%M}–"
        for came, left in ((came.astimezone(zone), left and left.astimezone(zone)) for came, left in stays)
    )


def _entry(entry: Entry, *, bilingual: bool) -> list[str]:
    seconds = entry.start_ms // 1000
    clock = f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"
    caption = entry.stored.caption
    marks = ["⇄"] if INTERPRETATION_FLAG in caption.flags else []
    marks += [f"✎ {caption.by}"] if caption.by else []
    heading = f"[{clock}] {entry.speaker_name}" + (f" ({', '.join(marks)})" if marks else "")
    if not bilingual:
        return [f"{heading}: {entry.lines[0].text}"]
    return [heading, *(f"  {line.lang}: {line.text}" for line in entry.lines)]
