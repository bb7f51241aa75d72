"""Minutes to read: who met whom, from when to when, then everything that was said. Times are the event's,
with a date where it is not the heading's.

—: was expected and never came. ⇄: what an interpreter said into a channel, once more. ✎: who corrected it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from server.attendance import EXPECTED
from server.exports.transcript import Entry, Transcript
from server.store.records import Visit
from wire.captions import INTERPRETATION_FLAG

_SHORT = timedelta(minutes=2)


def to_text(transcript: Transcript) -> str:
    room, begin = transcript.room, _begin(transcript)
    head = [room.title]
    if room.event:
        head.append(room.event)
    if begin is not None:
        head.append(f"{begin:%Y-%m-%d %H:%M} {transcript.time_zone}")
    head += _attendance(transcript)
    blocks = ["\n".join(head)]
    blocks += ["\n".join(_entry(entry, bilingual=transcript.lang is None)) for entry in transcript.entries]
    return "\n\n".join(blocks) + "\n"


def _begin(transcript: Transcript) -> datetime | None:
    begin = transcript.room.opened_at or transcript.room.starts_at
    return begin and begin.astimezone(ZoneInfo(transcript.time_zone))


def _attendance(transcript: Transcript) -> list[str]:
    """Who is expected and has a place, and who else came or spoke; organisers only where they spoke."""
    placed = {person.id for person in transcript.room.people}
    spoke = {entry.speaker.id for entry in transcript.entries}
    lines = []
    for person in transcript.people:
        visits = [visit for visit in transcript.visits if visit.person == person.id]
        expected = person.role in EXPECTED and person.id in placed
        if expected or person.id in spoke or (visits and person.role != "organiser"):
            company = f" ({person.company})" if person.company else ""
            missed = bool(transcript.visits) and not visits and person.id not in spoke
            times = " —" if missed else _times(transcript, visits)
            lines.append(f"- {person.name or person.id}{company}{times}")
    return lines


def _times(transcript: Transcript, visits: Sequence[Visit]) -> str:
    """Lost connections are no leaving. Nothing where nobody's coming was noted."""
    zone, begin = ZoneInfo(transcript.time_zone), _begin(transcript)
    stays: list[tuple[datetime, datetime | None]] = []
    for visit in sorted(visits, key=lambda each: each.came_at):
        if stays and (left := stays[-1][1]) is not None and visit.came_at - left < _SHORT:
            stays[-1] = stays[-1][0], visit.left_at
        else:
            stays.append((visit.came_at, visit.left_at))
    texts = []
    for came, left in ((came.astimezone(zone), left and left.astimezone(zone)) for came, left in stays):
        until = _time(left, came.date()) if left else ""
        texts.append(f"{_time(came, begin and begin.date())}–{until}")
    return " " + ", ".join(texts) if texts else ""


def _time(moment: datetime, known: date | None) -> str:
    return f"{moment:%H:%M}" if moment.date() == known else f"{moment:%Y-%m-%d %H:%M}"


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
