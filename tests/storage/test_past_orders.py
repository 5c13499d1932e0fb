from __future__ import annotations

from storage import desk, orders, past_orders, payment_methods
from storage.database import Database
from storage.past_orders import PastCustomer, PastItem, PastOrder, PastParcel, PastPayment
from tests.support.factory import make_product, make_store
from tests.support.orders import BERLIN, stock


async def test_an_order_is_brought_as_it_stands_and_takes_nothing_out_of_stock(database: Database) -> None:
    async with database.transaction() as conn:
        store = await make_store(conn)
        mug = await make_product(conn, store, name="Mug", price=2_000, stock=5)
        customer = PastCustomer(username="ann_lee", email="ann@b.example", first_name="Ann", last_name="Lee")
        user_id = await past_orders.bring_customer(conn, customer)
        visa = await payment_methods.add(
            conn, user_id, "credit_card", reference="card_1", brand="visa", last_four="1111"
        )
        past = PastOrder(
            number="#W1",
            user_id=user_id,
            store_id=store.id,
            status="delivered",
            address=BERLIN,
            items=[PastItem(product_id=mug.id, quantity=1, unit_price=1_500)] * 2,
            payments=[PastPayment(method_id=visa.id, type="payment", amount=3_000)],
            parcels=[PastParcel(tracking_ids=["JD-1"], items=[1, 0])],
        )
        order_id = await past_orders.bring(conn, past)
        order = await orders.get(conn, order_id)
        assert await desk.order_id(conn, "#w1") == order_id
        assert (await desk.customer(conn, "ann_lee")).order_numbers == ("#W1",)
    assert (order.status, order.total, order.payment_status) == ("delivered", 3_000, "completed")
    assert [(item.name, item.unit_price) for item in order.items] == [("Mug", 1_500)] * 2
    assert list(order.fulfilments[0].items) == [order.items[1].id, order.items[0].id]
    assert order.fulfilments[0].delivered_at is not None
    assert await stock(database, mug) == 5


async def test_one_that_was_cancelled_and_paid_back(database: Database) -> None:
    async with database.transaction() as conn:
        store = await make_store(conn)
        mug = await make_product(conn, store)
        customer = PastCustomer(username="ann_lee", email="ann@b.example", first_name="Ann", last_name="Lee")
        user_id = await past_orders.bring_customer(conn, customer)
        paypal = await payment_methods.add(conn, user_id, "paypal", reference="paypal_1")
        past = PastOrder(
            number="#W1",
            user_id=user_id,
            store_id=store.id,
            status="cancelled",
            address=BERLIN,
            items=[PastItem(product_id=mug.id, quantity=1, unit_price=900)],
            payments=[
                PastPayment(method_id=paypal.id, type="payment", amount=900),
                PastPayment(method_id=paypal.id, type="refund", amount=900),
            ],
        )
        order = await orders.get(conn, await past_orders.bring(conn, past))
    assert (order.status, order.payment_status) == ("cancelled", "refunded")
