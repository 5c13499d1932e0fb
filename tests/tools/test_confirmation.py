from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest

from storage import actions, products
from storage.database import Connection, Database
from storage.embedder import Embedder
from storage.parts import Json
from storage.products import Product
from tests.support.factory import change_product, make_person, make_product, make_store
from tests.support.give_away import give_away
from tests.support.tool_context import context
from tools import confirmation
from tools.confirmation import QuoteChanged
from tools.context import ToolContext
from tools.errors import BadArguments, NotEnoughStock
from tools.quote import Change
from tools.results import ToolResult


@dataclass(frozen=True, slots=True)
class Desk:
    ctx: ToolContext
    product: Product

    @property
    def conn(self) -> Connection:
        return self.ctx.conn

    def arguments(self, pieces: int = 2) -> dict[str, Json]:
        return {"product_id": str(self.product.id), "pieces": pieces}

    async def stock(self) -> int:
        return (await products.get(self.conn, self.product.id)).stock


@pytest.fixture
async def desk(module_database: Database, embedder: Embedder) -> AsyncIterator[Desk]:
    async with module_database.connection() as conn:
        store = await make_store(conn)
        product = await make_product(conn, store, price=500, stock=10)
        yield Desk(context(conn, await make_person(conn), store, embedder), product)


async def test_asking_changes_nothing_and_says_what_will_happen(desk: Desk) -> None:
    action = await confirmation.ask(desk.ctx, give_away, desk.arguments())
    assert await desk.stock() == 10
    assert (action.action_type, action.payload, action.store_id) == (
        "give_away", desk.arguments(), desk.ctx.store_id
    )  # fmt: skip
    shown = confirmation.content(action, desk.ctx.clock(), "en_US")
    assert shown["summary"] == f"Give away 2 of {desk.product.name}."
    assert shown["total"] == {"amount": 1000, "currency": "EUR", "text": "€10.00"}
    assert (shown["state"], shown["card"]) == ("pending", {"name": desk.product.name, "pieces": 2})
    assert action.expires_at - action.created_at > timedelta(minutes=14)


@pytest.mark.parametrize(("pieces", "error"), [(11, NotEnoughStock), (0, BadArguments)])
async def test_what_would_be_refused_is_not_asked_for(desk: Desk, pieces: int, error: type[Exception]) -> None:
    with pytest.raises(error):
        await confirmation.ask(desk.ctx, give_away, desk.arguments(pieces))
    assert await actions.listed(desk.conn, desk.ctx.person.user_id, desk.ctx.clock(), 5) == []


async def test_what_was_confirmed_is_done_with_the_arguments_of_the_row(desk: Desk) -> None:
    action = await confirmation.ask(desk.ctx, give_away, desk.arguments(3))
    stored = await actions.get(desk.conn, action.id, desk.ctx.person.user_id)
    result = await confirmation.carry_out(desk.ctx, give_away, stored)
    assert isinstance(result, ToolResult)
    assert result.output == {"product_id": str(desk.product.id), "left": 7}
    assert await desk.stock() == 7


async def test_a_fact_that_has_changed_stops_it_and_another_action_asks(desk: Desk) -> None:
    action = await confirmation.ask(desk.ctx, give_away, desk.arguments())
    await change_product(desk.conn, desk.product, price=600)
    changed = await confirmation.carry_out(desk.ctx, give_away, action)
    assert isinstance(changed, QuoteChanged)
    assert changed.changes == (Change("price", 500, 600),)
    assert await desk.stock() == 10
    again = await confirmation.ask_again(desk.ctx, action, changed)
    assert (again.replaces_id, again.payload) == (action.id, action.payload)
    shown = confirmation.content(again, desk.ctx.clock(), "en_US", changed.changes)
    assert shown["changes"] == [{"fact": "price", "before": 500, "after": 600}]
    assert shown["total"] == {"amount": 1200, "currency": "EUR", "text": "€12.00"}
    assert isinstance(await confirmation.carry_out(desk.ctx, give_away, again), ToolResult)


async def test_arguments_altered_in_the_row_are_not_carried_out(desk: Desk) -> None:
    action = await confirmation.ask(desk.ctx, give_away, desk.arguments())
    forged = replace(action, payload=desk.arguments(9))
    assert isinstance(await confirmation.carry_out(desk.ctx, give_away, forged), QuoteChanged)
    assert await desk.stock() == 10


async def test_a_refusal_at_the_end_is_the_tools_own(desk: Desk) -> None:
    action = await confirmation.ask(desk.ctx, give_away, desk.arguments())
    await change_product(desk.conn, desk.product, stock=1)
    with pytest.raises(NotEnoughStock):
        await confirmation.carry_out(desk.ctx, give_away, action)
