"""Strict parsers of the two subtitle formats, written from their specifications and not from our writers."""

import html
import re
from dataclasses import dataclass

_VTT_TIMES = re.compile(r"(\d{2,}):([0-5]\d):([0-5]\d)\.(\d{3}) --> (\d{2,}):([0-5]\d):([0-5]\d)\.(\d{3})")
_SRT_TIMES = re.compile(r"(\d{2,}):([0-5]\d):([0-5]\d),(\d{3}) --> (\d{2,}):([0-5]\d):([0-5]\d),(\d{3})")
_VTT_LINE = re.compile(r"<v ([^<>\n]+)><lang ([A-Za-z0-9-]+)>([^<>]*)</lang></v>")
_LINE_ENDS = re.compile(r"\r\n|\n|\r")


@dataclass(frozen=True)
class Cue:
    """`lines`: (speaker, language, text); SRT knows neither and has them empty."""

    id: str
    start_ms: int
    end_ms: int
    lines: tuple[tuple[str, str, str], ...]


def parse_vtt(text: str) -> list[Cue]:
    blocks = _blocks(text)
    assert blocks.pop(0) == ["WEBVTT"]
    cues = []
    for name, times, *payload in blocks:
        assert "-->" not in name
        start, end = _times(_VTT_TIMES, times)
        lines = []
        for line in payload:
            assert "-->" not in line
            found = _VTT_LINE.fullmatch(line)
            assert found is not None, line
            assert not re.search(r"&(?!amp;|lt;|gt;)", line)
            lines.append((html.unescape(found[1]), found[2], html.unescape(found[3])))
        assert lines
        cues.append(Cue(name, start, end, tuple(lines)))
    return cues


def parse_srt(text: str) -> list[Cue]:
    cues = []
    for number, (name, times, *payload) in enumerate(_blocks(text), 1):
        assert name == str(number)
        start, end = _times(_SRT_TIMES, times)
        assert payload
        for line in payload:
            assert "-->" not in line
            assert not re.search(r"<[A-Za-z/!]|\{\\", line), "a player would take this for a tag"
        cues.append(Cue(name, start, end, tuple(("", "", line) for line in payload)))
    return cues


def _blocks(text: str) -> list[list[str]]:
    assert "\0" not in text
    lines = _LINE_ENDS.split(text)
    blocks: list[list[str]] = [[]]
    for line in lines:
        if line:
            blocks[-1].append(line)
        elif blocks[-1]:
            blocks.append([])
    return [block for block in blocks if block]


def _times(pattern: re.Pattern[str], line: str) -> tuple[int, int]:
    found = pattern.fullmatch(line)
    assert found is not None, line
    hours, minutes, seconds, ms = (tuple(map(int, found.groups()))[at::4] for at in range(4))
    start, end = (((hours[at] * 60 + minutes[at]) * 60 + seconds[at]) * 1000 + ms[at] for at in range(2))
    assert start < end
    return start, end
