from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import cast

import orjson
import pytest
from pydantic_ai import ApprovalRequired, ToolFailed
from typing_extensions import TypedDict

from agent.door import Door
from agent.recorder import Recorder
from storage import actions, carts, parts, runs
from storage.clock import utc_now
from storage.database import Database
from storage.embedder import Embedder
from storage.errors import Busy, NotFound, ServerFailed
from storage.parts import DataPart, Json, Part, SourceUrlPart, TextPart, ToolPart, row
from storage.runs import Fenced
from tests.support.factory import make_person, make_product, make_store, unique
from tests.support.turns import flushing, recorder_of, stored, take
from tools.context import ToolContext
from tools.quote import Quote
from tools.results import DataPart as ShownData
from tools.results import SourceUrl, ToolResult
from tools.suggest_carts import suggest_carts
from tools.tool import Tool, tool

MASKED = "This did not work because of a fault in the shop."


class Note(TypedDict):
    note: str


@dataclass(slots=True)
class Bench:
    """A door, and what its tools saw; `error` is what they raise once they have done their work."""

    door: Door
    database: Database
    seen: list[Part] = field(default_factory=list)
    error: Exception | None = None
    begun: asyncio.Event = field(default_factory=asyncio.Event)
    go_on: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def recorder(self) -> Recorder:
        return self.door.recorder

    async def parts(self) -> tuple[Part, ...]:
        return await stored(self.database, self.recorder.run)

    async def call(self) -> ToolPart:
        """The call as its row has it."""
        first = (await self.parts())[0]
        assert isinstance(first, ToolPart)
        return first

    async def stores(self, slug: str) -> int:
        async with self.database.connection() as conn:
            count: int = await conn.fetchval("select count(*) from stores where slug = $1", slug)
            return count

    def tool(self, effect: str) -> Tool:
        @tool(effect="write" if effect == "write" else "read")
        async def note(ctx: ToolContext, slug: str) -> ToolResult[Note]:
            """Opens a store, and looks at its own row from another connection."""
            self.begun.set()
            await self.go_on.wait()
            self.seen.extend(await self.parts())
            await make_store(ctx.conn, slug=slug)
            if self.error is not None:
                raise self.error
            data = ShownData(name="cart", id="1", content={"slug": slug})
            source = SourceUrl(source_id="s", url=f"{ctx.base_url}/{slug}", title="Store")
            return ToolResult(output={"note": slug}, data=(data,), sources=(source,))

        return note


@pytest.fixture
async def bench(module_database: Database) -> AsyncIterator[Bench]:
    async with module_database.connection() as conn:
        person = await make_person(conn)
    turn = await take(module_database, person=person)
    async with flushing(module_database) as flusher:
        recorder = recorder_of(turn, flusher)
        recorder.step_started("m")
        door = Door(
            database=module_database,
            embedder=cast("Embedder", None),
            clock=utc_now,
            base_url="https://shop.test",
            person=person,
            store_id=None,
            recorder=recorder,
            tools={},
        )
        made = Bench(door, module_database)
        made.go_on.set()
        yield made


@pytest.mark.parametrize("effect", ["read", "write"])
async def test_a_call_is_durable_before_it_runs_and_so_is_what_comes_of_it(bench: Bench, effect: str) -> None:
    slug = unique("s")
    bench.recorder.tool_input(0, "c", "note", f'{{"slug": "{slug}"}}')
    assert await bench.door.call(bench.tool(effect), "c", {"slug": slug}) == {"note": slug}
    [before] = bench.seen
    assert isinstance(before, ToolPart)
    assert (before.state, before.input) == ("input-available", {"slug": slug})
    call, data, source = await bench.parts()
    assert (call, data, source) == tuple(bench.recorder.parts)
    assert isinstance(call, ToolPart)
    assert (call.state, call.output, call.closed) == ("output-available", {"note": slug}, True)
    assert data == DataPart(order=1, step=0, name="cart", data_id="1", content={"slug": slug})
    assert isinstance(source, SourceUrlPart)
    assert source.url == f"https://shop.test/{slug}"
    assert await bench.stores(slug) == 1


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (NotFound("There is no such store."), "There is no such store."),
        (NotFound("no such thing", field="slug"), "no such thing"),
        (ServerFailed("/var/lib/postgres is full"), "This did not work because of a fault in the shop."),
        (Busy(), "The service is busy"),
        (RuntimeError("password=hunter2"), MASKED),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else "",
)
async def test_a_tool_that_fails_after_its_effect_has_had_none(bench: Bench, error: Exception, told: str) -> None:
    slug, bench.error = unique("s"), error
    with pytest.raises(ToolFailed) as failed:
        await bench.door.call(bench.tool("write"), "c", {"slug": slug})
    call = await bench.call()
    assert (call.state, call.error_text, call.closed) == ("output-error", str(failed.value), True)
    assert str(failed.value).startswith(told)
    assert len(await bench.parts()) == 1
    assert await bench.stores(slug) == 0


async def test_arguments_that_do_not_fit_reach_the_model_and_not_the_tool(bench: Bench) -> None:
    with pytest.raises(ToolFailed, match="slug"):
        await bench.door.call(bench.tool("read"), "c", {"slag": "x"})
    call = await bench.call()
    assert (call.state, call.input) == ("output-error", {"slag": "x"})
    assert not bench.begun.is_set()


async def test_a_run_that_was_taken_over_has_no_effect(bench: Bench) -> None:
    slug = unique("s")
    bench.go_on.clear()
    calling = asyncio.create_task(bench.door.call(bench.tool("write"), "c", {"slug": slug}))
    await bench.begun.wait()
    async with bench.database.connection() as conn:
        await conn.execute("update runs set epoch = epoch + 1 where id = $1", bench.recorder.run.id)
    bench.go_on.set()
    with pytest.raises(Fenced):
        await calling
    assert await bench.stores(slug) == 0
    assert (await bench.call()).state == "input-available"


async def test_a_commit_that_broke_shows_nothing_of_the_process_that_took_the_run_over(bench: Bench) -> None:
    """Its parts, shown as this one's, would pass over what it took back: readers would have them twice."""
    bench.go_on.clear()
    bench.error = ConnectionResetError()
    calling = asyncio.create_task(bench.door.call(bench.tool("write"), "call", {"slug": unique("s")}))
    await bench.begun.wait()
    run, before = bench.recorder.run, list(bench.recorder.parts)
    async with bench.database.transaction() as conn:
        await conn.execute("update runs set epoch = epoch + 1 where id = $1", run.id)
        await runs.retract(conn, run, 0)
        theirs = row(TextPart(order=0, step=0, text="Theirs"))
        named = {"run_id": str(run.id), "epoch": run.epoch + 1, "message_id": str(run.message_id)}
        await parts.save(conn, [{**theirs, **named}])  # type: ignore[typeddict-item]
    bench.go_on.set()
    with pytest.raises(Fenced):
        await calling
    assert bench.recorder.lost
    assert list(bench.recorder.parts) == before


async def test_suggested_carts_and_the_part_that_shows_them_are_there_together_or_not_at_all(bench: Bench) -> None:
    async with bench.database.connection() as conn:
        product = await make_product(conn, await make_store(conn))
    items: list[Json] = [{"product_id": str(product.id), "quantity": 1}]
    proposed: Json = [{"title": "Kit", "reason": "It fits.", "score": 80, "items": items}]
    await bench.door.call(suggest_carts, "c", {"carts": proposed})
    async with bench.database.connection() as conn:
        kept = await carts.page(conn, bench.door.person, suggested_by=bench.recorder.run.message_id, limit=9)
        _, shown = await bench.parts()
        assert isinstance(shown, DataPart)
        assert shown.name == "suggested-carts"
        [cart] = kept
        assert f'"id":"{cart.id}"' in orjson.dumps(shown.content).decode()
        await conn.execute("update runs set epoch = epoch + 1 where id = $1", bench.recorder.run.id)
    with pytest.raises(Fenced):
        await bench.door.call(suggest_carts, "d", {"carts": proposed})
    async with bench.database.connection() as conn:
        assert await carts.page(conn, bench.door.person, suggested_by=bench.recorder.run.message_id, limit=9) == kept


async def test_a_call_that_is_cancelled_while_it_writes_is_written_to_its_end(bench: Bench) -> None:
    slug = unique("s")
    bench.go_on.clear()
    calling = asyncio.create_task(bench.door.call(bench.tool("write"), "c", {"slug": slug}))
    await bench.begun.wait()
    calling.cancel()
    await asyncio.sleep(0)
    bench.go_on.set()
    with pytest.raises(asyncio.CancelledError):
        await calling
    assert await bench.stores(slug) == 1
    assert bench.recorder.parts[0] == await bench.call()
    assert (await bench.call()).state == "output-available"


async def quote_note(ctx: ToolContext, slug: str) -> Quote:
    if slug == "none":
        raise NotFound("There is no such store.")
    return Quote(summary=f"Open {slug}.", facts={"slug": slug})


def asking_tool() -> Tool:
    @tool(effect="write", confirm=quote_note)
    async def note(ctx: ToolContext, slug: str) -> ToolResult[Note]:
        """Opens a store once somebody has confirmed."""
        await make_store(ctx.conn, slug=slug)
        return ToolResult(output={"note": slug})

    return note


async def test_a_call_that_needs_a_yes_is_asked_for_and_not_run(bench: Bench) -> None:
    slug = unique("s")
    with pytest.raises(ApprovalRequired):
        await bench.door.call(asking_tool(), "c", {"slug": slug})
    call, shown = await bench.parts()
    assert (call, shown) == tuple(bench.recorder.parts)
    assert isinstance(call, ToolPart)
    assert isinstance(shown, DataPart)
    assert (call.state, call.closed, bench.recorder.asks) == ("approval-requested", False, True)
    assert (shown.name, shown.data_id) == ("action", "c:action")
    async with bench.database.connection() as conn:
        [action] = await actions.listed(conn, bench.door.person.user_id, utc_now(), 5)
        part_id = await conn.fetchval("select part_id from message_actions where id = $1", action.id)
        assert part_id == await conn.fetchval(
            "select id from parts where message_id = $1 and tool_tool_call_id = 'c'", action.message_id
        )
    assert call.approval is not None
    assert call.approval.id == action.id
    assert await bench.stores(slug) == 0


async def test_what_would_be_refused_is_not_asked_for(bench: Bench) -> None:
    with pytest.raises(ToolFailed, match="no such store"):
        await bench.door.call(asking_tool(), "c", {"slug": "none"})
    assert (await bench.call()).state == "output-error"
    assert not bench.recorder.asks
    async with bench.database.connection() as conn:
        assert await actions.listed(conn, bench.door.person.user_id, utc_now(), 5) == []


async def test_a_run_that_was_taken_over_asks_nothing(bench: Bench) -> None:
    await bench.recorder.called("c", "note", {"slug": "x"})
    async with bench.database.connection() as conn:
        await conn.execute("update runs set epoch = epoch + 1 where id = $1", bench.recorder.run.id)
    with pytest.raises(Fenced):
        await bench.door._ask(asking_tool(), "c", {"slug": "x"})
    async with bench.database.connection() as conn:
        assert await actions.listed(conn, bench.door.person.user_id, utc_now(), 5) == []


async def test_a_call_that_asks_outlives_the_end_of_its_run(bench: Bench) -> None:
    with pytest.raises(ApprovalRequired):
        await bench.door.call(asking_tool(), "c", {"slug": "x"})
    bench.recorder.settle_open("The call was broken off.")
    await bench.recorder.flushed()
    assert (await bench.call()).state == "approval-requested"
