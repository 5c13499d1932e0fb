from __future__ import annotations

from tests.support.factory import change_product, make_image, make_picture, make_product, make_store
from tests.support.problems import problem
from tests.support.service import Running


async def test_the_main_picture_comes_first_and_every_address_is_whole(here: Running) -> None:
    async with here.service.database.connection() as conn:
        product = await make_product(conn, await make_store(conn))
        kept = await make_picture(conn, product, b"<svg/>", "svg")
        linked = await make_image(conn, product, url="https://cdn.example/a.png", alt="A tent")
    first, second = (await here.browser.http.get(f"/v1/products/{product.id}/images")).json()["images"]
    assert (first["id"], first["url"], first["is_primary"]) == (str(linked), "https://cdn.example/a.png", True)
    assert (second["id"], second["url"], second["format"]) == (str(kept), f"{here.url}/images/{kept}", "svg")
    assert (first["alt_text"], first["width"], first["height"], first["variant"]) == ("A tent", None, None, None)
    assert (await here.browser.http.get(second["url"])).content == b"<svg/>"


async def test_a_picture_of_what_is_not_sold_is_not_shown(here: Running) -> None:
    async with here.service.database.connection() as conn:
        product = await make_product(conn, await make_store(conn))
        await make_image(conn, product)
        await change_product(conn, product, is_active=False)
    problem(await here.browser.http.get(f"/v1/products/{product.id}/images"), 404, "not-found")
