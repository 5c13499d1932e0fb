from __future__ import annotations

import itertools

import pytest

from storage.database import Database
from storage.order_status import STATUSES, TRANSITIONS, OrderStatus, WrongStatus, check

# Written out once more: what a shop promises is not to change by an edit in one place.
ALLOWED = {
    ("pending", "processing"),
    ("pending", "cancelled"),
    ("processing", "shipped"),
    ("shipped", "delivered"),
    ("delivered", "return-requested"),
    ("delivered", "exchange-requested"),
    ("return-requested", "returned"),
    ("return-requested", "delivered"),
    ("exchange-requested", "exchanged"),
    ("exchange-requested", "delivered"),
}


@pytest.mark.parametrize(("now", "then"), list(itertools.product(STATUSES, STATUSES)))
def test_each_pair_of_statuses(now: OrderStatus, then: OrderStatus) -> None:
    if (now, then) in ALLOWED:
        check(now, then)
    else:
        with pytest.raises(WrongStatus, match=f"The order is {now}; it cannot become {then}"):
            check(now, then)


def test_the_table_has_a_row_for_each_status() -> None:
    assert set(TRANSITIONS) == set(STATUSES)


async def test_the_schema_knows_the_same_statuses(module_database: Database) -> None:
    async with module_database.connection() as conn:
        rule = await conn.fetchval(
            "select pg_get_constraintdef(oid) from pg_constraint where conname = $1", "orders_status_check"
        )
    assert {status for status in STATUSES if f"'{status}'" in rule} == set(STATUSES)
    assert rule.count("::text") >= len(STATUSES)
    assert rule.count("'") == 2 * len(STATUSES)
