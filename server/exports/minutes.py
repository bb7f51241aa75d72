"""Minutes to read: who met whom and when, then everything that was said.

⇄: what an interpreter said into a channel, once more. ✎: who corrected it.
"""

from __future__ import annotations

from server.exports.transcript import Entry, Transcript
from wire.captions import INTERPRETATION_FLAG


def to_text(transcript: Transcript) -> str:
    room = transcript.room
    begin = room.opened_at or room.starts_at
    head = [room.title]
    if room.event:
        head.append(room.event)
    if begin is not None:
        head.append(begin.strftime("%Y-%m-%d %H:%M UTC"))
    head += [
        f"- {person.name}" + (f" ({person.company})" if person.company else "")
        for person in transcript.people
    ]
    blocks = ["\n".join(head)]
    blocks += ["\n".join(_entry(entry, bilingual=transcript.lang is None)) for entry in transcript.entries]
    return "\n\n".join(blocks) + "\n"


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
