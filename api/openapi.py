"""The OpenAPI 3.1 document, made from the same endpoints the service is routed by."""

from __future__ import annotations

import re
from collections.abc import Iterable
from http import HTTPStatus
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from api.endpoint import Endpoint
from api.problems import Problem

Document = dict[str, Any]

_PARAMETER = re.compile(r"\{(\w+)(?::\w+)?\}")
_REF = "#/components/schemas/{model}"


def document(endpoints: Iterable[Endpoint], version: str) -> Document:
    """The document for these endpoints."""
    listed = list(endpoints)
    models = {Problem: None} | {model: None for endpoint in listed for model in _models(endpoint)}
    refs, definitions = models_json_schema([(model, "validation") for model in models], ref_template=_REF)
    paths: Document = {}
    for endpoint in listed:
        shape = _operation(endpoint, {model: refs[(model, "validation")] for model in models})
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
    if endpoint.takes is not None:
        yield endpoint.takes
    yield from (answer.model for answer in endpoint.answers.values() if answer.model is not None)


def _operation(endpoint: Endpoint, refs: dict[type[BaseModel], Any]) -> Document:
    shape: Document = {
        "summary": endpoint.summary,
        "operationId": f"{endpoint.handler.__module__.split('.')[-1]}_{endpoint.handler.__name__}",
        "parameters": [
            {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
            for name in _PARAMETER.findall(endpoint.path)
        ],
        "responses": {},
    }
    if endpoint.takes is not None:
        shape["requestBody"] = {"required": True, "content": {"application/json": {"schema": refs[endpoint.takes]}}}
    for status, answer in endpoint.answers.items():
        shape["responses"][str(status)] = {"description": answer.detail}
        if status != HTTPStatus.NO_CONTENT:
            schema = refs[answer.model] if answer.model is not None else {}
            shape["responses"][str(status)]["content"] = {answer.media_type: {"schema": schema} if schema else {}}
    for fault in (*endpoint.faults, 500):
        content = {"application/problem+json": {"schema": refs[Problem]}}
        shape["responses"][str(fault)] = {"description": HTTPStatus(fault).phrase, "content": content}
    return shape
