"""Our rows in the domain's words, so that its results and ours can be laid side by side."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from uuid import UUID

from evals.tau_retail.addresses import theirs
from storage import addresses, desk, payment_methods, product_families
from storage.database import Connection
from storage.orders import Order, OrderReturn
from storage.parts import Json
from storage.payment_methods import PaymentMethod
from storage.people import Person
from storage.product_families import Family, Member

View = dict[str, Json]

_STATUS = {
    "processing": "processed",
    "return-requested": "return requested",
    "exchange-requested": "exchange requested",
}


async def order_view(conn: Connection, order: Order) -> View:
    """An order."""
    families = {family.id: family.public_id for family in await product_families.of_store(conn, order.store_id)}
    methods = await _methods(conn, order.user_id)
    coming = next((asked for asked in order.returns if asked.status == "requested"), None)
    skus = {item.id: item.sku for item in order.items}
    return {
        "order_id": order.order_number,
        "user_id": await desk.username_of(conn, order.user_id),
        "address": None if order.shipping_address is None else theirs(order.shipping_address),
        "items": [
            {
                "name": item.name,
                "product_id": families[item.family_id] if item.family_id else None,
                "item_id": item.sku,
                "price": item.unit_price / 100,
                "options": dict(item.options),
            }
            for item in order.items
            for _ in range(item.quantity)
        ],
        "status": _status(order),
        "fulfillments": [
            {"tracking_id": list(parcel.tracking_ids), "item_ids": [skus[item] for item in parcel.items]}
            for parcel in order.fulfilments
        ],
        "payment_history": [
            {
                "transaction_type": row.type,
                "amount": row.amount / 100,
                "payment_method_id": methods[row.payment_method_id].reference,
            }
            for row in order.payments
            if row.status in ("pending", "completed")
        ],
        "cancel_reason": order.cancel_reason,
        **await _coming_back(conn, coming, skus, methods),
    }


async def customer_view(conn: Connection, username: str) -> View:
    """A customer."""
    found = await desk.customer(conn, username)
    address = await addresses.default(conn, Person(found.user_id, None, is_anonymous=False, role="user"))
    methods = await _methods(conn, found.user_id)
    return {
        "user_id": found.username,
        "name": {"first_name": found.first_name, "last_name": found.last_name},
        "address": None if address is None else theirs(address),
        "email": found.email,
        "payment_methods": {view["id"]: view for view in map(_method, methods.values())},  # type: ignore[misc]
        "orders": list(found.order_numbers),
    }


def product_view(family: Family, members: Iterable[Member]) -> View:
    """A product with its variants."""
    return {
        "name": family.name,
        "product_id": family.public_id,
        "variants": {member.sku: variant_view(member) for member in members},
    }


def variant_view(member: Member) -> View:
    """A variant."""
    return {
        "item_id": member.sku,
        "options": dict(member.options),
        "available": member.is_active and member.stock > 0,
        "price": member.price / 100,
    }


def _status(order: Order) -> str:
    if order.status == "pending" and order.items_changed_at is not None:
        return "pending (item modified)"
    return _STATUS.get(order.status, order.status)


async def _coming_back(
    conn: Connection, asked: OrderReturn | None, skus: Mapping[UUID, str], methods: Mapping[UUID, PaymentMethod]
) -> View:
    exchange = asked if asked is not None and asked.kind == "exchange" else None
    back = asked if asked is not None and asked.kind == "return" else None
    new = [item.new_product_id for item in exchange.items if item.new_product_id] if exchange else []
    new_skus = await desk.skus(conn, new)
    return {
        "exchange_items": _pieces(exchange, skus),
        "exchange_new_items": None if exchange is None else sorted(new_skus[product] for product in new),
        "exchange_payment_method_id": None if exchange is None else methods[exchange.payment_method_id].reference,
        "exchange_price_difference": None if exchange is None else exchange.price_difference / 100,
        "return_items": _pieces(back, skus),
        "return_payment_method_id": None if back is None else methods[back.payment_method_id].reference,
    }


def _pieces(asked: OrderReturn | None, skus: Mapping[UUID, str]) -> Json:
    if asked is None:
        return None
    return sorted(skus[item.order_item_id] for item in asked.items for _ in range(item.quantity))


async def _methods(conn: Connection, user_id: UUID) -> Mapping[UUID, PaymentMethod]:
    person = Person(user_id, None, is_anonymous=False, role="user")
    return {method.id: method for method in await payment_methods.of(conn, person)}


def _method(method: PaymentMethod) -> View:
    view: View = {"source": method.kind, "id": method.reference}
    if method.kind == "credit_card":
        view |= {"brand": method.brand, "last_four": method.last_four}
    if method.kind == "gift_card":
        view["balance"] = (method.balance or 0) / 100
    return view
