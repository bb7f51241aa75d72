"""A sheet of terms: a heading of languages, then one term a line; files as those of the schedule."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass

from server.glossary import MAX_TERMS, Terms, key
from server.one_line import is_one_line
from server.schedule.cells import parse_language
from server.schedule.problems import Problem
from server.schedule.sheet import MAX_ERRORS, CellError, ScheduleInvalid, SheetUnreadable, records
from server.store.records import GlossaryTerm
from wire.glossary import MAX_TERM_CHARS

TERM = "term"
_TERM_HEADINGS = frozenset({"term", "용어", "원어", "术语"})
_BOM = "\ufeff"
"""Without it Excel takes UTF-8 for the system's own encoding."""


class GlossaryInvalid(ScheduleInvalid):
    """The sheet has errors; nothing was imported."""

    code = "glossary_invalid"


@dataclass(frozen=True, slots=True)
class TermSheet:
    """With any error nothing of the sheet is imported."""

    terms: Terms
    errors: tuple[CellError, ...]

    def check(self) -> None:
        """Raises GlossaryInvalid when the sheet has errors."""
        if self.errors:
            raise GlossaryInvalid(self.errors)


def read_terms(data: bytes) -> TermSheet:
    """Raises UnsupportedType for a workbook."""
    errors: list[CellError] = []
    terms: dict[str, tuple[int, GlossaryTerm]] = {}
    headings: list[str] = []
    languages: list[str] = []
    try:
        for line, cells in records(data):
            if not headings:
                headings = cells
                languages = _languages(line, cells, errors)
                if errors:
                    break
                continue
            if len(errors) >= MAX_ERRORS:
                break
            if len(terms) >= MAX_TERMS:
                raise SheetUnreadable(line, "too_many_rows", limit=MAX_TERMS)
            term = _term(line, cells, headings, languages, errors)
            if term is None:
                continue
            earlier = terms.setdefault(key(term.term), (line, term))[0]
            if earlier != line:
                errors.append(CellError(line, None, "duplicate_row", {"line": earlier}))
    except SheetUnreadable as unreadable:
        errors.append(unreadable.error)
    if not errors and not terms:
        errors.append(CellError(1, None, "empty_sheet"))
    return TermSheet(tuple(term for _, term in terms.values()), tuple(errors[:MAX_ERRORS]))


def write_terms(terms: Terms) -> str:
    """What `read_terms` makes the same terms of."""
    languages = list(dict.fromkeys(tag for entry in terms for tag in entry.translations)) or ["ko"]
    named = any(entry.term != _first(entry, languages) for entry in terms)
    written = io.StringIO()
    sheet = csv.writer(written)
    sheet.writerow([*([TERM] if named else []), *languages])
    for entry in terms:
        cells = [entry.translations.get(tag, "") for tag in languages]
        sheet.writerow([*([entry.term] if named else []), *cells])
    return _BOM + written.getvalue()


def _first(entry: GlossaryTerm, languages: list[str]) -> str | None:
    return next((entry.translations[tag] for tag in languages if tag in entry.translations), None)


def _languages(line: int, headings: list[str], errors: list[CellError]) -> list[str]:
    """The language of each column, `term` for the one that names none, nothing under an empty heading."""
    languages: list[str] = []
    for heading in headings:
        language = ""
        if heading.strip().casefold() in _TERM_HEADINGS:
            language = TERM
        elif heading:
            try:
                language = parse_language(heading)
            except Problem:
                errors.append(CellError.of(line, heading, Problem("unknown_column", column=heading)))
        if language and language in languages:
            errors.append(CellError.of(line, heading, Problem("duplicate_column", column=heading)))
        languages.append(language)
    return languages


def _term(
    line: int, cells: list[str], headings: list[str], languages: list[str], errors: list[CellError]
) -> GlossaryTerm | None:
    """None where the line is wrong."""
    before = len(errors)
    found: dict[str, str] = {}
    for index, cell in enumerate(cells):
        if not cell:
            continue
        heading = headings[index] if index < len(headings) else ""
        if not heading:
            problem = Problem("unnamed_column", number=index + 1, value=cell)
            errors.append(CellError.of(line, None, problem))
        elif len(cell) > MAX_TERM_CHARS:
            errors.append(CellError(line, heading, "too_long", {"limit": MAX_TERM_CHARS}))
        elif not is_one_line(cell):
            errors.append(CellError(line, heading, "bad_character"))
        else:
            found[languages[index]] = cell
    if len(errors) > before:
        return None
    term = found.pop(TERM, None) or next(iter(found.values()))
    return GlossaryTerm(term, found)
