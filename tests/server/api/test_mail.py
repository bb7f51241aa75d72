"""The queue against a real SMTP server: sent once, tried again, refused, and never twice by accident."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from email import message_from_bytes
from email.policy import SMTP as POLICY
from typing import Any

import pytest
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword
from aiosmtpd.smtp import Session as SmtpSession

from server.config import Config
from server.doctor import mail as doctor
from server.errors import StoreError
from server.keys import POST
from server.mail.post import LATER_MIN, Post
from server.mail.smtp import MailServer
from tests.server.api.conftest import Site

pytestmark = pytest.mark.net
EVENT = "/api/events/울산/mail"


class Mailbox:
    """Answers as told, and keeps what it took."""

    def __init__(self) -> None:
        self.taken: list[Envelope] = []
        self.rcpt = "250 OK"
        self.data = "250 OK"
        self.port = 0

    async def handle_RCPT(
        self, _server: Any, _session: SmtpSession, envelope: Envelope, address: str, _options: Any
    ) -> str:
        envelope.rcpt_tos.append(address)
        return self.rcpt

    async def handle_DATA(self, server: SMTP, _session: SmtpSession, envelope: Envelope) -> str:
        if self.data == "cut":
            server.transport.abort()
            return "250 OK"
        if self.data.startswith("250"):
            self.taken.append(envelope)
        return self.data


@pytest.fixture
async def mailbox() -> AsyncIterator[Mailbox]:
    box = Mailbox()
    sessions: list[SMTP] = []

    def authenticate(
        _server: Any, _session: Any, _envelope: Any, _mechanism: str, data: LoginPassword
    ) -> AuthResult:
        return AuthResult(success=data == LoginPassword(b"office", b"secret"), handled=False)

    def session() -> SMTP:
        sessions.append(SMTP(box, authenticator=authenticate, auth_require_tls=False, hostname="mail.test"))
        return sessions[-1]

    server = await asyncio.get_running_loop().create_server(session, "127.0.0.1", 0)
    box.port = server.sockets[0].getsockname()[1]
    yield box
    server.close()
    for each in sessions:
        if each.transport is not None:
            each.transport.abort()
    await server.wait_closed()
    await asyncio.sleep(0.05)


def server_of(box: Mailbox, password: str = "secret") -> MailServer:
    return MailServer("127.0.0.1", box.port, "none", "office", password, "상담 사무국 <office@city.kr>")


@pytest.fixture
async def post(site: Site, mailbox: Mailbox) -> AsyncIterator[Post]:
    site.app[POST].server = server_of(mailbox)
    async with site.app[POST].running():
        yield site.app[POST]


async def buyer(site: Site) -> str:
    people = (await site.call("GET", "/api/events/울산/participants"))["participants"]
    one = next(one for one in people if one["role"] == "buyer")
    await site.call(
        "PATCH", f"/api/participants/{one['id']}", {"email": "buyer@example.cn", "time_zone": "Asia/Shanghai"}
    )
    return str(one["id"])


async def send(site: Site, *people: str, **more: Any) -> int:
    body = {"participants": list(people), "second": "ko"} | more
    return int((await site.call("POST", EVENT, body))["queued"])


async def person(site: Site, id: str) -> Any:
    return next(one for one in (await site.call("GET", EVENT))["people"] if one["id"] == id)


async def until(site: Site, id: str, right: Callable[[Any], bool]) -> Any:
    async with asyncio.timeout(10):
        while not right(found := await person(site, id)):
            await asyncio.sleep(0.02)
    return found


async def test_invitation_change_and_cancellation_each_once(site: Site, post: Post, mailbox: Mailbox) -> None:
    room = await site.room(event="울산")
    id = await buyer(site)
    assert (await person(site, id))["standing"] == "new"
    assert await send(site, id) == 1
    told = await until(site, id, lambda one: one["standing"] == "told")
    assert told["mail"]["state"] == "sent"
    assert await send(site, id) == 0

    await site.call("PATCH", f"/api/rooms/{room}", {"starts_at": "2026-11-22T15:00:00+09:00"})
    assert (await person(site, id))["standing"] == "changed"
    assert await send(site, id) == 1
    await until(site, id, lambda one: one["standing"] == "told")
    await site.call("DELETE", f"/api/rooms/{room}", status=204)
    assert await send(site, id) == 1
    await until(site, id, lambda one: one["standing"] == "told")
    assert await send(site, id) == 0

    read = [message_from_bytes(envelope.content, policy=POLICY) for envelope in mailbox.taken]  # type: ignore[arg-type]
    subjects = [str(mail["Subject"]) for mail in read]
    assert [("邀请" in each, "有变" in each, "取消" in each) for each in subjects] == [
        (True, False, False),
        (False, True, False),
        (False, False, True),
    ]
    methods = [
        [part.get_param("method") for part in mail.walk() if part.get_content_type() == "text/calendar"]
        for mail in read
    ]
    assert methods == [["REQUEST"], ["REQUEST"], ["CANCEL"]]
    assert [envelope.rcpt_tos for envelope in mailbox.taken] == [["buyer@example.cn"]] * 3
    assert str(read[0]["From"]) == "상담 사무국 <office@city.kr>"
    assert "08:00–08:30" in read[0].get_body(("plain",)).get_content()


async def test_what_the_server_refuses_is_shown_and_not_tried_again(
    site: Site, post: Post, mailbox: Mailbox
) -> None:
    await site.room(event="울산")
    id = await buyer(site)
    mailbox.rcpt = "550 5.1.1 no such mailbox"
    await send(site, id)
    found = await until(site, id, lambda one: one["mail"]["state"] == "refused")
    assert found["mail"]["reason"] == "550 5.1.1 no such mailbox"
    assert (found["mail"]["tries"], found["standing"]) == (1, "new")


async def test_what_may_pass_is_tried_again_so_many_times(site: Site, post: Post, mailbox: Mailbox) -> None:
    await site.room(event="울산")
    id = await buyer(site)
    mailbox.data = "451 4.7.1 greylisted"
    await send(site, id)
    found = await until(site, id, lambda one: one["mail"]["tries"] == 1 and one["mail"]["state"] == "waiting")
    assert found["mail"]["reason"] == "451 4.7.1 greylisted"
    assert await send(site, id) == 0
    for tries in range(2, len(LATER_MIN) + 2):
        (mail,) = await site.store.mails.of_participant(id)
        await site.store.mails.put_off(mail.id, mail.made_at - timedelta(days=1), mail.reason)
        post.wake()
        await until(
            site,
            id,
            lambda one, tries=tries: one["mail"]["tries"] == tries and one["mail"]["state"] != "sending",
        )
    assert (await person(site, id))["mail"]["state"] == "refused"
    assert mailbox.taken == []


async def test_nobody_knows_means_a_person_decides(site: Site, post: Post, mailbox: Mailbox) -> None:
    await site.room(event="울산")
    id = await buyer(site)
    mailbox.data = "cut"
    await send(site, id)
    await until(site, id, lambda one: one["mail"]["state"] == "unsure")
    mailbox.data = "250 OK"
    assert await send(site, id) == 0
    assert await send(site, id, again=True) == 1
    await until(site, id, lambda one: one["standing"] == "told")
    assert len(mailbox.taken) == 1


async def test_of_what_was_being_sent_when_the_server_ended_nobody_knows(
    site: Site, mailbox: Mailbox
) -> None:
    await site.room(event="울산")
    id = await buyer(site)
    site.app[POST].server = server_of(mailbox)
    assert await send(site, id) == 1
    (mail,) = await site.store.mails.of_participant(id)
    assert await site.store.mails.take(mail.due_at) is not None
    async with site.app[POST].running():
        assert (await person(site, id))["mail"]["state"] == "unsure"
    assert mailbox.taken == []


@pytest.mark.parametrize(("part", "state"), [("draft", "refused"), ("deliver", "unsure")])
async def test_one_that_fails_unforeseen_does_not_stop_the_others(
    site: Site, post: Post, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch, part: str, state: str
) -> None:
    await site.room(event="울산")
    id = await buyer(site)

    def broken(*_: Any, **__: Any) -> Any:
        raise RuntimeError("a defect")

    with monkeypatch.context() as patch:
        patch.setattr(f"server.mail.post.{part}", broken)
        await send(site, id)
        await until(site, id, lambda one: one["mail"]["state"] == state)
    assert await send(site, id, again=True) == 1
    await until(site, id, lambda one: one["standing"] == "told")
    assert len(mailbox.taken) == 1


async def test_what_the_store_did_not_take_is_written_again_and_not_sent_again(
    site: Site, post: Post, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    await site.room(event="울산")
    id = await buyer(site)
    refused = asyncio.Event()
    end = site.store.mails.end

    async def once_full(*args: Any, **more: Any) -> None:
        if refused.is_set():
            return await end(*args, **more)
        refused.set()
        raise StoreError("the database refused: disk is full")

    monkeypatch.setattr(site.store.mails, "end", once_full)
    await send(site, id)
    await asyncio.wait_for(refused.wait(), 10)
    assert (await person(site, id))["mail"]["state"] == "sending"
    post.wake()
    await until(site, id, lambda one: one["mail"]["state"] == "sent")
    assert len(mailbox.taken) == 1


async def test_the_doctor_signs_in(mailbox: Mailbox) -> None:
    def config(password: str) -> Config:
        return Config(
            smtp_host="127.0.0.1",
            smtp_port=mailbox.port,
            smtp_tls="none",
            smtp_user="office",
            smtp_password=password,
            mail_from="office@city.kr",
        )

    (good,) = await doctor.check(config("secret"))
    assert good.level == "ok"
    (bad,) = await doctor.check(config("wrong"))
    assert (bad.level, "535" in bad.message) == ("problem", True)
    (none,) = await doctor.check(Config())
    assert none.level == "ok"
