"""What the tools of orders take: which order, which of its items, and where to."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from storage import orders
from storage.addresses import Address
from storage.errors import NotFound
from storage.orders import Order
from storage.text import storable
from tools.context import ToolContext
from tools.errors import UnknownOrder

_CLOSED = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)


def _clean(value: object) -> object:
    return storable(value) if isinstance(value, str) else value


_Line = Annotated[str, Field(max_length=200), BeforeValidator(_clean)]
_Word = Annotated[str, Field(max_length=100), BeforeValidator(_clean)]
_Short = Annotated[str, Field(max_length=20), BeforeValidator(_clean)]

OrderName = Annotated[
    str, Field(min_length=1, max_length=60, description="The order number, as another tool or the shopper gave it.")
]
MethodId = Annotated[UUID, Field(description="A payment_method_id exactly as another tool returned it.")]
Reason = Annotated[str, Field(min_length=1, max_length=500, description="Why, in few words."), BeforeValidator(_clean)]
MaybeReason = Annotated[Reason | None, Field(description="Why, if the shopper said so.")]
Pieces = Annotated[int, Field(ge=1, le=999, description="How many pieces of it.")]


class PostalAddress(BaseModel):
    """An address as it is written on a parcel."""

    model_config = _CLOSED

    name: _Line = Field(default="", description="Who receives it.")
    line1: _Line = Field(min_length=1, description="Street and number.")
    line2: _Line = ""
    city: _Word = Field(min_length=1)
    region: _Word = Field(default="", description="State, province or county.")
    postal_code: _Short = ""
    country: Annotated[str, Field(min_length=2, max_length=60), BeforeValidator(_clean)] = Field(
        description="ISO 3166 code or name."
    )
    phone: _Short = ""

    def stored(self) -> Address:
        """The address as orders keep it."""
        return Address(**self.model_dump())


class ItemPieces(BaseModel):
    """Pieces of an item of the order."""

    model_config = _CLOSED

    item_id: UUID = Field(description="An item_id of the order, exactly as get_order returned it.")
    quantity: Pieces = 1


class ItemSwap(ItemPieces):
    """Pieces of an item that are to be another variant of the same family."""

    new_product_id: UUID = Field(description="The product_id of the other variant.")


async def order_named(ctx: ToolContext, name: str) -> Order:
    """The shopper's own order of that number or id, in a transaction held until its end. Raises UnknownOrder.

    Held before anything else of it is read: what a quote promised cannot change before the deed, and whoever changes
    an order takes its row before its products and payment methods.
    """
    try:
        named: UUID | str = UUID(name)
    except ValueError:
        named = name
    try:
        order_id = await orders.own_id(ctx.conn, ctx.person, named)
        read = orders.locked if ctx.conn.is_in_transaction() else orders.get
        order = await read(ctx.conn, order_id)
    except NotFound as error:
        raise UnknownOrder(field="order") from error
    if ctx.store_id not in (None, order.store_id):
        raise UnknownOrder(field="order")
    return order
