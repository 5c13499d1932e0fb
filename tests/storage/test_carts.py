from __future__ import annotations

import asyncio
from decimal import Decimal
from uuid import UUID, uuid4

import pytest

from storage import carts
from storage.carts import CartClosed, Change, NotForSale
from storage.database import Database
from storage.errors import NotFound, OutOfStock, StaleCart
from storage.people import Person
from storage.products import Product
from tests.support.factory import change_product, make_image, make_member, make_person, make_product, make_store
from tests.support.waiting import until_someone_waits


async def put(database: Database, person: Person, product: Product, quantity: int) -> Change:
    async with database.transaction() as conn:
        cart_id = await carts.open_for(conn, person, product.id)
        return await carts.set_quantity(conn, cart_id, product.id, quantity)


async def quantities(database: Database, person: Person, store_id: UUID) -> dict[str, int]:
    async with database.connection() as conn:
        cart = await carts.for_person(conn, person, store_id)
        return {item.name: item.quantity for item in cart.items} if cart else {}


async def test_a_cart_shows_the_price_then_and_now(database: Database) -> None:
    async with database.connection() as conn:
        store, person = await make_store(conn), await make_person(conn)
        tent = await make_product(conn, store, name="Tent", price=9_990, stock=5)
        mug = await make_product(conn, store, name="Mug", price=1_250, discount_percent=Decimal(20))
        image = await make_image(conn, mug, alt="A mug")
        assert await carts.for_person(conn, person, store.id) is None

    assert await put(database, person, tent, 2) == Change(before=0, after=2, version=2, changed=True)
    assert await put(database, person, mug, 3) == Change(before=0, after=3, version=3, changed=True)
    async with database.connection() as conn:
        await change_product(conn, tent, price=12_000, discount_percent=Decimal("12.5"), stock=1)
        cart = await carts.for_person(conn, person, store.id)

    assert cart is not None
    assert (cart.store_id, cart.currency, cart.version) == (store.id, "EUR", 3)
    first, second = cart.items
    assert (first.name, first.unit_price, first.price_now, first.list_price) == ("Tent", 9_990, 10_500, 12_000)
    assert (first.discount_percent, first.stock, first.line_total) == (Decimal("12.50"), 1, 21_000)
    assert (second.name, second.unit_price, second.price_now, second.line_total) == ("Mug", 1_000, 1_000, 3_000)
    assert second.image is not None
    assert (second.image.id, second.image.alt) == (image, "A mug")
    assert cart.total == 24_000
    assert cart.money(cart.total).plain() == "240.00"


async def test_setting_a_quantity_again_replaces_it_and_takes_todays_price(database: Database) -> None:
    async with database.connection() as conn:
        store, person = await make_store(conn), await make_person(conn)
        mug = await make_product(conn, store, name="Mug", price=1_000)
    await put(database, person, mug, 3)
    async with database.connection() as conn:
        await change_product(conn, mug, price=900)
    assert await put(database, person, mug, 1) == Change(before=3, after=1, version=3, changed=True)
    async with database.connection() as conn:
        cart = await carts.for_person(conn, person, store.id)
    assert cart is not None
    assert [(item.quantity, item.unit_price) for item in cart.items] == [(1, 900)]


async def test_the_version_stays_when_nothing_changes(database: Database) -> None:
    async with database.connection() as conn:
        store, person = await make_store(conn), await make_person(conn)
        mug = await make_product(conn, store)
    assert (await put(database, person, mug, 0)).version == 1
    assert (await put(database, person, mug, 2)).version == 2
    assert await put(database, person, mug, 2) == Change(before=2, after=2, version=2, changed=False)


async def test_zero_removes_also_what_is_no_longer_for_sale(database: Database) -> None:
    async with database.connection() as conn:
        store, person = await make_store(conn), await make_person(conn)
        mug = await make_product(conn, store)
    await put(database, person, mug, 2)
    async with database.connection() as conn:
        await change_product(conn, mug, is_active=False, stock=0)
        cart = await carts.for_person(conn, person, store.id)
    assert cart is not None
    assert [item.for_sale for item in cart.items] == [False]
    with pytest.raises(NotForSale):
        await put(database, person, mug, 1)
    assert await put(database, person, mug, 0) == Change(before=2, after=0, version=3, changed=True)
    assert await quantities(database, person, store.id) == {}


@pytest.mark.parametrize(
    ("stock", "sentence"),
    [
        (0, "It is out of stock."),
        (1, "Only 1 of it is in stock; set quantity to 1 or less."),
        (3, "Only 3 of it are in stock; set quantity to 3 or less."),
    ],
)
async def test_more_than_there_is_in_stock_is_refused(database: Database, stock: int, sentence: str) -> None:
    async with database.connection() as conn:
        store, person = await make_store(conn), await make_person(conn)
        mug = await make_product(conn, store, name="Mug", stock=stock)
    with pytest.raises(OutOfStock) as refused:
        await put(database, person, mug, stock + 1)
    assert (refused.value.detail, refused.value.field) == (sentence, "quantity")
    assert await quantities(database, person, store.id) == {}
    if stock:
        assert (await put(database, person, mug, stock)).after == stock


async def test_carts_are_apart_by_person_and_store(database: Database) -> None:
    async with database.connection() as conn:
        one, other = await make_store(conn), await make_store(conn)
        ann, bob = await make_person(conn), await make_member(conn)
        here, there = await make_product(conn, one, name="Here"), await make_product(conn, other, name="There")
    await put(database, ann, here, 1)
    await put(database, ann, there, 2)
    await put(database, bob, here, 5)
    assert await quantities(database, ann, one.id) == {"Here": 1}
    assert await quantities(database, ann, other.id) == {"There": 2}
    assert await quantities(database, bob, one.id) == {"Here": 5}
    async with database.connection() as conn:
        latest, earlier = await carts.own_ids(conn, ann)
        assert [(await carts.view(conn, cart)).store_id for cart in (latest, earlier)] == [other.id, one.id]


async def test_a_product_of_another_store_never_gets_in(database: Database) -> None:
    async with database.connection() as conn:
        one, other, person = await make_store(conn), await make_store(conn), await make_person(conn)
        here, there = await make_product(conn, one), await make_product(conn, other)
    async with database.transaction() as conn:
        cart_id = await carts.open_for(conn, person, here.id, one.id)
        with pytest.raises(NotFound):
            await carts.set_quantity(conn, cart_id, there.id, 1)
        with pytest.raises(NotFound):
            await carts.open_for(conn, person, there.id, one.id)
        with pytest.raises(NotFound):
            await carts.open_for(conn, person, uuid4())


async def test_an_unknown_or_closed_cart_is_not_found(database: Database) -> None:
    async with database.connection() as conn:
        store, person = await make_store(conn), await make_person(conn)
        mug = await make_product(conn, store)
        with pytest.raises(NotFound):
            await carts.view(conn, uuid4())
    await put(database, person, mug, 1)
    async with database.transaction() as conn:
        cart_id = await carts.open_for(conn, person, mug.id)
        await conn.execute("update carts set active = false")
        with pytest.raises(NotFound):
            await carts.set_quantity(conn, cart_id, mug.id, 2)


async def test_a_change_outside_a_transaction_is_a_mistake_of_ours(database: Database) -> None:
    async with database.connection() as conn:
        with pytest.raises(RuntimeError, match="transaction"):
            await carts.set_quantity(conn, uuid4(), uuid4(), 1)


async def test_parallel_first_changes_make_one_cart_and_lose_nothing(database: Database) -> None:
    async with database.connection() as conn:
        store, person = await make_store(conn), await make_person(conn)
        found = [await make_product(conn, store, name=f"Mug {number}") for number in range(8)]
    changes = await asyncio.gather(*(put(database, person, product, 1) for product in found))
    assert sorted(change.version for change in changes) == list(range(2, 10))
    assert await quantities(database, person, store.id) == {f"Mug {number}": 1 for number in range(8)}
    async with database.connection() as conn:
        assert len(await carts.own_ids(conn, person)) == 1


async def test_parallel_changes_of_one_product_happen_one_after_the_other(database: Database) -> None:
    async with database.connection() as conn:
        store, person = await make_store(conn), await make_person(conn)
        mug = await make_product(conn, store, name="Mug", stock=99)
    wanted = [1, 0, 2, 0, 3, 0, 4, 0, 5, 0]
    changes = await asyncio.gather(*(put(database, person, mug, quantity) for quantity in wanted))
    in_order = sorted(changes, key=lambda change: (change.version, change.before == change.after))
    quantity = 0
    for change in in_order:
        assert change.before == quantity
        quantity = change.after
    assert await quantities(database, person, store.id) == ({"Mug": quantity} if quantity else {})


async def test_a_removal_that_waited_sees_what_was_put_meanwhile(database: Database) -> None:
    async with database.connection() as conn:
        store, person = await make_store(conn), await make_person(conn)
        mug = await make_product(conn, store, name="Mug")
    await put(database, person, mug, 0)
    async with database.transaction() as conn:
        cart_id = await carts.open_for(conn, person, mug.id)
        removal = asyncio.create_task(put(database, person, mug, 0))
        await until_someone_waits(conn)
        await carts.set_quantity(conn, cart_id, mug.id, 2)
    assert (await removal).before == 2
    assert await quantities(database, person, store.id) == {}


async def test_what_cannot_be_bought_is_flagged_and_what_is_not_sold_is_not_in_the_total(database: Database) -> None:
    async with database.connection() as conn:
        store, person = await make_store(conn), await make_person(conn)
        found = [await make_product(conn, store, name=name, price=1_000) for name in ("Mug", "Tent", "Lamp", "Pan")]
    for product in found:
        await put(database, person, product, 2)
    async with database.connection() as conn:
        await change_product(conn, found[1], stock=1)
        await change_product(conn, found[2], stock=0)
        await change_product(conn, found[3], is_active=False)
        cart = await carts.for_person(conn, person, store.id)
    assert cart is not None
    assert [item.obstacle for item in cart.items] == [None, "too-few", "out-of-stock", "not-for-sale"]
    assert cart.total == 6_000


async def test_a_price_in_another_currency_than_the_stores_is_not_for_sale(database: Database) -> None:
    async with database.connection() as conn:
        store, person = await make_store(conn), await make_person(conn)
        mug = await make_product(conn, store, price=1_000)
    await put(database, person, mug, 1)
    async with database.connection() as conn:
        await conn.execute("update products set currency = 'USD'")
        cart = await carts.for_person(conn, person, store.id)
    assert cart is not None
    assert (cart.currency, cart.total, cart.items[0].obstacle) == ("EUR", 0, "not-for-sale")
    with pytest.raises(NotForSale):
        await put(database, person, mug, 2)


async def test_a_cart_is_opened_once_and_told_whether_it_is_new(database: Database) -> None:
    async with database.connection() as conn:
        store, person = await make_store(conn), await make_person(conn)

    async def opened() -> carts.Opened:
        async with database.transaction() as conn:
            return await carts.open_in(conn, person, store.id)

    found = await asyncio.gather(*(opened() for _ in range(6)))
    assert len({each.id for each in found}) == 1
    assert [each.new for each in found].count(True) == 1


async def test_only_the_version_one_has_seen_is_held(database: Database) -> None:
    async with database.connection() as conn:
        store, ann, bob = await make_store(conn), await make_person(conn), await make_person(conn)
        mug = await make_product(conn, store)
    await put(database, ann, mug, 1)
    async with database.transaction() as conn:
        [cart_id] = await carts.own_ids(conn, ann)
        assert await carts.hold(conn, ann, cart_id) == 2
        assert await carts.hold(conn, ann, cart_id, {1, 2}) == 2
        for versions in ({1}, {3}, frozenset[int]()):
            with pytest.raises(StaleCart):
                await carts.hold(conn, ann, cart_id, versions)
        for person, wanted in ((bob, cart_id), (ann, uuid4())):
            with pytest.raises(NotFound):
                await carts.hold(conn, person, wanted)
            with pytest.raises(NotFound):
                await carts.get(conn, person, wanted)
        await conn.execute("update carts set active = false")
        with pytest.raises(CartClosed):
            await carts.hold(conn, ann, cart_id)


async def test_pages_hold_own_carts_in_order(database: Database) -> None:
    async with database.connection() as conn:
        person = await make_person(conn)
        found = [await make_product(conn, await make_store(conn)) for _ in range(3)]
    for product in found:
        await put(database, person, product, 1)
    async with database.connection() as conn:
        first = await carts.page(conn, person, limit=2)
        rest = await carts.page(conn, person, after=first[-1].id, limit=2)
        one = await carts.page(conn, person, store_id=found[1].store_id, limit=2)
    assert [cart.store_id for cart in (*first, *rest)] == [product.store_id for product in found]
    assert [cart.store_id for cart in one] == [found[1].store_id]
