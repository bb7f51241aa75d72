"""Keys under which the parts of the application find each other (`request.app[STORE]`)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aiohttp import web

if TYPE_CHECKING:
    from server.auth import Auth
    from server.config import Config
    from server.http_sessions import HttpSessions
    from server.live import Live
    from server.mail.post import Post
    from server.matching.jobs import Jobs
    from server.pairings import Pairings
    from server.recordings import Recordings
    from server.store import Store

STORE: web.AppKey[Store] = web.AppKey("store")
CONFIG: web.AppKey[Config] = web.AppKey("config")
LIVE: web.AppKey[Live] = web.AppKey("live")
SESSIONS: web.AppKey[HttpSessions] = web.AppKey("http_sessions")
AUTH: web.AppKey[Auth] = web.AppKey("auth")
RECORDINGS: web.AppKey[Recordings] = web.AppKey("recordings")
MATCHING: web.AppKey[Jobs] = web.AppKey("matching")
PAIRINGS: web.AppKey[Pairings] = web.AppKey("pairings")
POST: web.AppKey[Post] = web.AppKey("post")
