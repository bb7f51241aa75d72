"""Which translation pairs lead from one language to another: the direct one, or two through English.

A model made for one pair (Argos) is better at it than one made for a hundred languages (M2M-100); one that
goes the direct way loses less than two in a row. So the order is: a direct pair of Argos, a direct pair of
M2M-100, two pairs through English, each by the same rule.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from itertools import pairwise
from typing import Protocol, TypeVar

from wire.languages import primary, same_language
from wire.links import Route

Pair = tuple[str, str]
"""(source, target), as language tags."""

ENGINES = ("argos", "m2m")
"""From the first choice for a pair to the last; unknown ones come first of all."""

PIVOT = "en"
_TRADITIONAL = frozenset({"Hant", "TW", "HK", "MO"})


class Offer(Protocol):
    """One direct pair that an engine has."""

    @property
    def engine(self) -> str: ...
    @property
    def source(self) -> str: ...
    @property
    def target(self) -> str: ...


AnOffer = TypeVar("AnOffer", bound=Offer)


def best_pairs(offers: Iterable[AnOffer]) -> dict[Pair, AnOffer]:
    """One offer for each pair, by the order of `ENGINES`."""
    able = sorted(offers, key=_rank, reverse=True)
    return {(offer.source, offer.target): offer for offer in able}


def _rank(offer: Offer) -> int:
    return ENGINES.index(offer.engine) if offer.engine in ENGINES else -1


def best_routes(pairs: Iterable[Pair]) -> Mapping[Pair, tuple[Pair, ...]]:
    """The pairs to go through for each (source, target); never between two scripts of one language."""
    direct = {pair for pair in pairs if not same_language(*pair)}
    routes: dict[Pair, tuple[Pair, ...]] = {pair: (pair,) for pair in direct}
    sources = {source for source, target in direct if target == PIVOT}
    targets = {target for source, target in direct if source == PIVOT}
    for source in sources:
        for target in targets:
            if not same_language(source, target):
                routes.setdefault((source, target), tuple(pairwise((source, PIVOT, target))))
    return routes


def wire_routes(engines: Mapping[Pair, str]) -> tuple[Route, ...]:
    """Every translation that pairs with these engines can make, sorted."""
    return tuple(
        Route(
            source=source,
            target=target,
            via=tuple(pivot for _, pivot in legs[:-1]),
            engine="+".join(sorted({engines[leg] for leg in legs})),
        )
        for (source, target), legs in sorted(best_routes(engines).items())
    )


def closest(tag: str, known: Collection[str]) -> str | None:
    """The tag among `known` that serves `tag`: itself, its script, the language alone; or None.

    `zh-Hans` → `zh`; `zh-TW` → `zh-Hant` where that is known.
    """
    language, *rest = tag.split("-")
    candidates = [tag]
    if language == "zh" and _TRADITIONAL.intersection(rest):
        candidates.append("zh-Hant")
    candidates.append(primary(tag))
    return next((candidate for candidate in candidates if candidate in known), None)
