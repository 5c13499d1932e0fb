from __future__ import annotations

from uuid import uuid4

import pytest

from storage.database import Database
from storage.embedder import Embedder
from tests.support.factory import change_product, make_person, make_product, make_store
from tests.support.tool_context import called, context
from tools.errors import UnknownProduct
from tools.update_wishlist import update_wishlist
from tools.view_wishlist import view_wishlist


async def test_a_wish_is_put_shown_and_taken_off(database: Database, embedder: Embedder) -> None:
    async with database.transaction() as conn:
        store, person = await make_store(conn), await make_person(conn)
        product = await make_product(conn, store, name="Tent", price=9_000)
        ctx = context(conn, person, store, embedder)
        wish = {"product_id": str(product.id)}
        first, again = await called(update_wishlist, ctx, wish), await called(update_wishlist, ctx, wish)
        await change_product(conn, product, is_active=False)
        seen = await called(view_wishlist, ctx, {})
        gone = await called(update_wishlist, ctx, wish | {"listed": False})
        rows = await conn.fetch("select action from audit_log where user_id = $1 order by id", person.user_id)
    assert first.output == again.output
    (item,) = first.output["items"]
    assert (item["name"], item["price"], item["for_sale"]) == ("Tent", "90.00", True)
    (part,) = first.data
    assert (part.name, part.content["items"][0]["price"]["text"]) == ("wishlist", "€90.00")
    assert (seen.output["items"][0]["for_sale"], seen.output["more"]) == (False, False)
    assert (gone.output, gone.data) == ({"items": [], "more": False}, ())
    assert [row["action"] for row in rows] == ["put", "remove"]


async def test_what_the_store_does_not_sell_cannot_be_wished_for(database: Database, embedder: Embedder) -> None:
    async with database.transaction() as conn:
        store, person = await make_store(conn), await make_person(conn)
        elsewhere = await make_product(conn, await make_store(conn))
        for product_id in (elsewhere.id, uuid4()):
            with pytest.raises(UnknownProduct):
                await called(update_wishlist, context(conn, person, store, embedder), {"product_id": str(product_id)})
