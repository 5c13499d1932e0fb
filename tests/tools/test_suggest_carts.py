from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import pytest

from storage import carts
from storage.database import Database
from storage.embedder import Embedder
from storage.people import Person
from storage.products import Product
from storage.stores import Store
from tests.support.factory import make_message, make_person, make_product, make_store
from tests.support.tool_context import BASE_URL, NOBODY, Answer, called, context
from tools.errors import BadArguments, NotEnoughStock, OverBudget, UnknownProduct
from tools.suggest_carts import suggest_carts


class Shop:
    """A store with a tent at 90.00 and a mug at 12.50, and a shopper."""

    def __init__(
        self, database: Database, embedder: Embedder, store: Store, person: Person, tent: Product, mug: Product
    ) -> None:
        self.database, self.embedder = database, embedder
        self.store, self.person, self.tent, self.mug = store, person, tent, mug

    async def suggest(
        self,
        *proposed: dict[str, Any],
        message_id: UUID | None = None,
        anywhere: bool = False,
        tool_call_id: str | None = "call-1",
        **more: Any,
    ) -> Answer:
        async with self.database.transaction() as conn:
            store = None if anywhere else self.store
            ctx = context(conn, self.person, store, self.embedder, message_id=message_id, tool_call_id=tool_call_id)
            return await called(suggest_carts, ctx, {"carts": list(proposed), **more})

    async def count(self) -> int:
        async with self.database.connection() as conn:
            count: int = await conn.fetchval("select count(*) from carts")
            return count


@pytest.fixture
async def shop(database: Database, embedder: Embedder) -> Shop:
    async with database.connection() as conn:
        store, person = await make_store(conn), await make_person(conn)
        tent = await make_product(conn, store, name="Tent", price=9_000, stock=2)
        mug = await make_product(conn, store, name="Mug", price=1_250, stock=5)
    return Shop(database, embedder, store, person, tent, mug)


def kit(*items: tuple[Product, int], title: str = "Kit", score: int = 80) -> dict[str, Any]:
    told = [{"product_id": str(product.id), "quantity": quantity} for product, quantity in items]
    return {"title": title, "reason": "It is all there.", "score": score, "items": told}


async def test_suggestions_are_kept_and_shown_the_best_first(shop: Shop) -> None:
    async with shop.database.connection() as conn:
        message = await make_message(conn, shop.person, shop.store)
    result = await shop.suggest(
        kit((shop.mug, 1), title="Small", score=60),
        kit((shop.tent, 1), (shop.mug, 2), title="Whole", score=90),
        message_id=message,
        budget=115,
    )
    whole, small = result.output["suggestions"]
    assert (whole["title"], whole["score"], whole["total"], whole["currency"]) == ("Whole", 90, "115.00", "EUR")
    assert [(item["name"], item["quantity"], item["line_total"]) for item in whole["items"]] == [
        ("Tent", 1, "90.00"),
        ("Mug", 2, "25.00"),
    ]
    assert (small["title"], small["total"]) == ("Small", "12.50")
    (part,) = result.data
    assert (part.name, part.id) == ("suggested-carts", "call-1:suggested-carts")
    first, second = part.content["carts"]
    assert (first["id"], second["id"]) == (whole["suggestion_id"], small["suggestion_id"])
    assert (first["title"], first["reason"], first["score"]) == ("Whole", "It is all there.", 90)
    assert first["total"] == {"amount": 11_500, "currency": "EUR", "text": "€115.00"}
    assert first["items"][0]["url"] == f"{BASE_URL}/products/{shop.tent.id}"
    async with shop.database.connection() as conn:
        kept = await carts.page(conn, shop.person, suggested_by=message, limit=9)
        assert await carts.own_ids(conn, shop.person) == ()
    assert [str(cart.id) for cart in kept] == [whole["suggestion_id"], small["suggestion_id"]]


async def test_without_a_chat_suggestions_are_made_too(shop: Shop) -> None:
    result = await shop.suggest(kit((shop.mug, 1)), tool_call_id=None)
    async with shop.database.connection() as conn:
        cart = await carts.get(conn, shop.person, UUID(result.output["suggestions"][0]["suggestion_id"]))
    assert cart.suggestion is not None
    assert cart.suggestion.message_id is None


async def test_what_costs_more_than_the_budget_is_refused_with_its_total(shop: Shop) -> None:
    with pytest.raises(OverBudget) as refused:
        await shop.suggest(kit((shop.mug, 1)), kit((shop.tent, 1), (shop.mug, 2), title="Whole"), budget=114.99)
    assert "Whole costs 115.00 EUR, more than the budget of 114.99" in refused.value.detail
    assert (refused.value.field, refused.value.actor) == ("carts.1.items", "model")
    assert await shop.count() == 0


async def test_what_is_not_in_stock_is_refused_by_name(shop: Shop) -> None:
    with pytest.raises(NotEnoughStock) as refused:
        await shop.suggest(kit((shop.mug, 1), (shop.tent, 3)))
    assert refused.value.detail == "Only 2 of Tent are in stock."
    assert refused.value.field == "carts.0.items.1.quantity"
    assert await shop.count() == 0


async def test_products_are_of_one_store_and_named_once(shop: Shop) -> None:
    async with shop.database.connection() as conn:
        elsewhere = await make_product(conn, await make_store(conn))
    with pytest.raises(UnknownProduct):
        await shop.suggest(kit((elsewhere, 1)))
    with pytest.raises(BadArguments, match="one store"):
        await shop.suggest(kit((elsewhere, 1), (shop.mug, 1)), anywhere=True)
    with pytest.raises(BadArguments, match="once"):
        await shop.suggest(kit((shop.mug, 1), (shop.mug, 2)))
    assert (await shop.suggest(kit((elsewhere, 1)), anywhere=True)).output["suggestions"][0]["title"] == "Kit"


@pytest.mark.parametrize(
    "change",
    [
        {"score": 101},
        {"title": ""},
        {"title": "x" * 101},
        {"reason": None},
        {"items": []},
        {"items": [{"product_id": str(uuid4()), "quantity": 0}]},
        {"price": 1},
    ],
)
async def test_bad_arguments_are_refused(change: dict[str, Any]) -> None:
    good = {"title": "T", "reason": "R", "score": 1, "items": [{"product_id": str(uuid4()), "quantity": 1}]}
    with pytest.raises(BadArguments) as refused:
        await suggest_carts.call(NOBODY, {"carts": [good | change]})
    assert refused.value.field is not None
    assert refused.value.field.startswith("carts.0.")


@pytest.mark.parametrize("carts", [[], [{}] * 5])
async def test_one_to_four_carts_are_suggested(carts: list[dict[str, Any]]) -> None:
    with pytest.raises(BadArguments):
        await suggest_carts.call(NOBODY, {"carts": carts})


async def test_words_that_no_row_can_hold_are_cleaned(shop: Shop) -> None:
    result = await shop.suggest(kit((shop.mug, 1), title="A\x00 kit\ud800"))
    assert "\x00" not in result.output["suggestions"][0]["title"]
