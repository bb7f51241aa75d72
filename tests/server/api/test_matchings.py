"""Wishes in, a timetable out, edited and published."""

import asyncio
from typing import Any

import pytest

from server.matching import jobs
from server.matching.problem import Problem
from server.matching.running import Result
from server.store.records import NewPerson
from tests.server.api.conftest import Site

pytestmark = pytest.mark.net
EVENT = "/api/events/울산"
DAY = "2026-11-23T"


def _slot(start: str) -> dict[str, Any]:
    return {"starts_at": f"{DAY}{start}:00+09:00", "duration_min": 30}


SLOTS = [_slot("10:00"), _slot("11:00")]


class Mission:
    """Two sellers, two buyers, one interpreter, two booths, two slots."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.ids: dict[str, str] = {}

    async def make(self) -> "Mission":
        call = self.site.call
        await call("PUT", EVENT, {"starts_on": "2026-11-23", "ends_on": "2026-11-23"})
        await call("PUT", f"{EVENT}/booths", {"booths": [{"name": "A"}, {"name": "B"}]})
        for name, role, speaks in (
            ("s", "seller", "ko"),
            ("t", "seller", "ko"),
            ("b", "buyer", "vi"),
            ("c", "buyer", "ko"),
            ("i", "interpreter", "ko"),
        ):
            body = {"role": role, "name": name, "company": name.upper(), "speaks": speaks, "reads": speaks}
            profile = {"languages": ["ko", "vi"]} if role == "interpreter" else {}
            added = await call("POST", f"{EVENT}/participants", body | {"profile": profile}, status=201)
            self.ids[name] = added["id"]
        await call("PUT", f"{EVENT}/matching/terms", {"revision": 0, "slots": SLOTS})
        return self

    async def wish(self, *wishes: tuple[str, str, str]) -> None:
        changes = [
            {"participant": self.ids[one], "about": self.ids[other], "level": level}
            for one, other, level in wishes
        ]
        await self.site.call("PATCH", f"{EVENT}/wishes", {"changes": changes})

    async def read(self) -> Any:
        return await self.site.call("GET", f"{EVENT}/matching")

    async def solve(self) -> Any:
        await self.site.call("POST", f"{EVENT}/matching/solving", status=202)
        async with asyncio.timeout(40):
            while (await self.site.call("GET", f"{EVENT}/matching/solving"))["solving"]["state"] != "done":
                await asyncio.sleep(0.05)
        return await self.read()

    async def publish(self, dry_run: int = 0, **more: Any) -> Any:
        revision = (await self.read())["revision"]
        path = f"{EVENT}/matching/publish?revision={revision}&dry_run={dry_run}"
        return await self.site.call("POST", path, **more)

    def pair(self, placement: Any) -> tuple[str, str]:
        names = {id: name for name, id in self.ids.items()}
        return names[placement["seller"]], names[placement["buyer"]]

    async def change(self, *, status: int = 200, **change: Any) -> Any:
        revision = (await self.read())["revision"]
        return await self.site.call(
            "PATCH", f"{EVENT}/matching/draft", {"revision": revision, **change}, status=status
        )

    def put(self, seller: str, buyer: str, start: str, **more: Any) -> dict[str, Any]:
        return {"seller": self.ids[seller], "buyer": self.ids[buyer], **_slot(start), **more}


@pytest.fixture
async def mission(site: Site) -> Mission:
    return await Mission(site).make()


async def test_from_wishes_to_rooms_and_again(site: Site, mission: Mission) -> None:
    await mission.wish(
        ("s", "b", "must"), ("t", "b", "want"), ("c", "t", "want"), ("s", "c", "want"), ("c", "s", "no")
    )
    made = await mission.solve()
    assert (made["score"], made["bound"]) == (108, 108)
    assert {mission.pair(each) for each in made["placements"]} == {("s", "b"), ("t", "b"), ("t", "c")}
    assert all(each["odd"] == [] for each in made["placements"])
    (left,) = made["unplaced"]
    assert (mission.pair(left), left["code"], left["who"]) == (("s", "c"), "refused", [mission.ids["c"]])

    looked = await mission.publish(1)
    assert (len(looked["created"]), looked["dry_run"]) == (3, True)
    assert (await site.call("GET", "/api/rooms"))["rooms"] == []
    assert len((await mission.publish())["created"]) == 3
    again = await mission.publish()
    assert (again["created"], again["changed"], len(again["unchanged"])) == ([], [], 3)
    assert all(each["published"] for each in (await mission.read())["placements"])

    rooms = {room["title"]: room for room in (await site.call("GET", "/api/rooms"))["rooms"]}
    interpreted = rooms["S ↔ B"]
    assert [person["role"] for person in interpreted["people"]] == ["seller", "buyer", "interpreter"]
    assert (interpreted["event"], interpreted["booth"]) == ("울산", interpreted["booth"])
    link = await site.call("GET", f"/api/rooms/{interpreted['id']}/people/p1/link")

    start = "11:00" if interpreted["starts_at"].startswith(f"{DAY}01") else "10:00"
    await mission.change(remove=[{"seller": mission.ids["t"], "buyer": mission.ids["b"]}])
    await mission.change(put=[mission.put("s", "b", start)])
    looked = await mission.publish(1)
    assert [len(looked[kind]) for kind in ("created", "changed", "removed")] == [0, 1, 1]
    await mission.publish()
    rooms = {room["title"]: room for room in (await site.call("GET", "/api/rooms"))["rooms"]}
    assert set(rooms) == {"S ↔ B", "T ↔ C"}
    assert rooms["S ↔ B"]["id"] == interpreted["id"]
    assert rooms["S ↔ B"]["starts_at"] != interpreted["starts_at"]
    assert await site.call("GET", f"/api/rooms/{interpreted['id']}/people/p1/link") == link


async def test_publishing_leaves_what_the_draft_does_not_know(site: Site, mission: Mission) -> None:
    await mission.change(put=[mission.put("s", "c", "10:00", booth="A")])
    (made,) = (await mission.publish())["created"]
    path = f"/api/rooms/{made['id']}"
    await site.call("PATCH", path, {"title": "첫 만남"})
    for person in (
        NewPerson("observer", "참관", "", "ko", "ko"),
        NewPerson("venue", "회의장", "", "ko", "ko"),
    ):
        await site.store.rooms.add_person(made["id"], person)
    await site.store.events.rename("울산", "울산 창춘")
    renamed = "/api/events/울산 창춘/matching"

    async def publish(revision: int) -> Any:
        return await site.call("POST", f"{renamed}/publish?revision={revision}&dry_run=0")

    draft = await site.call("GET", renamed)
    assert [each["published"] for each in draft["placements"]] == [True]
    assert (await publish(draft["revision"]))["changed"] == []
    assert (await site.call("GET", path))["title"] == "첫 만남"

    change = {"revision": draft["revision"], "put": [mission.put("s", "c", "11:00", booth="A")]}
    draft = await site.call("PATCH", f"{renamed}/draft", change)
    (changed,) = (await publish(draft["revision"]))["changed"]
    assert "starts_at" in changed["fields"]
    room = await site.call("GET", path)
    assert room["event"] == "울산 창춘"
    assert [one["role"] for one in room["people"]] == ["seller", "buyer", "observer", "venue"]


async def test_locked_ones_stay_and_opened_rooms_are_no_longer_the_drafts(
    site: Site, mission: Mission
) -> None:
    await mission.wish(("s", "b", "want"), ("s", "c", "want"))
    await mission.change(put=[mission.put("s", "c", "11:00", booth="B", locked=True)])
    made = await mission.solve()
    by_pair = {mission.pair(each): each for each in made["placements"]}
    assert (by_pair["s", "c"]["booth"], by_pair["s", "c"]["locked"]) == ("B", True)
    assert by_pair["s", "c"]["starts_at"].startswith(f"{DAY}02:00")
    assert by_pair["s", "b"]["starts_at"].startswith(f"{DAY}01:00")
    await mission.publish()
    (room,) = [room for room in (await site.call("GET", "/api/rooms"))["rooms"] if room["title"] == "S ↔ C"]
    await site.call("POST", f"/api/rooms/{room['id']}/open")
    read = await mission.read()
    assert [mission.pair(each) for each in read["placements"]] == [("s", "b")]
    assert [each["title"] for each in read["fixed"]] == ["S ↔ C"]
    assert read["unplaced"] == []
    refused = await mission.change(put=[mission.put("s", "c", "10:00")], status=409)
    assert refused["error"]["code"] == "matching_changed"
    await mission.change(put=[mission.put("s", "b", "11:00")])
    error = (await mission.publish(status=422))["error"]
    assert (error["code"], error["errors"][0]["code"]) == ("schedule_invalid", "clash_with_room")


async def test_everything_wrong_is_told_at_once(mission: Mission) -> None:
    await mission.wish(("b", "s", "no"))
    read = await mission.change(
        put=[
            mission.put("s", "b", "10:00", booth="A", interpreters=[]),
            mission.put("s", "c", "10:00", booth="A"),
            mission.put("t", "c", "13:00"),
        ]
    )
    odd = {
        mission.pair(each): {(one["code"], one["who"]) for one in each["odd"]} for each in read["placements"]
    }
    assert odd["s", "b"] >= {("refused", mission.ids["b"]), ("no_interpreter", "")}
    assert odd["t", "c"] == {("no_slot", "")}
    clashing = odd["s", "b"] | odd["s", "c"]
    assert {("clash", "A"), ("clash", mission.ids["s"])} <= clashing


async def test_what_was_changed_meanwhile_and_what_makes_no_sense_is_refused(
    site: Site, mission: Mission
) -> None:
    stale = {"revision": 0, "locked": True}
    assert (await site.error("PATCH", f"{EVENT}/matching/draft", stale, status=409))[
        "code"
    ] == "matching_changed"
    overlapping = {"revision": 1, "slots": [_slot("10:00"), _slot("10:15")]}
    assert (await site.error("PUT", f"{EVENT}/matching/terms", overlapping, status=400))["field"] == "slots"
    put = mission.put("s", "b", "10:00") | {"buyer": mission.ids["t"]}
    assert (await mission.change(put=[put], status=404))["error"]["field"] == "buyer"
    assert (await site.error("GET", "/api/events/없음/matching", status=404))["code"] == "event_not_found"
    wish = {"changes": [{"participant": mission.ids["s"], "level": "must"}]}
    assert (await site.error("PATCH", f"{EVENT}/wishes", wish, status=400))["code"] == "invalid_body"


async def test_one_timetable_at_a_time_and_stopping_leaves_the_draft(
    site: Site, mission: Mission, monkeypatch: pytest.MonkeyPatch
) -> None:
    await mission.change(put=[mission.put("t", "c", "10:00")])
    solving = asyncio.Event()

    async def forever(_problem: Problem, **_more: object) -> Result:
        solving.set()
        await asyncio.Event().wait()
        raise AssertionError

    monkeypatch.setattr(jobs, "run", forever)
    await site.call("POST", f"{EVENT}/matching/solving", status=202)
    await solving.wait()
    again = await site.error("POST", f"{EVENT}/matching/solving", status=409)
    assert again["code"] == "matching_changed"
    await mission.change(locked=True, status=409)
    await site.call("DELETE", f"{EVENT}/matching/solving", status=204)
    read = await mission.read()
    assert read["solving"]["state"] == "cancelled"
    assert [mission.pair(each) for each in read["placements"]] == [("t", "c")]


async def test_wishes_come_from_a_sheet(site: Site, mission: Mission) -> None:
    path = f"{EVENT}/wishes/sheet"
    bad = b"role,company,partner,wish\nseller,S,Nobody,must\n"
    looked = await site.call("POST", f"{path}?dry_run=1", data=bad)
    assert [(each["line"], each["column"], each["code"]) for each in looked["errors"]] == [
        (2, "partner", "unknown_buyer")
    ]
    assert (await site.call("POST", path, data=bad, status=422))["error"]["code"] == "wishes_invalid"
    good = "구분,회사,상대,희망\n판매자,S,B,필수\n바이어,C,T,\n".encode()
    assert (await site.call("POST", f"{path}?dry_run=1", data=good))["wishes"] == 2
    assert (await site.call("GET", f"{EVENT}/wishes"))["wishes"] == []
    for _ in range(2):
        await site.call("POST", path, data=good)
    listed = (await site.call("GET", f"{EVENT}/wishes"))["wishes"]
    assert [(each["participant"], each["about"], each["level"]) for each in listed] == [
        (mission.ids["s"], mission.ids["b"], "must"),
        (mission.ids["c"], mission.ids["t"], "want"),
    ]
    back = {"changes": [{"participant": mission.ids["s"], "about": mission.ids["b"]}]}
    assert len((await site.call("PATCH", f"{EVENT}/wishes", back))["wishes"]) == 1


async def test_rooms_that_clash_among_themselves_are_not_the_drafts_problem(site: Site) -> None:
    for _ in range(2):
        await site.room(event="겹친 행사")
    made = await site.call("GET", "/api/events/겹친 행사/matching")
    assert made["placements"] == []
