"""The gate every text passes on its way into a row."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence

from storage.parts import Json

# PostgreSQL refuses NUL in text and jsonb; UTF-8 has no form for a surrogate that stands alone.
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


def storable(text: str, limit: int | None = None) -> str:
    """`text` without NUL and lone surrogates, cut to at most `limit` characters."""
    cleaned = _UNSTORABLE.sub("", text)
    return cleaned if limit is None else cleaned[:limit]


def storable_json(value: Json) -> Json:
    """`value` with every text in it storable; numbers beyond 64 bits become text, those that are none null.

    Raises RecursionError for what is nested too deep.
    """
    match value:
        case str():
            return storable(value)
        case bool() | None:
            return value
        case int():
            return value if -(2**63) <= value < 2**63 else str(value)
        case float():
            return value if math.isfinite(value) else None
        case Mapping():
            return {storable(key): storable_json(item) for key, item in value.items()}
        case Sequence():
            return [storable_json(item) for item in value]
