from __future__ import annotations

import asyncio
from dataclasses import replace
from decimal import Decimal

import asyncpg
import pytest

from agent import job
from agent.job import Job
from agent.turn import Question, RunInProgress, Turn
from storage import ai_options, chats, messages, parts, runs
from storage.clock import utc_now
from storage.database import Database
from storage.errors import Invalid, NotFound
from storage.messages import Message
from storage.people import Person
from storage.runs import RunEnd, Usage
from tests.support.factory import make_person, unique
from tests.support.turns import BASE_URL, LEASE, OPTIONS, asking, asking_again, rows, take, words

TABLES = ("chats", "messages", "parts", "runs", "ai_options", "users", "sessions")


@pytest.fixture
async def person(module_database: Database) -> Person:
    async with module_database.connection() as conn:
        return await make_person(conn)


async def ended(database: Database, turn: Turn) -> Turn:
    async with database.connection() as conn:
        end = RunEnd(state="finished", finish_reason="stop", usage=Usage())
        assert await runs.end(conn, turn.run, end, utc_now())
    return turn


async def branch(database: Database, chat: str, person: Person) -> list[Message]:
    async with database.connection() as conn:
        found = await chats.find(conn, chat, person.user_id)
        assert found is not None
        assert found.leaf_id is not None
        return list(await messages.branch(conn, found.leaf_id))


async def read(database: Database, turn: Turn) -> Job:
    async with database.connection() as conn:
        run = await runs.get(conn, turn.run.id)
        assert run is not None
        return await job.read(conn, run)


async def counted(database: Database) -> dict[str, int]:
    async with database.connection() as conn:
        return await rows(conn, TABLES)


async def test_a_message_its_answer_options_and_run_are_laid_down_together(
    module_database: Database, person: Person
) -> None:
    before = await counted(module_database)
    asked = asking("Tents? " * 30)
    turn = await take(module_database, asked, person)
    after = await counted(module_database)
    assert {table: after[table] - before[table] for table in TABLES} == {
        "chats": 1, "messages": 2, "parts": 1, "runs": 1, "ai_options": 1, "users": 0, "sessions": 0,
    }  # fmt: skip
    question, answer = await branch(module_database, asked.chat, person)
    assert (question.public_id, question.role, question.parent_id) == (asked.message, "user", None)
    assert (answer, answer.parent_id, answer.public_id) == (turn.answer, question.id, str(answer.id))
    assert answer.metadata["model"] == OPTIONS.model
    assert (turn.is_new, turn.run.state, turn.run.user_message_id) == (True, "running", question.id)
    assert (turn.run.base_url, turn.run.session_id) == (BASE_URL, person.session_id)
    async with module_database.connection() as conn:
        assert await parts.of_message(conn, question.id) == asked.parts
        assert await ai_options.of_message(conn, answer.id) == OPTIONS
        chat = await chats.get(conn, turn.run.chat_id)
        row = await conn.fetchrow("select owner, lease_until, started_at from runs where id = $1", turn.run.id)
    assert chat is not None
    assert chat.title == ("Tents? " * 30)[:80]
    assert row is not None
    assert (row["owner"], row["lease_until"] - row["started_at"]) == (LEASE.owner, LEASE.lasts)


async def test_the_next_message_follows_the_last_answer(module_database: Database, person: Person) -> None:
    first = asking()
    turn = await ended(module_database, await take(module_database, first, person))
    await take(module_database, asking("And?", chat=first.chat), person)
    shown = await branch(module_database, first.chat, person)
    assert [message.role for message in shown] == ["user", "assistant", "user", "assistant"]
    assert shown[1] == turn.answer


@pytest.mark.parametrize("over", [True, False])
async def test_the_same_message_again_attaches_to_its_run(
    module_database: Database, person: Person, over: bool
) -> None:
    asked = asking()
    turn = await take(module_database, asked, person)
    if over:
        await ended(module_database, turn)
    before = await counted(module_database)
    again = await take(module_database, asked, person)
    assert (again.is_new, again.run.id, again.answer.id) == (False, turn.run.id, turn.answer.id)
    assert await counted(module_database) == before


async def test_one_message_sent_many_times_at_once_is_answered_once(module_database: Database, person: Person) -> None:
    asked = asking()
    turns = await asyncio.gather(*(take(module_database, asked, person) for _ in range(5)))
    assert len({turn.run.id for turn in turns}) == 1
    assert [turn.is_new for turn in turns].count(True) == 1


async def test_an_edit_keeps_the_branch_that_was_there(module_database: Database, person: Person) -> None:
    asked = asking("Tents?")
    first = await ended(module_database, await take(module_database, asked, person))
    later = asking("And mats?", chat=asked.chat)
    await ended(module_database, await take(module_database, later, person))
    edited = await take(module_database, replace(asked, parts=words("Tarps?")), person)
    shown = await branch(module_database, asked.chat, person)
    assert [message.public_id for message in shown] == [asked.message, str(edited.answer.id)]
    assert edited.is_new
    async with module_database.connection() as conn:
        old = await messages.get(conn, first.run.user_message_id)
        assert old is not None
        assert (old.public_id, old.parent_id) == (str(old.id), shown[0].parent_id)
        assert await parts.of_message(conn, old.id) == words("Tents?")
        second = await messages.find(conn, first.run.chat_id, str(later.message))
        assert second is not None
        assert [message.id for message in await messages.branch(conn, second.id)][:2] == [old.id, first.answer.id]


@pytest.mark.parametrize("names", ["nothing", "the question", "the answer"])
async def test_a_regenerate_makes_a_sibling(module_database: Database, person: Person, names: str) -> None:
    asked = asking()
    first = await ended(module_database, await take(module_database, asked, person))
    name = {"nothing": None, "the question": asked.message, "the answer": first.answer.public_id}[names]
    second = await take(module_database, asking_again(asked.chat, name), person)
    assert second.is_new
    assert second.answer.id != first.answer.id
    assert (second.answer.parent_id, second.run.user_message_id) == (first.answer.parent_id, first.run.user_message_id)
    assert [message.id for message in await branch(module_database, asked.chat, person)] == [
        first.run.user_message_id,
        second.answer.id,
    ]


async def test_a_repeat_after_a_regenerate_attaches_to_the_latest_answer(
    module_database: Database, person: Person
) -> None:
    asked = asking()
    await ended(module_database, await take(module_database, asked, person))
    second = await take(module_database, asking_again(asked.chat), person)
    assert (await take(module_database, asked, person)).run.id == second.run.id


async def test_a_chat_that_is_being_answered_says_by_which_run(module_database: Database, person: Person) -> None:
    asked = asking()
    turn = await take(module_database, asked, person)
    before = await counted(module_database)
    for more in (asking("And?", chat=asked.chat), replace(asked, parts=words("Tarps?")), asking_again(asked.chat)):
        with pytest.raises(RunInProgress, match=str(turn.run.id)) as busy:
            await take(module_database, more, person)
        assert busy.value.run_id == turn.run.id
    assert await counted(module_database) == before


async def test_a_message_that_may_wait_is_queued(module_database: Database, person: Person) -> None:
    asked = asking()
    turn = await take(module_database, asked, person)
    queued = await take(module_database, asking("And?", chat=asked.chat, when_busy="enqueue"), person)
    assert (queued.run.state, queued.is_new) == ("queued", True)
    async with module_database.connection() as conn:
        active = await runs.active(conn, turn.run.chat_id)
    assert active is not None
    assert active.id == turn.run.id


async def test_a_strangers_chat_is_none(module_database: Database, person: Person) -> None:
    asked = asking()
    await take(module_database, asked, person)
    before = await counted(module_database)
    for more in (asked, asking(chat=asked.chat), asking_again(asked.chat)):
        async with module_database.connection() as conn:
            stranger = await make_person(conn)
        with pytest.raises(NotFound):
            await take(module_database, more, stranger)
    after = await counted(module_database)
    assert {table for table in TABLES if after[table] != before[table]} == {"users", "sessions"}


async def test_a_message_under_an_answers_name_is_refused(module_database: Database, person: Person) -> None:
    turn = await ended(module_database, await take(module_database, asked := asking(), person))
    with pytest.raises(Invalid):
        await take(module_database, asking(chat=asked.chat, message=turn.answer.public_id), person)


@pytest.mark.parametrize("name", [None, "nothing"])
async def test_there_is_nothing_to_make_again_in_a_new_chat(
    module_database: Database, person: Person, name: str | None
) -> None:
    before = await counted(module_database)
    with pytest.raises(NotFound):
        await take(module_database, asking_again(unique("chat"), name), person)
    assert await counted(module_database) == before


async def test_what_fails_at_its_end_has_written_nothing(module_database: Database, person: Person) -> None:
    before = await counted(module_database)
    with pytest.raises(asyncpg.CheckViolationError):
        await take(module_database, asking(), person, replace(OPTIONS, temperature=Decimal(3)))
    assert await counted(module_database) == before


async def test_a_regenerate_brings_a_question_that_never_got_here(module_database: Database, person: Person) -> None:
    first = await ended(module_database, await take(module_database, asking("Tents?", chat="lost"), person))
    lost = Question("lost-1", words("Shoes?"))
    again = replace(asking_again("lost"), question=lost)
    turn = await ended(module_database, await take(module_database, again, person))
    names = [message.public_id for message in await branch(module_database, "lost", person)]
    assert names[-2:] == ["lost-1", turn.answer.public_id]
    assert len(names) == 4
    repeated = await take(module_database, again, person)
    assert repeated.run.user_message_id == turn.run.user_message_id != first.run.user_message_id


async def test_the_job_that_is_foreseen_is_the_one_its_rows_tell_of(module_database: Database, person: Person) -> None:
    asked = asking("Tents?")
    more = asking("And mats?", chat=asked.chat)
    told: list[Job] = []
    for one in (asked, more, replace(more, parts=words("And rugs?")), asking_again(asked.chat)):
        turn = await ended(module_database, await take(module_database, one, person, foreseen=told.append))
        found = await read(module_database, turn)
        assert told.pop() == replace(found, run=turn.run, steps=())
        assert told == []


async def test_a_job_is_foreseen_before_its_rows_and_only_where_it_is_to_be_made_now(
    module_database: Database, person: Person
) -> None:
    before, told, refused = await counted(module_database), list[Job](), asking()
    with pytest.raises(asyncpg.CheckViolationError):
        await take(module_database, refused, person, replace(OPTIONS, temperature=Decimal(3)), told.append)
    assert [shown.public_id for one in told for shown, _ in one.branch] == [refused.message]
    assert await counted(module_database) == before
    told.clear()
    asked = asking()
    await take(module_database, asked, person)
    await take(module_database, asked, person, foreseen=told.append)
    await take(module_database, asking(chat=asked.chat, when_busy="enqueue"), person, foreseen=told.append)
    assert told == []
