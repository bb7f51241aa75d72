"""Sends what waits in the queue, one after the other, and tries again later what was not taken."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from functools import partial

from prometheus_client import Counter

from server.errors import ServerError
from server.mail.draft import draft, host_of
from server.mail.letter import message
from server.mail.smtp import MailServer, NotSent, Unsure, deliver
from server.metrics import REGISTRY
from server.store import Store
from server.store.mails import Mail

log = logging.getLogger(__name__)

LATER_MIN = (1, 5, 15, 60, 240)
"""After the first, second … refusal that may pass; then it is given up."""
LOOK_S = 60.0
CLOSE_S = 5.0
FAILED = "it could not be written; the server's log says why"
FAILED_LATE = "sending it failed; the server's log says why"

mails_total = Counter("sangdam_mails_total", "Mails by what became of them", ["outcome"], registry=REGISTRY)


class Post:
    """`server`: None where none is set, and nothing is sent then."""

    def __init__(self, store: Store, server: MailServer | None) -> None:
        self._store = store
        self.server = server
        self._news = asyncio.Event()
        self._to_note: Callable[[], Awaitable[None]] | None = None
        """What became of the mail taken last, until the store has it."""

    def wake(self) -> None:
        """Something was queued."""
        self._news.set()

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        await self._store.mails.recover()
        if self.server is None:
            yield
            return
        closing = asyncio.Event()
        executor = ThreadPoolExecutor(1, thread_name_prefix="mail")
        task = asyncio.create_task(self._run(self.server, executor, closing))
        try:
            yield
        finally:
            closing.set()
            self._news.set()
            await asyncio.wait({task}, timeout=CLOSE_S)
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
            executor.shutdown(wait=False, cancel_futures=True)

    async def _run(self, server: MailServer, executor: ThreadPoolExecutor, closing: asyncio.Event) -> None:
        while not closing.is_set():
            try:
                await self._note()
                mail = await self._store.mails.take(datetime.now(UTC))
                if mail is not None:
                    self._to_note = await self._send(server, executor, mail)
                    await self._note()
                    continue
                due_at = await self._store.mails.next_due()
            except Exception:
                log.exception("the queue of mails could not be read or written")
                due_at = None
            wait_s = LOOK_S if due_at is None else (due_at - datetime.now(UTC)).total_seconds()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(min(LOOK_S, max(0.05, wait_s))):
                    await self._news.wait()
            self._news.clear()

    async def _note(self) -> None:
        if self._to_note is not None:
            await self._to_note()
            self._to_note = None

    async def _send(
        self, server: MailServer, executor: ThreadPoolExecutor, mail: Mail
    ) -> Callable[[], Awaitable[None]]:
        """What writes into the store what became of it."""
        mails = self._store.mails
        is_handed_over = False
        try:
            participant = await self._store.participants.get(mail.participant)
            if not participant.email:
                raise NotSent("there is no mail address", final=True)
            made = await draft(
                self._store, participant, mail.base_url, mail.second, mail.note, whole=mail.whole
            )
            if made.letter is None:
                raise NotSent("there was nothing new to tell any more", final=True)
            ready = message(made.letter, server.sender, host_of(mail.base_url), mail.id, datetime.now(UTC))
            loop = asyncio.get_running_loop()
            is_handed_over = True
            await loop.run_in_executor(executor, deliver, server, ready, participant.email)
        except NotSent as error:
            if error.final or mail.tries > len(LATER_MIN):
                outcome, note = "refused", partial(mails.end, mail.id, "refused", reason=error.reason)
            else:
                due_at = datetime.now(UTC) + timedelta(minutes=LATER_MIN[mail.tries - 1])
                outcome, note = "later", partial(mails.put_off, mail.id, due_at, error.reason)
        except Unsure as error:
            outcome, note = "unsure", partial(mails.end, mail.id, "unsure", reason=str(error))
        except (ServerError, ValueError) as error:
            outcome, note = "refused", partial(mails.end, mail.id, "refused", reason=str(error))
        except Exception:
            log.exception("a mail could not be sent")
            if is_handed_over:
                outcome, note = "unsure", partial(mails.end, mail.id, "unsure", reason=FAILED_LATE)
            else:
                outcome, note = "refused", partial(mails.end, mail.id, "refused", reason=FAILED)
        else:
            kind, address = made.letter.kind, participant.email
            outcome = "sent"
            note = partial(mails.end, mail.id, "sent", kind=kind, address=address, told=made.told)
        mails_total.labels(outcome).inc()
        return note
