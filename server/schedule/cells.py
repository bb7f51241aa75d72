"""What a cell says: dates, times, minutes, languages, glossaries, mail addresses. All raise Problem."""

from __future__ import annotations

import re
from datetime import date, time
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import TypeAdapter, ValidationError

from server.schedule.problems import Problem
from server.store.records import GlossaryTerm
from wire.languages import LanguageTag

MAX_MINUTES = 24 * 60
MAX_TERM_CHARS = 100
MAX_TERMS = 500
YEARS = range(2000, 2200)
"""Others are slips of the finger; times close to the years 1 and 9999 cannot even be reckoned with."""

_DATE = re.compile(r"(\d{4})\s*[-./년]\s*(\d{1,2})\s*[-./월]\s*(\d{1,2})\s*[.일]?\s*(?:\(\w+\))?")
_TIME = re.compile(
    r"(?P<before>오전|오후|am|pm)?\s*(?P<hour>\d{1,2})(?:\s*(?::|시)\s*(?:(?P<minute>\d{1,2})\s*분?)?(?::\d{2})?)"
    r"\s*(?P<after>am|pm)?",
    re.IGNORECASE,
)
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+")
_MINUTES = re.compile(r"(\d{1,4})\s*(?:분|min|minutes)?", re.IGNORECASE)
_LANGUAGE_NAMES = {
    "ko": ("한국어", "국어", "korean", "kr"),
    "zh-Hans": (
        "중국어",
        "중국어간체",
        "간체",
        "chinese",
        "simplifiedchinese",
        "mandarin",
        "zh",
        "zhcn",
        "中文",
    ),
    "zh-Hant": ("중국어번체", "번체", "traditionalchinese", "zhtw", "zhhk", "繁體中文"),
    "yue": ("광둥어", "광동어", "cantonese", "粵語"),
    "en": ("영어", "english"),
    "vi": ("베트남어", "vietnamese", "tiếngviệt"),
    "ja": ("일본어", "japanese", "日本語"),
    "ru": ("러시아어", "russian", "русский"),
    "fil": ("필리핀어", "타갈로그어", "filipino", "tagalog"),
    "th": ("태국어", "thai"),
    "id": ("인도네시아어", "indonesian"),
    "mn": ("몽골어", "mongolian"),
    "es": ("스페인어", "spanish"),
    "fr": ("프랑스어", "french"),
    "de": ("독일어", "german"),
    "ar": ("아랍어", "arabic"),
}
_LANGUAGE_OF = {name: tag for tag, names in _LANGUAGE_NAMES.items() for name in names}
_tag: TypeAdapter[str] = TypeAdapter(LanguageTag)


def parse_date(text: str, today: date) -> date:
    """`2026-11-22`, `2026.11.22.`, `2026년 11월 22일 (일)`, `today` or `오늘`."""
    if text.casefold() in ("today", "오늘"):
        return today
    found = _DATE.fullmatch(text)
    try:
        if found is not None and int(found[1]) in YEARS:
            return date(*map(int, found.groups()))
    except ValueError:
        pass
    raise Problem("bad_date", value=text)


def parse_start(text: str) -> tuple[time, time | None]:
    """A time, or a start and an end: `09:00~09:30`."""
    start, separator, end = re.sub(r"\s*[~–—-]\s*", "~", text).partition("~")
    return parse_time(start), parse_time(end) if separator else None


def parse_time(text: str) -> time:
    """`09:00`, `9:00`, `14시 30분`, `오후 2:30`, `2:30 PM`."""
    found = _TIME.fullmatch(text.strip())
    if found is not None:
        half = (found["before"] or found["after"] or "").casefold()
        hour, minute = int(found["hour"]), int(found["minute"] or 0)
        if half and 1 <= hour <= 12:
            hour = hour % 12 + (12 if half in ("오후", "pm") else 0)
        if hour < 24 and minute < 60:
            return time(hour, minute)
    raise Problem("bad_time", value=text)


def parse_minutes(text: str) -> int:
    found = _MINUTES.fullmatch(text)
    if found is None or not 1 <= int(found[1]) <= MAX_MINUTES:
        raise Problem("bad_duration", value=text, limit=MAX_MINUTES)
    return int(found[1])


def parse_language(text: str) -> str:
    """A BCP 47 tag in any case, or the language's name in Korean or English."""
    name = re.sub(r"[\s_\-()]+", "", text.casefold())
    if name in _LANGUAGE_OF:
        return _LANGUAGE_OF[name]
    parts = text.strip().replace("_", "-").split("-")
    cased = [parts[0].lower()] + [part.title() if len(part) == 4 else part.upper() for part in parts[1:]]
    try:
        return _tag.validate_python("-".join(cased))
    except ValidationError:
        raise Problem("bad_language", value=text) from None


def parse_zone(text: str) -> ZoneInfo:
    try:
        return ZoneInfo(text)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise Problem("bad_timezone", value=text) from None


def parse_email(text: str) -> str:
    if not _EMAIL.fullmatch(text):
        raise Problem("bad_email", value=text)
    return text


def parse_glossary(text: str) -> tuple[GlossaryTerm, ...]:
    """`코팅제 = zh-Hans: 涂层剂 | en: coating agent; 교반`: terms apart by `;`, their translations by `|`."""
    terms = tuple(_term(entry) for entry in text.split(";") if entry.strip())
    if len(terms) > MAX_TERMS:
        raise Problem("too_many_terms", limit=MAX_TERMS)
    return terms


def _term(text: str) -> GlossaryTerm:
    term, separator, rest = text.partition("=")
    translations: dict[str, str] = {}
    for part in rest.split("|") if separator else ():
        tag, colon, translation = part.partition(":")
        if not colon or not 1 <= len(translation.strip()) <= MAX_TERM_CHARS:
            raise Problem("bad_glossary", value=text.strip())
        translations[parse_language(tag)] = translation.strip()
    if not 1 <= len(term.strip()) <= MAX_TERM_CHARS:
        raise Problem("bad_glossary", value=text.strip())
    return GlossaryTerm(term.strip(), translations)
