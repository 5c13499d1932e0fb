from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from uuid import uuid4

import pytest

from storage import order_swaps
from storage.carts import NotForSale
from storage.database import Database
from storage.errors import Invalid, NotFound, OutOfStock
from storage.order_swaps import Swap, WrongVariant
from storage.orders import Order
from storage.products import Product
from tests.support.factory import change_product, make_person, make_product, make_store
from tests.support.orders import family, ordered


@dataclass(frozen=True, slots=True)
class Shoes:
    """An order of two small shoes and a mug; the shoe comes in three sizes at 50.00, 60.00 and 45.00."""

    order: Order
    small: Product
    large: Product
    cheap: Product
    mug: Product

    def swap(self, product: Product, quantity: int = 1, item: int = 0) -> Swap:
        return Swap(self.order.items[item].id, product.id, quantity)


@pytest.fixture
async def shoes(database: Database) -> Shoes:
    async with database.connection() as conn:
        store, person = await make_store(conn), await make_person(conn)
        small, large, cheap = await family(conn, store, 5_000, 6_000, 4_500)
        mug = await make_product(conn, store)
    return Shoes(await ordered(database, person, [(small, 2), (mug, 1)]), small, large, cheap, mug)


async def test_a_swap_knows_the_difference_and_the_pieces(database: Database, shoes: Shoes) -> None:
    async with database.transaction() as conn:
        swaps = [shoes.swap(shoes.large), shoes.swap(shoes.cheap)]
        found = await order_swaps.replacements(conn, shoes.order, swaps, same_allowed=False)
    assert order_swaps.difference(shoes.order, found) == 1_000 - 500
    assert order_swaps.pieces_in(found) == {shoes.large.id: 1, shoes.cheap.id: 1}
    assert order_swaps.pieces_out(found) == {shoes.small.id: 2}


async def test_the_difference_has_its_tax_rounded_once(database: Database, shoes: Shoes) -> None:
    async with database.connection() as conn:
        found = await order_swaps.replacements(conn, shoes.order, [shoes.swap(shoes.large)], same_allowed=False)
    taxed = replace(shoes.order, tax_percent=Decimal("8.25"), tax_included=False, tax=1_650, total=21_650)
    assert order_swaps.difference(taxed, found) == 1_083


async def test_what_is_no_swap(database: Database, shoes: Shoes) -> None:
    async with database.transaction() as conn:
        for error, swap in (
            (WrongVariant, shoes.swap(shoes.mug)),
            (WrongVariant, shoes.swap(shoes.large, item=1)),
            (WrongVariant, shoes.swap(shoes.small)),
            (NotFound, shoes.swap(shoes.large, 3)),
            (NotFound, Swap(uuid4(), shoes.large.id)),
            (NotFound, Swap(shoes.order.items[0].id, uuid4())),
        ):
            with pytest.raises(error):
                await order_swaps.replacements(conn, shoes.order, [swap], same_allowed=False)
        with pytest.raises(Invalid, match="at least one"):
            await order_swaps.replacements(conn, shoes.order, [], same_allowed=False)
        # The same item named twice counts together.
        twice = [shoes.swap(shoes.large, 2), shoes.swap(shoes.cheap)]
        with pytest.raises(NotFound):
            await order_swaps.replacements(conn, shoes.order, twice, same_allowed=False)


async def test_the_new_one_must_be_there(database: Database, shoes: Shoes) -> None:
    async with database.transaction() as conn:
        await change_product(conn, shoes.large, stock=1)
        with pytest.raises(OutOfStock):
            await order_swaps.replacements(conn, shoes.order, [shoes.swap(shoes.large, 2)], same_allowed=False)
        await change_product(conn, shoes.large, is_active=False)
        with pytest.raises(NotForSale):
            await order_swaps.replacements(conn, shoes.order, [shoes.swap(shoes.large)], same_allowed=False)


async def test_the_same_one_again_comes_out_of_stock_only_in_an_exchange(database: Database, shoes: Shoes) -> None:
    async with database.transaction() as conn:
        again = [shoes.swap(shoes.small, 2)]
        assert await order_swaps.replacements(conn, shoes.order, again, same_allowed=True)
        await change_product(conn, shoes.small, stock=1)
        with pytest.raises(OutOfStock):
            await order_swaps.replacements(conn, shoes.order, again, same_allowed=True)


async def test_items_are_picked_by_product_a_piece_each(shoes: Shoes) -> None:
    small, mug = (item.id for item in shoes.order.items)
    assert order_swaps.pick(shoes.order, [shoes.small.id, shoes.mug.id, shoes.small.id]) == (small, mug, small)
    with pytest.raises(NotFound):
        order_swaps.pick(shoes.order, [shoes.mug.id, shoes.mug.id])
