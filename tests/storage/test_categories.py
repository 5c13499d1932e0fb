from __future__ import annotations

import pytest

from storage import categories
from storage.database import Database
from storage.errors import NotFound


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
