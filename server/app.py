"""The server put together: what starts in which order, when it is ready, and how it stops."""

from __future__ import annotations

import asyncio
import errno
import logging
import signal
import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

from aiohttp import web

from server import api, http_log, metrics, pages, programs, tls
from server.api.envelope import errors
from server.auth import Auth
from server.config import Config, ConfigError
from server.demo import Demo
from server.hub import Hub
from server.importing import import_file, import_sample_day
from server.keys import AUTH, CONFIG, LIVE, MATCHING, PAIRINGS, POST, RECORDINGS, SESSIONS, STORE
from server.mail.post import Post
from server.matching.jobs import Jobs
from server.pairings import Pairings
from server.retention import Retention
from server.signalling import Signalling
from server.store import Store
from server.supervisor import Supervisor
from server.timekeeper import Timekeeper
from server.turn import Turn
from server.workers import WorkerEndpoint

log = logging.getLogger(__name__)

SHUTDOWN_S = 3.0
WAITING_S = 30.0
"""How long the start waits for its workers: calls go on without captions, and a large model may be slower."""


@dataclass(frozen=True, slots=True)
class Started:
    """`url`: for browsers. `inner_url`: without TLS, for programs on this machine."""

    url: str
    inner_url: str
    organiser_url: str
    api_token: str


def create_app(config: Config, store: Store, auth: Auth, hub: Hub) -> web.Application:
    """Everything that answers HTTP."""
    http_log.install()
    app = web.Application(middlewares=[errors])
    app[CONFIG], app[STORE], app[AUTH], app[LIVE] = config, store, auth, hub
    app[RECORDINGS] = hub.recordings
    app[SESSIONS] = hub.sessions
    app[MATCHING] = Jobs(store)
    app[PAIRINGS] = Pairings()
    app[POST] = Post(store, config.mail_server)
    endpoint = WorkerEndpoint(auth.worker_secret, media=hub.media, transcription=hub.transcription)
    api.add_routes(app)
    pages.add_routes(app)
    app.router.add_get("/ws", Signalling(hub, config.limits).handler)
    app.router.add_get("/workers", endpoint.handler)
    app.router.add_get("/metrics", metrics.handler)

    async def begin(_: web.Application) -> None:
        await hub.begin()

    async def shut_down(_: web.Application) -> None:
        await app[MATCHING].close()
        await hub.close()
        endpoint.close()

    app.on_startup.append(begin)
    app.on_shutdown.append(shut_down)
    return app


@asynccontextmanager
async def running(config: Config) -> AsyncIterator[Started]:
    """The server, listening, with its workers connected (as far as they came) and the demo's room open.

    Raises ConfigError, StoreError. Stops in the opposite order: browsers are told, the children end,
    then the database is closed.
    """
    async with AsyncExitStack() as stack:
        certificate = tls.context(config)
        turn = Turn.of(config)
        store = await stack.enter_async_context(Store.in_directory(config.data_dir))
        auth = await Auth.load(store, config.public_url)
        await _import_schedule(config, store)
        supervisor = Supervisor()
        demo: Demo | None = None

        async def room_changed(room: str) -> None:
            if demo is not None:
                await demo.follow(room)

        hub = Hub(
            store,
            config.limits,
            config.recordings,
            recordings_max_gib=config.recordings_max_gib,
            processes=supervisor.processes,
            on_room=room_changed,
            turn=turn,
        )
        app = create_app(config, store, auth, hub)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=SHUTDOWN_S)
        await runner.setup()
        # On the way down the pages hear of it first, and the workers still find the server when they end.
        stack.push_async_callback(runner.cleanup)
        stack.push_async_callback(supervisor.close)
        stack.push_async_callback(hub.close)
        url, inner_url = await _listen(runner, config, certificate)
        await hub.recordings.resume()
        await stack.enter_async_context(app[POST].running())
        await stack.enter_async_context(Timekeeper(store, hub).running())
        await stack.enter_async_context(Retention(store, hub, hub.recordings).running())
        if config.media:
            supervisor.start(programs.media(config, inner_url, auth.worker_secret))
        if config.transcription:
            supervisor.start(programs.transcription(config, inner_url, auth.worker_secret))
        if config.media and config.transcription:
            await _workers_connected(hub)
        if config.demo:
            demo = Demo(store, supervisor, inner_url)
            await _open_demo(store, hub, demo)
        yield Started(url, inner_url, f"{url}/organiser?key={auth.organiser_key}", auth.api_token)


async def serve(config: Config, ready: Callable[[Started], None]) -> None:
    """Until SIGTERM or SIGINT; `ready` is called once. Raises ConfigError, StoreError."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    serving = asyncio.create_task(_serve(config, ready))
    stopping = asyncio.create_task(stop.wait())
    await asyncio.wait({serving, stopping}, return_when=asyncio.FIRST_COMPLETED)
    stopping.cancel()
    if not serving.done():
        log.info("stopping")
        serving.cancel()
        await asyncio.wait({serving})
    if not serving.cancelled():
        serving.result()


async def _serve(config: Config, ready: Callable[[Started], None]) -> None:
    async with running(config) as started:
        ready(started)
        await asyncio.get_running_loop().create_future()


async def _listen(
    runner: web.AppRunner, config: Config, certificate: ssl.SSLContext | None
) -> tuple[str, str]:
    """Addresses for browsers and for programs here, which do not check certificates. Raises ConfigError."""
    site = web.TCPSite(runner, config.host, config.port, ssl_context=certificate)
    try:
        await site.start()
    except OSError as error:
        raise _not_listening(config, error) from None
    port = runner.addresses[0][1]
    names = tls.names(config.host)
    url = config.public_url or f"{'https' if certificate else 'http'}://{_bracketed(names[0])}:{port}"
    if certificate is None:
        inner = names[-1] if names[0] != config.host else config.host
        return url.rstrip("/"), f"http://{_bracketed(inner)}:{port}"
    inner_site = web.TCPSite(runner, "127.0.0.1", 0)
    await inner_site.start()
    return url.rstrip("/"), f"http://127.0.0.1:{runner.addresses[-1][1]}"


def _not_listening(config: Config, error: OSError) -> ConfigError:
    place = f"{config.host} port {config.port}"
    if error.errno == errno.EADDRINUSE:
        return ConfigError("port_in_use", f"{place} is in use by another program; give --port another one")
    if error.errno == errno.EACCES:
        return ConfigError("port_not_allowed", f"{place} needs more rights; give --port one above 1023")
    return ConfigError("bad_address", f"cannot listen on {place}: {error.strerror}")


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host


async def _import_schedule(config: Config, store: Store) -> None:
    if config.schedule is not None:
        await import_file(store, config.schedule)
    elif config.demo:
        await import_sample_day(store)


async def _workers_connected(hub: Hub) -> None:
    try:
        async with asyncio.timeout(WAITING_S):
            await hub.complete.wait()
    except TimeoutError:
        missing = [kind for kind, count in hub.workers().items() if count == 0]
        log.warning("starting without a worker that has not come yet: %s", ", ".join(missing))


async def _open_demo(store: Store, hub: Hub, demo: Demo) -> None:
    """Opens one room for the demo speakers, who go on in the others that are open."""
    if room := await demo.room_to_open():
        if room.state != "open":
            room = await store.rooms.set_state(room.id, "open", datetime.now(UTC))
        await hub.room_opened(room)
    await demo.resume()
