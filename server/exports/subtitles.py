"""Subtitle files: WebVTT (https://www.w3.org/TR/webvtt1/) and SubRip."""

from __future__ import annotations

import re

from server.exports.transcript import Entry, Transcript

_TAG_LIKE = re.compile(r"<(?=[A-Za-z/!])|\{(?=\\)")
_WIDE = {"<": "＜", "{": "｛"}


def to_vtt(transcript: Transcript) -> str:
    """Cue ids are the captions'; the speaker is a voice span; every line carries its language."""
    blocks = ["WEBVTT"]
    for entry in transcript.entries:
        caption = entry.stored.caption
        times = f"{_clock(entry.start_ms, '.')} --> {_clock(entry.end_ms, '.')}"
        blocks.append("\n".join((caption.id, times, *_vtt_lines(entry))))
    return "\n\n".join(blocks) + "\n"


def to_srt(transcript: Transcript) -> str:
    """The speaker stands before the first line."""
    blocks = []
    for number, entry in enumerate(transcript.entries, 1):
        times = f"{_clock(entry.start_ms, ',')} --> {_clock(entry.end_ms, ',')}"
        first, *others = (line.text for line in entry.lines)
        texts = (f"{_one_line(entry.speaker_name)}: {first}", *others)
        blocks.append("\n".join((str(number), times, *map(_srt_text, texts))))
    return "\n\n".join(blocks) + "\n" if blocks else ""


def _vtt_lines(entry: Entry) -> list[str]:
    name = _vtt_escape(_one_line(entry.speaker_name))
    return [f"<v {name}><lang {line.lang}>{_vtt_escape(line.text)}</lang></v>" for line in entry.lines]


def _vtt_escape(text: str) -> str:
    """WebVTT §4.2.2: `&`, `<` and, because of `-->`, `>`."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _srt_text(text: str) -> str:
    """SubRip has no escapes: what a player would take for a tag or an arrow becomes full-width."""
    return _TAG_LIKE.sub(lambda found: _WIDE[found[0]], text).replace("-->", "--＞")


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _clock(at_ms: int, mark: str) -> str:
    seconds, ms = divmod(at_ms, 1000)
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02}:{minutes:02}:{seconds:02}{mark}{ms:03}"
