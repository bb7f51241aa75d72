"""One mail to one SMTP server, in steps, so that it is known what became of it. Blocking: for a thread."""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.utils import parseaddr
from typing import Literal

TIMEOUT_S = 20.0
PORTS = {"starttls": 587, "tls": 465, "none": 25}


@dataclass(frozen=True, slots=True)
class MailServer:
    host: str
    port: int
    tls: Literal["starttls", "tls", "none"]
    user: str | None
    password: str | None = field(repr=False)
    sender: str
    """`Name <address>`"""


class NotSent(Exception):
    """It was not taken. `final`: trying again would not help."""

    def __init__(self, reason: str, *, final: bool) -> None:
        super().__init__(reason)
        self.reason, self.final = reason[:300], final


class Unsure(Exception):
    """The connection ended after the mail was handed over and before the answer came."""


def deliver(server: MailServer, message: EmailMessage, to: str) -> None:
    """Returns when the server took it. Raises NotSent, Unsure."""
    with connected(server) as smtp:
        options = []
        if not to.isascii():
            if not smtp.has_extn("smtputf8"):
                raise NotSent("the mail server takes no addresses with such letters", final=True)
            options = ["SMTPUTF8", "BODY=8BITMIME"]
        with _refusals():
            _take(smtp.mail(parseaddr(server.sender)[1], options))
            _take(smtp.rcpt(to))
        try:
            answer = smtp.data(message.as_bytes())
        except smtplib.SMTPDataError as error:
            raise _refusal(error.smtp_code, error.smtp_error) from None
        except (smtplib.SMTPException, OSError) as error:
            raise Unsure(f"the connection was lost: {error}") from None
        _take(answer)


@contextmanager
def connected(server: MailServer) -> Iterator[smtplib.SMTP]:
    """Signed in. Raises NotSent."""
    with _refusals():
        context = ssl.create_default_context()
        if server.tls == "tls":
            smtp: smtplib.SMTP = smtplib.SMTP_SSL(
                server.host, server.port, timeout=TIMEOUT_S, context=context
            )
        else:
            smtp = smtplib.SMTP(server.host, server.port, timeout=TIMEOUT_S)
    try:
        with _refusals():
            if server.tls == "starttls":
                smtp.starttls(context=context)
            smtp.ehlo_or_helo_if_needed()
            if server.user is not None:
                smtp.login(server.user, server.password or "")
        yield smtp
    finally:
        with suppress(smtplib.SMTPException, OSError):
            smtp.quit()
        smtp.close()


@contextmanager
def _refusals() -> Iterator[None]:
    """Before the mail is handed over it is the settings or the network: later may be better."""
    try:
        yield
    except smtplib.SMTPResponseException as error:
        raise NotSent(f"{error.smtp_code} {_text(error.smtp_error)}", final=False) from None
    except (smtplib.SMTPException, OSError, ssl.SSLError) as error:
        raise NotSent(str(error) or type(error).__name__, final=False) from None


def _take(answer: tuple[int, bytes]) -> None:
    if not 200 <= answer[0] < 300:
        raise _refusal(*answer)


def _refusal(code: int, words: bytes | str) -> NotSent:
    return NotSent(f"{code} {_text(words)}", final=code >= 500)


def _text(words: bytes | str) -> str:
    text = words.decode("utf-8", "replace") if isinstance(words, bytes) else words
    return " ".join(text.split())
