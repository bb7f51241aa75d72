"""Who is in the demo's room, as its speakers see it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

SPEAKING_ROLES = frozenset({"seller", "buyer"})


class Roster:
    """Shared by both speakers, so that one replaced by a real person learns when its place is free."""

    def __init__(self) -> None:
        self._present: dict[str, bool] = {}
        self._roles: dict[str, str] = {}
        self._changed = asyncio.Condition()

    async def see(self, person: str, role: str, present: bool) -> None:
        async with self._changed:
            self._present[person] = present
            self._roles[person] = role
            self._changed.notify_all()

    async def absent(self, person: str) -> None:
        """Returns once the person is not in the room."""
        await self._wait(lambda: not self._present.get(person, False))

    async def watched(self) -> None:
        """Returns once somebody is there who is neither seller nor buyer."""
        await self._wait(self._is_watched)

    def _is_watched(self) -> bool:
        return any(here and self._roles[p] not in SPEAKING_ROLES for p, here in self._present.items())

    async def _wait(self, true: Callable[[], bool]) -> None:
        async with self._changed:
            await self._changed.wait_for(true)
