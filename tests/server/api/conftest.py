from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from aiohttp import ClientResponse, web
from aiohttp.test_utils import TestClient, TestServer
from argon2 import PasswordHasher

from server import api, pages
from server.accounts import Accounts
from server.api.envelope import errors
from server.auth import Auth
from server.config import Config
from server.keys import AUTH, CONFIG, LIVE, MATCHING, PAIRINGS, POST, STORE
from server.mail.post import Post
from server.matching.jobs import Jobs
from server.pages import STAFF_PAGES
from server.pairings import Pairings
from server.store import Store
from tests.server.api.running_rooms import RunningRooms

ROOM = {
    "title": "코팅제",
    "starts_at": "2026-11-22T09:00:00+09:00",
    "people": [
        {"role": "seller", "name": "수출 담당", "company": "울산 제조사", "speaks": "ko", "reads": "ko"},
        {"role": "buyer", "name": "采购负责人", "speaks": "zh-Hans", "reads": "zh-Hans"},
    ],
    "glossary": [{"term": "코팅제", "translations": {"zh-Hans": "涂层剂"}}],
}


Client = TestClient[web.Request, web.Application]


class Site:
    """A server on loopback, and an organiser's program that talks to it."""

    def __init__(self, client: Client, store: Store, live: RunningRooms) -> None:
        self.client = client
        self.store = store
        self.live = live
        self.app = client.app
        self.auth = client.app[AUTH]
        self.origin = f"http://{client.host}:{client.port}"

    async def call(self, method: str, path: str, json: Any = None, *, status: int = 200, **more: Any) -> Any:
        """The JSON of the answer, which must have this status."""
        headers = {"Authorization": f"Bearer {self.auth.api_token}"} | more.pop("headers", {})
        async with self.client.request(method, path, json=json, headers=headers, **more) as response:
            assert response.status == status, await response.text()
            return await response.json() if response.content_type == "application/json" else None

    async def error(
        self, method: str, path: str, json: Any = None, *, status: int, **more: Any
    ) -> dict[str, Any]:
        body = await self.call(method, path, json, status=status, **more)
        assert set(body) == {"error"}
        error: dict[str, Any] = body["error"]
        assert error["message"]
        return error

    async def room(self, **changes: Any) -> str:
        made = await self.call("POST", "/api/rooms", ROOM | changes, status=201)
        self.live.notices.clear()
        return str(made["id"])

    async def page(self, path: str, **headers: str) -> ClientResponse:
        return await self.client.get(path, headers={"Accept": "text/html"} | headers, allow_redirects=False)


@pytest.fixture
def web_client(tmp_path: Path) -> Path:
    folder = tmp_path / "web_client"
    (folder / "css").mkdir(parents=True)
    names = ("organiser", "room", "sign-in", "day", "preparation", "matching", "event", "venue", *STAFF_PAGES)
    for name in names:
        (folder / f"{name}.html").write_text(f"<title>{name}</title>")
    (folder / "error.html").write_text('<title>error</title><body data-code="">')
    (folder / "main.js").write_text("export const one = 1;\n")
    (folder / "css" / "base.css").write_text("body {}\n")
    (folder / "notes.md").write_text("not for browsers")
    return folder


@pytest_asyncio.fixture
async def site(tmp_path: Path, web_client: Path) -> AsyncIterator[Site]:
    async with Store.in_directory(tmp_path / "data") as store:
        app = web.Application(middlewares=[errors])
        live = RunningRooms()
        app[PAIRINGS], app[POST] = Pairings(), Post(store, None)
        app[CONFIG] = Config(data_dir=tmp_path / "data", trusted_proxies=("127.0.0.1",))
        # Passwords of tests need not withstand anybody.
        accounts = await Accounts.load(store, PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
        app[STORE], app[LIVE], app[AUTH] = store, live, await Auth.load(store, accounts=accounts)
        jobs = app[MATCHING] = Jobs(store)
        api.add_routes(app)
        pages.add_routes(app, web_client)
        async with TestClient(TestServer(app)) as client:
            yield Site(client, store, live)
            await jobs.close()
