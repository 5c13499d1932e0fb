"""Small rows for tests; every value that a test does not name has a plain default."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Literal
from uuid import UUID, uuid4

from storage import people, products, sql, stores
from storage.clock import utc_now
from storage.database import Connection
from storage.documents import passage_text
from storage.embedder import Embedder
from storage.people import Person
from storage.products import Product
from storage.stores import Store

_SQL = sql.load(__file__)


def unique(prefix: str) -> str:
    """A name that nothing else in the test has."""
    return f"{prefix}-{uuid4().hex}"


async def make_store(
    conn: Connection, *, slug: str | None = None, name: str = "Fernweg", currency: str = "EUR"
) -> Store:
    return await stores.get(conn, await conn.fetchval(_SQL["store"], slug or unique("store"), name, currency))


async def make_category(conn: Connection, name: str, *, slug: str | None = None, parent_id: UUID | None = None) -> UUID:
    category: UUID = await conn.fetchval(_SQL["category"], slug or unique("category"), name, parent_id)
    return category


async def make_product(
    conn: Connection,
    store: Store,
    *,
    name: str = "Kestrel 40 backpack",
    sku: str | None = None,
    category_id: UUID | None = None,
    short_description: str = "A backpack for a weekend.",
    description: str = "A backpack with a frame, a rain cover and two side pockets.",
    brand: str | None = "Kestrel",
    price: int = 10_000,
    discount_percent: Decimal = Decimal(0),
    stock: int = 10,
    rating: Decimal | None = Decimal("4.5"),
    rating_count: int = 12,
    specifications: Mapping[str, str | int | float | bool] | None = None,
    embedder: Embedder | None = None,
) -> Product:
    """A product; with an embedder its name gives it a vector."""
    vector = None if embedder is None else (await embedder.embed([name]))[0]
    product_id: UUID = await conn.fetchval(
        _SQL["product"],
        store.id,
        category_id,
        sku or unique("sku"),
        name,
        short_description,
        description,
        brand,
        price,
        store.currency,
        discount_percent,
        stock,
        rating,
        rating_count,
        specifications or {},
        vector,
    )
    return await products.get(conn, product_id)


async def change_product(
    conn: Connection,
    product: Product,
    *,
    price: int | None = None,
    stock: int | None = None,
    is_active: bool | None = None,
    discount_percent: Decimal | None = None,
) -> None:
    await conn.execute(_SQL["change_product"], product.id, price, stock, is_active, discount_percent)


async def make_image(conn: Connection, product: Product, *, url: str | None = None, alt: str | None = None) -> UUID:
    image: UUID = await conn.fetchval(_SQL["image"], product.id, url, alt)
    return image


async def make_picture(conn: Connection, product: Product, content: bytes, kind: str) -> UUID:
    """A picture whose bytes are in the database; `kind` is svg, png, jpeg or webp."""
    image: UUID = await conn.fetchval(_SQL["picture"], product.id, content, kind)
    return image


async def make_document(
    conn: Connection, store: Store, title: str, chunks: Sequence[str], *, embedder: Embedder | None = None
) -> UUID:
    """A policy of these chunks; without an embedder they have no vectors."""
    document: UUID = await conn.fetchval(_SQL["document"], store.id, unique("document"), title, "\n\n".join(chunks))
    vectors = (
        [None] * len(chunks)
        if embedder is None
        else list(await embedder.embed([passage_text(title, chunk) for chunk in chunks]))
    )
    for order, (chunk, vector) in enumerate(zip(chunks, vectors, strict=True)):
        await conn.execute(_SQL["chunk"], document, order, chunk, vector)
    return document


async def make_person(conn: Connection) -> Person:
    """A guest with a session."""
    return (await people.new_guest(conn, utc_now(), timedelta(days=1))).person


async def make_member(conn: Connection, *, role: Literal["user", "moderator", "admin"] = "user") -> Person:
    """A person with an e-mail address and without a session."""
    user_id: UUID = await conn.fetchval(_SQL["member"], f"{unique('someone')}@example.org", role)
    return Person(user_id=user_id, session_id=None, is_anonymous=False, role=role)


async def make_message(conn: Connection, person: Person, store: Store | None = None) -> UUID:
    """An assistant's message in a chat of its own."""
    message: UUID = await conn.fetchval(_SQL["message"], person.user_id, store and store.id, unique("message"))
    return message


async def say(conn: Connection, person: Person, text: str, *, role: Literal["user", "assistant"] = "user") -> UUID:
    """A message of these words in a chat of its own."""
    message: UUID = await conn.fetchval(_SQL["say"], person.user_id, unique("chat"), role, text)
    return message


async def make_tool_part(conn: Connection, message_id: UUID, tool_call_id: str, tool_name: str) -> UUID:
    """A tool call whose input is there and whose output is not."""
    part: UUID = await conn.fetchval(_SQL["tool_part"], message_id, tool_call_id, tool_name)
    return part


async def make_recommendation(
    conn: Connection,
    person: Person,
    candidates: Sequence[UUID],
    *,
    returned: int | None = None,
    alpha: Decimal = Decimal("0.5"),
    age: timedelta = timedelta(0),
) -> UUID:
    """The log of a recommendation whose first `returned` candidates (all of them) were shown."""
    shown = len(candidates) if returned is None else returned
    log: UUID = await conn.fetchval(_SQL["recommendation"], person.user_id, list(candidates), shown, alpha, age)
    return log


async def take_stock(conn: Connection, product_id: UUID, pieces: int) -> int | None:
    """Take pieces out; what is left, None where there were not enough."""
    left: int | None = await conn.fetchval(_SQL["take_stock"], product_id, pieces)
    return left


async def close(conn: Connection, what: Literal["store", "category"], entity_id: UUID, *, active: bool = False) -> None:
    """Delete a store or a category softly, or bring it back."""
    await conn.execute(_SQL[f"close_{what}"], entity_id, active)


async def move(conn: Connection, product: Product, category_id: UUID) -> None:
    """Put a product into another category."""
    await conn.execute(_SQL["move"], product.id, category_id)


async def forget(conn: Connection, person: Person) -> None:
    """Delete a user."""
    await conn.execute(_SQL["forget"], person.user_id)


async def buy(
    conn: Connection, person: Person, *bought: Product, cancelled: bool = False, age: timedelta = timedelta(0)
) -> UUID:
    """An order of one piece of each."""
    order: UUID = await conn.fetchval(
        _SQL["order"], person.user_id, bought[0].store_id, unique("order"), cancelled, age, bought[0].currency
    )
    for product in bought:
        await conn.execute(_SQL["order_item"], order, product.id)
    return order


async def promote(conn: Connection, person: Person, role: Literal["user", "moderator", "admin"] = "user") -> None:
    """Make a guest somebody with an e-mail address and a role."""
    await conn.execute(_SQL["promote"], person.user_id, f"{unique('someone')}@example.org", role)
