"""Categories: one tree for all stores."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from storage import sql
from storage.database import Connection
from storage.errors import NotFound

_SQL = sql.load(__file__)


@dataclass(frozen=True, slots=True)
class Category:
    """A node of the tree; `path` holds the names from where one started down to this one."""

    id: UUID
    parent_id: UUID | None
    slug: str
    name: str
    path: tuple[str, ...]


def slug(name: str) -> str:
    """A name as it stands in an address: `Küche & Bad` is `kuche-bad`; a name without any letter is `category`."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:180] or "category"


async def tree(conn: Connection) -> tuple[Category, ...]:
    """Every active category, each after its parent."""
    return tuple(Category(**{**row, "path": tuple(row["path"])}) for row in await conn.fetch(_SQL["tree"]))


async def subtree(conn: Connection, slug: str) -> tuple[Category, ...]:
    """A category and all below it, itself first. Raises NotFound."""
    rows = await conn.fetch(_SQL["subtree"], slug)
    if not rows:
        raise NotFound("there is no category of that slug", field="category")
    return tuple(Category(**{**row, "path": tuple(row["path"])}) for row in rows)


async def ensure(conn: Connection, path: Sequence[str]) -> UUID | None:
    """The id of the category at a path of names from the root, added where it is missing; None for no path."""
    parent: UUID | None = None
    for name in path[:20]:
        parent = await conn.fetchval(_SQL["child"], parent, name[:200]) or await conn.fetchval(
            _SQL["add"], parent, slug(name), name[:200]
        )
    return parent
