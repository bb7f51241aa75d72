import re
from typing import Any

import pytest

from server.api import ENDPOINTS
from tests.server.api.conftest import Site

pytestmark = pytest.mark.net


def references(part: Any) -> set[str]:
    if isinstance(part, dict):
        own = {part["$ref"]} if isinstance(part.get("$ref"), str) else set()
        return own.union(*map(references, part.values()))
    return set().union(*map(references, part)) if isinstance(part, list) else set()


async def test_the_document_describes_every_route_of_the_api(site: Site) -> None:
    async with site.client.get("/openapi.json") as response:
        document = await response.json()
    assert document["openapi"] == "3.1.0"
    described = {(method.upper(), path) for path, item in document["paths"].items() for method in item}
    assert described == {(endpoint.method, endpoint.path) for endpoint in ENDPOINTS}
    served = {
        (route.method, route.resource.canonical)
        for route in site.app.router.routes()
        if route.resource is not None and re.match(r"/api/", route.resource.canonical)
    }
    assert {item for item in served if item[0] != "HEAD"} <= described
    schemas = document["components"]["schemas"]
    assert {name.removeprefix("#/components/schemas/") for name in references(document)} == set(schemas)
    operations = [operation for item in document["paths"].values() for operation in item.values()]
    assert len({operation["operationId"] for operation in operations}) == len(operations)


async def test_the_document_says_what_a_call_takes_and_answers(site: Site) -> None:
    async with site.client.get("/openapi.json") as response:
        paths = (await response.json())["paths"]
    make = paths["/api/rooms"]["post"]
    assert make["requestBody"]["content"]["application/json"]["schema"]["$ref"].endswith("/RoomBody")
    assert set(make["responses"]) == {"201", "400", "401", "403", "413"}
    assert "`invalid_body`" in make["responses"]["400"]["description"]
    sheet = paths["/api/schedule"]["post"]
    assert [item["name"] for item in sheet["parameters"]] == ["dry_run", "timezone", "remove_missing"]
    transcript = paths["/api/rooms/{room}/transcript.{format}"]["get"]
    assert [item["name"] for item in transcript["parameters"]] == ["room", "format", "lang"]
    assert "text/vtt" in transcript["responses"]["200"]["content"]
    assert paths["/healthz"]["get"]["security"] == []
    assert "security" not in make
