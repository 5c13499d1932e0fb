from __future__ import annotations

import pytest

from storage import product_families
from storage.database import Database
from storage.errors import NotFound
from tests.support.factory import change_product, make_product, make_store


async def test_a_family_is_made_once_and_takes_its_latest_name(database: Database) -> None:
    async with database.connection() as conn:
        store, other = await make_store(conn), await make_store(conn)
        family = await product_families.add(conn, store.id, "tee", "Tee")
        assert await product_families.add(conn, store.id, "tee", "Classic Tee") == family
        assert await product_families.add(conn, other.id, "tee", "Theirs") != family
        await product_families.add(conn, store.id, "boot", "Boot")
        assert [each.name for each in await product_families.of_store(conn, store.id)] == ["Boot", "Classic Tee"]
        assert (await product_families.by_public_id(conn, store.id, "tee")).id == family
        with pytest.raises(NotFound):
            await product_families.by_public_id(conn, store.id, "cap")


async def test_members_are_those_that_joined_sold_out_and_withdrawn_ones_too(database: Database) -> None:
    async with database.connection() as conn:
        store = await make_store(conn)
        family = await product_families.add(conn, store.id, "tee", "Tee")
        small, large, alone = [await make_product(conn, store, sku=sku, price=1_000) for sku in ("s", "l", "a")]
        await product_families.join(conn, family, small.id, {"size": "S"})
        await product_families.join(conn, family, large.id, {"size": "L", "organic": True})
        await change_product(conn, small, stock=0)
        await change_product(conn, large, price=1_200, is_active=False)
        found = await product_families.members(conn, family)
        assert [(each.sku, each.options, each.price, each.stock, each.is_active) for each in found] == [
            ("s", {"size": "S"}, 1_000, 0, True),
            ("l", {"size": "L", "organic": True}, 1_200, 10, False),
        ]
        assert await product_families.variant(conn, store.id, "l") == found[1]
        assert (await product_families.variant(conn, store.id, "a")).id == alone.id
        with pytest.raises(NotFound):
            await product_families.variant(conn, (await make_store(conn)).id, "l")
