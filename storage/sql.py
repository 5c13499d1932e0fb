"""Named statements, read from the `.sql` twin of a module."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

_HEADER = re.compile(r"^-- name: *(\w+) *$", re.MULTILINE)


def load(file: str) -> Mapping[str, str]:
    """The statements of the `.sql` beside `file` by name: `_SQL = sql.load(__file__)`.

    Raises ValueError for a name given twice and for text before the first name.
    """
    path = Path(file).with_suffix(".sql")
    preamble, *rest = _HEADER.split(path.read_text(encoding="utf-8"))
    if any(line.strip() and not line.startswith("--") for line in preamble.splitlines()):
        raise ValueError(f"{path.name}: a statement without a name")
    statements: dict[str, str] = {}
    for name, text in zip(rest[::2], rest[1::2], strict=True):
        if name in statements:
            raise ValueError(f"{path.name}: {name} is there twice")
        statements[name] = text.strip()
    return MappingProxyType(statements)
