"""openapi.json (OpenAPI 3.1), made from the table of endpoints and the pydantic models."""

from __future__ import annotations

import re
from collections.abc import Iterable
from importlib.metadata import version
from typing import Any, cast

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from server.api.endpoint import Endpoint
from server.api.models import ErrorAnswer
from server.errors import BadOrigin, ServerError, Unauthorised
from server.rights import WITHOUT_SIGN_IN

_REF = "#/components/schemas/{model}"
_JSON = "application/json"


def describe(endpoints: Iterable[Endpoint]) -> dict[str, Any]:
    endpoints = tuple(endpoints)
    names, schemas = _schemas(endpoints)
    paths: dict[str, dict[str, Any]] = {}
    for endpoint in endpoints:
        path = re.sub(r"\{(\w+):[^}]*\}", r"{\1}", endpoint.path)
        paths.setdefault(path, {})[endpoint.method.lower()] = _operation(endpoint, path, names)
    return {
        "openapi": "3.1.0",
        "info": {"title": "Sangdam", "version": version("sangdam"), "license": {"name": "Apache-2.0"}},
        "paths": paths,
        "components": {
            "schemas": schemas,
            "securitySchemes": {
                "token": {"type": "http", "scheme": "bearer", "description": "The API token"},
                "session": {"type": "apiKey", "in": "cookie", "name": "sangdam_…"},
            },
        },
        "security": [{"token": []}, {"session": []}],
    }


def _schemas(endpoints: tuple[Endpoint, ...]) -> tuple[dict[type[BaseModel], Any], dict[str, Any]]:
    """Each model's schema or reference, and the named schemas that these refer to."""
    inputs = {item.body for item in endpoints if isinstance(item.body, type)}
    outputs = {item.answers for item in endpoints if isinstance(item.answers, type)} | {ErrorAnswer}
    wanted = [(model, "validation") for model in sorted(inputs, key=lambda model: model.__name__)]
    wanted += [(model, "serialization") for model in sorted(outputs, key=lambda model: model.__name__)]
    by_model, definitions = models_json_schema(wanted, ref_template=_REF)  # type: ignore[arg-type]
    return {
        cast("type[BaseModel]", model): schema for (model, _), schema in by_model.items()
    }, definitions.get("$defs", {})


def _operation(endpoint: Endpoint, path: str, names: dict[type[BaseModel], Any]) -> dict[str, Any]:
    operation: dict[str, Any] = {
        "operationId": endpoint.operation or endpoint.handler.__name__,
        "summary": endpoint.summary,
        "parameters": _parameters(endpoint, path),
        "responses": {str(endpoint.status): _content(endpoint.answers, names), **_errors(endpoint, names)},
    }
    if endpoint.body is not None:
        body = _content(endpoint.body, names)
        operation["requestBody"] = {"required": endpoint.body_required, "content": body["content"]}
    if endpoint.right in WITHOUT_SIGN_IN:
        operation["security"] = []
    return operation


def _content(
    what: type[BaseModel] | tuple[str, ...] | None, names: dict[type[BaseModel], Any]
) -> dict[str, Any]:
    if what is None:
        return {"description": "Done"}
    if isinstance(what, tuple):
        return {"description": "OK", "content": {kind: {"schema": {"type": "string"}} for kind in what}}
    return {"description": "OK", "content": {_JSON: {"schema": names[what]}}}


def _parameters(endpoint: Endpoint, path: str) -> list[dict[str, Any]]:
    parameters: list[dict[str, Any]] = []
    for name in re.findall(r"\{(\w+)\}", path):
        pattern = re.search(rf"\{{{name}:([^}}]*)\}}", endpoint.path)
        schema: dict[str, Any] = {"type": "string"}
        if pattern is not None:
            schema["enum"] = pattern.group(1).split("|")
        parameters.append({"name": name, "in": "path", "required": True, "schema": schema})
    if endpoint.query is not None:
        for name, schema in endpoint.query.model_json_schema()["properties"].items():
            parameters.append({"name": name, "in": "query", "required": False, "schema": schema})
    return parameters


def _errors(endpoint: Endpoint, names: dict[type[BaseModel], Any]) -> dict[str, Any]:
    errors: list[type[ServerError]] = list(endpoint.errors)
    if endpoint.right not in WITHOUT_SIGN_IN:
        errors += [Unauthorised] if endpoint.method == "GET" else [Unauthorised, BadOrigin]
    codes: dict[int, list[str]] = {}
    for error in errors:
        codes.setdefault(error.status, []).append(f"`{error.code}`")
    content = {_JSON: {"schema": names[ErrorAnswer]}}
    return {
        str(status): {"description": " or ".join(sorted(named)), "content": content}
        for status, named in sorted(codes.items())
    }
