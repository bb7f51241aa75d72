"""Child processes of `sangdam serve`: started, watched, started again, and never left behind."""

from __future__ import annotations

import asyncio
import contextlib
import ctypes
import logging
import os
import signal
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, TextIO

from server import metrics
from server.live import ProcessState

log = logging.getLogger(__name__)

FIRST_DELAY_S = 0.2
MAX_DELAY_S = 30.0
STEADY_S = 10.0
"""A child that ran this long starts again with the first delay."""
STOP_TIMEOUT_S = 5.0
EX_CONFIG = 78
"""A child's exit code for a configuration that starting again does not heal (sysexits.h)."""
_HOPELESS = frozenset({EX_CONFIG, 2})
"""2 is argparse's, for options that the program does not know."""
_LINE_BYTES = 16_384
_SHOWN_CHARS = 200
_PR_SET_PDEATHSIG = 1

State = Literal["starting", "running", "backing_off", "stopped"]


def backoff_s(delay_s: float, ran_s: float, exit_code: int) -> float:
    """How long to wait before the next start; `delay_s` was waited before this one (0: the first start)."""
    if exit_code in _HOPELESS:
        return MAX_DELAY_S
    if ran_s >= STEADY_S or delay_s == 0.0:
        return FIRST_DELAY_S
    return min(MAX_DELAY_S, delay_s * 2)


@dataclass(frozen=True, slots=True)
class Program:
    """What to run. `environment` replaces the server's own."""

    name: str
    arguments: Sequence[str]
    environment: Mapping[str, str]


class Child:
    """One program, started again whenever it ends until it is told to stop."""

    def __init__(self, program: Program, output: TextIO) -> None:
        self.program = program
        self.state: State = "starting"
        self.restarts = 0
        self.message: str | None = None
        self.pid: int | None = None
        self._output = output
        self._last_line = ""

    async def run(self) -> None:
        """Until cancelled, which ends the process too."""
        loop = asyncio.get_running_loop()
        delay_s = 0.0
        try:
            while True:
                started_s = loop.time()
                code = await self._run_once()
                ran_s = loop.time() - started_s
                delay_s = backoff_s(delay_s, ran_s, code)
                self.restarts += 1
                metrics.RESTARTS.labels(self.program.name).inc()
                self.state = "backing_off"
                self.message = f"{_ending(code, self._last_line)}; starts again in {delay_s:g} s"
                log.warning("%s %s", self.program.name, self.message)
                await asyncio.sleep(delay_s)
        finally:
            self.state = "stopped"

    def status(self) -> ProcessState:
        return {
            "name": self.program.name,
            "state": self.state,
            "restarts": self.restarts,
            "message": self.message,
        }

    async def _run_once(self) -> int:
        """The exit code; negative for a signal."""
        self.state = "starting"
        try:
            process = await asyncio.create_subprocess_exec(
                *self.program.arguments,
                env=dict(self.program.environment),
                stdin=asyncio.subprocess.DEVNULL,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.STDOUT,
                # A Ctrl-C in the terminal is the server's: it stops its children in order.
                start_new_session=True,
                preexec_fn=_die_with_parent(),
            )
        except OSError as error:
            self._last_line = f"it cannot be started: {error.strerror}"
            return EX_CONFIG
        self.state, self.message, self.pid = "running", None, process.pid
        log.info("%s started (pid %d)", self.program.name, process.pid)
        try:
            await self._forward(process)
            return await process.wait()
        finally:
            self.pid = None
            await _stop(process)

    async def _forward(self, process: asyncio.subprocess.Process) -> None:
        """Copies the child's lines to the log, with its name in front."""
        assert process.stdout is not None
        rest = b""
        while data := await process.stdout.read(_LINE_BYTES):
            *lines, rest = (rest + data).split(b"\n")
            if len(rest) > _LINE_BYTES:
                lines, rest = [*lines, rest], b""
            for line in lines:
                self._print(line)
        if rest:
            self._print(rest)

    def _print(self, line: bytes) -> None:
        text = line.decode("utf-8", "replace").rstrip()
        self._last_line = text[:_SHOWN_CHARS]
        # A full disk or a closed terminal must not end the child, let alone keep it from starting again.
        with contextlib.suppress(OSError):
            self._output.write(f"{self.program.name} | {text}\n")
            self._output.flush()


class Supervisor:
    """Owns the children's tasks. `start` may be called at any time before `close`."""

    def __init__(self, output: TextIO = sys.stderr) -> None:
        self._output = output
        self._children: dict[str, tuple[Child, asyncio.Task[None]]] = {}

    def start(self, program: Program) -> Child:
        child = Child(program, self._output)
        task = asyncio.create_task(child.run(), name=f"child {program.name}")
        self._children[program.name] = (child, task)
        return child

    async def stop(self, name: str) -> None:
        if entry := self._children.pop(name, None):
            entry[1].cancel()
            await asyncio.gather(entry[1], return_exceptions=True)

    def processes(self) -> list[ProcessState]:
        return [child.status() for child, _ in self._children.values()]

    async def close(self) -> None:
        """Ends all of them at the same time."""
        await asyncio.gather(*(self.stop(name) for name in list(self._children)))


async def _stop(process: asyncio.subprocess.Process) -> None:
    """Asks it to end, insists after a while, and waits for it, so that no zombie stays."""
    if process.returncode is not None:
        return
    with contextlib.suppress(ProcessLookupError):
        process.terminate()
    try:
        async with asyncio.timeout(STOP_TIMEOUT_S):
            await process.wait()
    except TimeoutError:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()


def _die_with_parent() -> Callable[[], None] | None:
    """What a child runs before its program, so that it ends with the server even if that is killed.

    Linux only; elsewhere the worker programs live on and dial until a server is back."""
    try:
        prctl = ctypes.CDLL(None, use_errno=True).prctl
    except (OSError, AttributeError):
        return None
    parent = os.getpid()

    def prepare() -> None:
        prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:
            os._exit(0)

    return prepare


def _ending(code: int, last_line: str) -> str:
    if code in _HOPELESS:
        return f"cannot work as it is configured: {last_line}"
    if code < 0:
        names = {number.value: number.name for number in signal.Signals}
        return f"was ended by {names.get(-code, f'signal {-code}')}"
    return f"ended with code {code}"
