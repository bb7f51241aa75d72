"""Every call against every role of those who run events, from the table in the code."""

from __future__ import annotations

from typing import get_args

import pytest

from server.api.endpoint import Endpoint
from server.api.table import ENDPOINTS
from server.rights import Right, allows
from server.store.records import STAFF_ROLES, StaffRole
from tests.server.api.conftest import Site


def path_of(endpoint: Endpoint) -> str:
    path = endpoint.path
    for name in ("room", "person", "event", "participant", "screen", "user", "token", "name", "format", "id"):
        path = path.replace(f"{{{name}}}", "nothing")
    return path


@pytest.mark.net
@pytest.mark.parametrize("role", STAFF_ROLES)
async def test_every_call_is_refused_to_those_without_the_right(site: Site, role: StaffRole) -> None:
    await site.auth.accounts.create(role, role, role, "a long password")
    _, token = await site.auth.accounts.sign_in(role, "a long password", None)
    cookie = {"Cookie": f"{site.auth.cookie}={token}", "Origin": site.origin}
    for endpoint in ENDPOINTS:
        if endpoint.path == "/api/sign-out":
            continue  # it would end the session of this test
        async with site.client.request(endpoint.method, path_of(endpoint), headers=cookie) as response:
            body = await response.read()
            refused = response.status == 403 and b"not_your_right" in body
        assert refused is (not allows(role, endpoint.right)), (endpoint.method, endpoint.path, body)


@pytest.mark.net
async def test_nobody_gets_anything_but_what_is_public(site: Site) -> None:
    for endpoint in ENDPOINTS:
        async with site.client.request(endpoint.method, path_of(endpoint)) as response:
            refused = response.status == 401 and "unauthorised" in await response.text()
        if endpoint.right == "link":
            assert response.status in (401, 404), endpoint.path
        else:
            assert refused is (endpoint.right != "public"), (endpoint.method, endpoint.path)


def test_rights_are_ordered() -> None:
    rights: tuple[Right, ...] = get_args(Right)
    held = {role: [right for right in rights if allows(role, right)] for role in STAFF_ROLES}
    assert held == {
        "administrator": ["public", "link", "desk", "organiser", "administrator"],
        "organiser": ["public", "link", "desk", "organiser"],
        "desk": ["public", "link", "desk"],
    }


def test_a_desk_neither_changes_nor_fetches_what_was_said() -> None:
    allowed = {(each.method, each.path) for each in ENDPOINTS if allows("desk", each.right)}
    assert ("POST", "/api/rooms/{room}/open") in allowed
    assert ("POST", "/api/rooms") not in allowed
    assert ("DELETE", "/api/rooms/{room}") not in allowed
    assert not [path for _, path in allowed if "transcript" in path or "recording" in path or "users" in path]
