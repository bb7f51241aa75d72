"""30 sellers × 70 buyers in 12 slots: how long a timetable takes, and how close to the bound it comes."""

from __future__ import annotations

import argparse
import asyncio
import itertools
import json
import random
import sys
import time
from datetime import UTC, datetime, timedelta

from server.matching.problem import Problem, TimeSlot
from server.matching.running import run
from server.matching.wishes import wanted
from server.store.records import Hours, Participant, Profile, Wish

LANGUAGES = ("zh-Hans", "vi", "en", "ja", "ru")
STARTS = datetime(2026, 11, 23, 0, 0, tzinfo=UTC)


def problem(
    seed: int, *, sellers: int, buyers: int, slots: int, booths: int, interpreters: int, share: float
) -> Problem:
    """`share` of all pairs are wished for, by one side or both; a third of the buyers has half a day."""
    dice = random.Random(seed)
    times = tuple(
        TimeSlot(STARTS + timedelta(minutes=30 * at), STARTS + timedelta(minutes=30 * at + 30))
        for at in range(slots)
    )
    people = [_participant(f"s{number}", "seller", "ko") for number in range(sellers)]
    for number in range(buyers):
        half = dice.randrange(slots // 2) if dice.random() < 1 / 3 else None
        hours = () if half is None else (Hours(times[half].starts_at, times[half + slots // 2 - 1].ends_at),)
        people.append(_participant(f"b{number}", "buyer", LANGUAGES[number % len(LANGUAGES)], hours=hours))
    for number in range(interpreters):
        known = {"ko", LANGUAGES[number % len(LANGUAGES)]}
        if dice.random() < 0.4:
            known.add(dice.choice(LANGUAGES))
        people.append(_participant(f"i{number}", "interpreter", "ko", languages=tuple(sorted(known))))
    wishes = []
    for seller in range(sellers):
        for buyer in range(buyers):
            if dice.random() >= share:
                continue
            level = "must" if dice.random() < 0.05 else "want"
            sides = dice.choice((("s", "b"), ("b", "s"), ("s", "b", "s")))
            for one, other in itertools.pairwise(sides):
                names = {"s": f"s{seller}", "b": f"b{buyer}"}
                wishes.append(Wish(names[one], level, about=names[other]))  # type: ignore[arg-type]
    return Problem(
        slots=times,
        people={one.id: one for one in people},
        booths=tuple(f"B{number}" for number in range(booths)),
        wanted=wanted(people, wishes),
    )


def _participant(
    id: str, role: str, speaks: str, *, languages: tuple[str, ...] = (), hours: tuple[Hours, ...] = ()
) -> Participant:
    profile = Profile(languages=languages, hours=hours)
    return Participant(id, "", role, id, id, speaks, speaks, profile=profile)  # type: ignore[arg-type]


async def _measure(options: argparse.Namespace) -> list[dict[str, float | None]]:
    found = []
    for booths, interpreters, share in ((30, 20, 0.4), (20, 12, 0.6), (30, 8, 1.0), (20, 20, 1.0)):
        made = problem(
            options.seed,
            sellers=options.sellers,
            buyers=options.buyers,
            slots=options.slots,
            booths=booths,
            interpreters=interpreters,
            share=share,
        )
        started = time.monotonic()
        result = await run(made, limit_s=options.limit)
        took_s = time.monotonic() - started
        gap = None if result.bound is None else (result.bound - result.score) / max(1, result.bound)
        one = {
            "booths": booths,
            "interpreters": interpreters,
            "wished_pairs": len(made.open_pairs),
            "seconds": round(took_s, 1),
            "first_score": result.first_score,
            "score": result.score,
            "bound": result.bound,
            "gap": None if gap is None else round(gap, 4),
            "placed": len(result.placements),
        }
        print(one, file=sys.stderr)
        found.append(one)
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    for name, number in (("sellers", 30), ("buyers", 70), ("slots", 12), ("seed", 1)):
        parser.add_argument(f"--{name}", type=int, default=number)
    parser.add_argument("--limit", type=float, default=25.0, metavar="SECONDS")
    print(json.dumps({"matching": asyncio.run(_measure(parser.parse_args()))}))


if __name__ == "__main__":
    main()
