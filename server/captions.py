"""One room's captions: from the recogniser's hypotheses to what the pages show. No clock, no database."""

from __future__ import annotations

import statistics
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from wire.captions import INTERPRETATION_FLAG, Caption
from wire.languages import primary, same_language
from wire.links import Hypothesis, Models, Route

LOW_CONFIDENCE = 0.6
"""Finals whose mean token probability is below are marked for the interpreter."""
JOIN_CAPTIONS = 200
"""How many captions somebody who joins is shown."""
KEPT_CAPTIONS = 500
"""Finals kept in memory; those before them are in the database only."""
_LAG_FINALS = 20
_REMEMBERED_UTTERANCES = 256


@dataclass(frozen=True, slots=True)
class Utterance:
    """Where a hypothesis comes from: `instance` is the life of the transcription worker."""

    instance: str
    track: str
    number: int

    @property
    def source(self) -> str:
        """As the database knows it."""
        return f"{self.instance}:{self.track}:{self.number}"


class CaptionBook:
    """Keeps what is shown: partials by their utterance, the last finals by their id."""

    def __init__(self, room: str, opened_at: datetime, captions: Iterable[Caption]) -> None:
        self.room = room
        self._opened_ms = round(opened_at.timestamp() * 1000)
        self._captions: dict[str, Caption] = {}
        for caption in captions:
            self._keep(caption)
        self._partials: dict[Utterance, Caption] = {}
        self._ids: dict[Utterance, str] = {}
        self._interpretations: set[Utterance] = set()
        """Those said into a channel when they began."""
        self._finished: deque[Utterance] = deque(maxlen=_REMEMBERED_UTTERANCES)
        self._lags_ms: deque[int] = deque(
            (caption.lag_ms for caption in list(self._captions.values())[-_LAG_FINALS:]),
            maxlen=_LAG_FINALS,
        )

    def is_finished(self, utterance: Utterance) -> bool:
        """Whether its final was seen; a worker may send it again after its link was lost."""
        return utterance in self._finished

    def needs_id(self, utterance: Utterance) -> bool:
        return utterance not in self._ids

    def give_id(
        self, utterance: Utterance, person: str, number: int, *, interpretation: bool = False
    ) -> None:
        """`interpretation`: said into a channel, which stays so whatever its speaker does next."""
        self._ids[utterance] = f"{self.room}-{person}-{number}"
        if interpretation:
            self._interpretations.add(utterance)

    def revise(
        self, utterance: Utterance, person: str, hypothesis: Hypothesis, flags: tuple[str, ...]
    ) -> Caption | None:
        """The utterance's next revision, which is not kept yet; None when it says nothing new."""
        shown = self._partials.get(utterance)
        if self.is_finished(utterance):
            return None
        if shown is not None and hypothesis.state == "partial" and hypothesis.rev <= shown.rev:
            return None
        start_ms = max(0, hypothesis.start_wall_ms - self._opened_ms)
        return Caption(
            id=self._ids[utterance],
            rev=max(hypothesis.rev, shown.rev + 1 if shown else 1),
            speaker=person,
            state=hypothesis.state,
            lang=hypothesis.lang,
            text=hypothesis.text,
            stable=min(hypothesis.stable, len(hypothesis.text)),
            translations=hypothesis.translations,
            confidence=hypothesis.confidence,
            flags=(*flags, INTERPRETATION_FLAG) if utterance in self._interpretations else flags,
            start_ms=start_ms,
            end_ms=max(start_ms, hypothesis.end_wall_ms - self._opened_ms),
            lag_ms=hypothesis.lag_ms,
        )

    def keep_partial(self, utterance: Utterance, caption: Caption) -> None:
        self._partials[utterance] = caption

    def keep_final(self, utterance: Utterance, caption: Caption) -> None:
        self._keep(caption)
        self._lags_ms.append(caption.lag_ms)
        self.finish(utterance)

    def finish(self, utterance: Utterance) -> Caption | None:
        """Nothing more will come of the utterance; the partial that was shown last, if any."""
        self._finished.append(utterance)
        self._ids.pop(utterance, None)
        self._interpretations.discard(utterance)
        return self._partials.pop(utterance, None)

    def abandon(self, instance: str) -> list[Caption]:
        """The worker is gone: its partials are withdrawn.

        Should it come back after all, a final that waited for its link gets an id of its own.
        """
        lost = [utterance for utterance in self._ids if utterance.instance == instance]
        for utterance in lost:
            del self._ids[utterance]
            self._interpretations.discard(utterance)
        partials = (self._partials.pop(utterance, None) for utterance in lost)
        return [caption for caption in partials if caption is not None]

    def add(self, caption: Caption) -> None:
        """One that nobody spoke."""
        self._keep(caption)

    def now_ms(self, wall_s: float) -> int:
        """Since the opening."""
        return max(0, round(wall_s * 1000) - self._opened_ms)

    def replace(self, caption: Caption) -> None:
        """A further revision of a final."""
        if caption.id in self._captions:
            self._captions[caption.id] = caption

    def get(self, caption_id: str) -> Caption | None:
        """Its newest final revision, None also when it is too old to be kept here."""
        return self._captions.get(caption_id)

    def is_partial(self, caption_id: str) -> bool:
        return any(caption.id == caption_id for caption in self._partials.values())

    def latest(self, missed: Iterable[Caption] = ()) -> tuple[Caption, ...]:
        """Finals for somebody who joins, oldest first; `missed` ones of whatever age are among them."""
        newest = sorted(self._captions.values(), key=lambda caption: caption.start_ms)[-JOIN_CAPTIONS:]
        shown = {caption.id: caption for caption in missed}
        shown |= {caption.id: caption for caption in newest}
        return tuple(sorted(shown.values(), key=lambda caption: caption.start_ms))

    def lag_ms(self) -> float | None:
        """Median of the last finals."""
        return statistics.median(self._lags_ms) if self._lags_ms else None

    def _keep(self, caption: Caption) -> None:
        self._captions[caption.id] = caption
        if len(self._captions) > KEPT_CAPTIONS:
            del self._captions[next(iter(self._captions))]


def flags_of(hypothesis: Hypothesis, targets: Iterable[str], models: Models | None) -> tuple[str, ...]:
    """The worker's flags, and what only the server knows: languages read in the room without a route."""
    flags = list(hypothesis.flags)
    confidence = hypothesis.confidence
    if hypothesis.state == "final" and confidence is not None and confidence < LOW_CONFIDENCE:
        flags.append("low_confidence")
    missing = (target for target in targets if target not in hypothesis.translations)
    return tuple(dict.fromkeys((*flags, *unreachable(hypothesis.lang, missing, models))))


def unreachable(lang: str, targets: Iterable[str], models: Models | None) -> tuple[str, ...]:
    """A flag for each language that nothing translates into."""
    routes = models.routes if models is not None else ()
    return tuple(
        f"no_route:{target}"
        for target in targets
        if not same_language(lang, target) and not any(_leads(route, lang, target) for route in routes)
    )


def _leads(route: Route, source: str, target: str) -> bool:
    return primary(route.source) == primary(source) and primary(route.target) == primary(target)
