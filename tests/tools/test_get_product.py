from __future__ import annotations

from uuid import uuid4

import pytest

from storage.database import Database
from storage.embedder import Embedder
from tests.support.factory import change_product, make_category, make_person, make_product, make_store
from tests.support.tool_context import called, context
from tools.errors import BadArguments, UnknownProduct
from tools.get_product import get_product


async def test_a_product_is_told_in_full(database: Database, embedder: Embedder) -> None:
    async with database.connection() as conn:
        store, person = await make_store(conn), await make_person(conn)
        category = await make_category(conn, "Backpacks", parent_id=await make_category(conn, "Outdoor"))
        product = await make_product(
            conn,
            store,
            category_id=category,
            brand=None,
            rating=None,
            specifications={"weight": "1.2 kg", "litres": 40},
        )
        result = await called(get_product, context(conn, person, store, embedder), {"product_id": str(product.id)})
    assert result.output == {
        "product_id": str(product.id),
        "name": "Kestrel 40 backpack",
        "brand": None,
        "price": "100.00",
        "currency": "EUR",
        "stock": 10,
        "rating": None,
        "summary": "A backpack for a weekend.",
        "category": "Outdoor > Backpacks",
        "rating_count": 12,
        "description": "A backpack with a frame, a rain cover and two side pockets.",
        "specifications": {"weight": "1.2 kg", "litres": 40},
    }
    (part,) = result.data
    assert (part.name, part.id, part.content["search_id"]) == ("products", "call-1:products", None)
    (card,) = part.content["products"]
    assert (card["availability"], card["image"], card["original_price"]) == ("in_stock", None, None)
    assert [source.source_id for source in result.sources] == [str(product.id)]


async def test_without_a_tool_call_the_part_is_named_by_what_it_is(database: Database, embedder: Embedder) -> None:
    async with database.connection() as conn:
        store, person = await make_store(conn), await make_person(conn)
        product = await make_product(conn, store)
        ctx = context(conn, person, None, embedder, tool_call_id=None)
        (part,) = (await called(get_product, ctx, {"product_id": str(product.id)})).data
    assert part.id == "products"


async def test_long_text_is_cut(database: Database, embedder: Embedder) -> None:
    async with database.connection() as conn:
        store, person = await make_store(conn), await make_person(conn)
        product = await make_product(
            conn,
            store,
            description="d" * 9_000,
            specifications={f"{number:02}" * 50: "v" * 999 for number in range(60)},
        )
        result = await called(get_product, context(conn, person, store, embedder), {"product_id": str(product.id)})
    specifications = result.output["specifications"]
    assert isinstance(specifications, dict)
    assert len(specifications) == 40
    assert {(len(name), len(value)) for name, value in specifications.items()} == {(60, 200)}
    assert len(str(result.output["description"])) == 2_000


async def test_what_the_store_does_not_sell_is_unknown(database: Database, embedder: Embedder) -> None:
    async with database.connection() as conn:
        store, other, person = await make_store(conn), await make_store(conn), await make_person(conn)
        elsewhere, gone = await make_product(conn, other), await make_product(conn, store)
        await change_product(conn, gone, is_active=False)
        ctx = context(conn, person, store, embedder)
        for product_id in (uuid4(), elsewhere.id, gone.id):
            with pytest.raises(UnknownProduct, match="search for it") as refused:
                await get_product.call(ctx, {"product_id": str(product_id)})
            assert (refused.value.actor, refused.value.field) == ("model", "product_id")
        with pytest.raises(BadArguments, match="product_id"):
            await get_product.call(ctx, {"product_id": "the second one"})
