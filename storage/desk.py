"""What a service desk looks up: customers and their orders, by what people call them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from storage import sql
from storage.database import Connection
from storage.errors import NotFound
from storage.orders import plain_number

_SQL = sql.load(__file__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Customer:
    """A person with an account, and the numbers of their orders, the oldest first."""

    user_id: UUID
    username: str
    email: str
    first_name: str
    last_name: str
    order_numbers: tuple[str, ...]


async def customer(conn: Connection, username: str) -> Customer:
    """A customer by user name. Raises NotFound."""
    record = await conn.fetchrow(_SQL["customer"], username)
    if record is None:
        raise NotFound("There is no such customer.", field="user_id")
    return Customer(**dict(record) | {"order_numbers": tuple(record["order_numbers"])})


async def username_by_email(conn: Connection, email: str) -> str:
    """The user name that goes with an e-mail address. Raises NotFound."""
    return _found(await conn.fetchval(_SQL["username_by_email"], email), "email")


async def username_by_name(conn: Connection, first_name: str, last_name: str, postal_code: str) -> str:
    """The user name of who is called so and has their default address there. Raises NotFound, also for several."""
    names = await conn.fetch(_SQL["usernames_by_name"], first_name, last_name, postal_code)
    return _found(names[0]["username"] if len(names) == 1 else None, "last_name")


async def username_of(conn: Connection, user_id: UUID) -> str:
    """The user name of a person. Raises NotFound for one who has none."""
    return _found(await conn.fetchval(_SQL["username_of"], user_id), "user_id")


async def order_id(conn: Connection, number: str) -> UUID:
    """The order of that number, whoever's it is. Raises NotFound."""
    found: UUID | None = await conn.fetchval(_SQL["order_id"], plain_number(number))
    if found is None:
        raise NotFound("There is no such order.", field="order_id")
    return found


async def product_ids(conn: Connection, store_id: UUID, skus: Iterable[str]) -> tuple[UUID, ...]:
    """The products of a store by sku, one for each that is named. Raises NotFound."""
    wanted = list(skus)
    found = {row["sku"]: row["id"] for row in await conn.fetch(_SQL["product_ids"], store_id, wanted)}
    if missing := [sku for sku in wanted if sku not in found]:
        raise NotFound(f"There is no item {missing[0]}.", field="item_ids")
    return tuple(found[sku] for sku in wanted)


async def skus(conn: Connection, wanted: Iterable[UUID]) -> Mapping[UUID, str]:
    """What the store calls these products."""
    return {row["id"]: row["sku"] for row in await conn.fetch(_SQL["skus"], list(wanted))}


async def method_id(conn: Connection, user_id: UUID, reference: str) -> UUID:
    """A person's payment method in use, by its provider's name for it. Raises NotFound."""
    found: UUID | None = await conn.fetchval(_SQL["method_id"], user_id, reference)
    if found is None:
        raise NotFound("The customer has no such payment method.", field="payment_method_id")
    return found


def _found(name: str | None, field: str) -> str:
    if name is None:
        raise NotFound("There is no such customer.", field=field)
    return name
