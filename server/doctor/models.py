"""Speech and translation models: there, as they came, and loadable. `sangdam models verify` does it."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Sequence

from server import programs
from server.config import Config
from server.doctor.finding import Finding, ok, problem, warning

TIMEOUT_S = 600.0
_NICE = 10


async def check(config: Config) -> Sequence[Finding]:
    if not config.transcription:
        return [ok("models", "transcription workers run elsewhere")]
    directory = programs.models_directory(config)
    findings = [] if directory else [_demo(config)]
    place = ("--models", str(directory)) if directory else ("--data", str(config.data_dir))
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "transcription.models", "verify", *place),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env=programs.plain_environment(),
        preexec_fn=lambda: os.nice(_NICE),
    )
    try:
        async with asyncio.timeout(TIMEOUT_S):
            output, errors = await process.communicate()
    except TimeoutError:
        process.kill()
        await process.wait()
        return [*findings, problem("models", f"not loaded within {TIMEOUT_S:.0f} s", "use smaller ones")]
    return [*findings, *_read(output.decode(), errors.decode(), process.returncode or 0)]


def _demo(config: Config) -> Finding:
    return warning(
        "models",
        "the demo models, which understand the sample voices and nobody else",
        f"sangdam models pull --data {config.data_dir}",
    )


def _read(output: str, errors: str, code: int) -> list[Finding]:
    """`ok    NAME: DETAIL (S s)` or `FAILED …`, a line for each model and route."""
    lines = [line.partition(" ") for line in output.splitlines() if line.strip()]
    failed = [rest.strip() for state, _, rest in lines if state == "FAILED"]
    advice = "pull or copy the model again; `sangdam models verify` shows all"
    if failed:
        return [problem("models", text, advice) for text in failed]
    if code:
        last = next(reversed(errors.strip().splitlines()), f"ended with code {code}")
        return [problem("models", last, advice)]
    return [ok("models", f"{len(lines)} files, models and routes load and work")]
