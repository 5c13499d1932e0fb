from __future__ import annotations

from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest

from api import paging
from api.settings import ApiSettings
from storage.products import Product
from tests.support.factory import buy, change_product, make_product, make_store
from tests.support.problems import problem
from tests.support.service import Ground, Running, running
from tests.support.shopper import Shopper, shopper


async def product_of(here: Running, *buyers: Shopper) -> Product:
    """A product rated 4 by 1, and its buyers."""
    async with here.service.database.connection() as conn:
        product = await make_product(conn, await make_store(conn), rating=Decimal(4), rating_count=1)
        for buyer in buyers:
            await buy(conn, buyer.person, product)
    return product


def mine(product: Product) -> str:
    return f"/v1/products/{product.id}/reviews/mine"


async def seen(here: Running, product: Product, **asked: str) -> dict[str, Any]:
    body: dict[str, Any] = (await here.browser.http.get(f"/v1/products/{product.id}/reviews", params=asked)).json()
    return body


async def test_a_buyers_review_is_seen_at_once_and_counts(here: Running) -> None:
    async with shopper(here) as one:
        product = await product_of(here, one)
        said = {"rating": 5, "title": " Fine ", "comment": "Carried me over the Alps."}
        made = await one.http.put(mine(product), json=said)
        again = await one.http.put(mine(product), json=said | {"rating": 3})
        assert (made.status_code, again.status_code) == (201, 200)
        assert (await one.http.get(mine(product))).json() == again.json()
        page = await seen(here, product)
        assert page["items"] == [again.json()]
        assert (again.json()["title"], again.json()["verified_purchase"]) == ("Fine", True)
        assert page["summary"] == {
            "rating": 3.5, "rating_count": 2, "stars": {"1": 0, "2": 0, "3": 1, "4": 0, "5": 0}
        }  # fmt: skip
        assert [(await one.http.delete(mine(product))).status_code for _ in range(2)] == [204, 204]
        problem(await one.http.get(mine(product)), 404, "not-found")
    assert (await seen(here, product))["summary"]["rating_count"] == 1


async def test_what_a_guest_says_waits_for_a_moderator(here: Running) -> None:
    product = await product_of(here)
    made = await here.browser.http.put(mine(product), json={"rating": 1, "comment": "Buy elsewhere!"})
    review = made.json()
    assert (review["state"], review["author"], review["verified_purchase"]) == ("waiting", None, False)
    assert (await seen(here, product))["items"] == []
    async with shopper(here, "moderator") as moderator, shopper(here) as user:
        for path in (f"/v1/reviews/{review['id']}/approve", f"/v1/reviews/{review['id']}/reject"):
            problem(await user.http.post(path), 403, "forbidden")
        problem(await user.http.get("/v1/reviews"), 403, "forbidden")
        problem(await here.browser.http.get("/v1/reviews"), 403, "forbidden")
        waiting = (await moderator.http.get("/v1/reviews", params={"approved": "false", "limit": 100})).json()["items"]
        assert review["id"] in [each["id"] for each in waiting]
        approved = await moderator.http.post(f"/v1/reviews/{review['id']}/approve")
        assert (approved.status_code, approved.json()["state"]) == (200, "approved")
        assert [each["id"] for each in (await seen(here, product))["items"]] == [review["id"]]
        await moderator.http.post(f"/v1/reviews/{review['id']}/reject")
        rejected = (await moderator.http.get("/v1/reviews?rejected=true&limit=100")).json()["items"]
        assert review["id"] in [each["id"] for each in rejected]
        problem(await moderator.http.post(f"/v1/reviews/{uuid4()}/approve"), 404, "not-found")
    assert (await seen(here, product))["items"] == []
    assert (await here.browser.http.get(mine(product))).json()["state"] == "rejected"


async def test_a_setting_says_who_waits(ground: Ground) -> None:
    async with running(ground, settings=ApiSettings(reviews_wait="nobody")) as here:
        product = await product_of(here)
        made = await here.browser.http.put(mine(product), json={"rating": 4})
    assert made.json()["state"] == "approved"


async def test_a_vote_counts_a_person_once_and_never_the_author(here: Running) -> None:
    async with shopper(here) as author:
        product = await product_of(here, author)
        path = f"/v1/reviews/{(await author.http.put(mine(product), json={'rating': 5})).json()['id']}/helpful"
        problem(await author.http.put(path), 409, "own-review")
        for _ in range(2):
            assert (await here.browser.http.put(path)).json() == {"helpful_count": 1}
        async with here.stranger() as other:
            assert (await other.http.put(path)).json() == {"helpful_count": 2}
        assert (await here.browser.http.delete(path)).json() == {"helpful_count": 1}
        assert (await here.browser.http.delete(path)).json() == {"helpful_count": 1}
    problem(await here.browser.http.put(f"/v1/reviews/{uuid4()}/helpful"), 404, "not-found")


async def test_pages_and_orders(here: Running) -> None:
    async with shopper(here) as one, shopper(here) as other:
        product = await product_of(here, one, other)
        for who, rating in ((one, 5), (other, 2)):
            await who.http.put(mine(product), json={"rating": rating})
    first = await seen(here, product, limit="1", sort="rating")
    second = await seen(here, product, limit="1", sort="rating", cursor=first["next"])
    assert [page["items"][0]["rating"] for page in (first, second)] == [5, 2]
    assert second["next"] is None
    asked = {"limit": "1", "sort": "helpful", "cursor": first["next"]}
    problem(await here.browser.http.get(f"/v1/products/{product.id}/reviews", params=asked), 422, "bad-fields")
    assert [each["rating"] for each in (await seen(here, product))["items"]] == [2, 5]
    assert [each["rating"] for each in (await seen(here, product, rating="5"))["items"]] == [5]


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"rating": 0}, "rating"),
        ({"rating": 6}, "rating"),
        ({"rating": "5"}, "rating"),
        ({"title": "x"}, "rating"),
        ({"rating": 5, "title": "x" * 201}, "title"),
        ({"rating": 5, "comment": "x" * 10_001}, "comment"),
        ({"rating": 5, "is_approved": True}, "is_approved"),
    ],
)
async def test_what_is_no_review(here: Running, said: dict[str, object], field: str) -> None:
    product = await product_of(here)
    found = problem(await here.browser.http.put(mine(product), json=said), 422, "bad-fields")
    assert [fault.field for fault in found.errors] == [field]


async def test_a_product_that_is_not_sold_has_no_reviews(here: Running) -> None:
    product = await product_of(here)
    async with here.service.database.connection() as conn:
        await change_product(conn, product, is_active=False)
    problem(await here.browser.http.get(f"/v1/products/{product.id}/reviews"), 404, "not-found")
    problem(await here.browser.http.put(mine(product), json={"rating": 5}), 404, "not-found")
    problem(await here.browser.http.get(f"/v1/products/{product.id}/reviews?sort=worst"), 422, "bad-fields")


async def test_a_cursor_beyond_all_counts_is_no_fault_of_the_server(here: Running) -> None:
    product = await product_of(here)
    for number, status in ((2**31, 200), (2**63, 422)):
        asked = {"sort": "helpful", "cursor": paging.cursor(["helpful", number, uuid4()])}
        answered = await here.browser.http.get(f"/v1/products/{product.id}/reviews", params=asked)
        assert answered.status_code == status
