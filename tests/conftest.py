"""What every test is held to: no task and no thread outlives it."""

import asyncio
import inspect
import threading
from collections.abc import AsyncIterator, Iterator

import pytest
import pytest_asyncio
from hypothesis import HealthCheck, settings

# How long an example takes is the machine's business.
settings.register_profile("here", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("here")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    # Playwright's loop runs in the main thread to the end of the session: no asyncio test can follow it.
    items.sort(key=lambda item: item.get_closest_marker("browser") is not None)
    for item in items:
        if isinstance(item, pytest.Function) and inspect.iscoroutinefunction(item.function):
            item.fixturenames.insert(0, "no_leaked_tasks")


@pytest_asyncio.fixture
async def no_leaked_tasks() -> AsyncIterator[None]:
    before = asyncio.all_tasks()
    yield
    async with asyncio.timeout(5):
        while True:
            await _end_strays(before)
            leaked = {task for task in asyncio.all_tasks() - before if not task.done()} - _shutting_down()
            if not any(task.cancelling() for task in leaked):
                break
            await asyncio.sleep(0.01)
    assert not leaked, f"tasks outlived the test: {sorted(str(task.get_coro()) for task in leaked)}"


_STRAYS = frozenset({"Connection.query_consent", "RTCRtpSender._run_rtcp"})
"""What aioice and aiortc start on a connection that is closed while it is still being made.

The first ends by itself after 30 s, the second never. Only the clients of tests are plain aiortc.
"""


async def _end_strays(before: "set[asyncio.Task[object]]") -> None:
    strays = [
        task
        for task in asyncio.all_tasks() - before
        if getattr(task.get_coro(), "__qualname__", "") in _STRAYS
    ]
    for task in strays:
        task.cancel()
    await asyncio.gather(*strays, return_exceptions=True)


def _shutting_down() -> "set[asyncio.Task[object]]":
    current = asyncio.current_task()
    return {current} if current else set()


@pytest.fixture(autouse=True)
def no_leaked_threads() -> Iterator[None]:
    before = set(threading.enumerate())
    yield
    started = [thread for thread in threading.enumerate() if thread not in before and not thread.daemon]
    # The loop's executor ends with the loop, after this fixture.
    leaked = [thread for thread in started if not thread.name.startswith("asyncio_")]
    for thread in leaked:
        thread.join(5)
    leaked = [thread for thread in leaked if thread.is_alive()]
    assert not leaked, f"threads outlived the test: {leaked}"
