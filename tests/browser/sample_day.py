"""The sample day in an installation of its own, and what an organiser adds to it before nine o'clock."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote
from zoneinfo import ZoneInfo

from tests.browser.installation import Installation

ULSAN = "울산–창춘 자동차 부품 온라인 상담회"
SEOUL = ZoneInfo("Asia/Seoul")
GANGWON = "강원–난징 온라인 협약식"
MANILA = "이천–마닐라 온라인 상담회"
BOOTHS = ("A1", "A2")
_BOOTHS = {"booths": [{"name": name, "venue": ""} for name in BOOTHS]}
SELLERS = ("화장품", "마스크 팩", "도자기", "쌀 가공품", "반도체 부품")
BUYERS = (
    ("화장품 유통사 · Cosmetics distributor, Manila", (0, 1)),
    ("백화점 구매사 · Department store buyer, Cebu", (0, 1, 2)),
    ("주방용품 수입사 · Kitchenware importer, Manila", (2, 3)),
    ("식품 수입사 · Food importer, Davao", (1, 3, 0)),
    ("전자 부품 구매사 · Electronics buyer, Laguna", (4, 3)),
)
USERS = (
    ("lead", "운영 책임", "administrator"),
    ("office", "운영 담당", "organiser"),
    ("desk", "안내 데스크", "desk"),
)


class SampleDay:
    """`close` ends it."""

    def __init__(self, data_dir: Path) -> None:
        self.installation = Installation(data_dir, demo=True)
        self.api = self.installation.api
        self.demo = next(room["id"] for room in self.rooms(ULSAN) if room["state"] == "open")
        """The room of the demo speakers."""
        self.next = next(room["id"] for room in self.rooms(ULSAN) if room["id"] != self.demo)
        self._booths()
        self._people()
        self._begin()
        self._matching()
        for login, name, role in USERS:
            body = {"login": login, "name": name, "role": role, "password": "a password for pictures"}
            self.api("POST", "/api/users", body)

    def close(self) -> None:
        self.installation.close()

    def _booths(self) -> None:
        self.api("PUT", f"{_event(ULSAN)}/booths", _BOOTHS)
        for number, room in enumerate(self.rooms(ULSAN)):
            change = {"action": "change_room", "room": room["id"], "booth": BOOTHS[number % 2]}
            self.api("POST", f"{_event(ULSAN)}/edits", change)

    def _people(self) -> None:
        found = self.api("GET", f"{_event(ULSAN)}/participants")["participants"]
        for number, person in enumerate(found):
            change = {"email": f"{person['role']}{number}@example.org", "time_zone": "Asia/Seoul"}
            self.api("PATCH", f"/api/participants/{person['id']}", change)

    def _begin(self) -> None:
        """The demo speakers began a moment ago, whatever the hour."""
        now = datetime.now(UTC)
        start = now - timedelta(minutes=now.minute % 5 + 5, seconds=now.second, microseconds=now.microsecond)
        change = {"action": "change_room", "room": self.demo, "starts_at": f"{start:%FT%TZ}"}
        self.api("POST", f"{_event(ULSAN)}/edits?confirmed=1", change)

    def _matching(self) -> None:
        """Tomorrow's mission: wishes are in, a timetable is proposed."""
        day = (datetime.now() + timedelta(days=1)).date()
        path = _event(MANILA)
        self.api("PUT", path, {"starts_on": f"{day}", "ends_on": f"{day}"})
        self.api("PUT", f"{path}/booths", _BOOTHS)
        sellers = [self._person("seller", f"이천 {what} 제조사", "수출 담당", "ko") for what in SELLERS]
        buyers = [self._person("buyer", company, "Purchasing manager", "en") for company, _ in BUYERS]
        for number in (1, 2):
            self._person("interpreter", "", f"한영 통역 {number}", "ko", languages=["ko", "en"])
        wishes = [
            {"participant": buyer, "about": sellers[at], "level": "must" if at == wanted[0] else "want"}
            for buyer, (_, wanted) in zip(buyers, BUYERS, strict=True)
            for at in wanted
        ]
        self.api("PATCH", f"{path}/wishes", {"changes": wishes})
        start = datetime(day.year, day.month, day.day, 9, tzinfo=SEOUL).astimezone(UTC)
        slots = [
            {"starts_at": f"{start + timedelta(minutes=40 * at):%FT%TZ}", "duration_min": 30}
            for at in range(6)
        ]
        revision = self.api("GET", f"{path}/matching")["revision"]
        self.api("PUT", f"{path}/matching/terms", {"revision": revision, "slots": slots})
        self.api("POST", f"{path}/matching/solving", {"limit_s": 5})

    def _person(self, role: str, company: str, name: str, speaks: str, languages: Iterable[str] = ()) -> str:
        body = {"role": role, "company": company, "name": name, "speaks": speaks, "reads": speaks,
                "profile": {"languages": list(languages)}}  # fmt: skip
        made = self.api("POST", f"{_event(MANILA)}/participants", body)
        return str(made["id"])

    def rooms(self, event: str) -> list[dict[str, Any]]:
        """By their start."""
        found = [room for room in self.api("GET", "/api/rooms")["rooms"] if room["event"] == event]
        return sorted(found, key=lambda room: str(room["starts_at"]))

    def link(self, room: str, role: str) -> str:
        people = self.api("GET", f"/api/rooms/{room}")["people"]
        person = next(one for one in people if one["role"] == role)
        return str(self.api("GET", f"/api/rooms/{room}/people/{person['id']}/link")["url"])

    def day(self, event: str, role: str, company: str = "") -> str:
        """The own page of the first of these."""
        found = self.api("GET", f"{_event(event)}/participants")["participants"]
        person = next(one for one in found if one["role"] == role and company in one["company"])
        return str(self.api("GET", f"/api/participants/{person['id']}/link")["url"])


def _event(name: str) -> str:
    return f"/api/events/{quote(name)}"
