"""Brings the domain's shop into our schema: products with their variants, customers, orders."""

from __future__ import annotations

import gzip
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Literal
from uuid import UUID

import asyncpg
from pydantic import BaseModel, BeforeValidator

from evals.tau_retail.addresses import TauAddress
from storage import addresses, desk, past_orders, payment_methods, product_families, products, stores
from storage.database import Connection
from storage.feed import ProductRow
from storage.money import Money
from storage.order_status import OrderStatus
from storage.past_orders import PastCustomer, PastItem, PastOrder, PastParcel, PastPayment
from storage.people import Person
from storage.upsert import upsert

STORE = "tau-retail"
CURRENCY = "USD"

# Their shop says of a variant only whether it can be had, and pieces that come back do not change that.
_PLENTY = 1_000

_STATUS: Mapping[str, OrderStatus] = {
    "pending": "pending",
    "processed": "processing",
    "delivered": "delivered",
    "cancelled": "cancelled",
}


def _cents(amount: object) -> int:
    return int((Decimal(str(amount)) * 100).to_integral_value())


Cents = Annotated[int, BeforeValidator(_cents)]


class TauVariant(BaseModel):
    """A variant of a product."""

    item_id: str
    options: dict[str, str]
    available: bool
    price: Cents


class TauProduct(BaseModel):
    """What variants have in common."""

    product_id: str
    name: str
    variants: dict[str, TauVariant]


class TauName(BaseModel):
    """How a customer is called."""

    first_name: str
    last_name: str


class TauMethod(BaseModel):
    """What a customer pays with."""

    id: str
    source: Literal["credit_card", "paypal", "gift_card"]
    brand: str | None = None
    last_four: str | None = None
    balance: Cents = 0


class TauUser(BaseModel):
    """A customer."""

    user_id: str
    name: TauName
    address: TauAddress
    email: str
    payment_methods: dict[str, TauMethod]
    orders: list[str]


class TauItem(BaseModel):
    """One piece in an order."""

    item_id: str
    price: Cents


class TauParcel(BaseModel):
    """What was sent together."""

    tracking_id: list[str]
    item_ids: list[str]


class TauPayment(BaseModel):
    """A payment or a refund."""

    transaction_type: Literal["payment", "refund"]
    amount: Cents
    payment_method_id: str


class TauOrder(BaseModel):
    """An order."""

    order_id: str
    user_id: str
    address: TauAddress
    items: list[TauItem]
    status: str
    fulfillments: list[TauParcel]
    payment_history: list[TauPayment]


class TauShop(BaseModel):
    """All of it."""

    products: dict[str, TauProduct]
    users: dict[str, TauUser]
    orders: dict[str, TauOrder]


def read(path: Path) -> TauShop:
    """The shop as the domain's file has it."""
    with gzip.open(path) as file:
        return TauShop.model_validate_json(file.read())


async def bring(conn: asyncpg.Connection[asyncpg.Record], shop: TauShop) -> None:
    """Write the whole shop into one store of ours."""
    store_id = (await stores.open_(conn, STORE, CURRENCY)).id
    known = await _products(conn, store_id, shop)
    for user in shop.users.values():
        user_id, methods = await _customer(conn, user)
        for number in user.orders:
            await past_orders.bring(conn, _order(shop.orders[number], user_id, store_id, known, methods))


async def _products(conn: asyncpg.Connection[asyncpg.Record], store_id: UUID, shop: TauShop) -> Mapping[str, UUID]:
    rows = [
        ProductRow(
            sku=variant.item_id,
            name=product.name,
            price=variant.price,
            currency=CURRENCY,
            stock=_PLENTY,
            specifications=dict(variant.options),
        )
        for product in shop.products.values()
        for variant in product.variants.values()
    ]
    await upsert(conn, store_id, rows, embedder=None)
    skus = [row.sku for row in rows]
    made = dict(zip(skus, await desk.product_ids(conn, store_id, skus), strict=True))
    variants = [variant for product in shop.products.values() for variant in product.variants.values()]
    await products.withdraw(conn, [made[variant.item_id] for variant in variants if not variant.available])
    for product in shop.products.values():
        family_id = await product_families.add(conn, store_id, product.product_id, product.name)
        for variant in product.variants.values():
            await product_families.join(conn, family_id, made[variant.item_id], variant.options)
    return made


async def _customer(conn: Connection, user: TauUser) -> tuple[UUID, Mapping[str, UUID]]:
    customer = PastCustomer(
        username=user.user_id, email=user.email, first_name=user.name.first_name, last_name=user.name.last_name
    )
    user_id = await past_orders.bring_customer(conn, customer)
    person = Person(user_id, None, is_anonymous=False, role="user")
    await addresses.add(conn, person, user.address.ours(), is_default=True)
    return user_id, {method.id: await _method(conn, user_id, method) for method in user.payment_methods.values()}


async def _method(conn: Connection, user_id: UUID, method: TauMethod) -> UUID:
    match method.source:
        case "gift_card":
            balance = Money(method.balance, CURRENCY)
            return (await payment_methods.add_gift_card(conn, user_id, balance, reference=method.id)).id
        case "credit_card" | "paypal":
            made = await payment_methods.add(
                conn, user_id, method.source, reference=method.id, brand=method.brand, last_four=method.last_four
            )
            return made.id


def _order(
    order: TauOrder,
    user_id: UUID,
    store_id: UUID,
    known: Mapping[str, UUID],
    methods: Mapping[str, UUID],
) -> PastOrder:
    left = list(enumerate(order.items))
    parcels = []
    for parcel in order.fulfillments:
        inside = []
        for item_id in parcel.item_ids:
            # The same variant may be in an order several times, each a piece of its own.
            at = next(at for at, (_, item) in enumerate(left) if item.item_id == item_id)
            inside.append(left.pop(at)[0])
        parcels.append(PastParcel(tracking_ids=parcel.tracking_id, items=inside))
    return PastOrder(
        number=order.order_id,
        user_id=user_id,
        store_id=store_id,
        status=_STATUS[order.status],
        address=order.address.ours(),
        items=[PastItem(product_id=known[item.item_id], quantity=1, unit_price=item.price) for item in order.items],
        payments=[
            PastPayment(method_id=methods[row.payment_method_id], type=row.transaction_type, amount=row.amount)
            for row in order.payment_history
        ],
        parcels=parcels,
    )
