from __future__ import annotations

import asyncio
from uuid import uuid4

import pytest

from storage import erasing
from tests.support.problems import problem
from tests.support.service import Running
from tests.support.shopper import shopper

BERLIN = {"name": "Ann Lee", "line1": "Torstr. 1", "city": "Berlin", "postal_code": "10119", "country": "DE"}


async def test_addresses_are_kept_changed_chosen_and_forgotten(here: Running) -> None:
    async with shopper(here) as one:
        assert (await one.http.get("/v1/addresses")).json() == {"items": []}
        first = (await one.http.post("/v1/addresses", json=BERLIN)).json()
        assert (first["line1"], first["is_default"]) == ("Torstr. 1", True)
        second = (await one.http.post("/v1/addresses", json=BERLIN | {"city": "Bonn"})).json()
        third = (await one.http.post("/v1/addresses", json=BERLIN | {"city": "Kiel", "is_default": True})).json()
        listed = (await one.http.get("/v1/addresses")).json()["items"]
        assert [(each["city"], each["is_default"]) for each in listed] == [
            ("Kiel", True), ("Bonn", False), ("Berlin", False),
        ]  # fmt: skip
        moved = await one.http.put(f"/v1/addresses/{second['id']}", json=BERLIN | {"city": "Ulm"})
        assert (moved.status_code, moved.json()["city"], moved.json()["is_default"]) == (200, "Ulm", False)
        chosen = await one.http.post(f"/v1/addresses/{first['id']}/default")
        assert chosen.json() == first
        assert (await one.http.delete(f"/v1/addresses/{third['id']}")).status_code == 204
        listed = (await one.http.get("/v1/addresses")).json()["items"]
        assert [(each["id"], each["is_default"]) for each in listed] == [(first["id"], True), (second["id"], False)]


async def test_the_audit_log_tells_what_changed_and_others_not_where_somebody_lives(here: Running) -> None:
    async with shopper(here) as one, shopper(here, "admin") as admin:
        first = (await one.http.post("/v1/addresses", json=BERLIN)).json()["id"]
        await one.http.put(f"/v1/addresses/{first}", json=BERLIN | {"city": "Kiel"})
        await one.http.put(f"/v1/addresses/{first}", json=BERLIN | {"city": "Kiel"})
        second = (await one.http.post("/v1/addresses", json=BERLIN)).json()["id"]
        await one.http.post(f"/v1/addresses/{second}/default")
        whole = BERLIN | {"line2": "", "region": "", "phone": ""}
        exported = (await one.http.get("/v1/auth/export")).json()["tables"]["audit_log"]
        told = [(row["action"], row["changes"]) for row in exported if row["entity_type"] == "address"]
        assert told == [
            ("create", {"before": {}, "after": whole | {"is_default": True}}),
            ("change", {"before": {"city": "Berlin"}, "after": {"city": "Kiel"}}),
            ("create", {"before": {}, "after": whole | {"is_default": False}}),
            ("choose", {"before": {"is_default": False}, "after": {"is_default": True}}),
        ]
        path = f"/v1/audit-log?user_id={one.person.user_id}&entity_type=address"
        logged = await admin.http.get(path)
        last = logged.json()["items"][0]
        assert (last["before"], last["after"]) == ({"is_default": False}, {"is_default": True})
        assert logged.json()["items"][-2]["after"] == {"city": "(hidden)"}
        assert not [word for word in ("Ann Lee", "Torstr", "Kiel", "Berlin", "10119") if word in logged.text]
        async with here.service.database.transaction() as conn:
            await erasing.erase(conn, one.person.user_id, [])
            left = await conn.fetch("select changes from audit_log where entity_id = any($1)", [first, second])
        assert [row["changes"] for row in left] == [{}] * 4


async def test_of_a_forgotten_address_the_audit_log_keeps_which_fields_changed(here: Running) -> None:
    async with shopper(here) as one:
        first = (await one.http.post("/v1/addresses", json=BERLIN | {"phone": "030 4711"})).json()["id"]
        second = (await one.http.post("/v1/addresses", json=BERLIN | {"city": "Bonn"})).json()["id"]
        await one.http.put(f"/v1/addresses/{first}", json=BERLIN | {"city": "Kiel", "phone": "030 4711"})
        async with here.service.database.connection() as conn:
            of_one = "select action, changes from audit_log where entity_id = $1 order by created_at, id"
            [kept] = await conn.fetch(of_one, second)
            assert (await one.http.delete(f"/v1/addresses/{first}")).status_code == 204
            left = [(row["action"], row["changes"]) for row in await conn.fetch(of_one, first)]
            assert await conn.fetch(of_one, second) == [kept]
    fields = dict.fromkeys(("name", "line1", "line2", "city", "region", "postal_code", "country", "phone"))
    assert left == [
        ("create", {"before": {}, "after": fields | {"is_default": True}}),
        ("change", {"before": {"city": None}, "after": {"city": None}}),
        ("remove", {"before": {}, "after": {}}),
    ]


async def test_another_s_address_does_not_exist(here: Running) -> None:
    async with shopper(here) as one, shopper(here) as other:
        kept = (await one.http.post("/v1/addresses", json=BERLIN)).json()["id"]
        for address in (kept, str(uuid4())):
            problem(await other.http.put(f"/v1/addresses/{address}", json=BERLIN), 404, "not-found")
            problem(await other.http.post(f"/v1/addresses/{address}/default"), 404, "not-found")
            problem(await other.http.delete(f"/v1/addresses/{address}"), 404, "not-found")
        assert (await one.http.get("/v1/addresses")).json()["items"][0]["is_default"] is True


async def test_ten_first_addresses_at_once_have_one_default(here: Running) -> None:
    async with shopper(here) as one:
        made = await asyncio.gather(*(one.http.post("/v1/addresses", json=BERLIN) for _ in range(10)))
        assert {each.status_code for each in made} == {201}
        assert [each.json()["is_default"] for each in made].count(True) == 1


@pytest.mark.parametrize("wrong", [{"line1": ""}, {"country": "D"}, {"phone": "1" * 21}, {"id": "x"}])
async def test_an_address_that_is_none(here: Running, wrong: dict[str, object]) -> None:
    problem(await here.browser.http.post("/v1/addresses", json=BERLIN | wrong), 422, "bad-fields")
