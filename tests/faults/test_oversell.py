"""Row 28: more buyers than there are pieces, in several processes at once."""

from __future__ import annotations

import asyncio
import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from storage.carts import open_for, set_quantity
from tests.faults.conftest import Ground, Report
from tests.support.factory import make_person, make_product, make_store

ROOT = Path(__file__).parents[2]
BUYERS, PIECES, ROUNDS, PROCESSES = 200, 10, 20, 3


async def test_more_buyers_than_pieces_never_buy_what_is_not_there(
    ground: Ground, count: Callable[[int], int], report: Report
) -> None:
    rounds, oversold, took, busy = count(ROUNDS), 0, [], 0
    for _ in range(rounds):
        product, work = await _sale(ground)
        began = time.monotonic()
        told = await asyncio.gather(*(_buyers(ground.url, work[part::PROCESSES]) for part in range(PROCESSES)))
        took.append(time.monotonic() - began)
        assert [each["other"] for each in told] == [[]] * PROCESSES
        bought = sum(each["bought"] for each in told)
        busy += sum(each["busy"] for each in told)
        async with ground.database.connection() as conn:
            left = await conn.fetchval("select stock from products where id = $1", product)
            rows = await conn.fetchrow(
                """select count(*) as orders, coalesce(sum(i.quantity), 0) as pieces
                from orders o join order_items i on i.order_id = o.id where i.product_id = $1""",
                product,
            )
            carts = await conn.fetchval(
                """select count(*) from carts c join cart_items i on i.cart_id = c.id
                where i.product_id = $1 and c.active""",
                product,
            )
        assert rows is not None
        oversold += max(0, rows["pieces"] - PIECES)
        assert (bought, left, rows["orders"], rows["pieces"]) == (PIECES, 0, PIECES, PIECES)
        assert sum(each["sold_out"] for each in told) == carts == BUYERS - PIECES
    report("rounds", rounds)
    report("buyers, pieces, processes", (BUYERS, PIECES, PROCESSES))
    report("oversold", oversold)
    report("told to try again", busy)
    report("slowest round, start of the processes included (s)", round(max(took), 2))


async def _sale(ground: Ground) -> tuple[object, list[list[str]]]:
    """A product with few pieces, and many buyers with one of it in their carts."""
    work = []
    async with ground.database.transaction() as conn:
        product = await make_product(conn, await make_store(conn), stock=PIECES)
        for _ in range(BUYERS):
            person = await make_person(conn)
            cart_id = await open_for(conn, person, product.id)
            await set_quantity(conn, cart_id, product.id, 1)
            work.append([str(person.user_id), str(cart_id)])
    return product.id, work


async def _buyers(url: str, buyers: list[list[str]]) -> dict[str, Any]:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "tests.faults.buyers",
        cwd=ROOT,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    said, _ = await process.communicate(json.dumps({"url": url, "buyers": buyers}).encode())
    assert process.returncode == 0
    told: dict[str, Any] = json.loads(said)
    return told
