"""The OpenAPI 3.1 document, made from the same endpoints the service is routed by."""

from __future__ import annotations

import re
from collections.abc import Iterable
from http import HTTPStatus
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from api.endpoint import Endpoint
from api.idempotency import HEADER, REPLAYED
from api.problems import Problem

Document = dict[str, Any]

_PARAMETER = re.compile(r"\{(\w+)(?::\w+)?\}")
_REF = "#/components/schemas/{model}"


def document(endpoints: Iterable[Endpoint], version: str) -> Document:
    """The document for these endpoints."""
    listed = list(endpoints)
    models = {Problem: None} | {model: None for endpoint in listed for model in _models(endpoint)}
    refs, definitions = models_json_schema([(model, "validation") for model in models], ref_template=_REF)
    named = {model: refs[(model, "validation")] for model in models}
    paths: Document = {}
    for endpoint in listed:
        shape = _operation(endpoint, named) | {"parameters": _parameters(endpoint, named, definitions["$defs"])}
        paths.setdefault(_PARAMETER.sub(r"{\1}", endpoint.path), {})[endpoint.method.lower()] = shape
    return {
        "openapi": "3.1.0",
        "info": {"title": "Cartwright", "version": version, "summary": "A shopping-agent service."},
        "paths": paths,
        "components": {
            "schemas": definitions["$defs"],
            "securitySchemes": {
                "session": {"type": "apiKey", "in": "cookie", "name": "cartwright_session"},
                "bearer": {"type": "http", "scheme": "bearer"},
            },
        },
        "security": [{}, {"session": []}, {"bearer": []}],
    }


def _models(endpoint: Endpoint) -> Iterable[type[BaseModel]]:
    yield from (model for model in (endpoint.takes, endpoint.query) if model is not None)
    yield from (answer.model for answer in endpoint.answers.values() if answer.model is not None)


def _parameters(endpoint: Endpoint, refs: dict[type[BaseModel], Any], definitions: Document) -> list[Document]:
    """What is in the path, in the query and in the headers."""
    made: list[Document] = [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
        for name in _PARAMETER.findall(endpoint.path)
    ]
    if endpoint.query is not None:
        shape = definitions[refs[endpoint.query]["$ref"].rpartition("/")[2]]
        needed = shape.get("required", ())
        for name, schema in shape.get("properties", {}).items():
            made.append({"name": name, "in": "query", "required": name in needed, "schema": _never_null(schema)})
    if endpoint.idempotency is not None:
        made.append(_header(HEADER, endpoint.idempotency == "required", {"minLength": 1, "maxLength": 255}))
    if endpoint.if_match:
        made.append(_header("If-Match", False, {}))
    return made


def _header(name: str, required: bool, schema: Document) -> Document:
    return {"name": name, "in": "header", "required": required, "schema": {"type": "string"} | schema}


def _never_null(schema: Document) -> Document:
    """A parameter that is absent is absent: no query can say null."""
    shown = {key: value for key, value in schema.items() if key not in ("anyOf", "default")}
    if schema.get("default") is not None:
        shown["default"] = schema["default"]
    choices = [choice for choice in schema.get("anyOf", ()) if choice != {"type": "null"}]
    return shown | (choices[0] if len(choices) == 1 else {"anyOf": choices} if choices else {})


def _operation(endpoint: Endpoint, refs: dict[type[BaseModel], Any]) -> Document:
    shape: Document = {
        "summary": endpoint.summary,
        "operationId": f"{endpoint.handler.__module__.split('.')[-1]}_{endpoint.handler.__name__}",
        "responses": {},
    }
    if endpoint.right != "anyone":
        shape["security"] = [{"session": []}, {"bearer": []}]
    if endpoint.takes is not None:
        shape["requestBody"] = {"required": True, "content": {"application/json": {"schema": refs[endpoint.takes]}}}
    for status, answer in endpoint.answers.items():
        shape["responses"][str(status)] = {"description": answer.detail}
        if status != HTTPStatus.NO_CONTENT:
            schema = refs[answer.model] if answer.model is not None else {}
            shape["responses"][str(status)]["content"] = {answer.media_type: {"schema": schema} if schema else {}}
        if endpoint.idempotency is not None:
            shape["responses"][str(status)]["headers"] = {REPLAYED: {"schema": {"const": "true"}}}
    for fault in endpoint.problems:
        content = {"application/problem+json": {"schema": refs[Problem]}}
        told = shape["responses"].setdefault(str(fault), {"description": HTTPStatus(fault).phrase, "content": {}})
        told["content"] |= content
    return shape
