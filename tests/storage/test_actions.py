from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest

from storage import actions
from storage.actions import Action, Asking, Outcome
from storage.clock import utc_now
from storage.database import Connection, Database
from storage.errors import NotFound
from storage.people import Person
from tests.support.factory import make_message, make_person, make_tool_part

NOW = utc_now()


def asking(**more: object) -> Asking:
    fields: dict[str, object] = {
        "action_type": "give_away", "payload": {"pieces": 2}, "digest": b"d", "quoted": {"facts": {"price": 5}},
        "expires_at": NOW + timedelta(minutes=15), "store_id": None, **more,
    }  # fmt: skip
    return Asking(**fields)  # type: ignore[arg-type]


async def asked(conn: Connection, person: Person, **more: object) -> Action:
    return await actions.ask(conn, person.user_id, asking(**more))


async def test_an_action_is_found_by_its_own_person_only(module_database: Database) -> None:
    async with module_database.connection() as conn:
        person, other = await make_person(conn), await make_person(conn)
        action = await asked(conn, person)
        assert (action.payload, action.quoted, action.outcome) == ({"pieces": 2}, {"facts": {"price": 5}}, None)
        assert await actions.get(conn, action.id, person.user_id) == action
        assert await actions.lock(conn, action.id, person.user_id) == action
        for owner, action_id in ((other, action.id), (person, uuid4())):
            with pytest.raises(NotFound):
                await actions.get(conn, action_id, owner.user_id)
            with pytest.raises(NotFound):
                await actions.lock(conn, action_id, owner.user_id)


async def test_an_action_names_the_part_that_asked(module_database: Database) -> None:
    async with module_database.connection() as conn:
        person = await make_person(conn)
        message_id, other = await make_message(conn, person), await make_message(conn, person)
        part_id = await make_tool_part(conn, message_id, "c", "give_away")
        action = await asked(conn, person, message_id=message_id, tool_call_id="c")
        later = await asked(conn, person, message_id=other, tool_call_id="d")
        second = await make_tool_part(conn, other, "d", "give_away")
        await actions.attach(conn, later.id, other, "d")
        found = await conn.fetch("select part_id from message_actions where user_id = $1 order by id", person.user_id)
        assert [row["part_id"] for row in found] == [part_id, second]
        assert await actions.pending_of(conn, message_id) == 1
        await actions.settle(conn, action.id, "rejected", NOW)
        assert await actions.pending_of(conn, message_id) == 0


@pytest.mark.parametrize("outcome", ["executed", "rejected", "expired", "changed", "failed"])
async def test_an_action_is_settled_once(module_database: Database, outcome: Outcome) -> None:
    async with module_database.connection() as conn:
        person = await make_person(conn)
        action = await asked(conn, person)
        settled = await actions.settle(
            conn, action.id, outcome, NOW, decided_by=person.user_id, result={"a": 1}, reason="why"
        )
        assert settled is not None
        assert (settled.outcome, settled.result, settled.reason) == (outcome, {"a": 1}, "why")
        assert settled.confirmed_at == (NOW if outcome in ("executed", "changed", "failed") else None)
        assert settled.executed_at == (NOW if outcome == "executed" else None)
        assert settled.rejected_at == (NOW if outcome == "rejected" else None)
        assert await actions.settle(conn, action.id, "executed", NOW) is None
        assert await actions.settle(conn, action.id, "rejected", NOW) is None
        assert await actions.get(conn, action.id, person.user_id) == settled


async def test_one_action_takes_the_place_of_another(module_database: Database) -> None:
    async with module_database.connection() as conn:
        person = await make_person(conn)
        first = await asked(conn, person)
        assert await actions.replacement(conn, first.id) is None
        second = await asked(conn, person, replaces_id=first.id)
        assert await actions.replacement(conn, first.id) == second


async def test_the_latest_actions_are_listed_first_and_pages_do_not_overlap(module_database: Database) -> None:
    async with module_database.connection() as conn:
        person, other = await make_person(conn), await make_person(conn)
        await asked(conn, other)
        made = [await asked(conn, person) for _ in range(5)]
        expired = await asked(conn, person, expires_at=NOW)
        await actions.settle(conn, made[0].id, "rejected", NOW)
        everything = await actions.listed(conn, person.user_id, NOW, 10)
        assert [action.id for action in everything] == [expired.id, *(action.id for action in reversed(made))]
        first = await actions.listed(conn, person.user_id, NOW, 2, pending=True)
        place = (first[-1].created_at, first[-1].id)
        rest = await actions.listed(conn, person.user_id, NOW, 10, pending=True, before=place)
        assert [action.id for action in (*first, *rest)] == [action.id for action in reversed(made[1:])]


def test_what_nobody_answered_in_time_is_expired() -> None:
    action = Action(
        id=uuid4(), message_id=None, user_id=uuid4(), store_id=None, replaces_id=None, action_type="a", payload={},
        digest=b"", quoted={}, outcome=None, result=None, reason=None, expires_at=NOW, confirmed_at=None,
        rejected_at=None, executed_at=None, created_at=NOW,
    )  # fmt: skip
    assert action.state(NOW - timedelta(seconds=1)) == "pending"
    assert action.state(NOW) == "expired"
