"""The text that people agree to before they join."""

from pathlib import Path

import pytest

from server.notice import digest_of
from server.store.records import Event, EventSettings, RoomPatch
from tests.server.peers import RunningServer, browser, running_server

TEXTS = {"ko": "자막이 저장됩니다.", "zh-Hans": "字幕会被保存。"}


@pytest.mark.parametrize("texts", [{}, {"ko": ""}, {"ko": " \n"}])
def test_nothing_written_is_nothing_to_agree_to(texts: dict[str, str]) -> None:
    assert digest_of(texts) is None


def test_another_wording_is_another_text_and_the_order_of_languages_is_not() -> None:
    assert digest_of(TEXTS) == digest_of(dict(reversed(TEXTS.items())))
    assert digest_of(TEXTS) != digest_of(TEXTS | {"ko": "다른 글"})


async def ask(server: RunningServer, texts: dict[str, str]) -> str | None:
    await server.store.events.put(Event("울산", settings=EventSettings(consent=texts)))
    return digest_of(texts)


async def refused(server: RunningServer, token: str, notice: str | None) -> None:
    async with browser(server) as page:
        await page.send({"type": "join", "token": token, "notice": notice})
        assert (await page.error())["code"] == "notice_not_accepted"


@pytest.mark.net
async def test_who_has_not_agreed_is_not_let_in_and_the_answer_holds_until_the_text_changes(
    tmp_path: Path,
) -> None:
    async with running_server(tmp_path) as server:
        room, tokens = await server.room()
        await server.store.rooms.change(room.id, RoomPatch(event="울산"))
        await server.open(room.id)
        digest = await ask(server, TEXTS)
        for notice in (None, "another"):
            await refused(server, tokens["p1"], notice)
        # The organiser wrote it; a hall's screen cannot read.
        async with browser(server, tokens["p5"]) as page:
            assert page.joined["you"]["id"] == "p5"
        async with browser(server, tokens["p1"], notice=digest) as page:
            assert page.joined["you"]["id"] == "p1"
        async with browser(server, tokens["p1"]) as page:
            assert page.joined["you"]["id"] == "p1"
        await ask(server, TEXTS | {"ko": "고친 글"})
        await refused(server, tokens["p1"], digest)


@pytest.mark.net
async def test_who_agreed_is_not_asked_in_their_next_room(tmp_path: Path) -> None:
    async with running_server(tmp_path) as server:
        digest = await ask(server, TEXTS)
        rooms = [await server.room() for _ in range(2)]
        for room, _ in rooms:
            await server.store.rooms.change(room.id, RoomPatch(event="울산"))
            await server.open(room.id)
        (_, first), (_, second) = rooms
        async with browser(server, first["p1"], notice=digest):
            pass
        async with browser(server, second["p1"]) as page:
            assert page.joined["you"]["id"] == "p1"
