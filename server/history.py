"""What somebody did at the desk, to be taken back. Values in, values out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from server.replacements import Replacement
from server.store.records import GlossaryTerm
from wire.captions import Caption, Translation

MAX_STEPS = 50
"""Of each person."""

Touched = Mapping[tuple[str, str], int]
"""(caption, language) → the revision in which somebody wrote that line last."""


@dataclass(frozen=True, slots=True)
class Change:
    """One caption, before and after the line in `lang` was written."""

    lang: str
    before: Caption
    after: Caption


@dataclass(frozen=True, slots=True)
class Step:
    """All that one key did: captions, a replacement for lines to come, a term. None: there was, is none."""

    changes: tuple[Change, ...] = ()
    rule_before: Replacement | None = None
    rule_after: Replacement | None = None
    term_before: GlossaryTerm | None = None
    term_after: GlossaryTerm | None = None

    def without(self, changes: tuple[Change, ...]) -> Step:
        """What is left to take back once these were made."""
        made = {(change.after.id, change.lang) for change in changes}
        left = (change for change in self.changes if (change.after.id, change.lang) not in made)
        return replace(self, changes=tuple(left))

    def reversed(self, changes: tuple[Change, ...]) -> Step:
        """What takes back the taking back. `changes`: those that were made."""
        return Step(changes, self.rule_after, self.rule_before, self.term_after, self.term_before)


@dataclass(frozen=True, slots=True)
class History:
    """The last step comes last."""

    undo: tuple[Step, ...] = ()
    redo: tuple[Step, ...] = ()

    def did(self, step: Step) -> History:
        """Something new: what was taken back before is gone."""
        return History((*self.undo, step)[-MAX_STEPS:])

    def without_last(self, *, redo: bool) -> History:
        return replace(self, redo=self.redo[:-1]) if redo else replace(self, undo=self.undo[:-1])

    def taken_up(self, step: Step, *, redo: bool) -> History:
        """With the step last, where `without_last` took it from."""
        return self.undid(step) if redo else self.redid(step)

    def undid(self, inverse: Step) -> History:
        return History(self.undo, (*self.redo, inverse))

    def redid(self, inverse: Step) -> History:
        return History((*self.undo, inverse), self.redo)


@dataclass(slots=True)
class Histories:
    """Of everybody at a room's desk, as long as the server runs."""

    of: dict[str, History] = field(default_factory=dict)
    """By person."""
    touched: dict[tuple[str, str], int] = field(default_factory=dict)

    def get(self, person: str) -> History:
        return self.of.get(person, History())

    def touch(self, change: Change) -> None:
        self.touched[change.after.id, change.lang] = change.after.rev


def reverted(current: Caption, change: Change, touched: Touched) -> Caption | None:
    """The next revision, with the line as it was before; None where somebody wrote it anew since.

    With an original come its translations of before, but for lines that were written since. Those that it had
    not are left out: they belong to the words that are taken back.
    """
    if _text(current, change.lang) != _text(change.after, change.lang):
        return None
    before = change.before
    if change.lang == current.lang:
        written = {
            lang: line
            for lang, line in current.translations.items()
            if touched.get((current.id, lang), 0) > change.after.rev
        }
        text, lines = before.text, {**before.translations, **written}
    else:
        text = current.text
        lines = dict(current.translations)
        lines.pop(change.lang, None)
        if change.lang in before.translations:
            lines[change.lang] = before.translations[change.lang]
    whole = (text, lines) == (before.text, dict(before.translations))
    source = before if whole else current
    update = {
        "rev": current.rev + 1,
        "text": text,
        "stable": len(text),
        "translations": _plain(lines) if not whole else lines,
        "state": source.state,
        "by": source.by,
        "by_id": source.by_id,
        "flags": source.flags,
        "confidence": source.confidence,
    }
    return current.model_copy(update=update)


def _plain(lines: Mapping[str, Translation]) -> dict[str, Translation]:
    """Marks belong to the lines as they stood side by side; they are compared again."""
    return {lang: line.model_copy(update={"marks": (), "original_marks": ()}) for lang, line in lines.items()}


def _text(caption: Caption, lang: str) -> str | None:
    if lang == caption.lang:
        return caption.text
    line = caption.translations.get(lang)
    return None if line is None else line.text
