from __future__ import annotations

from uuid import uuid4

import pytest

from storage import product_images
from storage.database import Database
from storage.product_images import Picture
from tests.support.factory import change_product, make_image, make_picture, make_product, make_store

SVG = b"<svg/>"


@pytest.mark.parametrize(
    ("kind", "media_type"),
    [("svg", "image/svg+xml"), ("png", "image/png"), ("jpeg", "image/jpeg"), ("webp", "image/webp")],
)
async def test_a_picture_says_what_it_is(module_database: Database, kind: str, media_type: str) -> None:
    async with module_database.connection() as conn:
        product = await make_product(conn, await make_store(conn))
        image = await make_picture(conn, product, SVG, kind)
        assert await product_images.content(conn, image) == Picture(SVG, media_type)


async def test_no_picture(module_database: Database) -> None:
    async with module_database.connection() as conn:
        product = await make_product(conn, await make_store(conn))
        elsewhere = await make_image(conn, product, url="https://pictures.test/1.png")
        kept = await make_picture(conn, await make_product(conn, await make_store(conn)), SVG, "svg")
        assert await product_images.content(conn, elsewhere) is None
        assert await product_images.content(conn, uuid4()) is None
        assert await product_images.content(conn, kept) is not None


async def test_a_product_that_is_not_sold_shows_no_picture(module_database: Database) -> None:
    async with module_database.connection() as conn:
        product = await make_product(conn, await make_store(conn))
        image = await make_picture(conn, product, SVG, "svg")
        await change_product(conn, product, is_active=False)
        assert await product_images.content(conn, image) is None
