"""Edits of an event, one by one: checked, shown, taken back."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import pytest
import pytest_asyncio

from server.errors import RevokedLink
from server.store.records import NewPerson, NewRoom
from tests.server.api.conftest import Site
from tests.server.api.test_events import EVENT

NAME = "울산 2026"


class Page:
    """An organiser's page of one event."""

    def __init__(self, site: Site) -> None:
        self.site, self.name = site, NAME
        self.shown: dict[str, Any] = {}
        self.ids: dict[str, str] = {}

    async def read(self) -> None:
        self.shown = await self.site.call("GET", f"/api/events/{quote(self.name)}/page")

    async def edit(self, action: str, *, confirmed: bool = False, **values: Any) -> Any:
        path = f"/api/events/{quote(self.name)}/edits?confirmed={int(confirmed)}"
        self.shown = await self.site.call("POST", path, {"action": action} | values)
        self.name = self.shown["event"]["name"]
        return self.shown

    async def refused(self, action: str, **values: Any) -> Any:
        path = f"/api/events/{quote(self.name)}/edits"
        return await self.site.error("POST", path, {"action": action} | values, status=409)

    async def turn(self, way: str, *, confirmed: bool = False) -> None:
        path = f"/api/events/{quote(self.name)}/{way}?confirmed={int(confirmed)}"
        self.shown = await self.site.call("POST", path)
        self.name = self.shown["event"]["name"]

    def room(self, id: str) -> Any:
        return next((each for each in self.shown["consultations"] if each["id"] == id), None)

    def names(self, id: str) -> list[str]:
        return [person["name"] for person in self.room(id)["people"]]

    async def add(self, role: str, name: str, language: str, **more: Any) -> str:
        body = {"role": role, "name": name, "speaks": language, "reads": language} | more
        before = {one["id"] for one in self.shown["participants"]}
        await self.edit("add_participant", participant=body)
        (id,) = {one["id"] for one in self.shown["participants"]} - before
        return str(id)

    async def meet(self, at: str, *, minutes: int = 30, booth: str = "", **places: list[str]) -> str:
        before = {each["id"] for each in self.shown["consultations"]}
        starts_at = f"2026-11-23T{at}:00+09:00"
        values = {"starts_at": starts_at, "duration_min": minutes, "booth": booth, "places": places}
        await self.edit("add_room", **values)
        (id,) = {each["id"] for each in self.shown["consultations"]} - before
        return str(id)


@pytest_asyncio.fixture
async def page(site: Site) -> Page:
    await site.call("PUT", f"/api/events/{quote(NAME)}", EVENT)
    made = Page(site)
    await made.read()
    for role, name, language in (
        ("seller", "김", "ko"),
        ("seller", "최", "ko"),
        ("buyer", "李", "zh-Hans"),
        ("buyer", "王", "zh-Hans"),
        ("interpreter", "박", "ko"),
        ("interpreter", "정", "ko"),
    ):
        made.ids[name] = await made.add(
            role, name, language, company=f"{name} 회사" if language != "ko" else ""
        )
    return made


async def test_a_consultation_is_added_moved_and_removed_and_all_of_it_taken_back(page: Page) -> None:
    room = await page.meet("10:00", seller=[page.ids["김"]], buyer=[page.ids["李"]])
    assert page.room(room)["title"] == "김 ↔ 李 회사"
    token = await page.site.store.links.url_token(room, "p2")
    await page.edit("change_room", room=room, starts_at="2026-11-23T11:00:00+09:00", duration_min=20)
    await page.edit(
        "change_room", room=room, places={"buyer": [page.ids["王"]], "interpreter": [page.ids["박"]]}
    )
    assert page.room(room)["title"] == "김 ↔ 王 회사"
    assert page.names(room) == ["김", "王", "박"]
    assert await page.site.store.links.url_token(room, "p1") is not None
    await page.edit("remove_room", room=room)
    assert page.room(room) is None
    assert (page.shown["undo"]["action"], page.shown["undo"]["label"]) == ("remove_room", "김 ↔ 王 회사")

    await page.turn("undo")
    assert page.names(room) == ["김", "王", "박"]
    await page.turn("undo")
    assert page.names(room) == ["김", "李"]
    assert await page.site.store.links.url_token(room, "p2") == token
    assert (await page.site.store.links.resolve(str(token))).person_id == "p2"
    await page.turn("undo")
    assert (page.room(room)["starts_at"], page.room(room)["duration_min"]) == ("2026-11-23T01:00:00Z", 30)
    await page.turn("undo")
    assert page.room(room) is None
    for _ in range(3):
        await page.turn("redo")
    assert page.names(room) == ["김", "王", "박"]
    assert page.room(room)["starts_at"] == "2026-11-23T02:00:00Z"
    await page.turn("redo")
    assert page.shown["redo"] is None
    assert page.room(room) is None


async def test_a_link_withdrawn_meanwhile_does_not_come_back(page: Page) -> None:
    links = page.site.store.links
    room = await page.meet("10:00", seller=[page.ids["김"]], buyer=[page.ids["李"]])
    seller, buyer = [str(await links.url_token(room, person)) for person in ("p1", "p2")]
    await page.edit("change_room", room=room, places={"buyer": [page.ids["王"]]})
    await page.turn("undo")
    await page.site.call("DELETE", f"/api/rooms/{room}/people/p2/link", status=204)
    await page.turn("undo")
    assert page.room(room) is None
    for way in ("redo", "redo", "undo", "undo", "redo"):
        await page.turn(way)
    assert page.names(room) == ["김", "李"]
    assert (await links.resolve(seller)).person_id == "p1"
    with pytest.raises(RevokedLink):
        await links.resolve(buyer)


async def test_twenty_edits_are_taken_back_and_made_again(page: Page) -> None:
    room = await page.meet("10:00", seller=[page.ids["김"]], buyer=[page.ids["李"]])
    for minutes in range(31, 56):
        await page.edit("change_room", room=room, duration_min=minutes)
    for _ in range(25):
        await page.turn("undo")
    assert page.room(room)["duration_min"] == 30
    for _ in range(25):
        await page.turn("redo")
    assert page.room(room)["duration_min"] == 55


async def test_a_clash_is_refused_and_said_at_its_cell(page: Page) -> None:
    first = await page.meet("10:00", booth="A1", seller=[page.ids["김"]], buyer=[page.ids["李"]])
    second = await page.meet("11:00", booth="A1", seller=[page.ids["최"]], buyer=[page.ids["王"]])
    error = await page.refused("change_room", room=second, starts_at="2026-11-23T10:10:00+09:00")
    assert error["code"] == "edit_refused"
    (problem,) = error["problems"]
    assert (problem["room"], problem["field"], problem["code"]) == (second, "booth", "clash_with_room")
    assert problem["params"] == {"name": "A1", "title": page.room(first)["title"]}
    error = await page.refused("change_room", room=second, places={"seller": [page.ids["김"]]}, booth="A2",
                               starts_at="2026-11-23T10:10:00+09:00")  # fmt: skip
    assert [each["field"] for each in error["problems"]] == ["seller"]
    await page.read()
    assert page.room(second)["starts_at"] == "2026-11-23T02:00:00Z"
    assert page.room(second)["problems"] == []


async def test_nights_and_work_without_a_break_are_only_said(page: Page) -> None:
    room = await page.meet(
        "06:00", minutes=50, seller=[page.ids["김"]], buyer=[page.ids["李"]], interpreter=[page.ids["박"]]
    )
    found = {each["code"]: each for each in page.room(room)["problems"]}
    assert set(found) == {"outside_the_day", "no_break"}
    assert found["no_break"]["person"] == "p3"
    assert not found["no_break"]["refused"]
    await page.edit("change_room", room=room, places={"interpreter": [page.ids["박"], page.ids["정"]]})
    assert [each["code"] for each in page.room(room)["problems"]] == ["outside_the_day"]


async def test_hours_and_languages_of_an_interpreter_are_only_said(page: Page) -> None:
    room = await page.meet(
        "10:00", seller=[page.ids["김"]], buyer=[page.ids["李"]], interpreter=[page.ids["박"]]
    )
    assert page.room(room)["problems"] == []
    profile = {
        "languages": ["ko", "vi"],
        "hours": [{"starts_at": "2026-11-23T13:00:00+09:00", "ends_at": "2026-11-23T18:00:00+09:00"}],
    }
    await page.edit("change_participant", id=page.ids["박"], change={"profile": profile})
    found = {each["code"]: each for each in page.room(room)["problems"]}
    assert set(found) == {"outside_hours", "other_languages"}
    assert {(each["field"], each["person"], each["refused"]) for each in found.values()} == {
        ("interpreter", "p3", False)
    }
    await page.edit("change_room", room=room, starts_at="2026-11-23T14:00:00+09:00")
    assert [each["code"] for each in page.room(room)["problems"]] == ["other_languages"]


async def test_an_edit_that_was_overtaken_stays_and_the_one_before_is_next(page: Page) -> None:
    room = await page.meet("10:00", seller=[page.ids["김"]], buyer=[page.ids["李"]])
    await page.edit("change_room", room=room, duration_min=20)
    await page.edit("change_room", room=room, title="다른 제목")
    await page.site.call("PATCH", f"/api/rooms/{room}", {"title": "또 다른 제목"})
    path = f"/api/events/{quote(NAME)}/undo"
    assert (await page.site.error("POST", path, status=409))["code"] == "edit_overtaken"
    await page.read()
    assert page.room(room)["title"] == "또 다른 제목"
    # What is beneath was overtaken as well: a room is one thing.
    assert (await page.site.error("POST", path, status=409))["code"] == "edit_overtaken"


async def test_nothing_of_a_call_is_disturbed_by_other_fields(page: Page) -> None:
    room = await page.meet("10:00", seller=[page.ids["김"]], buyer=[page.ids["李"]])
    other = await page.meet("12:00", seller=[page.ids["최"]], buyer=[page.ids["王"]])
    await page.site.call("POST", f"/api/rooms/{room}/open")
    page.site.live.inside = {room: {"p1", "p2"}}
    page.site.live.notices.clear()
    await page.edit("change_room", room=room, duration_min=45)
    assert page.site.live.notices == [("changed", room, "김 ↔ 李 회사")]
    page.site.live.notices.clear()
    await page.edit("change_room", room=other, booth="B1")
    await page.edit(
        "add_participant", participant={"role": "buyer", "name": "赵", "speaks": "zh", "reads": "zh"}
    )
    assert page.site.live.notices == [("changed", other, "최 ↔ 王 회사")]


async def test_sending_somebody_away_is_asked_first(page: Page) -> None:
    room = await page.meet("10:00", seller=[page.ids["김"]], buyer=[page.ids["李"]])
    await page.site.call("POST", f"/api/rooms/{room}/open")
    page.site.live.inside = {room: {"p2"}}
    error = await page.refused("change_room", room=room, places={"buyer": [page.ids["王"]]})
    assert (error["code"], error["inside"]) == ("confirm_needed", ["李 회사"])
    error = await page.refused("remove_room", room=room)
    assert (error["code"], error["inside"]) == ("confirm_needed", ["李 회사"])
    page.site.live.inside = {}
    assert (await page.refused("remove_room", room=room))["inside"] == []
    await page.edit("remove_room", room=room, confirmed=True)
    assert page.room(room) is None
    assert ("removed", room) in page.site.live.notices
    # What was said in it is gone, so this one is not offered.
    assert page.shown["undo"]["action"] == "add_room"


async def test_participants_are_changed_in_their_rooms_and_back(page: Page) -> None:
    room = await page.meet("10:00", seller=[page.ids["김"]], buyer=[page.ids["李"]])
    change = {"name": "李明", "profile": {"documents": [{"title": "目录", "url": "https://example.com/a"}]}}
    await page.edit("change_participant", id=page.ids["李"], change=change)
    assert page.names(room) == ["김", "李明"]
    assert (await page.refused("remove_participant", id=page.ids["李"]))["code"] == "participant_busy"
    await page.turn("undo")
    assert page.names(room) == ["김", "李"]
    await page.edit("remove_participant", id=page.ids["정"])
    assert "정" not in [one["name"] for one in page.shown["participants"]]
    await page.turn("undo")
    assert "정" in [one["name"] for one in page.shown["participants"]]


async def test_settings_name_and_booths(page: Page) -> None:
    room = await page.meet("10:00", booth="A1", seller=[page.ids["김"]], buyer=[page.ids["李"]])
    await page.edit("change_booths", booths=[{"name": "A1", "venue": "본관"}, {"name": "A2"}])
    await page.edit("change_booths", booths=[{"was": "A1", "name": "B1", "venue": "별관"}])
    assert page.room(room)["booth"] == "B1"
    assert (await page.refused("change_booths", booths=[{"name": "C1"}]))["code"] == "booth_in_use"
    await page.edit("change_event", event=EVENT | {"name": "울산 창춘", "time_zone": "Asia/Shanghai"})
    assert page.name == "울산 창춘"
    await page.turn("undo")
    assert (page.name, page.shown["event"]["time_zone"]) == (NAME, "Asia/Seoul")
    await page.turn("undo")
    assert page.room(room)["booth"] == "A1"
    assert page.shown["booths"] == [{"name": "A1", "venue": "본관"}, {"name": "A2", "venue": ""}]
    await page.turn("redo")
    await page.turn("redo")
    assert (page.name, page.room(room)["booth"]) == ("울산 창춘", "B1")


async def test_others_of_another_event_are_not_to_be_had(page: Page) -> None:
    other = await page.site.room(event="부산")
    room = await page.meet("10:00", seller=[page.ids["김"]], buyer=[page.ids["李"]])
    path = f"/api/events/{quote(NAME)}/edits"
    for body in (
        {"action": "remove_room", "room": other},
        {"action": "change_room", "room": room, "places": {"buyer": [page.ids["김"]]}},
        {"action": "remove_participant", "id": "mnobody"},
    ):
        await page.site.error("POST", path, body, status=404)
    await page.site.error("POST", path, {"action": "dance"}, status=400)
    nobody = {"action": "add_room", "starts_at": "2026-11-23T10:00:00+09:00", "places": {}}
    await page.site.error("POST", path, nobody, status=400)


async def _overtaken(page: Page, way: str = "undo", code: str = "edit_overtaken") -> None:
    path = f"/api/events/{quote(page.name)}/{way}"
    assert (await page.site.error("POST", path, status=409))["code"] == code
    await page.read()


async def test_whoever_has_consultations_meanwhile_stays(page: Page) -> None:
    late = await page.add("buyer", "赵", "zh-Hans", company="赵 회사")
    people = [NewPerson("buyer", "赵", "赵 회사", "zh-Hans", "zh-Hans")]
    await page.site.store.rooms.create(NewRoom("가져온 상담", tuple(people), event=NAME))
    await _overtaken(page)
    assert late in {one["id"] for one in page.shown["participants"]}
    assert page.shown["undo"]["label"] == "정"

    await page.edit("remove_participant", id=page.ids["정"])
    await page.turn("undo")
    people = [NewPerson("interpreter", "정", "", "ko", "ko")]
    await page.site.store.rooms.create(NewRoom("가져온 상담", tuple(people), event=NAME))
    await _overtaken(page, "redo")
    assert page.ids["정"] in {one["id"] for one in page.shown["participants"]}


async def test_a_booth_that_has_consultations_meanwhile_stays(page: Page) -> None:
    await page.edit("change_booths", booths=[{"name": "A1"}])
    await page.edit("change_booths", booths=[{"name": "A1"}, {"name": "A2"}])
    room, _ = await page.site.store.rooms.create(NewRoom("가져온 상담", (), event=NAME, booth="A2"))
    await _overtaken(page)
    assert [booth["name"] for booth in page.shown["booths"]] == ["A1", "A2"]
    assert page.room(room.id)["booth"] == "A2"


async def test_one_edit_that_cannot_be_taken_back_leaves_those_before_it(page: Page) -> None:
    new = NewRoom("가져온 상담", (), event=NAME, schedule_key="1")
    room, _ = await page.site.store.rooms.create(new)
    await page.edit("remove_room", room=room.id)
    await page.site.store.rooms.create(new)
    await _overtaken(page)

    await page.edit("change_event", event=EVENT | {"name": "울산 창춘"})
    await page.site.call("PUT", f"/api/events/{quote(NAME)}", EVENT)
    await _overtaken(page)
    assert page.shown["event"]["name"] == "울산 창춘"

    room = await page.meet("10:00", seller=[page.ids["김"]], buyer=[page.ids["李"]])
    await page.edit("change_room", room=room, starts_at="2026-11-23T12:00:00+09:00")
    other = await page.meet("13:00", seller=[page.ids["김"]], buyer=[page.ids["王"]])
    await page.site.call("PATCH", f"/api/rooms/{other}", {"starts_at": "2026-11-23T10:00:00+09:00"})
    await _overtaken(page)
    assert page.shown["undo"]["action"] == "change_room"
    await _overtaken(page, code="edit_refused")
    assert page.shown["undo"]["action"] == "add_room"
    await _overtaken(page)
    assert page.shown["undo"]["label"] == "정"
    await page.turn("undo")


async def test_a_removed_room_comes_back_into_the_event_as_it_is_called_now(page: Page) -> None:
    room = await page.meet("10:00", seller=[page.ids["김"]], buyer=[page.ids["李"]])
    await page.edit("remove_room", room=room)
    page.name = "울산 창춘"
    await page.site.store.events.rename(NAME, page.name)
    await page.turn("undo")
    assert page.names(room) == ["김", "李"]
