from pathlib import Path

import pytest

from server.errors import PersonNotFound, RevokedLink, UnknownLink
from server.store import Store
from server.store.records import LinkTarget, NewPerson, NewRoom, Token

NEW = NewRoom(
    "t", (NewPerson("seller", "수출 담당", "", "ko", "ko"), NewPerson("buyer", "b", "", "en", "en"))
)


def database_bytes(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.iterdir() if path.name != "key")


async def make(store: Store) -> tuple[str, dict[str, Token]]:
    room, tokens = await store.rooms.create(NEW)
    return room.id, tokens


async def test_links_lead_to_their_person_and_can_be_shown_again(store: Store) -> None:
    room, tokens = await make(store)
    assert len(set(tokens.values())) == 2
    for person, token in tokens.items():
        assert await store.links.resolve(token) == LinkTarget(room, person)
        assert await store.links.url_token(room, person) == token


@pytest.mark.parametrize("token", ["", "a" * 26, "\ud800", "x" * 10_000])
async def test_an_invented_link_is_unknown(store: Store, token: str) -> None:
    with pytest.raises(UnknownLink):
        await store.links.resolve(token)


async def test_replacing_a_link_ends_the_one_before_and_no_other(store: Store) -> None:
    room, tokens = await make(store)
    new = await store.links.replace(room, "p1")
    assert new != tokens["p1"]
    assert await store.links.resolve(new) == LinkTarget(room, "p1")
    assert await store.links.url_token(room, "p1") == new
    assert await store.links.resolve(tokens["p2"]) == LinkTarget(room, "p2")
    with pytest.raises(RevokedLink):
        await store.links.resolve(tokens["p1"])


async def test_a_revoked_link_stays_revoked_until_replaced(store: Store) -> None:
    room, tokens = await make(store)
    await store.links.revoke(room, "p1")
    await store.links.revoke(room, "p1")
    assert await store.links.url_token(room, "p1") is None
    with pytest.raises(RevokedLink):
        await store.links.resolve(tokens["p1"])
    new = await store.links.replace(room, "p1")
    assert await store.links.resolve(new) == LinkTarget(room, "p1")


async def test_links_of_a_removed_room_are_unknown(store: Store) -> None:
    room, tokens = await make(store)
    await store.rooms.remove(room)
    with pytest.raises(UnknownLink):
        await store.links.resolve(tokens["p1"])
    with pytest.raises(PersonNotFound):
        await store.links.url_token(room, "p1")


async def test_no_secret_is_in_the_database(tmp_path: Path) -> None:
    async with Store.in_directory(tmp_path) as store:
        room, tokens = await make(store)
        replaced = await store.links.replace(room, "p1")
        secrets = [*tokens.values(), replaced, store.key.secret.hex()]
        # While it is open the write-ahead log holds what the database file does not have yet.
        stored = database_bytes(tmp_path)
    stored += database_bytes(tmp_path)
    assert room.encode() in stored
    assert not [secret for secret in secrets if secret.encode() in stored]
    assert store.key.secret not in stored


async def test_links_survive_a_restart(tmp_path: Path) -> None:
    async with Store.in_directory(tmp_path) as store:
        room, tokens = await make(store)
    async with Store.in_directory(tmp_path) as store:
        assert await store.links.resolve(tokens["p2"]) == LinkTarget(room, "p2")
        assert await store.links.url_token(room, "p2") == tokens["p2"]
