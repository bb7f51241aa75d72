"""Every message of a room against every role in it, from the table in the code."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any, get_args

import pytest

from server.messages import InRoom
from server.rights import IN_ROOM, may_send
from server.store.records import ROLES, NewPerson, NewRoom, Role
from tests.server.peers import PEOPLE, QUICK, Browser, browser, running_server
from wire.message import Message

MESSAGES: dict[str, dict[str, Any]] = {
    "alive": {},
    "state": {"microphone": True},
    "languages": {"speaks": "ko", "reads": "ko"},
    "correct": {"id": "x", "rev": 1, "lang": "ko", "text": "x"},
    "term": {"term": "x", "translations": {}},
    "remove_term": {"term": "x"},
    "publish": {"session": "s", "sdp": "", "tracks": []},
    "receive": {},
    "reception": {"interval_ms": 5000, "freezes": 0, "frozen_ms": 0, "concealed": 0.0, "limited": False},
    "subscribed": {"generation": 1, "sdp": ""},
    "interpret": {"into": None},
    "handover": {"step": "ask", "person": "p1"},
    "interpretation_mode": {"mode": "simultaneous"},
    "turn": {"turn": "speakers"},
    "consent": {"recording": True},
    "undo": {},
    "redo": {},
    "replace": {"lang": "ko", "find": "x", "put": "y"},
    "stop_replacing": {"lang": "ko", "find": "x"},
    "say": {"lang": "ko", "text": "x"},
    "hold": {"on": True},
    "confirm": {"id": "x"},
    "pause_machine": {"person": "p1", "paused": True},
    "ask_for": {"wish": "slower"},
    "tell_partner": {"text": "x"},
    "help": {"wanted": True},
    "answer_help": {},
    "leave": {},
}
BY_NAME: dict[str, type[Message]] = {
    get_args(message.model_fields["type"].annotation)[0]: message for message in get_args(InRoom)
}
EVERY_ROLE = (*PEOPLE, NewPerson("venue", "화면", "", "ko", "ko"))


def test_every_message_has_its_roles() -> None:
    assert set(BY_NAME) == set(MESSAGES)
    assert set(IN_ROOM) == set(get_args(InRoom))


async def errors_of(page: Browser, message: Message) -> list[str]:
    """What the server has against it; a message of no known type is answered after it."""
    await page.send(message)
    await page.send({"type": "marker"})
    errors: list[str] = []
    while "marker" not in (error := await page.error())["message"]:
        errors.append(error["message"])
    return errors


@pytest.mark.net
@pytest.mark.parametrize("role", ROLES)
async def test_every_message_is_refused_to_the_roles_that_may_not_send_it(tmp_path: Path, role: Role) -> None:
    person = next(f"p{number}" for number, each in enumerate(EVERY_ROLE, 1) if each.role == role)
    # More messages than a page sends in so short a time.
    async with running_server(tmp_path, replace(QUICK, rate_messages=500)) as server:
        room, tokens = await server.store.rooms.create(NewRoom("상담", EVERY_ROLE))
        await server.open(room.id)
        async with browser(server, tokens[person]) as page:
            for name, fields in MESSAGES.items():
                if name == "leave":
                    continue
                message = BY_NAME[name].model_validate({"type": name, **fields})
                refused = f"your role may not send {name}" in await errors_of(page, message)
                assert refused is (not may_send(role, message)), name
