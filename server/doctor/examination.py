"""The checks in their order; one that fails of itself is a finding, and the others go on."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence

from server.config import FILE_NAME, Config
from server.doctor import certificate, clock, mail, media, models, pages, storage
from server.doctor.finding import Finding, ok, problem

log = logging.getLogger(__name__)

Check = Callable[[Config], Awaitable[Sequence[Finding]]]
_CHECKS: tuple[tuple[str, Check], ...] = (
    ("data", storage.check),
    ("pages", pages.check),
    ("certificate", certificate.check),
    ("clock", clock.check),
    ("mail", mail.check),
    ("media", media.check),
    ("models", models.check),
)


async def examine(config: Config, *, with_models: bool) -> AsyncIterator[Finding]:
    """Each finding as soon as it is there; loading and running the models takes longest."""
    settings = config.data_dir / FILE_NAME
    yield ok(
        "configuration", f"{settings}" if settings.is_file() else "defaults and options, no settings file"
    )
    for name, check in _CHECKS:
        if name == "models" and not with_models:
            continue
        for finding in await _guarded(name, check, config):
            yield finding


async def _guarded(name: str, check: Check, config: Config) -> Sequence[Finding]:
    try:
        return await check(config)
    except Exception as error:
        log.exception("the check of %s failed", name)
        return [problem(name, f"could not be checked: {error!r}", "please report this, with the lines above")]
