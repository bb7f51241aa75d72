"""What a mail says, and that nothing in it can become a header."""

from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes
from email.policy import SMTP

import pytest
from icalendar import Calendar

from server.mail.draft import kind_of
from server.mail.letter import Letter, Meeting, as_html, message, subject, text
from server.mail.words import WORDS, spoken
from server.store.calendar import Appointment, CalendarEntry
from server.store.records import Participant

NOW = datetime(2026, 11, 20, tzinfo=UTC)
BUYER = Participant(
    "m1",
    "수원 상담회",
    "buyer",
    "Nguyễn Mua",
    "Hà Nội Trading",
    "vi",
    "vi",
    "mua@example.vn",
    "Asia/Ho_Chi_Minh",
)


def entry(room: str, sequence: int = 0, *, cancelled: bool = False) -> CalendarEntry:
    appointment = Appointment(room, datetime(2026, 11, 23, 0, 30, tzinfo=UTC), 30, "Tư vấn", "A1")
    return CalendarEntry(appointment, sequence, cancelled, NOW)


def letter(*entries: CalendarEntry, **changes: object) -> Letter:
    meetings = [Meeting(each, "수원 정밀") for each in entries]
    made = Letter("invitation", BUYER, "Asia/Seoul", "https://x.example/d/token", meetings, meetings, "ko")
    return replace(made, **changes)  # type: ignore[arg-type]


def test_it_says_the_time_where_the_reader_is_in_their_language_and_the_organisers() -> None:
    said = text(letter(entry("r1")))
    assert said.index("Nguyễn Mua") < said.index("상담에 초대합니다")
    assert "2026-11-23 (T2) 07:30–08:00" in said
    assert "2026-11-23 (월) 07:30–08:00" in said
    assert said.count("https://x.example/d/token") == 2
    assert "상담에 초대합니다" not in text(letter(entry("r1"), second=""))
    assert subject(letter(entry("r1"))) == "[수원 상담회] Thư mời tư vấn trực tuyến / 화상 상담 안내"


def test_markup_in_names_is_text() -> None:
    evil = replace(BUYER, name="<script>x</script>")
    assert "<script>" not in as_html(letter(entry("r1"), participant=evil, note="<b>"))


def test_a_name_cannot_become_a_header() -> None:
    evil = replace(BUYER, name="A\r\nBcc: all@example.com", event="E\r\nX-Evil: 1")
    ready = message(letter(entry("r1"), participant=evil), "Office <a@b.kr>", "h", "id", NOW).as_bytes()
    read = message_from_bytes(ready, policy=SMTP)
    assert (read["Bcc"], read["X-Evil"]) == (None, None)
    assert len(read["To"].addresses) == 1


@pytest.mark.parametrize("email", ["a@b.kr\r\nBcc: all@example.com", "a,b@c", '"@x', "<>@x", "a@[", "@"])
def test_an_address_that_is_none_is_refused(email: str) -> None:
    bad = letter(entry("r1"), participant=replace(BUYER, email=email))
    with pytest.raises(ValueError):  # noqa: PT011 the parser's own words
        message(bad, "a@b.kr", "h", "id", NOW)


def test_each_consultation_has_a_calendar_message_of_its_own() -> None:
    ready = message(
        letter(entry("r1", 2), entry("r2", 3, cancelled=True)), "Office <a@b.kr>", "h", "id7", NOW
    )
    read = message_from_bytes(ready.as_bytes(), policy=SMTP)
    assert read["Message-ID"] == "<id7@h>"
    parts = [part for part in read.walk() if part.get_content_type() == "text/calendar"]
    assert [part.get_param("method") for part in parts] == ["REQUEST", "CANCEL"]
    for part, (uid, sequence, status) in zip(
        parts, (("r1@h", 2, "CONFIRMED"), ("r2@h", 3, "CANCELLED")), strict=True
    ):
        calendar = Calendar.from_ical(part.get_payload(decode=True))
        (event,) = calendar.walk("VEVENT")
        assert (event["uid"], event["sequence"], event["status"]) == (uid, sequence, status)
        assert event["organizer"] == "mailto:a@b.kr"
        assert event["attendee"] == "mailto:mua@example.vn"
        assert calendar["method"] == part.get_param("method")


def test_what_was_told_before_decides_what_is_said_now() -> None:
    assert kind_of([entry("r1")], None) == "invitation"
    assert kind_of([entry("r1", cancelled=True)], None) is None
    assert kind_of([], None) is None
    assert kind_of([entry("r1")], {"r1": 0}) is None
    assert kind_of([entry("r1", 1)], {"r1": 0}) == "change"
    assert kind_of([entry("r1"), entry("r2")], {"r1": 0}) == "change"
    assert kind_of([entry("r1", 1, cancelled=True)], {"r1": 0}) == "cancellation"
    # Made and called off between two mails.
    assert kind_of([entry("r1"), entry("r2", 1, cancelled=True)], {"r1": 0}) is None


def test_every_reader_has_a_language() -> None:
    assert [spoken(tag) for tag in ("zh-Hant", "yue", "fil", "KO")] == ["zh", "zh", "en", "ko"]
    assert set(WORDS) == {"ko", "en", "zh", "vi", "ja", "ru"}
