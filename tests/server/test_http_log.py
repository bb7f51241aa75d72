import asyncio
import logging
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from server.metrics import REGISTRY
from tests.server.peers import WAIT_S, running_server

pytestmark = pytest.mark.net
COUNTER = "sangdam_unreadable_requests_total"


async def test_a_request_that_is_no_http_leaves_neither_link_nor_address_in_the_log(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    before = REGISTRY.get_sample_value(COUNTER) or 0
    async with running_server(tmp_path) as server:
        place = urlsplit(server.url)
        reader, writer = await asyncio.open_connection(place.hostname, place.port)
        with caplog.at_level(logging.INFO):
            writer.write(b"GET /r/secretlink HTTP/9.9\r\n\r\n")
            async with asyncio.timeout(WAIT_S):
                assert b" 400 " in await reader.read()
        writer.close()
        await writer.wait_closed()
    assert "secretlink" not in caplog.text
    assert "127.0.0.1" not in caplog.text
    assert REGISTRY.get_sample_value(COUNTER) == before + 1
