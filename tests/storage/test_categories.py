from __future__ import annotations

import asyncio

import pytest

from storage import categories
from storage.database import Connection, Database
from storage.errors import NotFound
from tests.support.waiting import until_waiting


async def test_a_path_is_made_once_and_found_again_in_any_case(database: Database) -> None:
    async with database.connection() as conn:
        deep = await categories.ensure(conn, ["Home", "Kitchen", "Pans"])
        assert await categories.ensure(conn, ["home", "KITCHEN", "Pans"]) == deep
        assert [category.path for category in await categories.tree(conn)] == [
            ("Home",),
            ("Home", "Kitchen"),
            ("Home", "Kitchen", "Pans"),
        ]
        assert await categories.ensure(conn, []) is None


async def test_the_same_name_elsewhere_is_another_category_with_a_slug_of_its_own(database: Database) -> None:
    async with database.connection() as conn:
        assert await categories.ensure(conn, ["Men", "Shoes"]) != await categories.ensure(conn, ["Women", "Shoes"])
        assert sorted(category.slug for category in await categories.tree(conn)) == ["men", "shoes", "shoes-2", "women"]


async def test_a_subtree_starts_with_its_root(database: Database) -> None:
    async with database.connection() as conn:
        await categories.ensure(conn, ["Home", "Kitchen", "Pans"])
        await categories.ensure(conn, ["Garden"])
        assert [category.name for category in await categories.subtree(conn, "kitchen")] == ["Kitchen", "Pans"]
        with pytest.raises(NotFound):
            await categories.subtree(conn, "cellar")


@pytest.mark.parametrize(
    ("name", "slug"), [("Küche & Bad", "kuche-bad"), ("  TV/Audio  ", "tv-audio"), ("靴", "category")]
)
def test_slugs(name: str, slug: str) -> None:
    assert categories.slug(name) == slug


async def paths(conn: Connection) -> dict[str, list[str]]:
    return {row["slug"]: row["path"] for row in await conn.fetch("select slug, path from categories")}


async def test_names_from_the_root_follow_who_is_renamed_or_moved(database: Database) -> None:
    async with database.connection() as conn:
        await categories.ensure(conn, ["Home", "Kitchen", "Pans"])
        await categories.ensure(conn, ["Garden"])
        await conn.execute("update categories set name = 'House' where slug = 'home'")
        assert (await paths(conn))["pans"] == ["House", "Kitchen", "Pans"]
        await conn.execute(
            "update categories set parent_id = (select id from categories where slug = 'garden') where slug = 'kitchen'"
        )
        assert await paths(conn) == {
            "home": ["House"],
            "garden": ["Garden"],
            "kitchen": ["Garden", "Kitchen"],
            "pans": ["Garden", "Kitchen", "Pans"],
        }
        await conn.execute("update categories set parent_id = null where slug = 'kitchen'")
        assert (await paths(conn))["pans"] == ["Kitchen", "Pans"]


async def test_names_from_the_root_are_the_last_twenty_also_in_a_circle(database: Database) -> None:
    async with database.connection() as conn:
        deepest = await categories.ensure(conn, [f"Level {number}" for number in range(20)])
        await conn.execute("insert into categories (parent_id, slug, name) values ($1, 'last', 'Last')", deepest)
        assert (await paths(conn))["last"] == [f"Level {number}" for number in range(1, 20)] + ["Last"]
        await conn.execute("update categories set parent_id = $1 where slug = 'level-18'", deepest)
        assert (await paths(conn))["last"] == ["Level 19", *["Level 18", "Level 19"] * 9, "Last"]


async def test_a_category_that_is_added_while_one_above_is_renamed_has_its_new_name(database: Database) -> None:
    async with database.connection() as conn, database.connection() as other:
        kitchen = await categories.ensure(conn, ["Home", "Kitchen"])
        adding = "insert into categories (parent_id, slug, name) values ($1, 'pans', 'Pans')"
        async with conn.transaction():
            await conn.execute("update categories set name = 'House' where slug = 'home'")
            added = asyncio.create_task(other.execute(adding, kitchen))
            await until_waiting(conn, other)
        await added
        assert (await paths(conn))["pans"] == ["House", "Kitchen", "Pans"]
        async with other.transaction():
            await other.execute(adding.replace("pans", "pots").replace("Pans", "Pots"), kitchen)
            await conn.execute(
                "update categories set description = 'For cooks', is_active = true where id = $1", kitchen
            )
            renamed = asyncio.create_task(conn.execute("update categories set name = 'Casa' where slug = 'home'"))
            await until_waiting(other, conn)
        await renamed
        assert (await paths(other))["pots"] == ["Casa", "Kitchen", "Pots"]
