"""A shop of four stores to search in, and short ways to ask it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from uuid import UUID

from storage import load
from storage.database import Connection, Database, bulk
from storage.embedder import WordLlamaEmbedder
from storage.feed import Reader
from storage.search import SearchPage, SearchQuery, search
from tests.conftest import copy, pool

EMBEDDER = WordLlamaEmbedder.load()

KINDS = {
    "Lamps": ("reading lamp", "desk lamp", "floor lamp", "bedside lamp"),
    "Chairs": ("office chair", "dining chair", "rocking chair"),
    "Bags": ("backpack", "laptop bag", "travel bag"),
}
BRANDS = ("Lumen", "Sedia", "Kestrel", "Norrland")


def rows() -> list[tuple[int, dict[str, object]]]:
    found: list[tuple[int, dict[str, object]]] = []
    for number in range(400):
        kind = list(KINDS)[number % 3]
        thing = KINDS[kind][number % len(KINDS[kind])]
        found.append(
            (
                number,
                {
                    "id": f"P{number}",
                    "title": f"{BRANDS[number % 4]} {thing} model {number}",
                    "price_cents": 1000 + 10 * number,
                    "discount_percent": 50 if number % 10 == 0 else 0,
                    "brand": BRANDS[number % 4],
                    "product_category": f"Home > {kind}",
                    "stock": number % 5,
                    "mpn": f"MN-{number:04}/X{number % 7}",
                },
            )
        )
    found.append((400, {"id": "hs", "title": "Kestrel headset for calls", "price_cents": 5000, "mpn": "WH-1000XM5/B"}))
    return found


def cables() -> list[tuple[int, dict[str, object]]]:
    """A word that is in some names, and like the part numbers of things whose names do not hold it."""
    found: list[tuple[int, dict[str, object]]] = []
    for number in range(36):
        jack = number % 6 == 0
        thing = "CAT6A keystone jack" if jack else "network cable"
        found.append(
            (
                number,
                {
                    "id": f"C{number}",
                    "title": f"{BRANDS[number % 4]} {thing} {number}",
                    "price_cents": 500 + number,
                    "mpn": f"K{number}" if jack else f"CAT6A{number}",
                },
            )
        )
    return found


def tableware() -> list[tuple[int, dict[str, object]]]:
    """More that hold a word than are ranked for a short page, none of them in its name, and others between."""
    return [
        (
            number,
            {
                "id": f"T{number}",
                "title": f"{BRANDS[number % 4]} {'tray' if number % 4 == 0 else 'plate'} {number}",
                "price_cents": 900 + number,
                "description": "Of painted tin." if number % 4 == 0 else "Of stoneware that is thrown by hand.",
            },
        )
        for number in range(160)
    ]


@asynccontextmanager
async def searched_shop(server_url: str) -> AsyncIterator[Database]:
    """A database with four stores; the products of all have vectors and the index of them."""
    async with copy(server_url) as url:
        async with bulk(url) as conn:
            stocks = (("one", rows()), ("two", rows()[:50]), ("cables", cables()), ("tableware", tableware()))
            for slug, some in stocks:
                store = await conn.fetchval(
                    "insert into stores (slug, name, currency) values ($1, $1, 'EUR') returning id", slug
                )
                await load.load_products(
                    conn, store, some, embedder=EMBEDDER, reader=Reader("EUR"), report=lambda problem: None
                )
            await conn.execute("analyze products")
        async with pool(url) as database:
            yield database


async def store_id(conn: Connection, slug: str = "one") -> UUID:
    found: UUID = await conn.fetchval("select id from stores where slug = $1", slug)
    return found


async def find(database: Database, text: str, **filters: object) -> SearchPage:
    async with database.connection() as conn:
        query = replace(SearchQuery(text=text, store_id=await store_id(conn)), **filters)  # type: ignore[arg-type]
        return await search(conn, EMBEDDER, query)


def names(page: SearchPage) -> list[str]:
    return [hit.product.name for hit in page.hits]
