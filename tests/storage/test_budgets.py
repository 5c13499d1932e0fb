from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from storage import budgets, runs
from storage.budgets import Budget, BudgetSpent, Used
from storage.database import Connection, Database
from storage.runs import RunEnd, Usage
from tests.support.turns import take

NOW = datetime(2026, 3, 1, 22, tzinfo=UTC)
DAY = NOW.date()
BUDGET = Budget(tokens=100, cost_micros=1_000, reserve_tokens=40, reserve_cost_micros=10)
USED = Usage(input_tokens=20, output_tokens=5, reasoning_tokens=0, cached_tokens=0, cost_micros=7, estimated=False)
ENDED = RunEnd(state="finished", finish_reason="stop", usage=USED)


async def owner(conn: Connection, chat_id: UUID) -> UUID:
    found: UUID = await conn.fetchval("select user_id from chats where id = $1", chat_id)
    return found


async def test_what_a_run_reserved_is_free_again_once_what_it_used_is_known(module_database: Database) -> None:
    run = (await take(module_database)).run
    async with module_database.connection() as conn:
        user = await owner(conn, run.chat_id)
        await budgets.reserve(conn, run.id, user, None, BUDGET, NOW)
        held = Used(day=DAY, reserved_tokens=40, reserved_cost_micros=10)
        assert await budgets.of_day(conn, user, None, DAY) == held
        await runs.end(conn, run, ENDED, NOW)
        assert await budgets.of_day(conn, user, None, DAY) == Used(day=DAY, runs=1, tokens=25, cost_micros=7)


async def test_a_budget_that_does_not_reach_refuses_until_midnight(module_database: Database) -> None:
    run = (await take(module_database)).run
    async with module_database.connection() as conn:
        user = await owner(conn, run.chat_id)
        for budget in (replace(BUDGET, tokens=39), replace(BUDGET, cost_micros=9)):
            with pytest.raises(BudgetSpent) as refused:
                await budgets.reserve(conn, run.id, user, None, budget, NOW)
            assert refused.value.wait == timedelta(hours=2)
        await budgets.reserve(conn, run.id, user, None, BUDGET, NOW)
        await runs.end(conn, run, replace(ENDED, usage=replace(USED, input_tokens=60)), NOW)
        with pytest.raises(BudgetSpent):
            await budgets.reserve(conn, run.id, user, None, BUDGET, NOW)
        await budgets.reserve(conn, run.id, user, None, BUDGET, NOW + timedelta(hours=2))


async def test_a_key_has_a_budget_of_its_own_within_its_owners(module_database: Database) -> None:
    run = (await take(module_database)).run
    async with module_database.connection() as conn:
        user = await owner(conn, run.chat_id)
        key: UUID = await conn.fetchval(
            "insert into api_keys (user_id, name, prefix, key_hash) values ($1, 'till', 'cw', sha256($2)) returning id",
            user,
            user.bytes,
        )
        await budgets.reserve(conn, run.id, user, key, BUDGET, NOW)
        await runs.end(conn, run, ENDED, NOW)
        spent = Used(day=DAY, runs=1, tokens=25, cost_micros=7)
        assert [await budgets.of_day(conn, user, each, DAY) for each in (None, key)] == [spent, spent]
        # Refused for the one or the other, it reserves of neither.
        async with conn.transaction():
            await conn.execute("update usage_days set tokens = 90 where api_key_id = $1", key)
        with pytest.raises(BudgetSpent):
            async with conn.transaction():
                await budgets.reserve(conn, run.id, user, key, BUDGET, NOW)
        assert (await budgets.of_day(conn, user, None, DAY)).reserved_tokens == 0


async def test_a_run_that_goes_with_its_chat_reserves_nothing_any_more(module_database: Database) -> None:
    run = (await take(module_database)).run
    async with module_database.connection() as conn:
        user = await owner(conn, run.chat_id)
        await budgets.reserve(conn, run.id, user, None, BUDGET, NOW)
        await conn.execute("delete from chats where id = $1", run.chat_id)
        assert await budgets.of_day(conn, user, None, DAY) == Used(day=DAY)


async def test_a_run_that_goes_on_is_counted_for_what_it_uses_more(module_database: Database) -> None:
    run = (await take(module_database)).run
    async with module_database.connection() as conn:
        user = await owner(conn, run.chat_id)
        await runs.end(conn, run, replace(ENDED, state="waiting"), NOW)
        await runs.go_on(conn, run.id, "me", NOW + timedelta(minutes=1))
        await runs.end(conn, run, replace(ENDED, usage=replace(USED, output_tokens=15)), NOW)
        assert await budgets.of_day(conn, user, None, DAY) == Used(day=DAY, runs=2, tokens=35, cost_micros=7)
