import asyncio
import errno
import io
import os
import signal
import sys

import pytest

from server.supervisor import FIRST_DELAY_S, MAX_DELAY_S, Program, Supervisor, backoff_s


class Output(io.StringIO):
    """The log, in which one can wait for a line."""

    def __init__(self) -> None:
        super().__init__()
        self._written = asyncio.Event()

    def write(self, text: str) -> int:
        self._written.set()
        return super().write(text)

    async def line(self, text: str, count: int = 1) -> str:
        """The line in which `text` is for the `count`-th time."""
        async with asyncio.timeout(20):
            while len(found := [line for line in self.getvalue().splitlines() if text in line]) < count:
                self._written.clear()
                await self._written.wait()
        return found[count - 1]


def python(name: str, code: str) -> Program:
    return Program(name, [sys.executable, "-u", "-c", code], os.environ)


SLEEPER = "import os, time; print('pid', os.getpid()); time.sleep(600)"


async def pid(output: Output, count: int = 1) -> int:
    return int((await output.line("| pid", count)).split()[-1])


def is_alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True


@pytest.mark.net
async def test_lines_come_with_the_childs_name_in_front() -> None:
    output = Output()
    supervisor = Supervisor(output)
    supervisor.start(
        python("worker", "import sys; print('out'); print('err', file=sys.stderr); print('x' * 40000)")
    )
    try:
        assert await output.line("out") == "worker | out"
        assert await output.line("err") == "worker | err"
        assert (await output.line("xx")).startswith("worker | xx")
    finally:
        await supervisor.close()


@pytest.mark.net
async def test_a_killed_child_is_started_again() -> None:
    output = Output()
    supervisor = Supervisor(output)
    child = supervisor.start(python("worker", SLEEPER))
    try:
        first = await pid(output)
        assert supervisor.processes() == [
            {"name": "worker", "state": "running", "restarts": 0, "message": None}
        ]
        os.kill(first, signal.SIGKILL)
        second = await pid(output, 2)
        assert second != first
        assert not is_alive(first)
        assert (child.state, child.restarts, child.pid) == ("running", 1, second)
    finally:
        await supervisor.close()
    assert not is_alive(second)
    assert supervisor.processes() == []


@pytest.mark.net
async def test_a_child_that_does_not_listen_to_sigterm_is_killed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("server.supervisor.STOP_TIMEOUT_S", 0.2)
    output = Output()
    supervisor = Supervisor(output)
    supervisor.start(
        python("deaf", f"import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); {SLEEPER}")
    )
    process = await pid(output)
    await supervisor.close()
    assert not is_alive(process)


@pytest.mark.net
async def test_a_wrong_configuration_waits_and_tells_why() -> None:
    output = Output()
    supervisor = Supervisor(output)
    child = supervisor.start(python("worker", "print('no models in /none'); raise SystemExit(78)"))
    try:
        await output.line("no models")
        async with asyncio.timeout(20):
            while child.state != "backing_off":
                await asyncio.sleep(0.01)
        assert child.status()["message"] == (
            "cannot work as it is configured: no models in /none; starts again in 30 s"
        )
    finally:
        await supervisor.close()
    assert child.state == "stopped"


@pytest.mark.net
async def test_a_program_that_is_not_there_hurts_nobody() -> None:
    supervisor = Supervisor(Output())
    child = supervisor.start(Program("worker", ["/none/program"], {}))
    try:
        async with asyncio.timeout(20):
            while child.state != "backing_off":
                await asyncio.sleep(0.01)
        assert "No such file" in (child.message or "")
    finally:
        await supervisor.close()


PARENT = f"""
import asyncio, os, sys
from server.supervisor import Program, Supervisor
async def main():
    Supervisor(sys.stdout).start(Program("worker", [sys.executable, "-u", "-c", {SLEEPER!r}], os.environ))
    await asyncio.sleep(600)
asyncio.run(main())
"""


@pytest.mark.net
@pytest.mark.skipif(sys.platform != "linux", reason="needs PR_SET_PDEATHSIG")
async def test_children_die_with_a_server_that_is_killed() -> None:
    parent = await asyncio.create_subprocess_exec(
        sys.executable, "-c", PARENT, stdout=asyncio.subprocess.PIPE
    )
    assert parent.stdout is not None
    async with asyncio.timeout(20):
        child = int((await parent.stdout.readline()).split()[-1])
        assert is_alive(child)
        parent.kill()
        # The pipe is the child's too: its end is the child's end.
        await parent.stdout.read()
        await parent.wait()
        while is_alive(child):
            await asyncio.sleep(0.01)


def test_the_wait_doubles_up_to_its_limit_and_starts_again_after_a_steady_run() -> None:
    delays = [0.0]
    for _ in range(10):
        delays.append(backoff_s(delays[-1], ran_s=1.0, exit_code=1))
    assert delays[1:4] == [FIRST_DELAY_S, 2 * FIRST_DELAY_S, 4 * FIRST_DELAY_S]
    assert delays[-1] == MAX_DELAY_S
    assert backoff_s(MAX_DELAY_S, ran_s=60.0, exit_code=-9) == FIRST_DELAY_S


@pytest.mark.parametrize("code", [78, 2])
def test_a_wrong_configuration_waits_longest_at_once(code: int) -> None:
    assert backoff_s(0.0, ran_s=0.1, exit_code=code) == MAX_DELAY_S


class FullDisk(Output):
    """Nothing can be written any more."""

    def write(self, text: str) -> int:
        super().write(text)
        raise OSError(errno.ENOSPC, "no space left on device")


@pytest.mark.net
async def test_a_log_that_cannot_be_written_ends_no_child() -> None:
    output = FullDisk()
    supervisor = Supervisor(output)
    supervisor.start(python("worker", "print('here')"))
    try:
        await output.line("worker | here", count=2)
    finally:
        await supervisor.close()


@pytest.mark.net
async def test_a_child_ended_by_a_signal_without_a_name_starts_again() -> None:
    output = Output()
    supervisor = Supervisor(output)
    number = signal.SIGRTMIN + 5
    supervisor.start(python("worker", f"import os; print('here'); os.kill(os.getpid(), {number})"))
    try:
        await output.line("worker | here", count=2)
    finally:
        await supervisor.close()
