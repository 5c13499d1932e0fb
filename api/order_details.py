"""An order on the wire."""

from __future__ import annotations

from datetime import datetime
from typing import Literal, TypeVar
from uuid import UUID

from pydantic import BaseModel

from storage import order_rules
from storage.order_rules import Wish
from storage.order_status import OrderStatus
from storage.orders import Order, PaymentStatus
from storage.payment_methods import Kind


class AddressDetails(BaseModel):
    """An address as it is written on a parcel."""

    name: str
    line1: str
    line2: str
    city: str
    region: str
    postal_code: str
    country: str
    phone: str


class OrderItemDetails(BaseModel):
    """`unit_price` in minor units, as it was when ordered; `returned` pieces have come back."""

    id: UUID
    product_id: UUID
    sku: str
    name: str
    options: dict[str, str | int | float | bool]
    quantity: int
    returned: int
    unit_price: int


class OrderPaymentDetails(BaseModel):
    """A row of the ledger, in minor units."""

    id: UUID
    type: Literal["payment", "refund"]
    amount: int
    status: Literal["pending", "authorized", "completed", "failed", "voided"]
    payment_method_id: UUID
    kind: Kind
    created_at: datetime


class FulfilmentDetails(BaseModel):
    """What was sent together."""

    carrier: str | None
    tracking_ids: list[str]
    delivered_at: datetime | None


class ReturnDetails(BaseModel):
    """A return or an exchange; a negative `price_difference` is paid back."""

    id: UUID
    kind: Literal["return", "exchange"]
    status: Literal["requested", "completed", "rejected"]
    price_difference: int
    payment_method_id: UUID
    reason: str | None


class OrderDetails(BaseModel):
    """An order; amounts in minor units of `currency`, `possible` is all that may be done with it now."""

    id: UUID
    order_number: str
    store_id: UUID
    status: OrderStatus
    currency: str
    subtotal: int
    tax: int
    tax_included: bool
    total: int
    payment_method_id: UUID | None
    payment_method: Kind | None
    payment_status: PaymentStatus
    shipping_address: AddressDetails | None
    billing_address: AddressDetails | None
    cancel_reason: str | None
    created_at: datetime
    updated_at: datetime
    items: list[OrderItemDetails]
    payments: list[OrderPaymentDetails]
    fulfilments: list[FulfilmentDetails]
    returns: list[ReturnDetails]
    possible: list[Wish]


ShownT = TypeVar("ShownT", bound=OrderDetails)


def details(order: Order) -> OrderDetails:
    """An order as its shopper reads it."""
    return shown(order, OrderDetails)


def shown(order: Order, shape: type[ShownT]) -> ShownT:
    """An order in this shape."""
    fields = {name: getattr(order, name) for name in shape.model_fields if name != "possible"}
    return shape.model_validate(fields | {"possible": list(order_rules.possible(order))}, from_attributes=True)
