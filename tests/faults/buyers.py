"""A process of buyers: each has a cart and orders it, all at once. Reads its work from stdin, writes what came out.

In: {"url": ..., "buyers": [[user id, cart id], ...]}. Out: {"bought": n, "sold_out": n, "busy": n, "other": [...]};
who is told that the shop is busy tries again.
"""

from __future__ import annotations

import asyncio
import json
import sys
from typing import Any
from uuid import UUID

from storage import order_placing
from storage.addresses import Address
from storage.audit import Cause
from storage.database import Database
from storage.errors import Busy, OutOfStock
from storage.order_placing import Placement
from storage.people import Person

_HOME = Address(line1="Torstr. 1", city="Berlin", country="DE")


async def buy(database: Database, user: str, cart: str, told: dict[str, Any]) -> None:
    person = Person(user_id=UUID(user), session_id=None, is_anonymous=True, role="user")
    while True:
        try:
            async with database.transaction() as conn:
                await order_placing.place(conn, person, Placement(cart_id=UUID(cart), shipping=_HOME), Cause())
        except OutOfStock:
            told["sold_out"] += 1
        except Busy:
            told["busy"] += 1
            await asyncio.sleep(0.01)
            continue
        except Exception as error:
            told["other"].append(repr(error))
        else:
            told["bought"] += 1
        return


async def main() -> None:
    work = json.load(sys.stdin)
    told: dict[str, Any] = {"bought": 0, "sold_out": 0, "busy": 0, "other": []}
    database = await Database.open(work["url"], pool_size=8, warm=8, acquire_timeout=30.0)
    try:
        await asyncio.gather(*(buy(database, user, cart, told) for user, cart in work["buyers"]))
    finally:
        await database.close()
    json.dump(told, sys.stdout)


if __name__ == "__main__":
    asyncio.run(main())
