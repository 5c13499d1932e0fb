from __future__ import annotations

from uuid import uuid4

import pytest

from storage.database import Database
from storage.embedder import Embedder
from tests.support.factory import make_person, make_product, make_store
from tests.support.tool_context import called, context
from tools.compare_products import compare_products
from tools.errors import BadArguments, UnknownProduct


async def test_products_stand_side_by_side_in_the_order_asked(database: Database, embedder: Embedder) -> None:
    async with database.connection() as conn:
        store, person = await make_store(conn), await make_person(conn)
        light = await make_product(conn, store, name="Light", specifications={"weight": "1 kg", "colour": "red"})
        heavy = await make_product(conn, store, name="Heavy", specifications={"colour": "red", "frame": True})
        ids = [str(heavy.id), str(light.id)]
        result = await called(compare_products, context(conn, person, store, embedder), {"product_ids": ids})
    assert [product["product_id"] for product in result.output["products"]] == ids
    differences = [{"name": "frame", "values": [True, None]}, {"name": "weight", "values": [None, "1 kg"]}]
    assert sorted(result.output["differences"], key=lambda row: row["name"]) == differences
    (part,) = result.data
    assert (part.name, part.id) == ("comparison", "call-1:comparison")
    assert [card["id"] for card in part.content["products"]] == ids
    rows = {row["name"]: row["values"] for row in part.content["rows"]}
    assert rows == {"colour": ["red", "red"], "frame": [True, None], "weight": [None, "1 kg"]}
    assert [source.source_id for source in result.sources] == ids


async def test_two_to_four_different_known_products(database: Database, embedder: Embedder) -> None:
    async with database.connection() as conn:
        store, person = await make_store(conn), await make_person(conn)
        known = str((await make_product(conn, store)).id)
        ctx = context(conn, person, store, embedder)
        for product_ids in ([], [known], [known, known], [str(uuid4()) for _ in range(5)]):
            with pytest.raises(BadArguments):
                await compare_products.call(ctx, {"product_ids": product_ids})
        unknown = str(uuid4())
        with pytest.raises(UnknownProduct, match=unknown):
            await compare_products.call(ctx, {"product_ids": [known, unknown]})
