"""The tools of orders: what is asked of the shopper says what then happens, and it does."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pytest

from storage import addresses, order_returns, orders, payment_methods
from storage.database import Database
from storage.embedder import Embedder
from storage.errors import CartwrightError
from storage.order_placing import AddressMissing, EmptyCart
from storage.order_status import WrongStatus
from storage.people import Person
from storage.products import Product
from storage.stores import Store
from tests.support.factory import change_product, make_person, make_store
from tests.support.orders import BERLIN, NO_CAUSE, balanced, delivered, eur, family, fill, ordered, stock
from tests.support.tool_context import Answer, called, context
from tools.cancel_order import cancel_order
from tools.change_order import change_order
from tools.errors import BadArguments, UnknownOrder
from tools.exchange_items import exchange_items
from tools.get_order import get_order
from tools.place_order import place_order
from tools.quote import Quote
from tools.return_items import return_items
from tools.tool import Tool
from tools.view_orders import view_orders

ADDRESS = {"line1": "Torstr. 1", "city": "Berlin", "country": "DE"}


@dataclass(frozen=True, slots=True)
class Shop:
    """A store with a shoe in two sizes, at 50.00 and 60.00, and a shopper."""

    database: Database
    embedder: Embedder
    store: Store
    person: Person
    small: Product
    large: Product

    async def quote(self, tool: Tool, **arguments: object) -> Quote:
        async with self.database.connection() as conn:
            return await tool.quote(context(conn, self.person, self.store, self.embedder), arguments)

    async def call(self, tool: Tool, **arguments: object) -> Answer:
        async with self.database.transaction() as conn:
            return await called(tool, context(conn, self.person, self.store, self.embedder), arguments)

    async def refuses(self, tool: Tool, error: type[CartwrightError], **arguments: object) -> str:
        """Both the question and the deed are refused, with the same words."""
        with pytest.raises(error) as asked:
            await self.quote(tool, **arguments)
        with pytest.raises(error) as done:
            await self.call(tool, **arguments)
        assert asked.value.detail == done.value.detail
        return asked.value.detail


@pytest.fixture
async def shop(database: Database, embedder: Embedder) -> Shop:
    async with database.connection() as conn:
        store, person = await make_store(conn), await make_person(conn)
        small, large = await family(conn, store, 5_000, 6_000)
    return Shop(database, embedder, store, person, small, large)


async def test_ordering_says_what_it_costs_and_then_costs_that(shop: Shop) -> None:
    await shop.refuses(place_order, EmptyCart)
    async with shop.database.transaction() as conn:
        await fill(conn, shop.person, [(shop.small, 2)])
    await shop.refuses(place_order, AddressMissing)
    quote = await shop.quote(place_order, shipping_address=ADDRESS)
    assert quote.summary == (
        "Order from Fernweg: 2 x Shoe 40; 100.00 EUR in all, to Torstr. 1, Berlin, DE, paid by invoice."
    )
    assert quote.total == eur(10_000)
    assert await stock(shop.database, shop.small) == 10
    result = await shop.call(place_order, shipping_address=ADDRESS)
    assert (result.output["status"], result.output["total"]) == ("pending", "100.00")
    assert result.output["possible"] == ["cancel", "change_address", "change_payment", "change_items"]
    [part] = result.data
    assert (part.name, part.content["order_number"]) == ("order", result.output["order_number"])
    assert part.content["items"][0]["options"] == {"size": 40}
    assert await stock(shop.database, shop.small) == 8


@pytest.mark.parametrize(
    ("percent", "included", "told"),
    [("19", True, "100.00 EUR in all (15.97 EUR of it tax)"), ("8.25", False, "108.25 EUR in all with 8.25 EUR tax")],
)
async def test_the_quote_tells_the_tax(shop: Shop, percent: str, included: bool, told: str) -> None:
    async with shop.database.transaction() as conn:
        await conn.execute(
            "update stores set tax_percent = $1, tax_included = $2 where id = $3",
            Decimal(percent), included, shop.store.id,
        )  # fmt: skip
        await fill(conn, shop.person, [(shop.small, 2)])
    quote = await shop.quote(place_order, shipping_address=ADDRESS)
    assert told in quote.summary
    assert quote.card["tax"] == (1_597 if included else 825)


async def test_what_was_promised_of_an_order_changes_with_price_cart_and_address(shop: Shop) -> None:
    async with shop.database.transaction() as conn:
        await fill(conn, shop.person, [(shop.small, 1)])
        await addresses.add(conn, shop.person, BERLIN)
    first = await shop.quote(place_order)
    assert (await shop.quote(place_order)).facts == first.facts
    async with shop.database.connection() as conn:
        await change_product(conn, shop.small, price=5_100)
    dearer = await shop.quote(place_order)
    async with shop.database.transaction() as conn:
        await fill(conn, shop.person, [(shop.small, 2)])
    more = await shop.quote(place_order)
    elsewhere = await shop.quote(place_order, shipping_address=ADDRESS)
    seen = [first.facts, dearer.facts, more.facts, elsewhere.facts]
    assert all(seen.count(each) == 1 for each in seen)


async def test_a_price_that_was_quoted_in_the_transaction_cannot_change_before_it_is_paid(shop: Shop) -> None:
    async with shop.database.transaction() as conn:
        await fill(conn, shop.person, [(shop.small, 1)])
        await addresses.add(conn, shop.person, BERLIN)
    async with shop.database.transaction() as conn:
        ctx = context(conn, shop.person, shop.store, shop.embedder)
        await place_order.quote(ctx, {})
        async with shop.database.connection() as other:
            locked = await other.fetchval("select id from products where id = $1 for update skip locked", shop.small.id)
        assert locked is None
        await place_order.call(ctx, {})


async def test_an_order_is_shown_by_its_number_however_it_is_written(shop: Shop) -> None:
    order = await ordered(shop.database, shop.person, [(shop.small, 1)])
    for name in (order.order_number, f"#{order.order_number.lower().replace('-', ' ')}", str(order.id)):
        assert (await shop.call(get_order, order=name)).output["order_number"] == order.order_number
    async with shop.database.connection() as conn:
        other = await make_person(conn)
    theirs = await ordered(shop.database, other, [(shop.small, 1)])
    for name in ("nothing", theirs.order_number, str(theirs.id)):
        with pytest.raises(UnknownOrder):
            await shop.call(get_order, order=name)
        await shop.refuses(cancel_order, UnknownOrder, order=name, reason="mistake")


async def test_orders_are_listed_with_what_can_pay(shop: Shop) -> None:
    first = await ordered(shop.database, shop.person, [(shop.small, 1)])
    second = await ordered(shop.database, shop.person, [(shop.large, 2)])
    async with shop.database.transaction() as conn:
        await payment_methods.add_gift_card(conn, shop.person.user_id, eur(1_250))
        await addresses.add(conn, shop.person, BERLIN)
    output = (await shop.call(view_orders)).output
    assert [each["order_number"] for each in output["orders"]] == [second.order_number, first.order_number]
    assert output["orders"][0]["items"] == "2 x Shoe 41"
    assert [(each["kind"], each["balance"]) for each in output["payment_methods"]] == [
        ("manual", None),
        ("gift_card", "12.50"),
    ]
    assert (output["saved_address"], output["more"]) == (BERLIN.text(), False)


async def test_cancelling_says_what_goes_back(shop: Shop) -> None:
    async with shop.database.connection() as conn:
        gift = await payment_methods.add_gift_card(conn, shop.person.user_id, eur(5_000))
    order = await ordered(shop.database, shop.person, [(shop.small, 1)], method=gift.id)
    asked = {"order": order.order_number, "reason": "no longer needed"}
    quote = await shop.quote(cancel_order, **asked)
    assert quote.summary == (f"Cancel the order {order.order_number}; 50.00 EUR go back to where they came from.")
    assert quote.total == eur(5_000)
    output = (await shop.call(cancel_order, **asked)).output
    assert (output["status"], output["cancel_reason"], output["possible"]) == ("cancelled", "no longer needed", [])
    assert "only one that is pending can be cancelled" in await shop.refuses(cancel_order, WrongStatus, **asked)
    await balanced(shop.database)


async def test_one_thing_of_an_order_is_changed_at_a_time(shop: Shop) -> None:
    async with shop.database.connection() as conn:
        account = await payment_methods.add(conn, shop.person.user_id, "paypal")
    order = await ordered(shop.database, shop.person, [(shop.small, 1)])
    number, item = order.order_number, str(order.items[0].id)
    swap: list[dict[str, Any]] = [{"item_id": item, "new_product_id": str(shop.large.id)}]
    await shop.refuses(change_order, BadArguments, order=number)
    await shop.refuses(change_order, BadArguments, order=number, shipping_address=ADDRESS, items=swap)

    assert (
        "send it to Torstr. 1, Berlin, DE"
        in (await shop.quote(change_order, order=number, shipping_address=ADDRESS)).summary
    )
    moved = await shop.call(change_order, order=number, shipping_address=ADDRESS)
    assert moved.output["ships_to"] == "Torstr. 1, Berlin, DE"

    quote = await shop.quote(change_order, order=number, payment_method_id=str(account.id))
    assert "pay 50.00 EUR by PayPal instead" in quote.summary
    paid = await shop.call(change_order, order=number, payment_method_id=str(account.id))
    assert paid.output["payment_method"] == "paypal"

    quote = await shop.quote(change_order, order=number, items=swap)
    assert "have 1 x Shoe 41 instead; 10.00 EUR more, paid by PayPal" in quote.summary
    assert quote.total == eur(1_000)
    changed = await shop.call(change_order, order=number, items=swap)
    assert (changed.output["total"], changed.output["possible"]) == ("60.00", ["change_address"])
    await balanced(shop.database)


async def test_a_return_says_what_is_refunded_where(shop: Shop) -> None:
    order = await delivered(shop.database, shop.person, [(shop.small, 2)])
    asked = {"order": order.order_number, "items": [{"item_id": str(order.items[0].id)}]}
    quote = await shop.quote(return_items, **asked)
    assert "Return 1 x Shoe 40" in quote.summary
    assert "50.00 EUR go back by invoice once the goods are there" in quote.summary
    output = (await shop.call(return_items, **asked)).output
    assert (output["status"], output["tracking_ids"]) == ("return-requested", ["T1"])
    await shop.refuses(return_items, WrongStatus, **asked)
    async with shop.database.transaction() as conn:
        await order_returns.complete(conn, shop.person, order.id, NO_CAUSE)
    assert (await shop.call(get_order, order=order.order_number)).output["items"][0]["returned"] == 1
    await balanced(shop.database)


async def test_an_exchange_says_what_it_costs(shop: Shop) -> None:
    order = await delivered(shop.database, shop.person, [(shop.large, 1)])
    item = {"item_id": str(order.items[0].id), "new_product_id": str(shop.small.id)}
    asked = {"order": order.order_number, "items": [item], "reason": "too large"}
    quote = await shop.quote(exchange_items, **asked)
    assert "Exchange 1 x Shoe 41" in quote.summary
    assert "for 1 x Shoe 40; 10.00 EUR less, paid back by invoice once the goods are back" in quote.summary
    assert (await shop.call(exchange_items, **asked)).output["status"] == "exchange-requested"
    async with shop.database.transaction() as conn:
        await order_returns.complete(conn, shop.person, order.id, NO_CAUSE)
        assert (await orders.get(conn, order.id)).status == "exchanged"
    await balanced(shop.database)


async def test_an_order_stays_as_quoted_until_the_deed(shop: Shop) -> None:
    order = await ordered(shop.database, shop.person, [(shop.small, 1)])
    swap = [{"item_id": str(order.items[0].id), "new_product_id": str(shop.large.id)}]
    async with shop.database.transaction() as conn:
        ctx = context(conn, shop.person, shop.store, shop.embedder)
        await change_order.quote(ctx, {"order": order.order_number, "items": swap})
        async with shop.database.transaction() as other:
            free = await other.fetchval("select id from orders where id = $1 for update skip locked", order.id)
    assert free is None


async def test_a_cancellation_rests_on_where_the_money_goes(shop: Shop) -> None:
    async with shop.database.transaction() as conn:
        cards = [await payment_methods.add_gift_card(conn, shop.person.user_id, eur(5_000)) for _ in range(2)]
    order = await ordered(shop.database, shop.person, [(shop.small, 1)], method=cards[0].id)
    asked = {"order": order.order_number, "reason": "too slow"}
    before = await shop.quote(cancel_order, **asked)
    assert before.facts["refund"] == {str(cards[0].id): 5_000}
    await shop.call(change_order, order=order.order_number, payment_method_id=str(cards[1].id))
    after = await shop.quote(cancel_order, **asked)
    assert after.facts["refund"] == {str(cards[1].id): 5_000}
    assert after.total == before.total
