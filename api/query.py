"""Query parameters, checked by a pydantic model."""

from __future__ import annotations

from typing import TypeVar, get_origin

from pydantic import BaseModel, ConfigDict
from starlette.requests import Request

from api.body import checked
from storage.text import storable


class Query(BaseModel):
    """What the models of query parameters have in common: a parameter nobody knows is refused, not overlooked."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)


QueryT = TypeVar("QueryT", bound=Query)


def read(request: Request, model: type[QueryT]) -> QueryT:
    """The query parameters as a `model`; one whose field is a list may come several times. Raises BadFields (422)."""
    given = request.query_params
    values: dict[str, object] = {}
    for name in given:
        texts = [storable(text) for text in given.getlist(name)]
        field = model.model_fields.get(name)
        listed = field is not None and get_origin(field.annotation) in (list, tuple)
        values[name] = texts if listed or len(texts) > 1 else texts[0]
    return checked(model, values)
