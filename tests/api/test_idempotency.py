from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
import pytest
from pydantic import BaseModel
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from api import body, idempotency, problems
from api.idempotency import Reply
from api.who import COOKIE
from storage import audit, people
from storage.audit import Cause
from storage.clock import utc_now
from storage.database import Connection
from storage.errors import CartwrightError, OutOfStock
from storage.people import Person
from tests.support.factory import unique
from tests.support.problems import problem
from tests.support.service import Running
from tests.wire.serving import serving


class Said(BaseModel):
    """What the handler below takes."""

    quantity: int = 1
    refuse: bool = False


class Told(BaseModel):
    """What it answers."""

    times: int
    name: str = "é"


class Counter:
    """A handler whose effect is one audit row; it can be held in the middle of it."""

    def __init__(self) -> None:
        self.times = 0
        self.gate = asyncio.Event()
        self.gate.set()
        self.begun = asyncio.Event()

    async def handle(self, request: Request) -> Response:
        said = await body.read(request, Said, 10_000)

        async def effect(conn: Connection, person: Person) -> Reply:
            self.times += 1
            entry = audit.Entry(entity_type="t", entity_id=person.user_id, action="did", before={}, after={})
            await audit.record(conn, person, entry, Cause())
            self.begun.set()
            await self.gate.wait()
            if said.refuse:
                raise OutOfStock
            return Reply(201, Told(times=self.times), {"ETag": '"7"'})

        return await idempotency.once(request, said, effect, required=request.path_params["id"] == "must")


@asynccontextmanager
async def counting(here: Running) -> AsyncIterator[tuple[Counter, httpx.AsyncClient]]:
    counter = Counter()
    app = Starlette(
        routes=[Route("/count/{id}", counter.handle, methods=["POST"])],
        exception_handlers={CartwrightError: problems.on_cartwright_error},
    )
    app.state.service = here.service
    async with here.service.database.connection() as conn:
        guest = await people.new_guest(conn, utc_now(), here.service.lease.lasts)
    async with (
        serving(app) as url,
        httpx.AsyncClient(base_url=url, headers={"authorization": f"Bearer {guest.token}"}) as http,
    ):
        yield counter, http


async def effects(here: Running) -> int:
    async with here.service.database.connection() as conn:
        count: int = await conn.fetchval("select count(*) from audit_log where entity_type = 't'")
    return count


def keyed(key: str) -> dict[str, str]:
    return {"Idempotency-Key": key}


async def test_the_same_request_again_gets_the_same_answer_and_does_nothing(here: Running) -> None:
    async with counting(here) as (counter, http):
        before = await effects(here)
        key = unique("key")
        first = await http.post("/count/a", json={"quantity": 1}, headers=keyed(key))
        again = await http.post(
            "/count/a", content=b'{ "quantity" : 1 }', headers=keyed(key) | {"content-type": "application/json"}
        )
        assert (first.status_code, again.status_code) == (201, 201)
        assert (first.content, first.headers["etag"]) == (again.content, again.headers["etag"])
        assert "idempotent-replayed" not in first.headers
        assert again.headers["idempotent-replayed"] == "true"
        assert (counter.times, await effects(here)) == (1, before + 1)
        assert (await http.post("/count/a", json={"quantity": 1}, headers=keyed(unique("key")))).json()["times"] == 2
        assert (await http.post("/count/a", json={"quantity": 1})).json()["times"] == 3


@pytest.mark.parametrize(("path", "said"), [("/count/a", {"quantity": 2}), ("/count/b", {"quantity": 1})])
async def test_another_request_with_the_key_is_refused(here: Running, path: str, said: dict[str, object]) -> None:
    async with counting(here) as (counter, http):
        key = unique("key")
        assert (await http.post("/count/a", json={"quantity": 1}, headers=keyed(key))).status_code == 201
        problem(await http.post(path, json=said, headers=keyed(key)), 422, "key-reused")
        assert counter.times == 1


async def test_where_a_key_is_needed_its_absence_is_refused(here: Running) -> None:
    async with counting(here) as (counter, http):
        problem(await http.post("/count/must", json={}), 400, "bad-request")
        assert (await http.post("/count/must", json={}, headers=keyed("k"))).status_code == 201
        assert counter.times == 1


@pytest.mark.parametrize("key", [b"", b"x" * 256, "ü".encode(), b"a\tb"])
async def test_a_key_that_is_none_is_refused(here: Running, key: bytes) -> None:
    async with counting(here) as (counter, http):
        headers: list[tuple[bytes, bytes]] = [(b"idempotency-key", key)]
        problem(await http.post("/count/a", json={}, headers=headers), 400, "bad-request")
        assert counter.times == 0


async def test_while_it_is_under_way_the_same_key_is_told_so_at_once(here: Running) -> None:
    async with counting(here) as (counter, http):
        counter.gate.clear()
        first = asyncio.create_task(http.post("/count/a", json={}, headers=keyed("slow")))
        await counter.begun.wait()
        found = problem(await http.post("/count/a", json={}, headers=keyed("slow")), 409, "key-in-use")
        assert found.retry
        counter.gate.set()
        assert (await first).status_code == 201
        again = await http.post("/count/a", json={}, headers=keyed("slow"))
        assert (again.json(), counter.times) == ((await first).json(), 1)


async def test_of_many_at_once_one_has_the_effect(here: Running) -> None:
    async with counting(here) as (counter, http):
        before = await effects(here)
        answers = await asyncio.gather(*(http.post("/count/a", json={}, headers=keyed("many")) for _ in range(8)))
        statuses = {answer.status_code for answer in answers}
        assert 201 in statuses <= {201, 409}
        assert (counter.times, await effects(here)) == (1, before + 1)


async def test_a_refusal_is_rolled_back_and_decided_anew(here: Running) -> None:
    async with counting(here) as (counter, http):
        before = await effects(here)
        for _ in range(2):
            problem(await http.post("/count/a", json={"refuse": True}, headers=keyed("no")), 409, "out-of-stock")
        assert (counter.times, await effects(here)) == (2, before)
        assert (await http.post("/count/a", json={"quantity": 5}, headers=keyed("no"))).status_code == 201


async def test_a_stranger_becomes_a_guest_with_the_effect_and_not_without(here: Running) -> None:
    async with counting(here) as (_, http):
        del http.headers["authorization"]
        refused = await http.post("/count/a", json={"refuse": True}, headers=keyed("guest"))
        assert "set-cookie" not in refused.headers
        first = await http.post("/count/a", json={}, headers=keyed("guest"))
        assert COOKIE in first.headers["set-cookie"]
        again = await http.post("/count/a", json={}, headers=keyed("guest"))
        assert again.headers["idempotent-replayed"] == "true"
        assert "set-cookie" not in again.headers
