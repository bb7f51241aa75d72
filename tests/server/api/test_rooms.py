from typing import Any

import pytest

from tests.server.api.conftest import ROOM, Site

pytestmark = pytest.mark.net


async def test_making_a_room_gives_everybody_a_link(site: Site) -> None:
    made = await site.call("POST", "/api/rooms", ROOM, status=201)
    assert set(made) == {"id", "people"}
    assert [(person["id"], person["role"], person["name"]) for person in made["people"]] == [
        ("p1", "seller", "수출 담당"),
        ("p2", "buyer", "采购负责人"),
    ]
    token = made["people"][1]["url"].removeprefix(f"{site.origin}/r/")
    assert (await site.store.links.resolve(token)).person_id == "p2"
    assert site.live.notices == [("changed", made["id"], "코팅제")]


async def test_a_row_of_the_list(site: Site) -> None:
    room = await site.room()
    site.live.inside[room] = {"p2"}
    site.live.lags[room] = 740.0
    listed = await site.call("GET", "/api/rooms")
    assert listed["workers"] == {"media": 1, "transcription": 1}
    (row,) = listed["rooms"]
    assert [person.pop("present") for person in row["people"]] == [False, True]
    for person in row["people"]:
        assert (person.pop("waiting"), person.pop("came_at"), person.pop("left_at")) == (False, None, None)
    assert row == {
        "id": room,
        "title": "코팅제",
        "event": "",
        "booth": "",
        "state": "scheduled",
        "starts_at": "2026-11-22T00:00:00Z",
        "duration_min": 30,
        "opened_at": None,
        "ends_at": "2026-11-22T00:30:00Z",
        "demo": None,
        "people": [
            {"id": "p1", "participant": None, "sends": "nothing", "network": None} | ROOM["people"][0],
            {"id": "p2", "company": "", "participant": None, "sends": "nothing", "network": None}
            | ROOM["people"][1],
        ],
        "present": 1,
        "lag_ms": 740.0,
        "extended_min": 0,
        "opens_at": None,
        "closes_at": None,
        "help": [],
        "recording_allowed": False,
        "recording": "off",
        "recording_code": None,
        "recordings": 0,
        "making_recording": False,
        "unmade_recording": None,
    }
    detail = await site.call("GET", f"/api/rooms/{room}")
    assert detail["glossary"] == ROOM["glossary"]
    assert row.items() <= {**detail, "people": row["people"]}.items()


async def test_opening_closing_and_opening_again(site: Site) -> None:
    room = await site.room()
    assert (await site.call("POST", f"/api/rooms/{room}/open"))["state"] == "open"
    closed = await site.call("POST", f"/api/rooms/{room}/close")
    assert (closed["state"], closed["ends_at"]) == ("closed", closed["closed_at"])
    assert (await site.call("POST", f"/api/rooms/{room}/open"))["closed_at"] is None
    assert site.live.notices == [
        ("opened", room, "open"),
        ("closed", room, "closed"),
        ("opened", room, "open"),
    ]


async def test_closing_a_room_that_was_never_open(site: Site) -> None:
    room = await site.room()
    error = await site.error("POST", f"/api/rooms/{room}/close", status=409)
    assert error["code"] == "room_not_open"
    assert site.live.notices == []


async def test_changing_a_room_changes_only_what_is_sent(site: Site) -> None:
    room = await site.room()
    seller = ROOM["people"][0] | {"id": "p1", "name": "대표"}
    changed = await site.call("PATCH", f"/api/rooms/{room}", {"duration_min": 45, "people": [seller]})
    assert changed["duration_min"] == 45
    assert (changed["title"], changed["starts_at"]) == ("코팅제", "2026-11-22T00:00:00Z")
    assert [(person["id"], person["name"]) for person in changed["people"]] == [("p1", "대표")]
    assert changed["glossary"] == ROOM["glossary"]
    assert site.live.notices == [("revoked", room, "p2"), ("changed", room, "코팅제")]


async def test_removing_a_room(site: Site) -> None:
    room = await site.room()
    await site.call("POST", f"/api/rooms/{room}/open")
    assert (await site.error("DELETE", f"/api/rooms/{room}", status=409))["code"] == "room_in_use"
    await site.call("POST", f"/api/rooms/{room}/close")
    await site.call("DELETE", f"/api/rooms/{room}", status=204)
    assert site.live.notices[-1] == ("removed", room)
    assert (await site.error("GET", f"/api/rooms/{room}", status=404))["code"] == "room_not_found"


async def test_the_organiser_gets_one_place_in_a_room(site: Site) -> None:
    room = await site.room()
    url = (await site.call("POST", f"/api/rooms/{room}/enter"))["url"]
    again = await site.call("POST", f"/api/rooms/{room}/enter", {"name": "Office", "reads": "en"})
    assert again["url"] == url
    people = (await site.call("GET", f"/api/rooms/{room}"))["people"]
    assert [person["role"] for person in people] == ["seller", "buyer", "organiser"]
    await site.call("DELETE", f"/api/rooms/{room}/people/p3/link", status=204)
    replaced = (await site.call("POST", f"/api/rooms/{room}/enter"))["url"]
    assert replaced != url
    assert (await site.store.links.resolve(replaced.rsplit("/", 1)[1])).person_id == "p3"


def with_person(**changes: Any) -> dict[str, Any]:
    return ROOM | {"people": [{**ROOM["people"][0], **changes}]}


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "title"),
        (ROOM | {"title": " "}, "title"),
        (ROOM | {"people": []}, "people"),
        (ROOM | {"people": ROOM["people"] * 11}, "people"),
        (ROOM | {"starts_at": "2026-11-22T09:00:00"}, "starts_at"),
        (ROOM | {"starts_at": "tomorrow"}, "starts_at"),
        (ROOM | {"starts_at": "0001-01-01T00:00:00+14:00"}, "starts_at"),
        (ROOM | {"starts_at": "9999-12-31T23:50:00Z"}, "starts_at"),
        (ROOM | {"duration_min": 0}, "duration_min"),
        (ROOM | {"tittle": "x"}, "tittle"),
        (
            ROOM | {"glossary": [{"term": "x", "translations": {"Chinese": "y"}}]},
            "glossary.0.translations.Chinese",
        ),
        (with_person(role="visitor"), "people.0.role"),
        (with_person(speaks="korean"), "people.0.speaks"),
        (with_person(name="x" * 81), "people.0.name"),
        (with_person(name="김\n- 李"), "people.0.name"),
        (with_person(company="울산\u2028제조사"), "people.0.company"),
        (ROOM | {"title": "코팅제\r상담"}, "title"),
        (ROOM | {"event": "울산\x00창춘"}, "event"),
        ([], None),
    ],
)
async def test_a_wrong_field_is_named(site: Site, body: Any, field: str | None) -> None:
    error = await site.error("POST", "/api/rooms", body, status=400)
    assert error["code"] == "invalid_body"
    assert error.get("field", "").removesuffix(".[key]") == (field or "")
    assert await site.store.rooms.all() == []


@pytest.mark.parametrize("body", [b"", b"{", b"\xff\xfe", b"[" * 100_000, b'{"title": "\\ud800"}'])
async def test_a_body_that_is_no_json(site: Site, body: bytes) -> None:
    assert (await site.error("POST", "/api/rooms", data=body, status=400))["code"] == "invalid_body"
    room = await site.room()
    assert (await site.error("PATCH", f"/api/rooms/{room}", data=body, status=400))["code"] == "invalid_body"


async def test_a_person_who_is_not_in_the_room(site: Site) -> None:
    room = await site.room()
    body = {"people": [ROOM["people"][0] | {"id": "p9"}]}
    error = await site.error("PATCH", f"/api/rooms/{room}", body, status=404)
    assert (error["code"], error["field"]) == ("person_not_found", "people.0.id")


async def test_bodies_are_bounded_whether_or_not_they_say_their_length(site: Site) -> None:
    async def endless() -> Any:
        for _ in range(40):
            yield b" " * 10_000

    for data in (b" " * 300_000, endless()):
        error = await site.error("POST", "/api/rooms", data=data, status=413)
        assert error["code"] == "body_too_large"


async def test_what_a_venue_sends_is_the_organisers_to_say_and_off_at_first(site: Site) -> None:
    hall = {"role": "venue", "name": "강당", "speaks": "ko", "reads": "ko"}
    room = await site.room(people=[*ROOM["people"], hall])
    path = f"/api/rooms/{room}/people/p3/sends"
    listed = await site.call("GET", f"/api/rooms/{room}")
    assert [person["sends"] for person in listed["people"]] == ["nothing"] * 3
    changed = await site.call("PUT", path, {"sends": "sound"})
    assert [person["sends"] for person in changed["people"]] == ["nothing", "nothing", "sound"]
    assert site.live.notices[-1] == ("changed", room, "코팅제")
    # A new list of people leaves it as it is.
    people = [
        {"id": person["id"]} | {k: person[k] for k in ("role", "name", "speaks", "reads")}
        for person in listed["people"]
    ]
    again = await site.call("PATCH", f"/api/rooms/{room}", {"people": people})
    assert again["people"][2]["sends"] == "sound"
    error = await site.error("PUT", f"/api/rooms/{room}/people/p1/sends", {"sends": "sound"}, status=409)
    assert error["code"] == "not_a_venue"
    error = await site.error("PUT", path, {"sends": "everything"}, status=400)
    assert error["field"] == "sends"
    error = await site.error("PUT", f"/api/rooms/{room}/people/p9/sends", {"sends": "sound"}, status=404)
    assert error["code"] == "person_not_found"
