"""What becomes of a decision when something goes wrong on the way."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from agent import deciding
from agent.deciding import Decided, Desk, Said
from agent.expiry import Expiry
from agent.notices import WAITING
from agent.turn import Lease, RunInProgress
from storage import actions, notices, people, runs
from storage.audit import Cause
from storage.clock import utc_now
from storage.database import CONNECTION_LOST
from storage.embedder import create
from storage.errors import NotFound
from storage.people import Person
from storage.settings import StorageSettings
from tests.conftest import copy, pool
from tests.support.asking import Giving, asking
from tests.support.give_away import give_away
from tests.support.service import Ground


@pytest.fixture(scope="module")
async def ground(server_url: str) -> AsyncIterator[Ground]:
    async with copy(server_url) as url, pool(url) as database:
        yield Ground(url, database, create(StorageSettings()))


def desk(shop: Giving, owner: str = "gone", lasts: timedelta = timedelta(seconds=-1)) -> Desk:
    return Desk(
        tools={give_away.name: give_away},
        embedder=shop.ground.embedder,
        clock=utc_now,
        base_url="https://shop.test",
        lease=Lease(owner=owner, lasts=lasts),
        cause=Cause(),
    )


async def asking_person(shop: Giving, action_id: str) -> Person:
    async with shop.ground.database.connection() as conn:
        user: UUID = await conn.fetchval("select user_id from message_actions where id = $1", UUID(action_id))
        return await people.get(conn, user, None)


async def decide(shop: Giving, action_id: str, approved: bool = True) -> Decided:
    """As a server does it that dies once it has committed."""
    person = await asking_person(shop, action_id)
    async with shop.ground.database.transaction() as conn:
        return await deciding.decide(conn, person, Said(action_id=UUID(action_id), approved=approved), desk(shop))


async def taken_over(shop: Giving) -> None:
    """The service finds the run that nobody makes, and makes it to its end."""
    async with shop.ground.database.connection() as conn:
        await notices.send(conn, WAITING)
    while await shop.run_state() == "running":
        await shop.browser.resume()


async def test_a_server_that_dies_after_the_effect_has_its_answer_made_on_by_another(ground: Ground) -> None:
    async with asking(ground, 3) as shop:
        _, [action_id] = await shop.asked()
        decided = await decide(shop, action_id)
        assert decided.job is not None
        assert (decided.job.run.state, decided.job.run.attempts) == ("running", 1)
        await taken_over(shop)
        parts = (await shop.browser.history())[-1]["parts"]
        assert [part["state"] for part in parts if part["type"] == "tool-give_away"] == ["output-available"]
        assert parts[-1]["text"] == "So be it."
        assert await shop.stock() == 7
        assert len(await shop.audit(action_id)) == 2


async def test_a_server_that_dies_before_it_commits_has_done_nothing_and_the_yes_may_come_again(ground: Ground) -> None:
    async with asking(ground, 3) as shop:
        answer, [action_id] = await shop.asked()
        person = await asking_person(shop, action_id)

        async def dies() -> None:
            async with ground.database.transaction() as conn:
                await deciding.decide(conn, person, Said(action_id=UUID(action_id), approved=True), desk(shop))
                raise ZeroDivisionError

        with pytest.raises(ZeroDivisionError):
            await dies()
        assert (await shop.stock(), await shop.audit(action_id)) == (10, [])
        assert (await shop.action(action_id))["state"] == "pending"
        assert (await shop.browser.history())[-1] == answer.message
        assert (await shop.confirm(action_id)).json()["state"] == "executed"
        assert await shop.stock() == 7


async def test_a_connection_that_breaks_in_the_effect_leaves_it_undone(ground: Ground) -> None:
    async with asking(ground, 3) as shop:
        _, [action_id] = await shop.asked()
        person = await asking_person(shop, action_id)

        async def cut() -> None:
            async with ground.database.transaction() as conn:
                await deciding.decide(conn, person, Said(action_id=UUID(action_id), approved=True), desk(shop))
                mine = await conn.fetchval("select pg_backend_pid()")
                async with ground.database.connection() as other:
                    await other.execute("select pg_terminate_backend($1)", mine)
                await conn.execute("select 1")

        with pytest.raises(CONNECTION_LOST):
            await cut()
        assert (await shop.stock(), await shop.audit(action_id)) == (10, [])
        assert (await shop.confirm(action_id)).json()["state"] == "executed"


async def test_an_answer_that_is_still_made_is_not_written_to(ground: Ground) -> None:
    async with asking(ground, 3) as shop:
        _, [action_id] = await shop.asked()
        async with ground.database.connection() as conn:
            await conn.execute(
                "update runs set state = 'running', lease_until = now() + interval '1 minute'"
                " where message_id = (select message_id from message_actions where id = $1)",
                UUID(action_id),
            )
        with pytest.raises(RunInProgress):
            await decide(shop, action_id)
        assert await shop.stock() == 10


async def test_another_persons_action_is_not_found(ground: Ground) -> None:
    async with asking(ground, 3) as shop:
        _, [action_id] = await shop.asked()
        async with ground.database.transaction() as conn:
            stranger = (await people.new_guest(conn, utc_now(), timedelta(days=1))).person
            with pytest.raises(NotFound):
                await deciding.decide(conn, stranger, Said(action_id=UUID(action_id), approved=True), desk(shop))
        assert await shop.stock() == 10


async def test_a_tool_that_is_gone_fails_and_says_so(ground: Ground) -> None:
    async with asking(ground, 3) as shop:
        _, [action_id] = await shop.asked()
        person = await asking_person(shop, action_id)
        async with ground.database.transaction() as conn:
            said = Said(action_id=UUID(action_id), approved=True)
            decided = await deciding.decide(conn, person, said, replace(desk(shop), tools={}))
        assert decided.action.outcome == "failed"
        assert await shop.stock() == 10
        # Or the service of the next test would make this answer on, with that test's model.
        await taken_over(shop)


async def test_what_a_server_dies_over_while_it_asks_is_asked_once_and_waits(ground: Ground) -> None:
    """The part and the action commit together; the run that asked is taken over and ends as waiting."""
    async with asking(ground, 3, 2) as shop:
        _, asked = await shop.asked()
        async with ground.database.transaction() as conn:
            action = await actions.get(conn, UUID(asked[0]), (await asking_person(shop, asked[0])).user_id)
            assert action.message_id is not None
            run = await runs.of_message(conn, action.message_id)
            assert run is not None
            # As if it had died after the first had been asked: the second call is there, its question is not.
            await conn.execute("delete from message_actions where id = $1", UUID(asked[1]))
            await conn.execute(
                """update parts set tool_state = 'input-available', tool_approval_id = null, closed = false
                where message_id = $1 and tool_approval_id = $2""",
                run.message_id,
                UUID(asked[1]),
            )
            await conn.execute(
                """update runs set state = 'running', owner = 'gone', lease_until = now() - interval '1 second'
                where id = $1""",
                run.id,
            )
            await notices.send(conn, WAITING)
        while await shop.run_state() == "running":
            await shop.browser.resume()
        assert await shop.run_state() == "waiting"
        pending = (await shop.browser.http.get("/v1/actions?pending=true")).json()["items"]
        assert len(pending) == 2
        assert asked[0] in [item["id"] for item in pending]
        assert len(shop.here.provider.asked) == 1
        for item in pending:
            assert (await shop.confirm(item["id"])).status_code == 200
        assert await shop.stock() == 5


async def test_what_nobody_answers_is_settled_and_the_chat_is_free(ground: Ground) -> None:
    ahead = timedelta(0)
    async with asking(ground, 3, clock=lambda: utc_now() + ahead) as shop:
        _, [action_id] = await shop.asked()
        ahead = timedelta(minutes=16)
        expiry = Expiry(database=ground.database, embedder=ground.embedder, clock=lambda: utc_now() + ahead)
        while await expiry.look():
            pass
        parts: list[Any] = (await shop.browser.history())[-1]["parts"]
        assert [part["state"] for part in parts if part["type"] == "tool-give_away"] == ["output-denied"]
        assert [part["data"]["state"] for part in parts if part["type"] == "data-action"] == ["expired"]
        assert await shop.run_state() == "finished"
        assert len(shop.here.provider.asked) == 1
        assert (await shop.confirm(action_id)).status_code == 410
