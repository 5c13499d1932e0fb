from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from storage import carts, interactions, recommendations
from storage.database import Connection, Database
from storage.embedder import Embedder, create
from storage.interactions import Interaction
from storage.people import Person
from storage.products import Product
from storage.recommendations import Recommendation
from storage.settings import StorageSettings
from storage.stores import Store
from tests.support.factory import buy, change_product, close, make_person, make_product, make_store

ALWAYS = datetime(2020, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Shop:
    """Tents, a stove, mugs and a lamp; the vectors say that tents are like tents."""

    conn: Connection
    store: Store
    tent: Product
    other_tent: Product
    stove: Product
    mug: Product
    lamp: Product

    async def names(self, **asked: object) -> list[str]:
        return [each.product.name for each in (await self.asked(**asked)).items]

    async def asked(self, **asked: object) -> Recommendation:
        return await recommendations.recommend(self.conn, self.store.id, **asked)  # type: ignore[arg-type]

    async def did(self, person: Person, event_type: str, *what: Product) -> None:
        done = [Interaction(event_type=event_type, product_id=product.id) for product in what]
        await interactions.record(self.conn, person, done)


@pytest.fixture(scope="module")
def embedder() -> Embedder:
    return create(StorageSettings())


@pytest.fixture
async def shop(database: Database, embedder: Embedder) -> AsyncIterator[Shop]:
    async with database.transaction() as conn:
        store = await make_store(conn)
        names = ("Two person tent", "Four person tent", "Gas stove", "Steel mug", "Reading lamp")
        made = [
            await make_product(conn, store, name=name, embedder=embedder, rating=Decimal(rating), rating_count=50)
            for name, rating in zip(names, ("4.0", "3.0", "4.1", "4.2", "5.0"), strict=True)
        ]
        yield Shop(conn, store, *made)


async def test_alpha_1_is_what_others_took_together_and_alpha_0_what_is_alike(shop: Shop) -> None:
    await buy(shop.conn, await make_person(shop.conn), shop.tent, shop.stove)
    together = await shop.asked(product_id=shop.tent.id, alpha=Decimal(1), count=1)
    alike = await shop.asked(product_id=shop.tent.id, alpha=Decimal(0), count=1)
    assert [each.product.name for each in together.items] == ["Gas stove"]
    assert [each.product.name for each in alike.items] == ["Four person tent"]
    assert together.items[0].reasons == ("together", "similar")
    assert (together.items[0].score, alike.items[0].score) == (1.0, 1.0)


async def test_a_purchase_says_more_than_a_view_and_a_rare_pair_more_than_what_all_want(shop: Shop) -> None:
    for _ in range(2):
        person = await make_person(shop.conn)
        await shop.did(person, "view", shop.tent, shop.lamp)
    await buy(shop.conn, await make_person(shop.conn), shop.tent, shop.stove)
    assert (await shop.names(product_id=shop.tent.id, alpha=Decimal(1)))[:2] == ["Gas stove", "Reading lamp"]
    for _ in range(60):
        await shop.did(await make_person(shop.conn), "purchase", shop.stove)
    assert (await shop.names(product_id=shop.tent.id, alpha=Decimal(1)))[:2] == ["Gas stove", "Reading lamp"]
    for _ in range(3):
        await shop.did(await make_person(shop.conn), "purchase", shop.tent, shop.mug)
    assert (await shop.names(product_id=shop.tent.id, alpha=Decimal(1)))[:2] == ["Steel mug", "Gas stove"]


async def test_one_person_who_looked_at_both_is_chance(shop: Shop) -> None:
    await shop.did(await make_person(shop.conn), "view", shop.tent, shop.lamp)
    found = await shop.asked(product_id=shop.tent.id, alpha=Decimal(1))
    assert "together" not in {reason for each in found.items for reason in each.reasons}
    assert found.items[0].product.name == "Four person tent"


async def test_ones_own_doings_are_no_evidence_but_say_what_one_likes(shop: Shop) -> None:
    person = await make_person(shop.conn)
    await shop.did(person, "view", shop.tent)
    for _ in range(2):
        await shop.did(await make_person(shop.conn), "add_to_cart", shop.tent, shop.mug)
    assert (await shop.names(person=person, alpha=Decimal(1)))[0] == "Steel mug"
    assert (await shop.names(person=person, alpha=Decimal(0)))[0] == "Four person tent"


async def test_whoever_is_new_gets_the_best_rated(shop: Shop) -> None:
    found = await shop.asked(count=2)
    assert [each.product.name for each in found.items] == ["Reading lamp", "Steel mug"]
    assert {(each.score, each.reasons) for each in found.items} == {(0.0, ("well-rated",))}


async def test_without_vectors_and_orders_the_best_rated_follow(database: Database) -> None:
    async with database.transaction() as conn:
        store = await make_store(conn)
        asked = await make_product(conn, store)
        good = await make_product(conn, store, rating=Decimal(5), rating_count=40)
        hyped = await make_product(conn, store, rating=Decimal(5), rating_count=1)
        found = await recommendations.recommend(conn, store.id, product_id=asked.id)
    assert [each.product.id for each in found.items] == [good.id, hyped.id]


async def test_never_what_cannot_be_bought_or_is_had_already(shop: Shop) -> None:
    person = await make_person(shop.conn)
    others = [shop.other_tent, shop.stove, shop.mug, shop.lamp]
    await buy(shop.conn, await make_person(shop.conn), shop.tent, *others)
    assert len(await shop.names(product_id=shop.tent.id, person=person)) == 4
    await change_product(shop.conn, shop.stove, stock=0)
    await change_product(shop.conn, shop.mug, is_active=False)
    await carts.set_quantity(
        shop.conn, await carts.open_for(shop.conn, person, shop.lamp.id, shop.store.id), shop.lamp.id, 1
    )
    assert await shop.names(product_id=shop.tent.id, person=person) == ["Four person tent"]
    await buy(shop.conn, person, shop.other_tent)
    assert await shop.names(product_id=shop.tent.id, person=person) == []
    assert "Four person tent" in await shop.names(product_id=shop.tent.id)
    await close(shop.conn, "store", shop.store.id)
    assert await shop.names(product_id=shop.tent.id) == []


async def test_what_was_bought_long_ago_may_be_bought_again(shop: Shop) -> None:
    person = await make_person(shop.conn)
    await buy(shop.conn, person, shop.other_tent, age=timedelta(days=31))
    assert "Four person tent" in await shop.names(product_id=shop.tent.id, person=person)


async def test_another_stores_products_stay_out(shop: Shop) -> None:
    elsewhere = await make_product(shop.conn, await make_store(shop.conn))
    for _ in range(3):
        await shop.did(await make_person(shop.conn), "purchase", shop.tent, elsewhere)
    found = await shop.asked(product_id=shop.tent.id, count=50)
    assert len(found.items) == 4
    assert elsewhere.id not in {each.product.id for each in found.items}


async def test_each_answer_is_logged_with_its_candidates(shop: Shop) -> None:
    person = await make_person(shop.conn)
    found = await shop.asked(product_id=shop.tent.id, person=person, count=2, alpha=Decimal("0.25"))
    row = await shop.conn.fetchrow("select * from recommendation_logs where id = $1", found.id)
    assert row is not None
    assert (row["user_id"], row["session_id"], row["store_id"]) == (person.user_id, person.session_id, shop.store.id)
    assert (row["alpha"], row["returned"], len(row["candidate_products"])) == (Decimal("0.25"), 2, 4)
    assert row["candidate_products"][:2] == [each.product.id for each in found.items]
    assert row["request_context"] == {"product_id": str(shop.tent.id), "k": 2, "alpha": 0.25, "type": "hybrid"}


async def test_the_report_counts_a_product_once_and_by_alpha(shop: Shop) -> None:
    person = await make_person(shop.conn)
    first = await shop.asked(product_id=shop.tent.id, person=person, count=2, alpha=Decimal("0.2"))
    await shop.asked(product_id=shop.tent.id, count=3, alpha=Decimal("0.8"))
    taken = first.items[0].product
    for kind in ("recommendation_click", "click"):
        done = Interaction(event_type=kind, product_id=taken.id, recommendation_log_id=first.id)
        await interactions.record(shop.conn, person, [done])
    await shop.did(person, "add_to_cart", taken, shop.tent)
    await shop.did(person, "purchase", taken)
    low, high = await recommendations.report(shop.conn, ALWAYS, shop.store.id)
    assert (low.alpha, low.recommendations, low.shown) == (Decimal("0.2"), 1, 2)
    assert (low.clicked, low.added, low.purchased) == (1, 1, 1)
    assert (high.alpha, high.shown, high.clicked, high.added, high.purchased) == (Decimal("0.8"), 3, 0, 0, 0)
    assert await recommendations.report(shop.conn, datetime.now(UTC) + timedelta(days=1)) == ()
