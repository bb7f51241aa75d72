"""Wishes, by either side, for somebody or for a category of products, and what they are worth."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import product

from server.store.identity import folded
from server.store.records import Level, Participant, Wish

Pair = tuple[str, str]
"""A seller's and a buyer's participant id."""
MUST, WANT, WANT_CATEGORY = 100, 4, 2
"""What a side's wish adds. A must counts as much as 25 wants, so that it gives way to none in practice."""
_STRENGTH: Mapping[Level, int] = {"want": 1, "must": 2, "no": 3}


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a pair's wishes come to. `refused_by`: participant ids."""

    score: int
    must: bool = False
    refused_by: tuple[str, ...] = ()


def wanted(participants: Iterable[Participant], wishes: Iterable[Wish]) -> dict[Pair, Wanted]:
    """Every pair that somebody wishes for or refuses.

    A wish for somebody overrides what the same side says of their categories. What one side refuses is not
    placed, whatever the other one wishes.
    """
    parties = {one.id: one for one in participants if one.role in ("seller", "buyer")}
    by_category: dict[str, list[Participant]] = {}
    for one in parties.values():
        for category in {folded(each) for each in one.profile.categories}:
            by_category.setdefault(category, []).append(one)
    direct: dict[tuple[str, str], Level] = {}
    general: dict[tuple[str, str], Level] = {}
    for wish in wishes:
        who = parties.get(wish.participant)
        if who is None:
            continue
        if wish.about:
            other = parties.get(wish.about)
            if other is not None and other.role != who.role:
                direct[who.id, other.id] = wish.level
            continue
        for other in by_category.get(folded(wish.category), ()):
            if other.role != who.role:
                key = who.id, other.id
                if _STRENGTH[wish.level] > _STRENGTH.get(general.get(key, "want"), 0) or key not in general:
                    general[key] = wish.level
    sellers = [one.id for one in parties.values() if one.role == "seller"]
    buyers = [one.id for one in parties.values() if one.role == "buyer"]
    found: dict[Pair, Wanted] = {}
    for seller, buyer in product(sellers, buyers):
        sides = [(seller, buyer), (buyer, seller)]
        levels = [(key[0], direct.get(key) or general.get(key), key in direct) for key in sides]
        if all(level is None for _, level, _ in levels):
            continue
        found[seller, buyer] = Wanted(
            score=sum(_score(level, is_direct) for _, level, is_direct in levels),
            must=any(level == "must" for _, level, _ in levels),
            refused_by=tuple(who for who, level, _ in levels if level == "no"),
        )
    return found


def _score(level: Level | None, is_direct: bool) -> int:
    match level:
        case "must":
            return MUST
        case "want":
            return WANT if is_direct else WANT_CATEGORY
        case _:
            return 0
