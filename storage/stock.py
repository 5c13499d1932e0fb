"""Pieces in stock: taken and put back, never less than none.

Rows are locked in the order of their ids, so that two orders of the same products never wait for each other in a ring.
"""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from storage import sql
from storage.database import Connection
from storage.errors import OutOfStock

_SQL = sql.load(__file__)


async def move(
    conn: Connection, *, take: Mapping[UUID, int] | None = None, put: Mapping[UUID, int] | None = None
) -> None:
    """Take pieces of products out of stock and put others back, all of it or nothing. Raises OutOfStock.

    What is put back first makes room for what is taken. Runs inside a transaction.
    """
    taken, given = take or {}, put or {}
    net = {product: given.get(product, 0) - taken.get(product, 0) for product in sorted({*taken, *given})}
    moved = {product: pieces for product, pieces in net.items() if pieces}
    await conn.execute(_SQL["lock"], list(moved))
    changed = await conn.fetch(_SQL["move"], list(moved), list(moved.values()))
    if len(changed) < len(moved):
        raise OutOfStock(field="product_id")
