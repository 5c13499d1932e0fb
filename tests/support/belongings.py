"""What one person has in one store, by the kinds of ids that paths carry; and bodies that get past a call."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import httpx

from api.endpoint import Endpoint
from storage import suggested_carts
from storage.audit import Cause
from storage.suggested_carts import Proposal
from tests.support.factory import make_message, make_picture, unique
from tests.support.integrator import new_key
from tests.support.orders import ordered
from tests.support.service import Browser, Running
from tests.support.shopfront import ADDRESS, Shopfront
from tests.support.shopper import Shopper

Ids = Mapping[str, str]

# What a path names with each of its parameters, by what stands before it; the longest that fits counts.
KINDS = {
    "/api/chat/{": "chat", "/v1/chats/{": "chat", "/v1/messages/{": "message", "/v1/products/{": "product",
    "/products/{": "product", "/images/{": "image", "/documents/{": "document", "/v1/carts/{": "cart",
    "/v1/carts/{id}/items/{": "product", "/v1/orders/{": "order", "/v1/payment-methods/{": "payment method",
    "/v1/addresses/{": "address", "/v1/actions/{": "action", "/v1/wishlist/{": "product", "/v1/reviews/{": "review",
    "/v1/explain/cart-items/{": "cart item", "/v1/flagged-chats/{": "flag",
    "/v1/api-keys/{": "api key", "/v1/auth/sessions/{": "session",
    "/v1/tools/{": "tool", "/v1/staff/orders/{": "order", "/v1/staff/payments/{": "payment",
    "/v1/staff/users/{": "user", "/v1/staff/stores/{": "store",
    "/v1/staff/categories/{": "category", "/v1/staff/products/{": "product", "/v1/staff/api-keys/{": "api key",
}  # fmt: skip
# Paths whose id is of a kind that its prefix does not tell.
SPECIAL = {"/v1/carts/{id}/accept": "suggestion", "/v1/carts/{id}/dismiss": "suggestion"}

PUBLIC = {"product", "image", "document", "review", "tool"}
"""Kinds that anybody may name."""
OF_NO_STORE = {"category", "user", "payment method", "address", "api key", "session", "tool"}

_ITEM = {"item_id": "01a215ab-0000-7000-8000-000000000000", "quantity": 1}
BODIES: Mapping[str, dict[str, Any]] = {
    "Rerun": {}, "Renaming": {"title": "Mine"}, "Opinion": {"vote": "up"}, "Quantity": {"quantity": 1},
    "Cancelling": {"reason": "no need"}, "OrderChange": {"shipping_address": ADDRESS}, "Returning": {"items": [_ITEM]},
    "Exchanging": {"items": [_ITEM | {"new_product_id": _ITEM["item_id"]}]}, "KeptAddress": ADDRESS, "Rejection": {},
    "ReviewText": {"rating": 5}, "Arguments": {}, "Sent": {}, "Settled": {}, "UserChange": {},
    "Flagging": {"reason": "It is wrong."}, "FlagSettled": {},
    "StoreChange": {}, "CategoryChange": {}, "ProductChange": {},
}  # fmt: skip
"""By the model that an endpoint takes: what gets past it."""


def kinds(endpoint: Endpoint) -> list[str]:
    """The kinds of the ids in a path. Raises KeyError for one that nobody has said the kind of."""
    if endpoint.path in SPECIAL:
        return [SPECIAL[endpoint.path]]
    found = [match.end() for match in re.finditer(r"\{", endpoint.path)]
    return [KINDS[max((name for name in KINDS if endpoint.path[:end].endswith(name)), key=len)] for end in found]


def path(endpoint: Endpoint, ids: Ids) -> str:
    """The path with these ids."""
    named = iter(kinds(endpoint))
    return re.sub(r"\{\w+\}", lambda _: ids[next(named)], endpoint.path)


async def send(
    http: httpx.AsyncClient, endpoint: Endpoint, ids: Ids, said: Mapping[str, object] | None = None
) -> httpx.Response:
    """The call with these ids, a body that is read and an idempotency key."""
    content = None if endpoint.takes is None else said or BODIES[endpoint.takes.__name__]
    headers = {"idempotency-key": unique("key")} if endpoint.idempotency else {}
    return await http.request(endpoint.method, path(endpoint, ids), json=content, headers=headers)


async def belongings(here: Running, owner: Shopper, shop: Shopfront) -> Ids:
    """One of everything, in this store."""
    database, http = here.service.database, owner.http
    order = await ordered(database, owner.person, [(shop.kettle, 1)])
    chat = Browser(http, unique("chat"))
    await chat.say(store=shop.store.slug)
    cart = (await http.post("/v1/carts", json={"store": shop.store.slug})).json()["id"]
    await http.put(f"/v1/carts/{cart}/items/{shop.mug.id}", json={"quantity": 1})
    item = (await http.get(f"/v1/carts/{cart}")).json()["items"][0]["id"]
    asked = await http.post(
        f"/v1/tools/cancel_order?store={shop.store.slug}",
        json={"order": order.order_number, "reason": "ordered by mistake"},
        headers={"idempotency-key": unique("key")},
    )
    method = await http.post("/v1/payment-methods", json={"kind": "paypal", "reference": unique("ref")})
    address = await http.post("/v1/addresses", json=ADDRESS)
    await new_key(owner, "tools")
    await http.put(f"/v1/chats/{chat.chat}/flag", json={"reason": "It was rude."})
    async with database.transaction() as conn:
        message = await make_message(conn, owner.person, shop.store)
        proposal = Proposal(title="Tea", reason="It fits.", score=50, items={shop.kettle.id: 1})
        suggestion = await suggested_carts.suggest(
            conn, owner.person, shop.store.id, proposal, Cause(message_id=message)
        )
        image = await make_picture(conn, shop.mug, b"<svg/>", "svg")
        category = await conn.fetchval("select category_id from products where id = $1", shop.mug.id)
        flag = await conn.fetchval(
            "select f.id from chat_flags f join chats c on c.id = f.chat_id where c.public_id = $1", chat.chat
        )
        document = await conn.fetchval("select id from documents where store_id = $1", shop.store.id)
    review = await http.put(f"/v1/products/{shop.kettle.id}/reviews/mine", json={"rating": 4})
    return {
        "chat": chat.chat,
        "answer": str(message),
        "message": (await chat.history())[-1]["id"],
        "product": str(shop.mug.id),
        "image": str(image),
        "document": str(document),
        "flag": str(flag),
        "cart": cart,
        "cart item": item,
        "suggestion": str(suggestion.id),
        "order": str(order.id),
        "payment": str(order.payments[0].id),
        "action": asked.json()["id"],
        "payment method": method.json()["id"],
        "address": address.json()["id"],
        "review": review.json()["id"],
        "api key": (await http.get("/v1/api-keys")).json()["items"][0]["id"],
        "store": str(shop.store.id),
        "category": str(category),
        "user": str(owner.person.user_id),
        "session": str(owner.person.session_id),
        "tool": "view_cart",
    }
