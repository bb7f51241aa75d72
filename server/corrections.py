"""What an interpreter's correction makes of a caption. Values in, values out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from server.errors import CaptionChanged
from server.messages import Correct
from server.store.records import Person
from wire.captions import NUMBER_FLAG, Caption, Translation
from wire.errors import BadMessage
from wire.languages import same_language

_DOUBTS = ("low_confidence", NUMBER_FLAG)
"""Flags that a person's reading settles."""


@dataclass(frozen=True, slots=True)
class LastCorrection:
    """Who corrected a caption last, at which revision."""

    rev: int
    person: str


def check_current(correct: Correct, person: str, last: LastCorrection | None) -> None:
    """Raises CaptionChanged when somebody else corrected it after the revision that `person` had seen.

    New translations made by the machine are no conflict, and neither is one's own quick second correction.
    """
    if last is not None and last.rev > correct.rev and last.person != person:
        raise CaptionChanged("somebody else corrected this caption meanwhile")


def corrected(caption: Caption, correct: Correct, by: Person, readable: tuple[str, ...]) -> Caption:
    """The revision with the corrected line. `readable`: languages that are read in the room.

    Raises BadMessage when the caption has no line in that language and nobody reads it.
    """
    lang, text = correct.lang, correct.text
    if lang == caption.lang:
        change: dict[str, object] = {
            "text": text,
            "stable": len(text),
            "translations": {other: _unmarked(line) for other, line in caption.translations.items()},
            "flags": tuple(flag for flag in caption.flags if flag not in _DOUBTS),
        }
    elif lang in caption.translations or (lang in readable and not same_language(lang, caption.lang)):
        lines = {**caption.translations, lang: Translation(text=text, stable=len(text))}
        flags = (flag for flag in caption.flags if flag != f"no_route:{lang}")
        change = {"translations": lines, "flags": _flagged(flags, lines)}
    else:
        raise BadMessage("the caption has no line in this language", field="lang")
    author = {"by": by.name, "by_id": by.id}
    return caption.model_copy(update={"rev": caption.rev + 1, "state": "corrected", **author, **change})


def confirmed(caption: Caption) -> Caption | None:
    """The revision whose doubts somebody's reading has settled; None where there were none."""
    flags = tuple(flag for flag in caption.flags if flag not in _DOUBTS)
    if flags == caption.flags:
        return None
    lines = {lang: _unmarked(line) for lang, line in caption.translations.items()}
    return caption.model_copy(update={"rev": caption.rev + 1, "flags": flags, "translations": lines})


def retranslated(current: Caption, base: Caption, translations: Mapping[str, Translation]) -> Caption | None:
    """The revision with new translations of `base.text`; None when nothing is left to change.

    A line that somebody corrected since `base` stays, and so does everything if the original changed again.
    """
    if current.text != base.text:
        return None
    fresh = {
        lang: translation
        for lang, translation in translations.items()
        if _text(current, lang) == _text(base, lang) and current.translations.get(lang) != translation
    }
    if not fresh:
        return None
    settled = {f"no_route:{lang}" for lang in fresh}
    return _with_lines(current, fresh, settled)


def remarked(current: Caption, text: str, lines: Mapping[str, Translation]) -> Caption | None:
    """The revision with the numbers of `lines`, compared with `text`, marked anew; None when nothing changes.

    Whatever was corrected since is left to the comparison that follows that correction.
    """
    if current.text != text:
        return None
    fresh = {
        lang: line
        for lang, line in lines.items()
        if _text(current, lang) == line.text and current.translations[lang] != line
    }
    return _with_lines(current, fresh, set()) if fresh else None


def _with_lines(caption: Caption, fresh: Mapping[str, Translation], settled: set[str]) -> Caption:
    lines = {**caption.translations, **fresh}
    flags = (flag for flag in caption.flags if flag not in settled)
    change = {"rev": caption.rev + 1, "translations": lines, "flags": _flagged(flags, lines)}
    return caption.model_copy(update=change)


def _flagged(flags: Iterable[str], lines: Mapping[str, Translation]) -> tuple[str, ...]:
    """`number` where one of the lines has marks, and only there."""
    others = tuple(flag for flag in flags if flag != NUMBER_FLAG)
    disagree = any(line.marks or line.original_marks for line in lines.values())
    return (*others, NUMBER_FLAG) if disagree else others


def _unmarked(line: Translation) -> Translation:
    return line.model_copy(update={"marks": (), "original_marks": ()})


def _text(caption: Caption, lang: str) -> str | None:
    line = caption.translations.get(lang)
    return None if line is None else line.text
