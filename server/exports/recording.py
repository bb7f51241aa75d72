"""What the program that makes a recording (media/recording) reads: names, captions by wall clock."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from server.exports.transcript import Transcript


def labels(transcripts: Sequence[Transcript]) -> dict[str, Any]:
    """One transcript of the room for each language, which becomes a subtitle track."""
    room = transcripts[0].room
    return {
        "title": room.title,
        "people": {person.id: person.name for person in transcripts[0].people},
        "subtitles": [_track(transcript) for transcript in transcripts if transcript.lang],
    }


def _track(transcript: Transcript) -> dict[str, Any]:
    opened_at = transcript.room.opened_at
    opened_ms = 0 if opened_at is None else int(opened_at.timestamp() * 1000)
    cues = [
        {
            "start_ms": opened_ms + entry.start_ms,
            "end_ms": opened_ms + entry.end_ms,
            "text": f"{entry.speaker_name}: {entry.lines[0].text}",
        }
        for entry in transcript.entries
    ]
    return {"lang": transcript.lang, "title": transcript.lang, "cues": cues}
