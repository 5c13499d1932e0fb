"""A cart as it goes over the wire, own or suggested."""

from __future__ import annotations

from uuid import UUID

from pydantic import BaseModel

from storage.carts import Cart, CartItem, LeftOut, Obstacle, Outcome, Suggestion


class CartItemDetails(BaseModel):
    """Amounts are minor units of the cart's currency, for one piece but for `line_total`.

    `unit_price` is what it cost when it was put there, `price` what it costs now, `list_price` that before the
    discount. `obstacle` says why it cannot be bought as it stands. `taken` and `left_out`: of a suggested cart that was
    accepted, how many pieces went into the own cart, and why not all.
    """

    id: UUID
    product_id: UUID
    name: str
    brand: str | None
    quantity: int
    unit_price: int
    price: int
    list_price: int
    discount_percent: float
    line_total: int
    stock: int
    for_sale: bool
    obstacle: Obstacle | None
    taken: int | None
    left_out: LeftOut | None


class SuggestionDetails(BaseModel):
    """`message_id` is the answer that suggested it, null without a chat; `outcome` is null while it is open."""

    message_id: UUID | None
    title: str
    reason: str
    score: int
    outcome: Outcome | None


class CartDetails(BaseModel):
    """`total` in minor units at today's prices, without what is no longer for sale.

    `version` is the ETag's. `buyable`: there is something in it, and nothing of it has an obstacle. `suggestion` is
    null for an own cart; `active` false for one that was ordered, and for a suggestion accepted or dismissed.
    """

    id: UUID
    store: str
    currency: str
    version: int
    active: bool
    total: int
    buyable: bool
    items: list[CartItemDetails]
    suggestion: SuggestionDetails | None


def details(cart: Cart) -> CartDetails:
    """A cart for the wire."""
    return CartDetails(
        id=cart.id,
        store=cart.store,
        currency=cart.currency,
        version=cart.version,
        active=cart.active,
        total=cart.total,
        buyable=bool(cart.items) and all(item.obstacle is None for item in cart.items),
        items=[_item(item) for item in cart.items],
        suggestion=None if cart.suggestion is None else _suggestion(cart.suggestion),
    )


def _suggestion(made: Suggestion) -> SuggestionDetails:
    return SuggestionDetails(
        message_id=made.message_id, title=made.title, reason=made.reason, score=made.score, outcome=made.outcome
    )


def _item(item: CartItem) -> CartItemDetails:
    return CartItemDetails(
        id=item.id,
        product_id=item.product_id,
        name=item.name,
        brand=item.brand,
        quantity=item.quantity,
        unit_price=item.unit_price,
        price=item.price_now,
        list_price=item.list_price,
        discount_percent=float(item.discount_percent),
        line_total=item.line_total,
        stock=item.stock,
        for_sale=item.for_sale,
        obstacle=item.obstacle,
        taken=item.taken,
        left_out=item.left_out,
    )
