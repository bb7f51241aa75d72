"""Who may do what: the roles of those who run events, and of those who meet in a room.

Each call of the API names the right it needs (server/api/table.py), each message of a room is in `IN_ROOM`;
tests walk both tables with every role.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from server.desk_messages import (
    AskFor,
    Confirm,
    Hold,
    PauseMachine,
    Redo,
    Replace,
    Say,
    StopReplacing,
    TellPartner,
    Undo,
)
from server.messages import (
    Alive,
    AnswerHelp,
    CallHelp,
    Consent,
    Correct,
    HandOver,
    Interpret,
    InterpretationMode,
    Languages,
    Leave,
    PublishOffer,
    PutTerm,
    Receive,
    Reception,
    RemoveTerm,
    State,
    Subscribed,
    TakeTurn,
)
from server.store.records import ROLES, STAFF_ROLES, Role, StaffRole
from wire.message import Message

Right = Literal["public", "link", "desk", "organiser", "administrator"]
"""The least that a call needs: nothing, the token of a person's link, or somebody who signed in."""
WITHOUT_SIGN_IN: frozenset[Right] = frozenset({"public", "link"})

_HOLDERS: dict[Right, frozenset[StaffRole]] = {
    "public": frozenset(STAFF_ROLES),
    "link": frozenset(STAFF_ROLES),
    "desk": frozenset(STAFF_ROLES),
    "organiser": frozenset({"administrator", "organiser"}),
    "administrator": frozenset({"administrator"}),
}


def allows(role: StaffRole, right: Right) -> bool:
    return role in _HOLDERS[right]


EVERYBODY: frozenset[Role] = frozenset(ROLES)
PUBLISHERS: frozenset[Role] = frozenset({"seller", "buyer", "interpreter", "organiser"})
"""Roles that may send sound and pictures whatever the organiser says."""
CORRECTORS: frozenset[Role] = frozenset({"interpreter", "organiser"})
INTERPRETERS: frozenset[Role] = frozenset({"interpreter"})
ASKED: frozenset[Role] = frozenset({"seller", "buyer", "interpreter", "observer"})
"""Roles that are asked whether they may be recorded: the organiser has said yes by allowing it, and answers
for the hall's screen, which nobody sits at."""

IN_ROOM: Mapping[type[Message], frozenset[Role]] = {
    Alive: EVERYBODY,
    State: EVERYBODY,
    Languages: EVERYBODY,
    Leave: EVERYBODY,
    Receive: EVERYBODY,
    Reception: EVERYBODY,
    Subscribed: EVERYBODY,
    # Of a venue only what the organiser allows it (Person.may_send).
    PublishOffer: PUBLISHERS | {"venue"},
    Correct: CORRECTORS,
    PutTerm: CORRECTORS,
    RemoveTerm: CORRECTORS,
    Undo: CORRECTORS,
    Redo: CORRECTORS,
    Replace: CORRECTORS,
    StopReplacing: CORRECTORS,
    Say: CORRECTORS,
    Hold: CORRECTORS,
    Confirm: CORRECTORS,
    PauseMachine: CORRECTORS,
    AskFor: CORRECTORS,
    TellPartner: CORRECTORS,
    Interpret: INTERPRETERS,
    HandOver: INTERPRETERS,
    InterpretationMode: CORRECTORS,
    # An organiser may only give the turn back to the speakers (server/booth.py).
    TakeTurn: CORRECTORS,
    Consent: ASKED,
    CallHelp: EVERYBODY - {"organiser"},
    AnswerHelp: frozenset({"organiser"}),
}
"""Message → roles in the room that may send it; every message that a page may send is here."""


def may_send(role: Role, message: Message) -> bool:
    return role in IN_ROOM[type(message)]
