import socket
from pathlib import Path
from typing import Any

import pytest

from server.config import Config
from server.doctor import pages
from server.doctor.finding import Finding
from tests.server.peers import media_worker, running_server, transcription_worker

pytestmark = pytest.mark.net


async def found(tmp_path: Path, **settings: Any) -> list[Finding]:
    return list(await pages.check(Config(data_dir=tmp_path, **settings)))


async def test_a_free_port_is_fine(tmp_path: Path) -> None:
    assert [finding.level for finding in await found(tmp_path, port=0)] == ["ok"]


async def test_another_programs_port_is_a_problem(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        other.settimeout(0)
        pages_timeout = pytest.MonkeyPatch()
        with pages_timeout.context() as patched:
            patched.setattr(pages, "TIMEOUT_S", 0.3)
            (finding,) = await found(tmp_path, port=other.getsockname()[1])
    assert finding.level == "problem"
    assert "another program" in finding.message


async def test_an_address_of_another_machine_is_a_problem(tmp_path: Path) -> None:
    (finding,) = await found(tmp_path, host="192.0.2.99", port=0, tls_self_signed=True)
    assert finding.level == "problem"


async def test_a_server_that_runs_is_asked_how_it_is(tmp_path: Path) -> None:
    async with running_server(tmp_path) as server:
        port = int(server.url.rpartition(":")[2])
        public = f"http://127.0.0.1:{port}"
        (finding,) = await found(tmp_path, port=port)
        assert (finding.level, "0 media" in finding.message) == ("warning", True)
        async with media_worker(server), transcription_worker(server):
            running, reached = await found(tmp_path, port=port, public_url=public)
        assert (running.level, reached.level) == ("ok", "ok")
        assert "WebSockets included" in reached.message


async def test_a_public_url_that_leads_elsewhere_is_said(tmp_path: Path) -> None:
    async with running_server(tmp_path) as server:
        port = int(server.url.rpartition(":")[2])
        _, wrong = await found(tmp_path, port=port, public_url=f"http://127.0.0.1:{port}/elsewhere")
        assert (wrong.level, "404" in wrong.message) == ("problem", True)
        _, dead = await found(tmp_path, port=port, public_url="http://127.0.0.1:1")
        assert dead.level == "warning"
    _, untested = await found(tmp_path, port=0, public_url="http://127.0.0.1:1")
    assert untested.level == "warning"
