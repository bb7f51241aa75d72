"""What can be wrong with a list: each code's sentence in English. Pages have their own (`problem.CODE`)."""

from __future__ import annotations

from collections.abc import Mapping

Value = str | int
MAX_QUOTED_CHARS = 40

SENTENCES: Mapping[str, str] = {
    "bad_encoding": "the file is neither UTF-8 nor CP949; save it as “CSV UTF-8”",
    "bad_csv": "this line cannot be read: {reason}",
    "bad_workbook": "this is no workbook that can be read; save it again as XLSX",
    "too_large_workbook": "this workbook is too large; keep the schedule alone in it",
    "too_many_sheets": "a workbook may have at most {limit} sheets",
    "too_many_rows": "a sheet may have at most {limit} lines",
    "empty_sheet": "there is nothing in the sheet to import",
    "missing_column": "the column “{column}” is missing",
    "no_people_column": "there is no column of a seller or buyer",
    "unknown_column": "the column “{column}” is not known",
    "duplicate_column": "the column “{column}” is there twice",
    "unnamed_column": "cell {number} has no heading: “{value}”",
    "missing_value": "this cell must be filled in",
    "no_people": "there is neither a seller nor a buyer",
    "no_event": "it is not clear which event this belongs to; add a column “행사” (event)",
    "bad_date": "“{value}” is not a date; write 2026-11-22",
    "bad_time": "“{value}” is not a time; write 09:00",
    "bad_duration": "“{value}” is not a number of minutes between 1 and {limit}",
    "bad_language": "“{value}” is not a language; write ko, zh-Hans, en, vi …",
    "bad_timezone": "“{value}” is not a time zone; write Asia/Seoul",
    "bad_glossary": "“{value}” is not a term; write 코팅제 = zh-Hans: 涂层剂 | en: coating agent",
    "too_many_terms": "there are more than {limit} terms",
    "bad_role": "“{value}” is no role; write seller, buyer or interpreter",
    "bad_email": "“{value}” is no mail address",
    "bad_hours": "“{value}” has no start and end; write 2026-11-23 09:00~18:00",
    "bad_character": "a cell may have neither line breaks nor control characters",
    "too_long": "this may have at most {limit} characters",
    "end_before_start": "the end must be after the start",
    "duration_differs": "start and end are {minutes} minutes apart, not {written}",
    "unknown_seller": "there is no seller “{value}” in the event",
    "unknown_buyer": "there is no buyer “{value}” in the event",
    "several_participants": "there are several of “{value}”; write the name too",
    "bad_wish": "“{value}” is no wish; write must, want or no",
    "wish_differs": "line {line} says something else about the same",
    "duplicate_row": "this is the same as in line {line}",
    "clash": "{name} is in line {line} at that time",
    "clash_with_room": "{name} is already in “{title}” at that time",
    "outside_the_day": "for {name} it is {start}–{end} ({zone})",
    "not_listed": "“{name}” is not in the sheet of participants, at least not written like this",
    "outside_hours": "{name} cannot be had then, by the hours given",
    "other_languages": "{name} does not interpret between the languages spoken here",
    "no_break": "{name} would interpret {minutes} minutes without a break and alone",
}
"""`line` of another sheet is written `SHEET!LINE`."""


def sentence(code: str, params: Mapping[str, Value]) -> str:
    return SENTENCES[code].format_map(params)


class Problem(ValueError):
    """Of one cell. `params` are what its sentence is filled in with."""

    def __init__(self, code: str, **params: Value) -> None:
        self.code = code
        self.params = {name: _short(value) for name, value in params.items()}
        super().__init__(sentence(code, self.params))


def _short(value: Value) -> Value:
    if isinstance(value, str) and len(value) > MAX_QUOTED_CHARS:
        return f"{value[:MAX_QUOTED_CHARS]}…"
    return value
