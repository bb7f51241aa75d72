"""A list of terms and what may be done to it. Values in, values out; the newest terms come first."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

from server.errors import GlossaryFull, TermNotFound
from server.store.records import GlossaryTerm
from wire.glossary import Term, bounded

MAX_TERMS = 500
"""Of one room, and of one event."""

Terms = tuple[GlossaryTerm, ...]


def key(term: str) -> str:
    """What a term is recognised by: capitals, widths and spaces make no other one."""
    return "".join(unicodedata.normalize("NFKC", term).casefold().split())


def changed(terms: Terms, put: Iterable[GlossaryTerm] = (), remove: Iterable[str] = ()) -> Terms:
    """The list without the terms to `remove`, and with those to `put`: where they stand already, or in front.

    Raises TermNotFound, GlossaryFull.
    """
    known = {key(entry.term): entry for entry in terms}
    for term in remove:
        if known.pop(key(term), None) is None:
            raise TermNotFound(f"there is no term “{term}” in this glossary", field="term")
    new: dict[str, GlossaryTerm] = {}
    for entry in put:
        (known if key(entry.term) in known else new)[key(entry.term)] = entry
    if len(new) + len(known) > MAX_TERMS:
        raise GlossaryFull(f"a glossary may have at most {MAX_TERMS} terms; remove some first")
    return (*new.values(), *known.values())


def merged(room: Terms, event: Terms) -> Terms:
    """What holds in a room: its own terms, and those of its event that it has not."""
    own = {key(entry.term) for entry in room}
    return (*room, *(entry for entry in event if key(entry.term) not in own))


def for_workers(terms: Terms) -> tuple[Term, ...]:
    return bounded(Term(term=entry.term, translations=dict(entry.translations)) for entry in terms)
