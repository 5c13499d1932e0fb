from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import pytest

from storage.database import Database
from storage.embedder import Embedder
from storage.people import Person
from storage.products import Product
from storage.stores import Store
from tests.support.factory import change_product, make_person, make_product, make_store
from tests.support.tool_context import NOBODY, Answer, called, context
from tools.accept_cart import accept_cart
from tools.errors import BadArguments, NotEnoughStock, UnknownSuggestion
from tools.suggest_carts import suggest_carts


class Shop:
    """A store with 5 mugs, a shopper, and a cart of 3 mugs suggested to them."""

    def __init__(self, database: Database, embedder: Embedder, store: Store, person: Person, mug: Product) -> None:
        self.database, self.embedder = database, embedder
        self.store, self.person, self.mug = store, person, mug
        self.suggestion = ""

    async def call(self, tool: Any, arguments: dict[str, Any], person: Person | None = None) -> Answer:
        async with self.database.transaction() as conn:
            return await called(tool, context(conn, person or self.person, self.store, self.embedder), arguments)

    async def accept(self, suggestion: str | UUID = "", person: Person | None = None) -> Answer:
        return await self.call(accept_cart, {"suggestion_id": str(suggestion or self.suggestion)}, person)


@pytest.fixture
async def shop(database: Database, embedder: Embedder) -> Shop:
    async with database.connection() as conn:
        store, person = await make_store(conn), await make_person(conn)
        mug = await make_product(conn, store, name="Mug", price=1_000, stock=5)
    made = Shop(database, embedder, store, person, mug)
    items = [{"product_id": str(mug.id), "quantity": 3}]
    kit = {"title": "Kit", "reason": "It fits.", "score": 80, "items": items}
    made.suggestion = (await made.call(suggest_carts, {"carts": [kit]})).output["suggestions"][0]["suggestion_id"]
    return made


async def test_what_was_taken_and_the_cart_afterwards(shop: Shop) -> None:
    async with shop.database.connection() as conn:
        await change_product(conn, shop.mug, stock=2)
    result = await shop.accept()
    assert result.output["taken"] == [
        {"product_id": str(shop.mug.id), "name": "Mug", "quantity": 3, "taken": 2, "left_out": "too-few"}
    ]
    assert (result.output["cart"]["total"], result.output["cart"]["currency"]) == ("20.00", "EUR")
    (part,) = result.data
    assert (part.name, part.id, part.content["version"]) == ("cart", "call-1:cart", 2)
    assert [item["quantity"] for item in part.content["items"]] == [2]
    assert (await shop.accept()).output == result.output


async def test_a_suggestion_made_to_somebody_else_is_unknown(shop: Shop) -> None:
    async with shop.database.connection() as conn:
        stranger = await make_person(conn)
    for refused in (shop.accept(person=stranger), shop.accept(uuid4())):
        with pytest.raises(UnknownSuggestion) as error:
            await refused
        assert (error.value.actor, error.value.field) == ("model", "suggestion_id")


async def test_when_nothing_is_left_the_model_is_told(shop: Shop) -> None:
    async with shop.database.connection() as conn:
        await change_product(conn, shop.mug, stock=0)
    with pytest.raises(NotEnoughStock, match="Nothing of the suggested cart"):
        await shop.accept()


async def test_bad_arguments_are_refused() -> None:
    with pytest.raises(BadArguments):
        await accept_cart.call(NOBODY, {"suggestion_id": "the first"})
