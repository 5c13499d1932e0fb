from __future__ import annotations

from decimal import Decimal
from uuid import uuid4

from tests.support.factory import change_product, make_image, make_product, make_store
from tests.support.problems import problem
from tests.support.service import Running
from tests.support.shopper import shopper


async def test_a_guest_keeps_a_wishlist(here: Running) -> None:
    async with here.service.database.connection() as conn:
        store = await make_store(conn, currency="CHF")
        first, second = (
            await make_product(conn, store, price=1_000, discount_percent=Decimal(10)),
            await make_product(conn, store, stock=2),
        )
        image = await make_image(conn, first)
    http = here.browser.http
    assert (await http.get("/v1/wishlist")).json() == {"items": [], "next": None}
    welcome = await http.put(f"/v1/wishlist/{first.id}")
    assert (welcome.status_code, "set-cookie" in welcome.headers) == (204, True)
    for product in (second, first):
        assert (await http.put(f"/v1/wishlist/{product.id}")).status_code == 204
    page = (await http.get("/v1/wishlist", params={"limit": 1})).json()
    rest = (await http.get("/v1/wishlist", params={"cursor": page["next"], "store": store.slug})).json()
    (newest,), (oldest,) = page["items"], rest["items"]
    assert (newest["product_id"], newest["availability"], rest["next"]) == (str(second.id), "low_stock", None)
    assert (oldest["product_id"], oldest["price"], oldest["list_price"], oldest["currency"]) == (
        str(first.id), 900, 1_000, "CHF"
    )  # fmt: skip
    assert oldest["image"] == f"{here.url}/images/{image}"
    for _ in range(2):
        assert (await http.delete(f"/v1/wishlist/{first.id}")).status_code == 204
    assert len((await http.get("/v1/wishlist")).json()["items"]) == 1
    async with here.stranger() as other:
        assert (await other.http.get("/v1/wishlist")).json()["items"] == []


async def test_what_is_no_longer_sold_says_so_and_can_only_go(here: Running) -> None:
    async with here.service.database.connection() as conn:
        product = await make_product(conn, await make_store(conn))
    async with shopper(here) as one:
        await one.http.put(f"/v1/wishlist/{product.id}")
        async with here.service.database.connection() as conn:
            await change_product(conn, product, is_active=False)
        (item,) = (await one.http.get("/v1/wishlist")).json()["items"]
        assert (item["for_sale"], item["availability"]) == (False, "out_of_stock")
        problem(await one.http.put(f"/v1/wishlist/{product.id}"), 404, "not-found")
        assert (await one.http.delete(f"/v1/wishlist/{product.id}")).status_code == 204


async def test_what_is_refused(here: Running) -> None:
    async with shopper(here) as one:
        for name in (str(uuid4()), "nonsense"):
            problem(await one.http.put(f"/v1/wishlist/{name}"), 404, "not-found")
        problem(await one.http.get("/v1/wishlist", params={"store": "nowhere"}), 404, "not-found")
        assert problem(await one.http.get("/v1/wishlist?cursor=x"), 422, "bad-fields").errors[0].field == "cursor"


async def test_each_change_is_in_the_audit_log_and_the_interactions(here: Running) -> None:
    async with here.service.database.connection() as conn:
        product = await make_product(conn, await make_store(conn))
    async with shopper(here) as one:
        for _ in range(2):
            await one.http.put(f"/v1/wishlist/{product.id}", headers={"user-agent": "test"})
        await one.http.delete(f"/v1/wishlist/{product.id}")
        user = one.person.user_id
    async with here.service.database.connection() as conn:
        audited = await conn.fetch("select action, user_agent from audit_log where user_id = $1 order by id", user)
        done = await conn.fetch("select event_type from interactions where user_id = $1 order by id", user)
    assert [row["action"] for row in audited] == ["put", "remove"]
    assert audited[0]["user_agent"] == "test"
    assert [row["event_type"] for row in done] == ["add_to_wishlist", "remove_from_wishlist"]
