from __future__ import annotations

from dataclasses import replace

import pytest

from storage import order_rules
from storage.clock import utc_now
from storage.database import Database
from storage.order_rules import WISHES, AlreadyChanged, Wish
from storage.order_status import STATUSES, OrderStatus, WrongStatus
from storage.orders import Order
from tests.support.factory import make_person, make_product, make_store
from tests.support.orders import ordered

BEFORE: tuple[Wish, ...] = ("cancel", "change_address", "change_payment", "change_items")
AFTER: tuple[Wish, ...] = ("return", "exchange")


@pytest.fixture
async def order(database: Database) -> Order:
    async with database.connection() as conn:
        person, mug = await make_person(conn), await make_product(conn, await make_store(conn))
    return await ordered(database, person, [(mug, 1)])


async def test_what_is_possible_goes_by_the_status(order: Order) -> None:
    allowed: dict[OrderStatus, tuple[Wish, ...]] = {"pending": BEFORE, "delivered": AFTER}
    for status in STATUSES:
        assert order_rules.possible(replace(order, status=status)) == allowed.get(status, ())


async def test_items_change_once_and_then_only_the_address_may(order: Order) -> None:
    changed = replace(order, items_changed_at=utc_now())
    assert order_rules.possible(changed) == ("change_address",)
    with pytest.raises(AlreadyChanged, match="cannot be cancelled any more"):
        order_rules.check(changed, "cancel")
    # What was changed before it was sent may come back all the same.
    assert order_rules.possible(replace(changed, status="delivered")) == AFTER


async def test_the_payment_changes_once(order: Order) -> None:
    changed = replace(order, payment_changed_at=utc_now())
    assert order_rules.possible(changed) == tuple(wish for wish in BEFORE if wish != "change_payment")
    with pytest.raises(AlreadyChanged, match="payment method"):
        order_rules.check(changed, "change_payment")


@pytest.mark.parametrize("wish", WISHES)
async def test_a_refusal_says_which_status_it_takes(order: Order, wish: Wish) -> None:
    with pytest.raises(WrongStatus, match=r"The order is shipped; only one that is (pending|delivered) can be"):
        order_rules.check(replace(order, status="shipped"), wish)
