"""Which formats a transcript can have."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from server.exports.data import to_json
from server.exports.minutes import to_text
from server.exports.subtitles import to_srt, to_vtt
from server.exports.transcript import Transcript


@dataclass(frozen=True, slots=True)
class Format:
    media_type: str
    write: Callable[[Transcript], str]


FORMATS = {
    "json": Format("application/json", to_json),
    "vtt": Format("text/vtt", to_vtt),
    "srt": Format("application/x-subrip", to_srt),
    "txt": Format("text/plain", to_text),
}
