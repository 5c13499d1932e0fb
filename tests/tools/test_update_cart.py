from __future__ import annotations

from uuid import UUID, uuid4

import asyncpg
import pytest

from storage.database import Database
from storage.embedder import Embedder
from storage.errors import CartwrightError
from storage.people import Person
from storage.products import Product
from storage.stores import Store
from tests.support.factory import (
    change_product,
    make_message,
    make_person,
    make_product,
    make_store,
    make_tool_part,
)
from tests.support.tool_context import BASE_URL, NOBODY, Answer, called, context
from tools.errors import BadArguments, NoLongerSold, NotEnoughStock, UnknownProduct
from tools.update_cart import update_cart


class Shop:
    """A store with one product, and a shopper."""

    def __init__(self, database: Database, embedder: Embedder, store: Store, person: Person, product: Product) -> None:
        self.database, self.embedder = database, embedder
        self.store, self.person, self.product = store, person, product

    async def update(self, quantity: int, *, product_id: UUID | None = None, message_id: UUID | None = None) -> Answer:
        async with self.database.transaction() as conn:
            ctx = context(conn, self.person, self.store, self.embedder, message_id=message_id)
            arguments = {"product_id": str(product_id or self.product.id), "quantity": quantity}
            return await called(update_cart, ctx, arguments)

    async def audit(self) -> list[asyncpg.Record]:
        async with self.database.connection() as conn:
            return await conn.fetch("select * from audit_log order by created_at, id")


@pytest.fixture
async def shop(database: Database, embedder: Embedder) -> Shop:
    async with database.connection() as conn:
        store, person = await make_store(conn), await make_person(conn)
        product = await make_product(conn, store, name="Tent", brand="Merrow", price=9_000, stock=3)
    return Shop(database, embedder, store, person, product)


async def test_the_answer_is_the_cart_afterwards(shop: Shop) -> None:
    await shop.update(1)
    result = await shop.update(2)
    product_id = str(shop.product.id)
    assert result.output == {
        "items": [
            {
                "product_id": product_id,
                "name": "Tent",
                "quantity": 2,
                "unit_price": "90.00",
                "line_total": "180.00",
                "stock": 3,
                "for_sale": True,
            }
        ],
        "total": "180.00",
        "currency": "EUR",
    }
    (part,) = result.data
    assert (part.name, part.id, part.content["version"]) == ("cart", "call-1:cart", 3)
    assert part.content["total"] == {"amount": 18_000, "currency": "EUR", "text": "€180.00"}
    assert part.content["items"] == [
        {
            "product_id": product_id,
            "name": "Tent",
            "brand": "Merrow",
            "quantity": 2,
            "price": {"amount": 9_000, "currency": "EUR", "text": "€90.00"},
            "original_price": None,
            "price_when_added": None,
            "line_total": {"amount": 18_000, "currency": "EUR", "text": "€180.00"},
            "stock": 3,
            "availability": "low_stock",
            "for_sale": True,
            "obstacle": None,
            "image": None,
            "url": f"{BASE_URL}/products/{product_id}",
        }
    ]
    assert (await shop.update(0)).output == {"items": [], "total": "0.00", "currency": "EUR"}


async def test_a_change_is_in_the_audit_log_with_its_cause(shop: Shop) -> None:
    async with shop.database.connection() as conn:
        message_id = await make_message(conn, shop.person, shop.store)
        part_id = await make_tool_part(conn, message_id, "call-1", "update_cart")
    await shop.update(1)
    await shop.update(3, message_id=message_id)
    first, second = await shop.audit()
    product_id = str(shop.product.id)
    assert (first["user_id"], first["entity_type"], first["action"]) == (shop.person.user_id, "cart", "set_quantity")
    assert (first["part_id"], second["part_id"]) == (None, part_id)
    assert second["changes"] == {
        "before": {"product_id": product_id, "quantity": 1},
        "after": {"product_id": product_id, "quantity": 3, "version": 3},
    }


async def test_what_changes_nothing_is_not_in_the_audit_log(shop: Shop) -> None:
    await shop.update(0)
    await shop.update(1)
    await shop.update(1)
    assert len(await shop.audit()) == 1


async def test_a_refusal_leaves_nothing_behind(shop: Shop) -> None:
    with pytest.raises(NotEnoughStock) as refused:
        await shop.update(4)
    assert refused.value.detail == "Only 3 of it are in stock; set quantity to 3 or less."
    assert (refused.value.actor, refused.value.field) == ("model", "quantity")
    assert await shop.audit() == []
    async with shop.database.connection() as conn:
        assert await conn.fetchval("select count(*) from carts") == 0


async def test_what_is_no_longer_for_sale_can_only_be_taken_out(shop: Shop) -> None:
    await shop.update(1)
    async with shop.database.connection() as conn:
        await change_product(conn, shop.product, is_active=False)
    with pytest.raises(NoLongerSold):
        await shop.update(2)
    assert (await shop.update(0)).output["items"] == []


async def test_what_the_store_does_not_sell_is_unknown(shop: Shop) -> None:
    async with shop.database.connection() as conn:
        elsewhere = await make_product(conn, await make_store(conn))
    for product_id in (elsewhere.id, uuid4()):
        with pytest.raises(UnknownProduct) as refused:
            await shop.update(1, product_id=product_id)
        assert refused.value.actor == "model"


@pytest.mark.parametrize("arguments", [{"quantity": -1}, {"quantity": 100}, {"quantity": 1.5}, {"price": 1}, {}])
async def test_bad_arguments_are_refused(arguments: dict[str, object]) -> None:
    with pytest.raises(BadArguments):
        await update_cart.call(NOBODY, {"product_id": str(uuid4())} | arguments)


async def test_every_refusal_says_what_would_do() -> None:
    for error in (BadArguments, UnknownProduct, NotEnoughStock, NoLongerSold):
        assert issubclass(error, CartwrightError)
        assert error.actor == "model"
        assert error().detail.endswith(".")
