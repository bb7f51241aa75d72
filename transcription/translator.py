"""Translation of captions by the sentence, each once, batched over rooms and target languages."""

from __future__ import annotations

from collections import Counter, OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Protocol, runtime_checkable

from transcription.glossary import NO_GLOSSARY, Glossary
from transcription.protection import (
    Attempt,
    Experience,
    Sentence,
    Strategy,
    translate_plainly,
    translate_protected,
)
from transcription.routes import Pair, best_pairs, best_routes, closest, wire_routes
from transcription.sentences import closed_sentences, join_sentences, split_sentences
from wire.captions import MAX_TEXT_CHARS, Translation
from wire.links import Route

CACHED_SENTENCES = 8_192
"""Far more than all rooms speak while one utterance lasts, so that a settled sentence stays as it is."""


class PairTranslator(Protocol):
    """One direct pair of an engine (see `transcription.argos`)."""

    @property
    def engine(self) -> str: ...
    @property
    def source(self) -> str: ...
    @property
    def target(self) -> str: ...
    def settled(self, sentences: Sequence[str]) -> list[str]: ...
    def open(self, sentences: Sequence[str], shown: Sequence[str]) -> list[str]: ...
    def likelihoods(self, sentences: Sequence[str], translations: Sequence[str]) -> list[float]:
        """Mean log-probability of each translation's tokens."""
        ...


@dataclass(frozen=True, slots=True)
class PairRequest:
    """One sentence of a batch that goes through several pairs."""

    pair: Pair
    sentence: str
    shown: str = ""


class SharedModel(Protocol):
    """One model for many pairs (see `transcription.m2m`)."""

    def settled(self, requests: Sequence[PairRequest]) -> list[str]: ...
    def open(self, requests: Sequence[PairRequest]) -> list[str]: ...


@runtime_checkable
class SharedPair(Protocol):
    """A pair whose sentences go in one batch with those of its model's other pairs."""

    @property
    def model(self) -> SharedModel: ...


@dataclass(frozen=True, slots=True)
class TranslationItem:
    """One caption's text and the languages to put it into."""

    text: str
    source: str
    targets: tuple[str, ...]
    previous: Mapping[str, str]
    """By target, the translation that is on the screens now."""
    final: bool
    stable: int = 0
    """Characters of a partial's `text` that will not change; whole sentences inside them are settled."""
    glossary: Glossary = NO_GLOSSARY
    """Terms that come out exactly as given."""


@dataclass(frozen=True, slots=True)
class _Request:
    sentence: str
    settled: bool
    shown: str = ""
    """What an open sentence's viewers see so far."""


_Asked = tuple[Pair, _Request]


@dataclass(slots=True)
class _Line:
    """One target of one item."""

    item: int
    target: str
    sentences: list[Sentence]
    settled: int
    """How many of the first sentences will not change again."""

    def result(self, texts: Sequence[str]) -> Translation:
        text = join_sentences(texts, self.target)[:MAX_TEXT_CHARS]
        settled = join_sentences(texts[: self.settled], self.target)
        return Translation(text=text, stable=min(len(settled), len(text)))


@dataclass(slots=True)
class _Journey:
    """An attempt on its way along its route; `texts`: what it was before and after each leg so far."""

    attempt: Attempt
    route: tuple[Pair, ...]
    texts: list[str]

    def request(self, leg: int) -> _Request:
        last = leg == len(self.route) - 1
        return _Request(self.texts[-1], self.attempt.settled, self.attempt.shown if last else "")


class Translator:
    """For one thread at a time. `counters`: sentences `translated`, or found in the cache (`cached`)."""

    def __init__(self, pairs: Sequence[PairTranslator], *, cached_sentences: int = CACHED_SENTENCES) -> None:
        self._pairs = best_pairs(pairs)
        self._routes = best_routes(self._pairs)
        self._sources = {source for source, _ in self._routes}
        self._cache: OrderedDict[tuple[Pair, _Request], str] = OrderedDict()
        self._protected: OrderedDict[Sentence, str] = OrderedDict()
        """Settled sentences with terms in them: what was settled stays, whatever was learnt meanwhile."""
        self._experience = Experience()
        self._cached_sentences = cached_sentences
        self.counters: Counter[str] = Counter()

    def routes(self) -> tuple[Route, ...]:
        """Every translation that can be made, sorted."""
        return wire_routes({pair: model.engine for pair, model in self._pairs.items()})

    def translate(self, items: Sequence[TranslationItem]) -> list[dict[str, Translation]]:
        """One answer an item, in order; targets without a route are left out."""
        lines = [
            line
            for index, item in enumerate(items)
            for target in item.targets
            if (line := self._line(index, item, target)) is not None
        ]
        found = self._carry_out({sentence for line in lines for sentence in line.sentences})
        answers: list[dict[str, Translation]] = [{} for _ in items]
        for line in lines:
            answers[line.item][line.target] = line.result([found[sentence] for sentence in line.sentences])
        return answers

    def _line(self, index: int, item: TranslationItem, target: str) -> _Line | None:
        route = self._route(item.source, target)
        if route is None:
            return None
        whole = split_sentences(item.text)
        settled = len(whole) if item.final else closed_sentences(whole, item.stable)
        shown = [] if item.final else split_sentences(item.previous.get(target, ""))
        sentences = [
            Sentence(
                text=sentence.strip(),
                route=route,
                target=target,
                settled=at < settled,
                shown=shown[at].strip() if settled <= at < len(shown) else "",
                found=item.glossary.find(sentence.strip(), item.source, target),
            )
            for at, sentence in enumerate(whole)
        ]
        return _Line(index, target, sentences, settled)

    def _route(self, source: str, target: str) -> tuple[Pair, ...] | None:
        start = closest(source, self._sources)
        if start is None:
            return None
        end = closest(target, {reached for origin, reached in self._routes if origin == start})
        return self._routes[start, end] if end else None

    def _carry_out(self, sentences: set[Sentence]) -> dict[Sentence, str]:
        """Every sentence's strategy, the attempts of all of them together."""
        found: dict[Sentence, str] = {}
        waiting: dict[Sentence, tuple[Strategy, list[Attempt]]] = {}
        for sentence in sentences:
            if sentence in self._protected:
                self._protected.move_to_end(sentence)
                found[sentence] = self._protected[sentence]
            else:
                waiting[sentence] = (self._strategy(sentence), [])
        while waiting:
            going_on: dict[Sentence, tuple[Strategy, list[Attempt]]] = {}
            for sentence, (strategy, _) in waiting.items():
                try:
                    going_on[sentence] = (strategy, next(strategy))
                except StopIteration as end:
                    found[sentence] = end.value
                    self._remember_protected(sentence, end.value)
            self._travel(
                [
                    _Journey(attempt, sentence.route, [attempt.text])
                    for sentence, (_, attempts) in going_on.items()
                    for attempt in attempts
                ]
            )
            waiting = going_on
        return found

    def _strategy(self, sentence: Sentence) -> Strategy:
        if sentence.found:
            self.counters["protected"] += 1
            return translate_protected(sentence, self._experience)
        return translate_plainly(sentence)

    def _travel(self, journeys: Sequence[_Journey]) -> None:
        """Takes every attempt along its route; one that lost its stand-in goes no further."""
        for leg in range(max((len(journey.route) for journey in journeys), default=0)):
            self._go_along(
                leg,
                [journey for journey in journeys if leg < len(journey.route) and not journey.attempt.lost],
            )
        for journey in journeys:
            if not journey.attempt.lost:
                journey.attempt.result = journey.texts[-1]
        self._judge([one for one in journeys if one.attempt.mask and one.attempt.settled])

    def _go_along(self, leg: int, journeys: Sequence[_Journey]) -> None:
        """Takes them one pair further."""
        wanted: dict[Pair, set[_Request]] = {}
        for journey in journeys:
            wanted.setdefault(journey.route[leg], set()).add(journey.request(leg))
        found = self._translations(wanted)
        for journey in journeys:
            pair, mask = journey.route[leg], journey.attempt.mask
            journey.texts.append(found[pair][journey.request(leg)])
            if mask is not None and not mask.holds(journey.texts[-1], pair[1]):
                journey.attempt.lost = True
                self.counters["lost_stand_ins"] += 1

    def _judge(self, journeys: Sequence[_Journey]) -> None:
        """How likely the models find what they wrote."""
        steps = [
            (pair, journey, texts)
            for journey in journeys
            if not journey.attempt.lost
            for pair, texts in zip(journey.route, pairwise(journey.texts), strict=True)
        ]
        for pair in {pair for pair, _, _ in steps}:
            here = [(journey, texts) for other, journey, texts in steps if other == pair]
            scores = self._pairs[pair].likelihoods(
                [before for _, (before, _) in here], [after for _, (_, after) in here]
            )
            for (journey, _), score in zip(here, scores, strict=True):
                journey.attempt.likelihood = min(journey.attempt.likelihood, score)

    def _translations(self, wanted: Mapping[Pair, set[_Request]]) -> dict[Pair, dict[_Request, str]]:
        found: dict[Pair, dict[_Request, str]] = {pair: {} for pair in wanted}
        missing: dict[tuple[int, bool], list[_Asked]] = {}
        for pair, requests in wanted.items():
            model = self._pairs[pair]
            batch = id(model.model if isinstance(model, SharedPair) else model)
            for request in requests:
                text = self._known(pair, request)
                if text is None:
                    missing.setdefault((batch, request.settled), []).append((pair, request))
                else:
                    found[pair][request] = text
                    self.counters["cached"] += 1
        for asked in missing.values():
            self.counters["translated"] += len(asked)
            for (pair, request), text in zip(asked, self._ask(asked), strict=True):
                found[pair][request] = text
                self._remember(pair, request, text)
        return found

    def _ask(self, asked: Sequence[_Asked]) -> list[str]:
        """All of them in one batch: they are for one model, and all of them settled or none."""
        (first, request), sentences = asked[0], [request.sentence for _, request in asked]
        pair = self._pairs[first]
        if isinstance(pair, SharedPair):
            requests = [PairRequest(leg, one.sentence, one.shown) for leg, one in asked]
            return pair.model.settled(requests) if request.settled else pair.model.open(requests)
        if request.settled:
            return pair.settled(sentences)
        return pair.open(sentences, [one.shown for _, one in asked])

    def _known(self, pair: Pair, request: _Request) -> str | None:
        if not any(character.isalpha() for character in request.sentence):
            return request.sentence  # numbers and marks read the same everywhere
        for key in ((pair, _Request(request.sentence, True)), (pair, request)):
            if key in self._cache:
                self._cache.move_to_end(key)
                return self._cache[key]
        return None

    def _remember(self, pair: Pair, request: _Request, text: str) -> None:
        self._cache[pair, request] = text
        while len(self._cache) > self._cached_sentences:
            self._cache.popitem(last=False)

    def _remember_protected(self, sentence: Sentence, text: str) -> None:
        if not (sentence.found and sentence.settled):
            return
        self._protected[sentence] = text
        while len(self._protected) > self._cached_sentences:
            self._protected.popitem(last=False)
