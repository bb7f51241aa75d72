"""What an interpreter's correction makes of a caption. Values in, values out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from server.errors import CaptionChanged
from server.messages import Correct
from wire.captions import Caption, Translation
from wire.errors import BadMessage
from wire.languages import same_language

_DOUBTS = ("low_confidence", "number")
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


def corrected(caption: Caption, correct: Correct, by: str, readable: tuple[str, ...]) -> Caption:
    """The revision with the corrected line. `readable`: languages that are read in the room.

    Raises BadMessage when the caption has no line in that language and nobody reads it.
    """
    lang, text = correct.lang, correct.text
    if lang == caption.lang:
        change: dict[str, object] = {
            "text": text,
            "stable": len(text),
            "flags": tuple(flag for flag in caption.flags if flag not in _DOUBTS),
        }
    elif lang in caption.translations or (lang in readable and not same_language(lang, caption.lang)):
        settled = ("number", f"no_route:{lang}")
        change = {
            "translations": {**caption.translations, lang: Translation(text=text, stable=len(text))},
            "flags": tuple(flag for flag in caption.flags if flag not in settled),
        }
    else:
        raise BadMessage("the caption has no line in this language", field="lang")
    return caption.model_copy(update={"rev": caption.rev + 1, "state": "corrected", "by": by, **change})


def retranslated(current: Caption, base: Caption, translations: Mapping[str, Translation]) -> Caption | None:
    """The revision with new translations of `base.text`; None when nothing is left to change.

    A line that somebody corrected since `base` stays, and so does everything if the original changed again.
    """
    if current.text != base.text:
        return None
    fresh = {
        lang: translation
        for lang, translation in translations.items()
        if current.translations.get(lang) == base.translations.get(lang)
        and current.translations.get(lang) != translation
    }
    if not fresh:
        return None
    settled = {f"no_route:{lang}" for lang in fresh}
    return current.model_copy(
        update={
            "rev": current.rev + 1,
            "translations": {**current.translations, **fresh},
            "flags": tuple(flag for flag in current.flags if flag not in settled),
        }
    )
