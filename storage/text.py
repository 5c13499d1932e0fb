"""The gate every text passes on its way into a row."""

from __future__ import annotations

import re

# PostgreSQL refuses NUL in text and jsonb; UTF-8 has no form for a surrogate that stands alone.
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


def storable(text: str, limit: int | None = None) -> str:
    """`text` without NUL and lone surrogates, cut to at most `limit` characters."""
    cleaned = _UNSTORABLE.sub("", text)
    return cleaned if limit is None else cleaned[:limit]
