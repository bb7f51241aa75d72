"""The transcript as data, with every correction."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from server.exports.transcript import Entry, Transcript
from server.store.records import StoredCaption, Visit


def to_json(transcript: Transcript) -> str:
    room = transcript.room
    document = {
        "room": {
            "id": room.id,
            "title": room.title,
            "event": room.event,
            "state": room.state,
            "starts_at": _iso(room.starts_at),
            "duration_min": room.duration_min,
            "opened_at": _iso(room.opened_at),
            "closed_at": _iso(room.closed_at),
        },
        "people": [
            {name: getattr(person, name) for name in ("id", "role", "name", "company", "speaks", "reads")}
            | {"visits": [_visit(visit) for visit in transcript.visits if visit.person == person.id]}
            for person in transcript.people
        ],
        "lang": transcript.lang,
        "captions": [_caption(entry, transcript) for entry in transcript.entries],
    }
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"


def _visit(visit: Visit) -> dict[str, str | None]:
    return {"came_at": _iso(visit.came_at), "left_at": _iso(visit.left_at)}


def _caption(entry: Entry, transcript: Transcript) -> dict[str, Any]:
    caption = entry.stored.caption
    return {
        "id": caption.id,
        "rev": caption.rev,
        "state": caption.state,
        "speaker": {"id": entry.speaker.id, "name": entry.speaker.name, "company": entry.speaker.company},
        "spoken_at": _iso(entry.stored.spoken_at),
        "start_ms": caption.start_ms,
        "end_ms": caption.end_ms,
        "lang": caption.lang,
        "lines": [{"lang": line.lang, "text": line.text} for line in entry.lines],
        "confidence": caption.confidence,
        "flags": list(caption.flags),
        "by": caption.by,
        "revisions": [_revision(saved) for saved in transcript.revisions.get(caption.id, ())],
    }


def _revision(stored: StoredCaption) -> dict[str, Any]:
    caption = stored.caption
    return {
        "rev": caption.rev,
        "state": caption.state,
        "saved_at": _iso(stored.saved_at),
        "by": caption.by,
        "text": caption.text,
        "translations": {tag: line.text for tag, line in caption.translations.items()},
    }


def _iso(time: datetime | None) -> str | None:
    return None if time is None else time.isoformat().replace("+00:00", "Z")
