"""The mail server: reached, its certificate accepted, signed in. Nothing is sent."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from server.config import Config
from server.doctor.finding import Finding, ok, problem
from server.mail.smtp import MailServer, NotSent, connected


async def check(config: Config) -> Sequence[Finding]:
    server = config.mail_server
    if server is None:
        return [ok("mail", "no mail server is set: invitations are sent by hand")]
    try:
        await asyncio.to_thread(_try, server)
    except NotSent as error:
        advice = "look at smtp_host, smtp_port, smtp_tls, smtp_user and the password"
        return [problem("mail", f"{server.host} port {server.port}: {error.reason}", advice)]
    return [ok("mail", f"{server.host} port {server.port} lets {server.user or 'everybody here'} send mail")]


def _try(server: MailServer) -> None:
    with connected(server) as smtp:
        smtp.noop()
