"""What viewers are sent of one utterance: hypothesis and translations in messages that keep stable text."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from transcription.agreement import Agreement, Unit, common_prefix
from transcription.glossary import glossary_of
from transcription.numbers.marking import details, marked
from transcription.policy import PolicyFactory
from transcription.translator import TranslationItem
from wire.captions import MAX_TEXT_CHARS, NUMBER_FLAG, Span, Translation
from wire.languages import primary
from wire.links import Hypothesis, Track

LOW_CONFIDENCE = 0.6
"""A final whose tokens are on average less probable is marked for the interpreter."""
VERB_FINAL = frozenset({"ko", "ja"})
"""Languages whose sentences turn on their last word, a verb."""


@dataclass(slots=True)
class Retracted:
    """Characters that viewers saw and that were changed afterwards."""

    text: int = 0
    translations: int = 0


class Captioner:
    """The caption of one utterance, from first partial to final. Times are wall clock, ms since 1970."""

    def __init__(
        self, utterance: int, track: Track, start_wall_ms: int, policy: PolicyFactory = Agreement
    ) -> None:
        self.utterance = utterance
        self.track = track
        self.policy = policy(track.lang)
        self.stable_violations = 0
        """Lines that would have taken back stable text; partial ones were withheld."""
        self.retracted = Retracted()
        self._glossary = glossary_of(track.glossary)
        self._start_wall_ms = start_wall_ms
        self._shown: Hypothesis | None = None
        self._translated = ""
        self._guesses: dict[str, str] = {}
        """Target → the newest translation of a partial, whether viewers saw all of it or not."""

    @property
    def shown(self) -> bool:
        """Whether viewers see something of it."""
        return self._shown is not None and bool(self._shown.text)

    def item(self, *, final: bool) -> TranslationItem | None:
        """What to translate now; None when that is done or there is nothing to.

        A partial is translated once part of it is stable: a first guess is too often a wrong one.
        """
        text = self.policy.text if final else self.policy.presentable
        if not text or not self.track.targets:
            return None
        if not final and (text == self._translated or not self.policy.stable):
            return None
        previous = {target: line.text for target, line in self._translations().items()}
        return TranslationItem(
            text=text,
            source=self.track.lang,
            targets=self.track.targets,
            previous=previous,
            final=final,
            stable=len(text) if final else self.policy.stable,
            glossary=self._glossary,
        )

    def partial(
        self, translations: Mapping[str, Translation] | None, *, end_wall_ms: int, now_ms: int
    ) -> Hypothesis | None:
        """The next partial, None when it would show nothing new. Without `translations` those shown stay."""
        text, stable = self.policy.presentable, self.policy.stable
        if not text and not self.shown:
            return None
        if translations is not None:
            self._translated = text
        lines = self._translations() if translations is None else self._still_open(translations)
        shown = self._shown
        if shown and (shown.text, shown.stable, shown.translations) == (text, stable, lines):
            return None
        return self._message("partial", text, stable, lines, end_wall_ms, now_ms)

    def final(
        self,
        translations: Mapping[str, Translation] | None,
        *,
        confidence: float | None,
        end_wall_ms: int,
        now_ms: int,
        flags: tuple[str, ...] = (),
    ) -> Hypothesis | None:
        """The last message; empty text withdraws what is shown. None when nothing was shown or said.

        Without `translations` those shown stay. Numbers that disagree are marked.
        """
        text = self.policy.text
        if not text and self._shown is None:
            return None
        lines = marked(text[:MAX_TEXT_CHARS], self.track.lang, self._settled(translations)) if text else {}
        doubts = ["low_confidence"] if confidence is not None and confidence < LOW_CONFIDENCE else []
        if any(line.marks or line.original_marks for line in lines.values()):
            doubts.append(NUMBER_FLAG)
        return self._message(
            "final",
            text,
            len(text),
            lines,
            end_wall_ms,
            now_ms,
            confidence=confidence if text else None,
            flags=(*flags, *doubts) if text else (),
        )

    def finish(self, units: tuple[Unit, ...]) -> None:
        """Settles the text that `final` will send."""
        self.policy.finish(units)

    def _translations(self) -> dict[str, Translation]:
        return dict(self._shown.translations) if self._shown else {}

    def _settled(self, translations: Mapping[str, Translation] | None) -> dict[str, Translation]:
        lines = {**self._translations(), **(translations or {})}
        return {target: Translation(text=line.text, stable=len(line.text)) for target, line in lines.items()}

    def _still_open(self, translations: Mapping[str, Translation]) -> dict[str, Translation]:
        """A line that was made as a final one promises no more than before: the speaker may go on."""
        before = self._translations()
        lines = dict(before)  # what is not translated this time stays
        for target, line in translations.items():
            shown = before.get(target, Translation(text=""))
            if not line.text.startswith(shown.text[: shown.stable]):
                self.stable_violations += 1
                lines[target] = shown
                continue
            stable = line.stable if line.stable < len(line.text) else 0
            stable = max(stable, shown.stable)
            text = line.text
            if other_order(self.track.lang, target):
                text = agreed(self._guesses.get(target, ""), text, at_least=stable, shown=shown.text)
            self._guesses[target] = line.text
            if text or shown.text:
                lines[target] = Translation(text=text, stable=stable)
        return lines

    def _message(
        self,
        state: str,
        text: str,
        stable: int,
        translations: dict[str, Translation],
        end_wall_ms: int,
        now_ms: int,
        *,
        confidence: float | None = None,
        flags: tuple[str, ...] = (),
    ) -> Hypothesis | None:
        shown = self._shown
        if shown and not (text.startswith(shown.text[: shown.stable]) and stable >= shown.stable):
            self.stable_violations += 1
            if state == "partial":
                return None
        message = Hypothesis(
            track=self.track.track,
            utterance=self.utterance,
            rev=shown.rev + 1 if shown else 1,
            state="final" if state == "final" else "partial",
            lang=self.track.lang,
            text=text[:MAX_TEXT_CHARS],
            stable=min(stable, MAX_TEXT_CHARS),
            translations=translations,
            confidence=confidence,
            flags=flags,
            details=self._details(text, translations) if state == "final" or self.track.details else {},
            start_wall_ms=self._start_wall_ms,
            end_wall_ms=max(end_wall_ms, self._start_wall_ms),
            lag_ms=max(0, now_ms - end_wall_ms),
        )
        if shown:
            self.retracted.text += taken_back(shown.text, message.text)
            for target, line in shown.translations.items():
                now = message.translations.get(target)
                self.retracted.translations += taken_back(line.text, now.text if now else "")
        self._shown = message
        return message

    def _details(self, text: str, lines: Mapping[str, Translation]) -> dict[str, tuple[Span, ...]]:
        texts = {self.track.lang: text[:MAX_TEXT_CHARS]} | {
            target: line.text for target, line in lines.items()
        }
        found = {lang: details(line, lang, self._glossary) for lang, line in texts.items()}
        return {lang: spans for lang, spans in found.items() if spans}


def other_order(source: str, target: str) -> bool:
    """Whether one of the languages has its verb last and the other has not.

    Then models make up a verb for a sentence that is still being spoken, and viewers see what two
    translations in a row agree on.
    """
    return (primary(source) in VERB_FINAL) != (primary(target) in VERB_FINAL)


def agreed(before: str, now: str, *, at_least: int, shown: str) -> str:
    """Of a translation made `now`, the words that the one `before` had too, or that viewers see already."""
    kept = common_prefix(before, now)
    if kept < len(now):
        kept = now.rfind(" ", 0, kept + 1) + 1 if " " in now else kept
    if now.startswith(shown):
        kept = max(kept, len(shown))
    return now[: max(kept, at_least)].rstrip()


def taken_back(shown: str, text: str) -> int:
    """How many characters at the end of what viewers saw are not the beginning of what they see now."""
    return len(shown) - common_prefix(shown, text)
