import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.errors import RoomNotFound
from server.exports import FORMATS, Transcript, load
from server.exports.transcript import arrange
from server.store import Store
from server.store.records import (
    Event,
    NewPerson,
    NewRoom,
    Person,
    PersonChange,
    Role,
    Room,
    RoomPatch,
    StoredCaption,
    Visit,
)
from tests.server.exports.subtitle_parsers import parse_srt, parse_vtt
from wire.captions import Caption, Translation

OPENED = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
SELLER = Person("p1", "seller", "수출 담당", "울산 제조사", "ko", "ko")
BUYER = Person("p2", "buyer", "采购 <负责> & 人", "", "zh-Hans", "zh-Hans")
ROOM = Room("r1", "코팅제", "closed", OPENED, 30, OPENED, OPENED, (SELLER, BUYER), event="울산–창춘")


def caption(number: int, text: str, *, speaker: str = "p1", **changes: Any) -> StoredCaption:
    zh = {"zh-Hans": Translation(text="有两种药剂", stable=5)}
    made = Caption(
        id=f"r1-{speaker}-{number}",
        rev=1,
        speaker=speaker,
        state="final",
        lang="ko",
        text=text,
        stable=len(text),
        translations=zh,
        confidence=0.5,
        flags=(),
        start_ms=number * 1000,
        end_ms=number * 1000 + 800,
        lag_ms=1,
    )
    return StoredCaption("r1", made.model_copy(update=changes), OPENED, OPENED)


def transcript(*captions: StoredCaption, lang: str | None = None) -> Transcript:
    people = [SELLER, BUYER]
    entries = tuple(arrange(list(captions), people, lang))
    return Transcript(ROOM, (SELLER, BUYER), entries, lang, {item.caption.id: (item,) for item in captions})


def test_vtt_has_speakers_languages_and_escapes() -> None:
    tricky = caption(2, "a < b --> c\n\n&amp; <b>", speaker="p2", lang="en", translations={})
    text = FORMATS["vtt"].write(transcript(tricky, caption(1, "두 가지 약품")))
    first, second = parse_vtt(text)
    assert (first.id, first.start_ms, first.end_ms) == ("r1-p1-1", 1000, 1800)
    assert first.lines == (("수출 담당", "ko", "두 가지 약품"), ("수출 담당", "zh-Hans", "有两种药剂"))
    assert second.lines == (("采购 <负责> & 人", "en", "a < b --> c &amp; <b>"),)


def test_srt_names_the_speaker_once_and_has_nothing_a_player_takes_for_markup() -> None:
    tricky = caption(2, "<i>a</i> --> {\\an8} 3 < 5 {x}", translations={})
    first, second = parse_srt(FORMATS["srt"].write(transcript(tricky, caption(1, "두 가지"))))
    assert [line for _, _, line in first.lines] == ["수출 담당: 두 가지", "有两种药剂"]
    assert second.lines[0][2] == "수출 담당: ＜i>a＜/i> --＞ ｛\\an8} 3 < 5 {x}"


def test_hours_and_cues_without_length() -> None:
    late = caption(1, "x", start_ms=100 * 3_600_000 + 61_002, end_ms=0)
    vtt = parse_vtt(FORMATS["vtt"].write(transcript(late)))[0]
    srt = parse_srt(FORMATS["srt"].write(transcript(late)))[0]
    assert (vtt.start_ms, vtt.end_ms) == (srt.start_ms, srt.end_ms) == (360_061_002, 360_061_003)


def test_one_language_takes_translations_and_keeps_what_has_none() -> None:
    captions = (
        caption(1, "하나"),
        caption(2, "二", speaker="p2", lang="zh-Hans", translations={"ko": Translation(text="둘")}),
        caption(3, "셋", translations={}),
        caption(4, "넷", translations={"zh-Hant": Translation(text="四")}),
    )
    korean = transcript(*captions, lang="ko").entries
    chinese = transcript(*captions, lang="zh-Hans").entries
    assert [entry.lines[0].text for entry in korean] == ["하나", "둘", "셋", "넷"]
    assert [(entry.lines[0].lang, entry.lines[0].text) for entry in chinese] == [
        ("zh-Hans", "有两种药剂"),
        ("zh-Hans", "二"),
        ("ko", "셋"),
        ("zh-Hant", "四"),
    ]
    assert all(len(entry.lines) == 1 for entry in korean + chinese)


def test_minutes_mark_what_is_said_once_more() -> None:
    once_more = caption(61, "두 가지", speaker="p2", flags=("interpretation",), state="corrected", by="통역")
    text = FORMATS["txt"].write(transcript(once_more))
    assert "(⇄, ✎ 통역)\n  ko: 두 가지\n" in (text if isinstance(text, str) else text.decode())


def test_minutes_read_like_minutes() -> None:
    corrected = caption(61, "두 가지", state="corrected", by="통역")
    assert FORMATS["txt"].write(transcript(corrected)) == (
        "코팅제\n울산–창춘\n2026-11-22 09:00 UTC\n- 수출 담당 (울산 제조사)\n- 采购 <负责> & 人\n\n"
        "[00:01:01] 수출 담당 (✎ 통역)\n  ko: 두 가지\n  zh-Hans: 有两种药剂\n"
    )
    assert "[00:01:01] 수출 담당 (✎ 통역): 有两种药剂\n" in FORMATS["txt"].write(
        transcript(corrected, lang="zh-Hans")
    )


def visit(person: str, came: int, left: int | None) -> Visit:
    """Minutes after the opening."""
    start = OPENED + timedelta(minutes=came)
    return Visit("r1", person, start, None if left is None else OPENED + timedelta(minutes=left))


def test_minutes_say_who_was_there_from_when_to_when_in_the_events_time() -> None:
    late = Person("p3", "interpreter", "통역", "", "ko", "zh-Hans")
    gone = Person("p4", "buyer", "떠난 사람", "", "ko", "ko")
    never = Person("p5", "buyer", "자리를 잃은 사람", "", "ko", "ko")
    people = (SELLER, BUYER, late, gone, never)
    visits = (
        visit("p1", 0, 12),
        visit("p4", 1, 2),
        visit("p1", 13, 20),
        visit("p1", 25, 31),
        visit("p3", 5, None),
    )
    room = replace(ROOM, people=(SELLER, BUYER, late))
    text = FORMATS["txt"].write(Transcript(room, people, (), visits=visits, time_zone="Asia/Seoul"))
    assert text == (
        "코팅제\n울산–창춘\n2026-11-22 18:00 Asia/Seoul\n- 수출 담당 (울산 제조사) 18:00–18:20, 18:25–18:31\n"
        "- 采购 <负责> & 人 —\n- 통역 18:05–\n- 떠난 사람 18:01–18:02\n"
    )


def test_minutes_of_two_days_say_the_date_of_the_other_one_in_the_order_of_time() -> None:
    day = 24 * 60
    visits = (visit("p1", day - 60, day - 30), visit("p1", 0, 12), visit("p2", 14 * 60, 15 * 60 + 10))
    text = FORMATS["txt"].write(Transcript(ROOM, (SELLER, BUYER), (), visits=visits, time_zone="UTC"))
    assert text == (
        "코팅제\n울산–창춘\n2026-11-22 09:00 UTC\n"
        "- 수출 담당 (울산 제조사) 09:00–09:12, 2026-11-23 08:00–08:30\n"
        "- 采购 <负责> & 人 23:00–2026-11-23 00:10\n"
    )


def test_minutes_name_the_parties_and_of_others_who_was_part_of_it() -> None:
    roles: tuple[tuple[str, Role, str], ...] = (
        ("p3", "organiser", "들여다본 직원"),
        ("p4", "organiser", "말한 직원"),
        ("p5", "observer", "온 손님"),
        ("p6", "observer", "오지 않은 손님"),
        ("p7", "venue", "꺼진 화면"),
    )
    others = tuple(Person(id, role, name, "", "ko", "ko") for id, role, name in roles)
    people = (SELLER, BUYER, *others)
    entries = transcript(caption(1, "안내", speaker="p4")).entries
    entries = tuple(replace(entry, speaker=others[1]) for entry in entries)
    visits = tuple(visit(person, 0, 10) for person in ("p1", "p3", "p4", "p5"))
    text = FORMATS["txt"].write(Transcript(replace(ROOM, people=people), people, entries, visits=visits))
    assert isinstance(text, str)
    assert [line for line in text.splitlines() if line.startswith("- ")] == [
        "- 수출 담당 (울산 제조사) 09:00–09:10",
        "- 采购 <负责> & 人 —",
        "- 말한 직원 09:00–09:10",
        "- 온 손님 09:00–09:10",
    ]


async def test_visits_and_the_events_zone_are_read_with_the_captions(tmp_path: Path) -> None:
    async with Store.in_directory(tmp_path) as store:
        new = NewRoom("t", (NewPerson("seller", "하나", "", "ko", "ko"),), event="울산")
        room = (await store.rooms.create(new))[0]
        await store.events.put(Event("울산", "Asia/Seoul"))
        left_at = OPENED + timedelta(minutes=9)
        await store.visits.put(Visit(room.id, "p1", OPENED, left_at))
        read = await load(store, room.id)
    assert read.time_zone == "Asia/Seoul"
    (person,) = json.loads(FORMATS["json"].write(read))["people"]
    assert person["visits"] == [{"came_at": "2026-11-22T09:00:00Z", "left_at": "2026-11-22T09:09:00Z"}]


@pytest.mark.parametrize("extension", FORMATS)
def test_an_empty_transcript_is_a_valid_file(extension: str) -> None:
    text = FORMATS[extension].write(transcript(caption(1, " \n ", translations={})))
    if extension == "json":
        assert json.loads(text)["captions"] == []
    elif extension == "vtt":
        assert parse_vtt(text) == []
    elif extension == "srt":
        assert parse_srt(text) == []
    else:
        assert text.startswith("코팅제\n")


TEXT = st.text(st.characters(blacklist_categories=("Cs",), blacklist_characters="\0"), max_size=30)
CAPTIONS = st.lists(st.tuples(TEXT, TEXT, st.integers(-5, 10**8), st.integers(-5, 10**8)), max_size=5)


def made(drawn: list[tuple[str, str, int, int]]) -> tuple[StoredCaption, ...]:
    return tuple(
        caption(number, text, translations={"zh-Hans": Translation(text=other)}, start_ms=start, end_ms=end)
        for number, (text, other, start, end) in enumerate(drawn)
    )


@given(CAPTIONS)
def test_vtt_round_trip(drawn: list[tuple[str, str, int, int]]) -> None:
    what = transcript(*made(drawn))
    cues = parse_vtt(FORMATS["vtt"].write(what))
    assert len(cues) == len(what.entries)
    for cue, entry in zip(cues, what.entries, strict=True):
        assert cue.id == entry.stored.caption.id
        assert (cue.start_ms, cue.end_ms) == (entry.start_ms, entry.end_ms)
        assert cue.lines == tuple(("수출 담당", line.lang, line.text) for line in entry.lines)


@given(CAPTIONS)
def test_srt_round_trip(drawn: list[tuple[str, str, int, int]]) -> None:
    what = transcript(*made(drawn))
    cues = parse_srt(FORMATS["srt"].write(what))
    assert len(cues) == len(what.entries)
    for cue, entry in zip(cues, what.entries, strict=True):
        first, *others = (narrow(text) for _, _, text in cue.lines)
        assert (cue.start_ms, cue.end_ms) == (entry.start_ms, entry.end_ms)
        assert [first.removeprefix("수출 담당: "), *others] == [narrow(line.text) for line in entry.lines]


def narrow(text: str) -> str:
    """Undoes what SubRip forces us to."""
    return text.translate(str.maketrans("＜＞｛", "<>{"))


async def test_what_was_corrected_wins_and_removed_people_keep_their_names(tmp_path: Path) -> None:
    new = NewRoom("t", tuple(NewPerson("seller", name, "", "ko", "ko") for name in ("하나", "둘")))
    async with Store.in_directory(tmp_path) as store:
        room = (await store.rooms.create(new))[0]
        for stored in (
            caption(1, "처음"),
            caption(1, "고침", rev=2, state="corrected", by="통역"),
            caption(2, "나중", id="r1-p2-2", speaker="p2"),
        ):
            await store.captions.save(StoredCaption(room.id, stored.caption, OPENED))
        stays = PersonChange(new.people[0], "p1")
        await store.rooms.change(room.id, RoomPatch(people=(stays,)))
        document = json.loads(FORMATS["json"].write(await load(store, room.id)))
        with pytest.raises(RoomNotFound):
            await load(store, "none")
    first, second = document["captions"]
    assert (first["lines"][0]["text"], first["by"], first["state"]) == ("고침", "통역", "corrected")
    assert [(item["rev"], item["text"], item["by"]) for item in first["revisions"]] == [
        (1, "처음", None),
        (2, "고침", "통역"),
    ]
    assert first["spoken_at"] == "2026-11-22T09:00:00Z"
    assert second["speaker"]["name"] == "둘"
    assert [line["lang"] for line in second["lines"]] == ["ko", "zh-Hans"]
