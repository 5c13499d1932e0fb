"""What the shop's people do to stores, categories and products: add, change, close and open again, with its audit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import Any, TypeVar
from uuid import UUID

import asyncpg
import orjson

from storage import audit, sql
from storage.audit import Cause, Entry
from storage.database import Connection
from storage.errors import Conflict, Invalid, NotFound
from storage.people import Person
from storage.products import Specification

_SQL = sql.load(__file__)


class NameTaken(Conflict):
    """There is one of this slug, or of this SKU in this store, already; choose another or change that one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreRow:
    """A store as its people see it. Its currency stays, since prices and orders are in it."""

    slug: str
    name: str
    description: str
    currency: str
    url: str | None
    is_active: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CategoryRow:
    """A category; `parent` is the slug of the one above."""

    slug: str
    name: str
    description: str
    parent: str | None
    is_active: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductRow:
    """A product; `category` is a slug, `price` minor units of the store's currency before `discount_percent`."""

    sku: str
    name: str
    short_description: str
    description: str
    category: str | None
    brand: str | None
    tags: tuple[str, ...]
    price: int
    discount_percent: Decimal
    stock: int
    specifications: Mapping[str, Specification]
    url: str | None
    part_number: str | None
    is_active: bool


_LONGEST = 600
"""Seconds that opening or closing a store or category may take."""

RowT = TypeVar("RowT", StoreRow, CategoryRow, ProductRow)


async def store(conn: Connection, store_id: UUID) -> StoreRow:
    """A store, closed ones too, held until the transaction ends. Raises NotFound."""
    return StoreRow(**_found(await conn.fetchrow(_SQL["store"], store_id), "store"))


async def category(conn: Connection, category_id: UUID) -> CategoryRow:
    """A category, closed ones too, held until the transaction ends. Raises NotFound."""
    return CategoryRow(**_found(await conn.fetchrow(_SQL["category"], category_id), "category"))


async def product(conn: Connection, product_id: UUID) -> ProductRow:
    """A product, closed ones too, held until the transaction ends. Raises NotFound."""
    fields = _found(await conn.fetchrow(_SQL["product"], product_id), "product")
    return ProductRow(**fields | {"tags": tuple(fields["tags"])})


async def add_store(conn: Connection, person: Person, row: StoreRow, cause: Cause) -> UUID:
    """A new store. Raises NameTaken."""
    values = (row.slug, row.name, row.description, row.currency, row.url, row.is_active)
    return await _added(conn, person, "store", row, await _row(conn, _SQL["add_store"], *values), cause)


async def add_category(conn: Connection, person: Person, row: CategoryRow, cause: Cause) -> UUID:
    """A new category. Raises NameTaken, and Invalid for a parent that is not there."""
    parent = await _category_id(conn, row.parent, "parent")
    values = (row.slug, row.name, row.description, parent, row.is_active)
    return await _added(conn, person, "category", row, await _row(conn, _SQL["add_category"], *values), cause)


async def add_product(conn: Connection, person: Person, store_id: UUID, row: ProductRow, cause: Cause) -> UUID:
    """A new product of a store. Raises NameTaken, and Invalid for a category that is not there."""
    values = (store_id, *await _product_values(conn, row))
    return await _added(conn, person, "product", row, await _row(conn, _SQL["add_product"], *values), cause)


async def change_store(conn: Connection, person: Person, store_id: UUID, row: StoreRow, cause: Cause) -> None:
    """Have a store be like this; slug and currency stay as they are."""
    before = await store(conn, store_id)
    await _at_length(conn, _SQL["change_store"], store_id, row.name, row.description, row.url, row.is_active)
    await _changed(conn, person, "store", store_id, before, row, cause)


async def change_category(conn: Connection, person: Person, category_id: UUID, row: CategoryRow, cause: Cause) -> None:
    """Have a category be like this; its slug stays. Raises Invalid for a parent that is not there or is below it."""
    before = await category(conn, category_id)
    parent = await _category_id(conn, row.parent, "parent")
    if parent is not None and await conn.fetchval(_SQL["is_below"], parent, category_id):
        raise Invalid("A category is not below itself.", field="parent")
    values = (row.name, row.description, parent, row.is_active)
    await _at_length(conn, _SQL["change_category"], category_id, *values)
    await _changed(conn, person, "category", category_id, before, row, cause)


async def change_product(conn: Connection, person: Person, product_id: UUID, row: ProductRow, cause: Cause) -> None:
    """Have a product be like this. Raises NameTaken, and Invalid for a category that is not there."""
    before = await product(conn, product_id)
    await _row(conn, _SQL["change_product"], product_id, *await _product_values(conn, row))
    await _changed(conn, person, "product", product_id, before, row, cause)


async def _product_values(conn: Connection, row: ProductRow) -> tuple[object, ...]:
    return (
        row.sku, row.name, row.short_description, row.description, await _category_id(conn, row.category, "category"),
        row.brand, list(row.tags), row.price, row.discount_percent, row.stock, dict(row.specifications), row.url,
        row.part_number, row.is_active,
    )  # fmt: skip


async def _row(conn: Connection, statement: str, *values: object) -> UUID:
    try:
        made: UUID = await conn.fetchval(statement, *values)
    except asyncpg.UniqueViolationError as error:
        raise NameTaken from error
    return made


async def _category_id(conn: Connection, slug: str | None, field: str) -> UUID | None:
    if slug is None:
        return None
    found: UUID | None = await conn.fetchval(_SQL["category_id"], slug)
    if found is None:
        raise Invalid("There is no category of that slug.", field=field)
    return found


async def _added(conn: Connection, person: Person, kind: str, row: RowT, entity_id: UUID, cause: Cause) -> UUID:
    entry = Entry(entity_type=kind, entity_id=entity_id, action="create", before={}, after=_flat(row))
    await audit.record(conn, person, entry, cause)
    return entity_id


async def _at_length(conn: Connection, statement: str, *values: object) -> None:
    """What opens or closes a place writes each of its products, and the index of vectors takes milliseconds for one."""
    await conn.execute(_SQL["take_time"], f"{_LONGEST}s")
    await conn.execute(statement, *values, timeout=_LONGEST)


async def _changed(
    conn: Connection, person: Person, kind: str, entity_id: UUID, before: RowT, after: RowT, cause: Cause
) -> None:
    """The audit of a change: the fields that differ."""
    old, new = _flat(before), _flat(after)
    differ = {name for name in new if old[name] != new[name]}
    if differ:
        entry = Entry(
            entity_type=kind,
            entity_id=entity_id,
            action="change",
            before={name: old[name] for name in sorted(differ)},
            after={name: new[name] for name in sorted(differ)},
        )
        await audit.record(conn, person, entry, cause)


def _flat(row: StoreRow | CategoryRow | ProductRow) -> dict[str, str | int | float | bool | None]:
    return {name: _scalar(value) for name, value in asdict(row).items()}


def _scalar(value: object) -> str | int | float | bool | None:
    match value:
        case None | str() | bool() | int() | float():
            return value
        case Decimal():
            return str(value.normalize())
        case _:
            return orjson.dumps(value, option=orjson.OPT_SORT_KEYS).decode()


def _found(record: asyncpg.Record | None, kind: str) -> dict[str, Any]:
    if record is None:
        raise NotFound(f"There is no such {kind}.")
    return dict(record)
