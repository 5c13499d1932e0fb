from __future__ import annotations

import pytest

from storage.database import Database
from storage.embedder import Embedder
from tests.support.factory import buy, make_person, make_product, make_store
from tests.support.tool_context import called, context
from tools.errors import UnknownProduct
from tools.recommend_products import recommend_products


async def test_the_model_is_told_why_and_the_page_gets_cards(database: Database, embedder: Embedder) -> None:
    async with database.transaction() as conn:
        store, person = await make_store(conn), await make_person(conn)
        tent, stove = await make_product(conn, store, name="Tent"), await make_product(conn, store, name="Stove")
        await buy(conn, await make_person(conn), tent, stove)
        ctx = context(conn, person, store, embedder)
        found = await called(recommend_products, ctx, {"product_id": str(tent.id)})
        anything = await called(recommend_products, ctx, {"limit": 1})
        logged = await conn.fetch("select id from recommendation_logs where user_id = $1 order by id", person.user_id)
    (told,) = found.output["products"]
    assert (told["name"], told["price"], told["reasons"]) == ("Stove", "100.00", ["together"])
    (part,) = found.data
    assert (part.name, part.content["recommendation_id"]) == ("products", str(logged[0]["id"]))
    assert [card["name"] for card in part.content["products"]] == ["Stove"]
    assert [each.title for each in found.sources] == ["Stove"]
    assert [each["reasons"] for each in anything.output["products"]] == [["well-rated"]]


async def test_only_what_the_store_sells_can_be_asked_about(database: Database, embedder: Embedder) -> None:
    async with database.transaction() as conn:
        person, elsewhere = await make_person(conn), await make_product(conn, await make_store(conn))
        ctx = context(conn, person, await make_store(conn), embedder)
        with pytest.raises(UnknownProduct):
            await called(recommend_products, ctx, {"product_id": str(elsewhere.id)})
