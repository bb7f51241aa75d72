from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio

from server.store import Store


@pytest_asyncio.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    async with Store.in_directory(tmp_path) as opened:
        yield opened
