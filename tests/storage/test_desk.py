from __future__ import annotations

from uuid import UUID, uuid4

import pytest

from storage import addresses, desk, past_orders, payment_methods
from storage.database import Connection, Database
from storage.errors import NotFound
from storage.past_orders import PastCustomer
from storage.people import Person
from tests.support.factory import make_product, make_store
from tests.support.orders import BERLIN


async def _ann(conn: Connection, username: str = "ann_lee") -> UUID:
    customer = PastCustomer(username=username, email=f"{username}@b.example", first_name="Ann", last_name="Lee")
    user_id = await past_orders.bring_customer(conn, customer)
    await addresses.add(conn, Person(user_id, None, is_anonymous=False, role="user"), BERLIN)
    return user_id


async def test_a_customer_is_found_by_what_they_say(database: Database) -> None:
    async with database.transaction() as conn:
        user_id = await _ann(conn)
        assert await desk.username_by_email(conn, "ANN_LEE@B.EXAMPLE") == "ann_lee"
        assert await desk.username_by_name(conn, "ann", "LEE", BERLIN.postal_code) == "ann_lee"
        assert await desk.username_of(conn, user_id) == "ann_lee"
        assert (await desk.customer(conn, "ann_lee")).order_numbers == ()
        for looked in (
            desk.username_by_email(conn, "nobody@b.example"),
            desk.username_by_name(conn, "ann", "lee", "00000"),
            desk.customer(conn, "nobody"),
            desk.username_of(conn, uuid4()),
        ):
            with pytest.raises(NotFound):
                await looked


async def test_two_of_one_name_are_not_told_apart_by_guessing(database: Database) -> None:
    async with database.transaction() as conn:
        await _ann(conn)
        await _ann(conn, "ann_lee_2")
        with pytest.raises(NotFound):
            await desk.username_by_name(conn, "Ann", "Lee", BERLIN.postal_code)


async def test_products_and_methods_by_what_they_are_called(database: Database) -> None:
    async with database.transaction() as conn:
        user_id, store = await _ann(conn), await make_store(conn)
        mug = await make_product(conn, store, sku="mug-1")
        method = await payment_methods.add(conn, user_id, "paypal", reference="paypal_1")
        assert await desk.product_ids(conn, store.id, ["mug-1", "mug-1"]) == (mug.id, mug.id)
        assert await desk.skus(conn, [mug.id]) == {mug.id: "mug-1"}
        assert await desk.method_id(conn, user_id, "paypal_1") == method.id
        with pytest.raises(NotFound, match="no item mug-2"):
            await desk.product_ids(conn, store.id, ["mug-1", "mug-2"])
        with pytest.raises(NotFound):
            await desk.method_id(conn, uuid4(), "paypal_1")
