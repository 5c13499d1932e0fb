from __future__ import annotations

from decimal import Decimal

import pytest

from tests.support.factory import change_product, make_picture, make_product, make_store
from tests.support.problems import problem
from tests.support.service import Running

SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


async def test_a_product_in_full(here: Running) -> None:
    async with here.service.database.connection() as conn:
        store = await make_store(conn, currency="CHF")
        product = await make_product(
            conn, store, price=10_000, discount_percent=Decimal(25), specifications={"weight_g": 900, "ok": True}
        )
    found = (await here.browser.http.get(f"/v1/products/{product.id}")).json()
    assert (found["id"], found["sku"], found["name"]) == (str(product.id), product.sku, product.name)
    assert (found["price"], found["effective_price"], found["currency"]) == (10_000, 7_500, "CHF")
    assert (found["rating"], found["stock"], found["specifications"]) == (4.5, 10, {"weight_g": 900, "ok": True})


async def test_a_picture_comes_with_a_policy_under_which_it_only_draws(here: Running) -> None:
    async with here.service.database.connection() as conn:
        image = await make_picture(conn, await make_product(conn, await make_store(conn)), SVG, "svg")
    response = await here.browser.http.get(f"/images/{image}")
    assert (response.content, response.headers["content-type"]) == (SVG, "image/svg+xml")
    assert "default-src 'none'" in response.headers["content-security-policy"]
    assert response.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize("place", ["/v1/products", "/images", "/products", "/documents"])
@pytest.mark.parametrize("name", ["01a20469-b079-76cc-9e05-047238527a96", "nonsense", "%00", "1"])
async def test_what_is_not_there(here: Running, place: str, name: str) -> None:
    problem(await here.browser.http.get(f"{place}/{name}"), 404, "not-found")


async def test_a_product_that_is_not_sold_is_not_there(here: Running) -> None:
    async with here.service.database.connection() as conn:
        product = await make_product(conn, await make_store(conn))
        await change_product(conn, product, is_active=False)
    problem(await here.browser.http.get(f"/products/{product.id}"), 404, "not-found")
