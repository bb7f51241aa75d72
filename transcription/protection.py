"""How one sentence is translated so that a room's terms come out exactly as given.

A strategy is a generator: it yields attempts, is resumed when all of them have been made (`Translator` makes
those of every room in one batch), and returns the translation. It goes from the best way to the one that
always works:

1. the sentence as it is, while models have been writing the terms by themselves;
2. with well-known words in the terms' place; where the first kind of word is lost or makes the model doubt,
   with the other kinds too, then with other words of each kind, and the likeliest translation counts;
3. the sentence as it is, the model's own word for the term replaced;
4. the sentence behind a term that stands before it (나노실드의 가격은 → NanoShield: …);
5. the sentence as it is, the terms that are missing in brackets behind it.
"""

from __future__ import annotations

import re
from collections.abc import Generator
from dataclasses import dataclass, field

from transcription.glossary import Found, occurrences
from transcription.particles import following_pattern
from transcription.routes import Pair
from transcription.stand_ins import UNSPACED, Mask, masks, replace
from wire.languages import primary

CONFIDENT = -0.18
"""Mean log-probability of a translation's tokens from which no other stand-in is tried: nearly all that are
worse, and hardly any that are as they should be, lie below (measured with the demo models)."""
DOUBTFUL = -0.45
"""Below, the other words of each kind are tried too."""
HOPELESS = -1.5
"""Below, a translation has little to do with the sentence."""

ALIKE = 0.02
"""Of translations whose likelihoods differ by less, the one with the likelier kind of word counts."""

_TOPIC = re.compile(r"(?:은|는|이|가|을|를|의|에)?(?![\uac00-\ud7a3])\s*")


@dataclass(slots=True)
class Attempt:
    """One text to be taken along a route. Where a stand-in went missing it is `lost` and has no `result`."""

    text: str
    settled: bool
    shown: str = ""
    """What viewers of an open sentence see so far, as the model would have written it."""
    mask: Mask | None = None
    result: str = ""
    lost: bool = False
    likelihood: float = 0.0
    """Of the least likely leg; measured for settled texts with a mask."""


Strategy = Generator[list[Attempt], None, str]


@dataclass(frozen=True, slots=True)
class Sentence:
    """`shown` as in `Attempt`, `found`: the terms in it; `target`: the language tag that viewers read."""

    text: str
    route: tuple[Pair, ...]
    target: str
    settled: bool
    shown: str = ""
    found: tuple[Found, ...] = ()

    @property
    def languages(self) -> tuple[str, ...]:
        """Of the text, and after each leg."""
        return (self.route[0][0], *(target for _, target in self.route))


@dataclass(slots=True)
class Experience:
    """Whether models write a term by themselves: how often they did, less how often they did not."""

    _scores: dict[tuple[str, str, str], int] = field(default_factory=dict)
    _limit: int = 4_096

    def hopeful(self, sentence: Sentence) -> bool:
        return all(self._scores.get(self._key(sentence, one), 0) >= 0 for one in sentence.found)

    def learn(self, sentence: Sentence, missing: set[str]) -> None:
        for one in sentence.found:
            key = self._key(sentence, one)
            score = self._scores.pop(key, 0) + (-1 if one.target in missing else 1)
            self._scores[key] = max(-2, min(2, score))
        while len(self._scores) > self._limit:
            del self._scores[next(iter(self._scores))]

    @staticmethod
    def _key(sentence: Sentence, found: Found) -> tuple[str, str, str]:
        return sentence.languages[0], sentence.languages[-1], found.target


def translate_plainly(sentence: Sentence) -> Strategy:
    """A sentence without terms."""
    attempt = Attempt(sentence.text, sentence.settled, sentence.shown)
    yield [attempt]
    return attempt.result


def translate_protected(sentence: Sentence, experience: Experience) -> Strategy:
    """A sentence with terms."""
    alone = _terms_alone(sentence)
    if alone is not None:
        return alone
    plain: Attempt | None = None
    if experience.hopeful(sentence):
        plain = Attempt(sentence.text, sentence.settled, sentence.shown)
        yield [plain]
        missing = _missing(sentence, plain.result)
        if sentence.settled:
            experience.learn(sentence, missing)
        if not missing:
            return plain.result
    masked = yield from _behind_masks(sentence)
    if masked is not None:
        return masked
    return (yield from _without_masks(sentence, plain))


def _terms_alone(sentence: Sentence) -> str | None:
    """The translation of a sentence that is nothing but terms, or None."""
    parts: list[str] = []
    at = 0
    for one in sentence.found:
        parts += [sentence.text[at : one.start], one.target]
        at = one.end
        if primary(sentence.languages[0]) == "ko" and (attached := _TOPIC.match(sentence.text, at)):
            at = attached.end() if sentence.text[at:].strip() else at
    parts.append(sentence.text[at:])
    if any(character.isalpha() for part in parts[::2] for character in part):
        return None
    return "".join(parts).strip()


def _behind_masks(sentence: Sentence) -> Generator[list[Attempt], None, str | None]:
    likely, spare = (
        [_masked(sentence, mask) for mask in ways]
        for ways in masks(sentence.text, sentence.found, sentence.languages)
    )
    if not likely:
        return None
    first = likely[0]
    yield [first]
    # Two words of a kind may change places unseen: then the likeliest of all ways counts.
    sure = first.likelihood >= CONFIDENT and len({one.target for one in sentence.found}) == 1
    if not first.lost and (sure or not sentence.settled):
        return _uncovered(sentence, first)
    tried = likely
    if likely[1:]:
        yield likely[1:]
    if spare and not any(not one.lost and one.likelihood >= DOUBTFUL for one in tried):
        yield spare
        tried = likely + spare
    whole = [attempt for attempt in tried if not attempt.lost and attempt.likelihood >= HOPELESS]
    if not whole:
        return None
    best = max(attempt.likelihood for attempt in whole)
    return _uncovered(sentence, next(one for one in whole if one.likelihood >= best - ALIKE))


def _masked(sentence: Sentence, mask: Mask) -> Attempt:
    shown = mask.cover(sentence.shown, sentence.target) if sentence.shown else ""
    return Attempt(mask.put_on(sentence.text, sentence.languages[0]), sentence.settled, shown, mask)


def _uncovered(sentence: Sentence, attempt: Attempt) -> str | None:
    return attempt.mask.take_off(attempt.result, sentence.target) if attempt.mask else None


def _without_masks(sentence: Sentence, plain: Attempt | None) -> Strategy:
    terms = {one.target: one for one in sentence.found}
    asked = {target: Attempt(one.written, True) for target, one in terms.items()}
    behind = _behind_a_term(sentence)
    wanted = list(asked.values())
    if plain is None:
        plain = Attempt(sentence.text, sentence.settled, sentence.shown)
        wanted.append(plain)
    if behind is not None:
        wanted.append(behind[1])
    yield wanted
    text = plain.result
    for target in sorted(_missing(sentence, text), key=lambda target: terms[target].start):
        word = asked[target].result.strip(" .,!?。，！？")
        places = occurrences(text, word, sentence.target) if any(map(str.isalpha, word)) else []
        said = sum(one.target == target for one in sentence.found)
        if 1 <= len(places) <= said:
            text = replace(text, places, [target] * len(places), sentence.target)
    missing = [target for target in terms if target in _missing(sentence, text)]
    if not missing:
        return text
    unspaced = primary(sentence.target) in UNSPACED
    if behind is not None and behind[1].result:
        term, attempt = behind
        return f"{term}{'：' if unspaced else ': '}{attempt.result}"
    bracketed = "".join(f"（{target}）" if unspaced else f" [{target}]" for target in missing)
    return f"{text}{bracketed}".strip()


def _behind_a_term(sentence: Sentence) -> tuple[str, Attempt] | None:
    """A Korean sentence that begins with its only term: that term, and the sentence without it."""
    if primary(sentence.languages[0]) != "ko" or len(sentence.found) != 1 or sentence.found[0].start:
        return None
    attached = re.compile(following_pattern(sentence.found[0].written)).match(
        sentence.text, sentence.found[0].end
    )
    rest = sentence.text[attached.end() if attached else sentence.found[0].end :].strip()
    if not any(map(str.isalpha, rest)):
        return None
    return sentence.found[0].target, Attempt(rest, sentence.settled)


def _missing(sentence: Sentence, text: str) -> set[str]:
    """The terms that a translation does not have, written exactly as they are to be."""
    return {
        one.target
        for one in sentence.found
        if not any(
            text[start:end].startswith(one.target)
            for start, end in occurrences(text, one.target, sentence.target)
        )
    }
