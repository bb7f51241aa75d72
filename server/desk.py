"""The desk of a live room: what interpreters and organisers have set, and what of it is kept. No clock."""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from server.desk_messages import MachineView, PartnerMessage, ReplacementsShown, ReplacementView
from server.history import Histories
from server.holding import Mask
from server.replacements import Replacement, Replacements

KEPT_PARTNER_MESSAGES = 200
MAX_HELD = 200
"""Captions of which something waits; the oldest is let go for one more."""


@dataclass(slots=True, eq=False)
class Desk:
    holding: set[str] = field(default_factory=set)
    """Who holds numbers and names back; nothing is once there is nobody."""
    held: dict[str, Mask] = field(default_factory=dict)
    """By caption, the oldest first."""
    paused: set[str] = field(default_factory=set)
    """Whose words the machine does not write down."""
    resting: set[str] = field(default_factory=set)
    """Paused before the server began anew: not until somebody is at the desk who could end it."""
    replacements: Replacements = ()
    partner_messages: tuple[PartnerMessage, ...] = ()
    histories: Histories = field(default_factory=Histories)

    @property
    def holds(self) -> bool:
        return bool(self.holding)

    def machine(self) -> MachineView:
        return MachineView(
            holding=tuple(sorted(self.holding)), held=tuple(self.held), paused=tuple(sorted(self.paused))
        )

    def replacements_view(self) -> ReplacementsShown:
        return ReplacementsShown(
            replacements=tuple(
                ReplacementView(lang=rule.lang, find=rule.find, put=rule.put) for rule in self.replacements
            )
        )

    def hold_back(self, caption: str, mask: Mask) -> list[str]:
        """Captions that are let go to make room."""
        self.held[caption] = mask
        over = list(self.held)[: max(0, len(self.held) - MAX_HELD)]
        for one in over:
            del self.held[one]
        return over

    def wake(self) -> bool:
        """Somebody is at the desk. Whether that paused anybody."""
        paused = bool(self.resting - self.paused)
        self.paused |= self.resting
        self.resting.clear()
        return paused

    def tell(self, person: str, name: str, text: str, at: datetime) -> PartnerMessage:
        number = self.partner_messages[-1].id + 1 if self.partner_messages else 1
        message = PartnerMessage(id=number, person=person, name=name, text=text, at=at)
        self.partner_messages = (*self.partner_messages, message)[-KEPT_PARTNER_MESSAGES:]
        return message

    def without(self, person: str, rest: Set[str]) -> tuple[list[str], bool]:
        """Somebody left; `rest` are those who are still at the desk.

        The captions that nothing is held back of any more, and whether the machine writes down everybody
        again: what nobody could end ends by itself.
        """
        self.holding &= rest - {person}
        released = [] if self.holding else list(self.held)
        if not self.holding:
            self.held.clear()
        resumed = not rest - {person} and bool(self.paused)
        if resumed:
            self.paused.clear()
        return released, resumed

    def record(self) -> dict[str, Any]:
        """What outlives the server."""
        return {
            "paused": sorted(self.paused | self.resting),
            "replacements": [[rule.lang, rule.find, rule.put] for rule in self.replacements],
            "partner_messages": [message.model_dump(mode="json") for message in self.partner_messages],
        }

    @classmethod
    def of_record(cls, record: Mapping[str, Any] | None) -> Desk:
        if record is None:
            return cls()
        return cls(
            resting=set(record["paused"]),
            replacements=tuple(Replacement(*rule) for rule in record["replacements"]),
            partner_messages=tuple(
                PartnerMessage.model_validate(message) for message in record["partner_messages"]
            ),
        )
