"""Order items for other variants of their family: before the order is sent (a change) or after (an exchange)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from storage import sql
from storage.carts import NotForSale
from storage.database import Connection
from storage.errors import Invalid, NotFound, OutOfStock
from storage.orders import Options, Order, OrderItem

_SQL = sql.load(__file__)


class WrongVariant(Invalid):
    """An item can only become another variant of the same product."""


@dataclass(frozen=True, slots=True)
class Swap:
    """`quantity` pieces of an order item are to be `product_id` instead."""

    order_item_id: UUID
    product_id: UUID
    quantity: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Variant:
    """A product that takes an item's place, at today's price in minor units."""

    id: UUID
    family_id: UUID | None
    sku: str
    name: str
    options: Options
    unit_price: int
    stock: int
    is_active: bool


@dataclass(frozen=True, slots=True)
class Replacement:
    """A swap with what it is about."""

    item: OrderItem
    variant: Variant
    quantity: int


async def replacements(
    conn: Connection, order: Order, swaps: Sequence[Swap], *, same_allowed: bool
) -> tuple[Replacement, ...]:
    """The swaps, checked; in a transaction the new products are locked until its end.

    Raises NotFound for an item the order does not have (so often), WrongVariant, NotForSale and OutOfStock.
    """
    wanted = sorted({swap.product_id for swap in swaps})
    if conn.is_in_transaction():
        await conn.execute(_SQL["lock"], sorted({*wanted, *(item.product_id for item in order.items)}))
    variants = {row["id"]: Variant(**row) for row in await conn.fetch(_SQL["variants"], wanted, order.store_id)}
    items = {item.id: item for item in order.items}
    check_pieces(order, [(swap.order_item_id, swap.quantity) for swap in swaps])
    found = []
    for swap in swaps:
        item, variant = items[swap.order_item_id], variants.get(swap.product_id)
        if variant is None:
            raise NotFound("The store has no such product.", field="product_id")
        if item.family_id is None or variant.family_id != item.family_id:
            raise WrongVariant(f"{variant.name} is no variant of {item.name}.", field="product_id")
        if variant.id == item.product_id and not same_allowed:
            raise WrongVariant("The new variant must be another one than the old.", field="product_id")
        if not variant.is_active:
            raise NotForSale(f"{variant.name} is no longer for sale.", field="product_id")
        found.append(Replacement(item, variant, swap.quantity))
    freed = Counter[UUID]() if same_allowed else pieces_out(found)
    for product_id, pieces in pieces_in(found).items():
        if variants[product_id].stock + freed[product_id] < pieces:
            raise OutOfStock(f"{variants[product_id].name} is not in stock in this variant.", field="product_id")
    return tuple(found)


def check_pieces(order: Order, wanted: Sequence[tuple[UUID, int]]) -> None:
    """Raises NotFound unless the shopper has so many pieces of each item, Invalid when nothing is named."""
    if not wanted:
        raise Invalid("Name at least one item.", field="items")
    named = Counter[UUID]()
    for item_id, quantity in wanted:
        named[item_id] += quantity
    kept = {item.id: item for item in order.items}
    for item_id, quantity in named.items():
        if (item := kept.get(item_id)) is None:
            raise NotFound("The order has no such item.", field="items")
        if item.kept < quantity:
            raise NotFound(f"The order has only {item.kept} of {item.name}.", field="items")


def pick(order: Order, product_ids: Sequence[UUID]) -> tuple[UUID, ...]:
    """The order items of these products, one for each piece named. Raises NotFound for one named too often."""
    left = {item.id: item.kept for item in order.items}
    found = []
    for product_id in product_ids:
        item_id = next((item.id for item in order.items if item.product_id == product_id and left[item.id]), None)
        if item_id is None:
            raise NotFound("The order has no such item, or not so many of it.", field="items")
        left[item_id] -= 1
        found.append(item_id)
    return tuple(found)


def difference(order: Order, found: Sequence[Replacement]) -> int:
    """What the order costs more with these replacements, tax and all, in minor units; negative: less."""
    more = sum((each.variant.unit_price - each.item.unit_price) * each.quantity for each in found)
    return order.taxed.bill(order.subtotal + more).total - order.total


def pieces_in(found: Sequence[Replacement]) -> Counter[UUID]:
    """The pieces that go out to the shopper, by product."""
    pieces = Counter[UUID]()
    for each in found:
        pieces[each.variant.id] += each.quantity
    return pieces


def pieces_out(found: Sequence[Replacement]) -> Counter[UUID]:
    """The pieces that the shopper gives up, by product."""
    pieces = Counter[UUID]()
    for each in found:
        pieces[each.item.product_id] += each.quantity
    return pieces
