from __future__ import annotations

from uuid import uuid4

from storage.products import Product
from tests.support.factory import make_product, make_store
from tests.support.problems import problem
from tests.support.service import Running
from tests.support.shopper import Shopper, shopper


async def cart_of(here: Running, one: Shopper) -> tuple[str, Product]:
    """A cart with one, then three pieces of a product in it."""
    async with here.service.database.connection() as conn:
        store = await make_store(conn)
        product = await make_product(conn, store, stock=9)
    cart = (await one.http.post("/v1/carts", json={"store": store.slug})).json()["id"]
    for quantity in (1, 3):
        await one.http.put(f"/v1/carts/{cart}/items/{product.id}", json={"quantity": quantity})
    return cart, product


async def test_an_administrator_reads_who_changed_what(here: Running) -> None:
    async with shopper(here) as one, shopper(here, "admin") as admin:
        cart, product = await cart_of(here, one)
        page = (await admin.http.get("/v1/audit-log", params={"entity_type": "cart", "entity_id": cart})).json()
        latest, first = page["items"]
        assert page["next"] is None
        assert latest["user_id"] == str(one.person.user_id)
        assert (latest["action"], latest["ip"]) == ("set_quantity", "127.0.0.1")
        assert latest["user_agent"].startswith("python-httpx/")
        assert latest["before"] == {"product_id": str(product.id), "quantity": 1}
        assert latest["after"] == {"product_id": str(product.id), "quantity": 3, "version": 3}
        assert (first["after"]["quantity"], first["part_id"], first["api_key_id"]) == (1, None, None)


async def test_filters_narrow_and_pages_follow(here: Running) -> None:
    async with shopper(here) as one, shopper(here, "admin") as admin:
        cart, _ = await cart_of(here, one)

        async def found(**asked: str) -> list[str]:
            answer = await admin.http.get("/v1/audit-log", params=asked)
            assert answer.status_code == 200, answer.text
            return [entry["id"] for entry in answer.json()["items"]]

        mine = {"user_id": str(one.person.user_id)}
        both = await found(**mine)
        assert len(both) == 2
        assert await found(**mine, action="clear") == []
        assert await found(**mine, entity_id=cart, action="set_quantity") == both
        assert await found(api_key_id=str(uuid4())) == []
        page = (await admin.http.get("/v1/audit-log", params={**mine, "limit": "1"})).json()
        assert [page["items"][0]["id"], *await found(**mine, cursor=page["next"])] == both
        latest = page["items"][0]["created_at"]
        assert await found(**mine, since=latest) == both[:1]
        assert await found(**mine, until=latest) == both[1:]


async def test_nobody_else_reads_it(here: Running) -> None:
    problem(await here.browser.http.get("/v1/audit-log"), 401, "sign-in-needed")
    async with shopper(here, "moderator") as moderator:
        problem(await moderator.http.get("/v1/audit-log"), 403, "forbidden")
    async with shopper(here, "admin") as admin:
        problem(await admin.http.get("/v1/audit-log?since=yesterday"), 422, "bad-fields")
        problem(await admin.http.get("/v1/audit-log?cursor=x"), 422, "bad-fields")
