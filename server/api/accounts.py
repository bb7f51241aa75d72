"""Signing in, one's own account, users, and the log of what they did."""

from __future__ import annotations

import io
from datetime import datetime
from typing import Annotated

import pyotp
import segno
from aiohttp import web
from pydantic import BaseModel, Field, StringConstraints

from server.api.endpoint import Body, Endpoint, answer, read_json, read_query
from server.api.links import revoke_organisers
from server.api.models import ONE_LINE, Name
from server.errors import (
    BadOrigin,
    BodyTooLarge,
    CodeNeeded,
    InvalidBody,
    InvalidQuery,
    LastAdministrator,
    LoginTaken,
    NotYourRight,
    RateLimited,
    UserNotFound,
    WrongCode,
    WrongPassword,
)
from server.keys import AUTH, STORE
from server.store.records import StaffRole
from server.store.users import MAX_AUDIT, User

Login = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=80, pattern=r"^\S+$"), ONE_LINE
]
Password = Annotated[str, StringConstraints(min_length=10, max_length=200)]
Tried = Annotated[str, StringConstraints(max_length=200)]
Code = Annotated[str, StringConstraints(max_length=16)]


class SignInBody(Body):
    login: Annotated[str, StringConstraints(max_length=80)]
    password: Tried
    code: Code | None = None


class SignedIn(BaseModel):
    name: str
    role: StaffRole


class PasswordBody(Body):
    old: Tried
    new: Password


class CodesOffer(BaseModel):
    """For an authenticator app; nothing is kept until it is confirmed with a code."""

    secret: str
    uri: str
    qr_svg: str


class CodesBody(Body):
    secret: Annotated[str, StringConstraints(pattern=r"^[A-Z2-7]{32}$")]
    code: Code


class UserBody(Body):
    login: Login
    name: Name
    role: StaffRole
    password: Password


class UserChangeBody(Body):
    """What is left out, or null, stays. `drop_codes` for somebody who lost their phone."""

    name: Name | None = None
    role: StaffRole | None = None
    password: Password | None = None
    disabled: bool | None = None
    drop_codes: bool = False

    def ends_access(self) -> bool:
        return bool(self.disabled or self.role or self.password)


class UserView(BaseModel):
    id: str
    login: str
    name: str
    role: StaffRole
    codes: bool
    disabled: bool
    created_at: datetime

    @classmethod
    def of(cls, user: User) -> UserView:
        return cls(
            id=user.id,
            login=user.login,
            name=user.name,
            role=user.role,
            codes=user.totp is not None,
            disabled=not user.is_active,
            created_at=user.created_at,
        )


class UserList(BaseModel):
    users: list[UserView]


class AuditQuery(Body):
    before: int | None = None
    limit: Annotated[int, Field(ge=1, le=MAX_AUDIT)] = 100


class AuditView(BaseModel):
    number: int
    at: datetime
    who: str
    name: str
    action: str
    target: dict[str, str]


class AuditList(BaseModel):
    entries: list[AuditView]


async def sign_in(request: web.Request) -> web.Response:
    """A session cookie. Wrong ones count against the address, as wrong links do."""
    auth = request.app[AUTH]
    if not auth.same_origin(request):
        raise BadOrigin("this request came from a page of another site")
    body = await read_json(request, SignInBody)
    auth.check_may_sign_in(request, body.login)
    try:
        user, token = await auth.accounts.sign_in(body.login, body.password, body.code)
    except (WrongPassword, CodeNeeded, WrongCode) as error:
        # Some type their password where the login goes.
        name = body.login.strip() if auth.accounts.has_login(body.login) else "-"
        await request.app[STORE].users.note("-", name, f"sign_in_{error.code}", {})
        raise auth.refused_sign_in(request, body.login, error) from None
    await request.app[STORE].users.note(user.id, user.name, "sign_in", {})
    response = answer(SignedIn(name=user.name, role=user.role))
    auth.set_session(request, response, token)
    return response


async def change_password(request: web.Request) -> web.Response:
    body = await read_json(request, PasswordBody)
    auth = request.app[AUTH]
    token = request.cookies.get(auth.cookie, "")
    try:
        await auth.accounts.change_own_password(_own(request).id, body.old, body.new, token)
    except WrongPassword as error:
        raise auth.refusal(request, error) from None
    return web.Response(status=204)


async def offer_codes(request: web.Request) -> web.Response:
    user = _own(request)
    secret = request.app[AUTH].accounts.new_secret()
    uri = pyotp.TOTP(secret).provisioning_uri(name=user.login, issuer_name="Sangdam")
    svg = io.BytesIO()
    segno.make_qr(uri, error="m").save(
        svg, kind="svg", scale=6, border=4, dark="#000", light="#fff", xmldecl=False, omitsize=True
    )
    return answer(CodesOffer(secret=secret, uri=uri, qr_svg=svg.getvalue().decode()))


async def keep_codes(request: web.Request) -> web.Response:
    body = await read_json(request, CodesBody)
    await request.app[AUTH].accounts.keep_secret(_own(request).id, body.secret, body.code)
    return web.Response(status=204)


async def drop_codes(request: web.Request) -> web.Response:
    await request.app[AUTH].accounts.drop_secret(_own(request).id)
    return web.Response(status=204)


async def list_users(request: web.Request) -> web.Response:
    return answer(UserList(users=[UserView.of(user) for user in request.app[AUTH].accounts.all()]))


async def create_user(request: web.Request) -> web.Response:
    body = await read_json(request, UserBody)
    user = await request.app[AUTH].accounts.create(body.login, body.name, body.role, body.password)
    return answer(UserView.of(user), 201)


async def change_user(request: web.Request) -> web.Response:
    body = await read_json(request, UserChangeBody)
    changed = await request.app[AUTH].accounts.change(request.match_info["user"], **dict(body))
    if body.ends_access():
        await revoke_organisers(request, changed.id)
    return answer(UserView.of(changed))


async def list_audit(request: web.Request) -> web.Response:
    query = read_query(request, AuditQuery)
    entries = await request.app[STORE].users.audit(before=query.before, limit=query.limit)
    return answer(
        AuditList(
            entries=[
                AuditView(
                    number=entry.number,
                    at=entry.at,
                    who=entry.who,
                    name=entry.name,
                    action=entry.action,
                    target={name: str(value) for name, value in entry.target.items()},
                )
                for entry in entries
            ]
        )
    )


def _own(request: web.Request) -> User:
    """Raises NotYourRight for the key and the token, which are nobody's account."""
    auth = request.app[AUTH]
    identity = auth.identify(request)
    user = auth.accounts.find(identity.who) if identity is not None else None
    if user is None:
        raise NotYourRight("only who signed in with a password has an account to change")
    return user


_BAD = (InvalidBody, BodyTooLarge)
ENDPOINTS = (
    Endpoint(
        "POST",
        "/api/sign-in",
        sign_in,
        "Begin a session with login and password, and a code where the user has codes",
        SignedIn,
        body=SignInBody,
        right="public",
        errors=(*_BAD, WrongPassword, CodeNeeded, WrongCode, RateLimited, BadOrigin),
    ),
    Endpoint(
        "POST",
        "/api/me/password",
        change_password,
        "Change one's own password; other sessions end",
        None,
        status=204,
        body=PasswordBody,
        right="desk",
        errors=(*_BAD, WrongPassword, RateLimited, NotYourRight),
    ),
    Endpoint(
        "POST",
        "/api/me/codes",
        offer_codes,
        "A secret for an authenticator app",
        CodesOffer,
        right="desk",
        errors=(NotYourRight,),
    ),
    Endpoint(
        "PUT",
        "/api/me/codes",
        keep_codes,
        "Ask for one-time codes from the next sign-in on",
        None,
        status=204,
        body=CodesBody,
        right="desk",
        errors=(*_BAD, WrongCode, NotYourRight),
    ),
    Endpoint(
        "DELETE",
        "/api/me/codes",
        drop_codes,
        "Ask for no more codes",
        None,
        status=204,
        right="desk",
        errors=(NotYourRight,),
    ),
    Endpoint("GET", "/api/users", list_users, "Everybody who can sign in", UserList, right="administrator"),
    Endpoint(
        "POST",
        "/api/users",
        create_user,
        "Somebody new who can sign in",
        UserView,
        status=201,
        body=UserBody,
        right="administrator",
        errors=(*_BAD, LoginTaken),
    ),
    Endpoint(
        "PATCH",
        "/api/users/{user}",
        change_user,
        "Change a user's name, role or password, or disable them; their sessions end",
        UserView,
        body=UserChangeBody,
        right="administrator",
        errors=(*_BAD, UserNotFound, LastAdministrator),
    ),
    Endpoint(
        "GET",
        "/api/audit",
        list_audit,
        "What was done by whom, the newest first",
        AuditList,
        query=AuditQuery,
        right="administrator",
        errors=(InvalidQuery,),
    ),
)
