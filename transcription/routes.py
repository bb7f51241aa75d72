"""Which translation pairs lead from one language to another: the direct one, or two through English."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from itertools import pairwise

from wire.languages import primary, same_language
from wire.links import Route

Pair = tuple[str, str]
"""(source, target), as language tags."""

PIVOT = "en"
_TRADITIONAL = frozenset({"Hant", "TW", "HK", "MO"})


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
