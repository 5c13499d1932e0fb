"""Changes of a shopper's own cart as every door makes them: with their rows in the audit log and the interactions."""

from __future__ import annotations

from uuid import UUID

from storage import audit, carts, interactions, sql
from storage.audit import Cause, Entry
from storage.carts import Change
from storage.database import Connection
from storage.interactions import Interaction
from storage.people import Person

_SQL = sql.load(__file__)


async def put(conn: Connection, person: Person, cart_id: UUID, product_id: UUID, quantity: int, cause: Cause) -> Change:
    """Have `quantity` pieces of a product in the cart; raises what `carts.set_quantity` raises."""
    change = await carts.set_quantity(conn, cart_id, product_id, quantity)
    if not change.changed:
        return change
    entry = Entry(
        entity_type="cart",
        entity_id=cart_id,
        action="set_quantity",
        before={"product_id": str(product_id), "quantity": change.before},
        after={"product_id": str(product_id), "quantity": change.after, "version": change.version},
    )
    await audit.record(conn, person, entry, cause)
    await interactions.record(conn, person, moved({product_id: (change.before, change.after)}))
    return change


async def clear(conn: Connection, person: Person, cart_id: UUID, cause: Cause) -> int:
    """Take everything out of a cart that the caller holds; how many pieces that were."""
    rows = await conn.fetch(_SQL["clear"], cart_id)
    if not rows:
        return 0
    entry = Entry(
        entity_type="cart",
        entity_id=cart_id,
        action="clear",
        before={str(row["product_id"]): row["quantity"] for row in rows},
        after={"version": rows[0]["version"]},
    )
    await audit.record(conn, person, entry, cause)
    await interactions.record(conn, person, moved({row["product_id"]: (row["quantity"], 0) for row in rows}))
    return sum(row["quantity"] for row in rows)


def moved(quantities: dict[UUID, tuple[int, int]]) -> list[Interaction]:
    """What is told of products whose number of pieces went from the first figure to the second."""
    return [
        Interaction(
            event_type="add_to_cart" if after > before else "remove_from_cart",
            product_id=product_id,
            value=abs(after - before),
        )
        for product_id, (before, after) in quantities.items()
        if after != before
    ]
