"""A mail to a participant: text and HTML in one or two languages, a calendar file for each consultation.

Pure. Each file is an iTIP message of its own (RFC 5546 allows one UID in each): REQUEST, or CANCEL for one
that was called off. Header values are set through `email.message`, which refuses line breaks.
"""

from __future__ import annotations

import html
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import parseaddr
from zoneinfo import ZoneInfo

from icalendar import Calendar, vCalAddress

from server.day import calendar_event
from server.mail.words import WORDS, Kind, Words, spoken
from server.store.calendar import CalendarEntry
from server.store.records import Participant


@dataclass(frozen=True, slots=True)
class Meeting:
    """A consultation as the mail names it. `across`: whom one meets."""

    entry: CalendarEntry
    across: str


@dataclass(frozen=True, slots=True)
class Letter:
    """All that a mail is made of. `news`: the meetings whose calendar files are attached."""

    kind: Kind
    participant: Participant
    event_zone: str
    url: str
    meetings: Sequence[Meeting]
    news: Sequence[Meeting]
    second: str = ""
    """Language besides the reader's own, none when empty or the same."""
    note: str = ""
    """The organiser's own words."""

    @property
    def zone(self) -> str:
        return self.participant.time_zone or self.event_zone

    @property
    def languages(self) -> list[str]:
        own = spoken(self.participant.reads)
        second = spoken(self.second) if self.second else own
        return [own] if second == own else [own, second]


def subject(letter: Letter) -> str:
    """In each language once."""
    pattern = [getattr(WORDS[language], letter.kind) for language in letter.languages]
    event = _line(letter.participant.event)
    first, *others = [each.format(event=event) for each in pattern]
    return " / ".join([first, *(other.removeprefix(f"[{event}]").strip() for other in others)])


def text(letter: Letter) -> str:
    parts = []
    for language in letter.languages:
        words = WORDS[language]
        lines = [words.dear.format(name=_name(letter)), "", getattr(words, f"says_{letter.kind}"), ""]
        lines += [_meeting(letter, meeting, words) for meeting in letter.meetings]
        lines += [
            "",
            words.times.format(zone=letter.zone),
            "",
            f"{words.own_page}:",
            letter.url,
            "",
            words.page_does,
        ]
        parts.append("\n".join([*lines, words.keep]))
    note = [letter.note.strip()] if letter.note.strip() else []
    return "\n\n--\n\n".join([*note, *parts]) + "\n"


def as_html(letter: Letter) -> str:
    parts = [f"<p>{_paragraph(letter.note.strip())}</p>"] if letter.note.strip() else []
    for language in letter.languages:
        words = WORDS[language]
        rows = "".join(
            f"<li>{html.escape(_meeting(letter, meeting, words))}</li>" for meeting in letter.meetings
        )
        url = html.escape(letter.url, quote=True)
        parts.append(
            f'<div lang="{language}"><p>{html.escape(words.dear.format(name=_name(letter)))}</p>'
            f"<p>{html.escape(getattr(words, f'says_{letter.kind}'))}</p><ul>{rows}</ul>"
            f"<p>{html.escape(words.times.format(zone=letter.zone))}</p>"
            f'<p><a href="{url}">{html.escape(words.own_page)}</a><br>{url}</p>'
            f"<p>{html.escape(words.page_does)} {html.escape(words.keep)}</p></div>"
        )
    body = "<hr>".join(parts)
    return f'<!doctype html><html><head><meta charset="utf-8"></head><body>{body}</body></html>'


def calendars(letter: Letter, sender: str, host: str) -> list[tuple[str, str, bytes]]:
    """(file name, method, content) for each piece of news."""
    files = []
    for number, meeting in enumerate(letter.news, 1):
        cancelled = meeting.entry.cancelled
        method = "CANCEL" if cancelled else "REQUEST"
        made = Calendar()
        made.add("prodid", "-//Sangdam//Consultations//EN")
        made.add("version", "2.0")
        made.add("method", method)
        event = calendar_event(meeting.entry, letter.url, host)
        event.add("organizer", vCalAddress(f"mailto:{parseaddr(sender)[1]}"))
        attendee = vCalAddress(f"mailto:{letter.participant.email}")
        attendee.params["RSVP"] = "FALSE"
        event.add("attendee", attendee)
        made.add_component(event)
        files.append((f"consultation-{number}.ics", method, bytes(made.to_ical())))
    return files


def message(letter: Letter, sender: str, host: str, id: str, now: datetime) -> EmailMessage:
    """Ready to be sent or saved. Raises ValueError for an address that is none."""
    made = EmailMessage(policy=SMTP)
    name, address = parseaddr(sender)
    made["From"] = _address(_line(name), address)
    made["To"] = _address(_name(letter), letter.participant.email)
    made["Subject"] = subject(letter)
    made["Date"] = now
    made["Message-ID"] = f"<{id}@{host}>"
    made["Auto-Submitted"] = "auto-generated"
    made.set_content(text(letter))
    made.add_alternative(as_html(letter), subtype="html")
    for file, method, content in calendars(letter, sender, host):
        made.add_attachment(
            content,
            maintype="text",
            subtype="calendar",
            filename=file,
            params={"method": method, "charset": "utf-8"},
        )
    return made


def _meeting(letter: Letter, meeting: Meeting, words: Words) -> str:
    appointment = meeting.entry.appointment
    start = appointment.starts_at.astimezone(ZoneInfo(letter.zone))
    end = start + timedelta(minutes=appointment.duration_min)
    when = f"{start:%Y-%m-%d} ({words.weekdays[start.weekday()]}) {start:%H:%M}–{end:%H:%M}"
    facts = [when, meeting.across, appointment.title, appointment.place]
    if meeting.entry.cancelled:
        facts.append(words.called_off)
    return " · ".join(_line(fact) for fact in facts if fact)


def _address(name: str, spec: str) -> Address:
    """Raises ValueError."""
    try:
        return Address(name, addr_spec=spec)
    except (MessageError, IndexError, AttributeError) as error:
        # What the library's parser meets in what is no address.
        raise ValueError(f"this is no mail address: {error}") from None


def _name(letter: Letter) -> str:
    return _line(letter.participant.name or letter.participant.company)


def _line(text: str) -> str:
    return " ".join(text.split())


def _paragraph(text: str) -> str:
    return html.escape(text).replace("\n", "<br>")
