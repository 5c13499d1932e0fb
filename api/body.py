"""Request bodies: read within a size, parsed as JSON, checked by a pydantic model."""

from __future__ import annotations

import json
import re
from typing import TypeVar

from pydantic import BaseModel, ValidationError
from starlette.requests import ClientDisconnect, Request

from api.problems import BadFields, BadRequest, Fault, NotJson, TooLarge
from storage.parts import Json
from storage.text import storable_json

# Only an escape can bring a NUL or a lone surrogate into JSON that was UTF-8.
_SUSPECT = re.compile(rb"\\u(0000|[dD][89a-fA-F])")

ModelT = TypeVar("ModelT", bound=BaseModel)


async def read(request: Request, model: type[ModelT], limit: int) -> ModelT:
    """The body as a `model`. Raises NotJson (415), TooLarge (413), BadRequest (400), BadFields (422)."""
    raw = await json_within(request, limit)
    try:
        # json.loads would take bytes in UTF-16 too, and surrogates in what calls itself UTF-8.
        value: Json = json.loads(raw.decode("utf-8"), parse_constant=_no_constant)
        clean = storable_json(value) if _SUSPECT.search(raw) else value
    except (ValueError, RecursionError) as error:
        raise BadRequest("The body is not JSON in UTF-8, or is nested too deep.") from error
    return checked(model, clean)


async def json_within(request: Request, limit: int) -> bytes:
    """A body that says it is JSON, as it came. Raises NotJson, TooLarge, BadRequest."""
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type != "application/json":
        raise NotJson
    return await _within(request, limit)


def checked(model: type[ModelT], value: object) -> ModelT:
    """`value` as a `model`. Raises BadFields naming each field and what would do."""
    try:
        return model.model_validate(value)
    except ValidationError as error:
        faults = [
            Fault(field=".".join(str(part) for part in fault["loc"]) or "body", detail=fault["msg"])
            for fault in error.errors(include_url=False, include_context=False, include_input=False)
        ]
        raise BadFields(faults) from error


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")


async def kept(request: Request, limit: int) -> bytes:
    """The body, whatever it is, kept for who reads it after. Raises TooLarge, BadRequest."""
    raw = await _within(request, limit)
    request.state.body = raw
    return raw


async def _within(request: Request, limit: int) -> bytes:
    kept: bytes | None = getattr(request.state, "body", None)
    if kept is not None:
        return kept
    announced = request.headers.get("content-length", "")
    if announced.isdecimal() and int(announced) > limit:
        raise TooLarge(f"The body may have at most {limit} bytes.")
    body = bytearray()
    try:
        async for chunk in request.stream():
            body += chunk
            if len(body) > limit:
                raise TooLarge(f"The body may have at most {limit} bytes.")
    except ClientDisconnect as error:
        raise BadRequest("The request broke off.") from error
    return bytes(body)
