from __future__ import annotations

from storage.database import Database
from storage.embedder import Embedder
from tests.support.factory import change_product, make_person, make_product, make_store
from tests.support.tool_context import called, context
from tools.update_cart import update_cart
from tools.view_cart import view_cart


async def test_an_empty_cart_is_empty_in_the_stores_currency(database: Database, embedder: Embedder) -> None:
    async with database.connection() as conn:
        store, person = await make_store(conn, currency="JPY"), await make_person(conn)
        result = await called(view_cart, context(conn, person, store, embedder), {})
    assert (result.output, result.data) == ({"items": [], "total": "0", "currency": "JPY"}, ())


async def test_a_price_that_changed_since_is_said(database: Database, embedder: Embedder) -> None:
    async with database.transaction() as conn:
        store, person = await make_store(conn), await make_person(conn)
        product = await make_product(conn, store, name="Tent", price=9_000)
        ctx = context(conn, person, store, embedder)
        await called(update_cart, ctx, {"product_id": str(product.id), "quantity": 2})
        await change_product(conn, product, price=9_500, stock=1)
        result = await called(view_cart, ctx, {})
    assert result.output["items"] == [
        {
            "product_id": str(product.id),
            "name": "Tent",
            "quantity": 2,
            "unit_price": "95.00",
            "price_when_added": "90.00",
            "line_total": "190.00",
            "stock": 1,
            "for_sale": True,
            "obstacle": "too-few",
        }
    ]
    (part,) = result.data
    (item,) = part.content["items"]
    assert item["price_when_added"] == {"amount": 9_000, "currency": "EUR", "text": "€90.00"}
    assert item["availability"] == "low_stock"


async def test_a_chat_about_no_store_shows_every_cart(database: Database, embedder: Embedder) -> None:
    async with database.connection() as conn:
        one, other, person = await make_store(conn), await make_store(conn, currency="JPY"), await make_person(conn)
        here, there = await make_product(conn, one, price=500), await make_product(conn, other, price=500)
    for product in (here, there):
        async with database.transaction() as conn:
            ctx = context(conn, person, None, embedder)
            await called(update_cart, ctx, {"product_id": str(product.id), "quantity": 1})
    async with database.connection() as conn:
        everywhere = await called(view_cart, context(conn, person, None, embedder), {})
        only_one = await called(view_cart, context(conn, person, one, embedder), {})
    assert everywhere.output["total"] == "500"
    assert [cart["total"] for cart in everywhere.output["other_carts"]] == ["5.00"]
    assert only_one.output["total"] == "5.00"
    assert "other_carts" not in only_one.output


async def test_another_persons_cart_is_never_seen(database: Database, embedder: Embedder) -> None:
    async with database.transaction() as conn:
        store, ann, bob = await make_store(conn), await make_person(conn), await make_person(conn)
        product = await make_product(conn, store)
        await called(update_cart, context(conn, ann, store, embedder), {"product_id": str(product.id), "quantity": 1})
        result = await called(view_cart, context(conn, bob, store, embedder), {})
    assert result.output["items"] == []
