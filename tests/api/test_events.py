from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from storage.clock import utc_now
from tests.support.factory import make_product, make_recommendation, make_store
from tests.support.problems import problem
from tests.support.service import Running
from tests.support.shopper import Shopper, shopper


async def kept(here: Running, who: Shopper) -> list[Any]:
    async with here.service.database.connection() as conn:
        return list(await conn.fetch("select * from interactions where user_id = $1 order by id", who.person.user_id))


async def test_a_batch_is_recorded_and_again_changes_nothing(here: Running) -> None:
    async with here.service.database.connection() as conn:
        product = await make_product(conn, await make_store(conn))
    when = (utc_now() - timedelta(days=1)).replace(microsecond=0)
    events = [
        {"id": "a", "type": "view", "product_id": str(product.id), "occurred_at": when.isoformat(), "platform": "web"},
        {"id": "b", "type": "rate", "value": 0.1, "device": {"os": "Linux"}, "data": {"stars": 5}},
    ]
    async with shopper(here) as one, shopper(here) as other:
        for recorded in (2, 0):
            answer = await one.http.post("/v1/events", json={"events": events})
            assert answer.json() == {"recorded": recorded, "repeated": 2 - recorded}
        more = [*events, {"id": "c", "type": "click"}]
        assert (await one.http.post("/v1/events", json={"events": more})).json() == {"recorded": 1, "repeated": 2}
        assert (await other.http.post("/v1/events", json={"events": events})).json()["recorded"] == 2
        first, second, _ = await kept(here, one)
    assert (first["event_type"], first["product_id"], first["occurred_at"]) == ("view", product.id, when)
    assert (first["session_id"], first["platform"], str(second["event_value"])) == (one.person.session_id, "web", "0.1")
    assert (second["device"], second["data"]) == ({"os": "Linux"}, {"stars": 5})


async def test_clicks_join_a_recommendation_of_ones_own_only(here: Running) -> None:
    async with here.service.database.connection() as conn:
        product = await make_product(conn, await make_store(conn))
    async with shopper(here) as one, shopper(here) as other:
        async with here.service.database.connection() as conn:
            log = await make_recommendation(conn, one.person, [product.id])
        event = {
            "id": "a",
            "type": "recommendation_click",
            "product_id": str(product.id),
            "recommendation_id": str(log),
        }
        assert (await one.http.post("/v1/events", json={"events": [event]})).status_code == 200
        (row,) = await kept(here, one)
        found = problem(await other.http.post("/v1/events", json={"events": [event]}), 422, "bad-fields")
        assert await kept(here, other) == []
    assert row["recommendation_log_id"] == log
    assert [fault.field for fault in found.errors] == ["events.0.recommendation_id"]


@pytest.mark.parametrize(
    ("bad", "field"),
    [
        ({"type": "Add to cart"}, "events.1.type"),
        ({"id": ""}, "events.1.id"),
        ({"id": "good"}, "events.1.id"),
        ({"product_id": str(uuid4())}, "events.1.product_id"),
        ({"search_id": str(uuid4())}, "events.1.search_id"),
        ({"product_id": "7"}, "events.1.product_id"),
        ({"value": 10**18}, "events.1.value"),
        ({"platform": "x" * 51}, "events.1.platform"),
        ({"device": {str(number): 1 for number in range(21)}}, "events.1.device"),
        ({"occurred_at": (utc_now() - timedelta(days=8)).isoformat()}, "events.1.occurred_at"),
        ({"occurred_at": (utc_now() + timedelta(hours=1)).isoformat()}, "events.1.occurred_at"),
        ({"occurred_at": "2026-01-01T00:00:00"}, "events.1.occurred_at"),
        ({"user_id": str(uuid4())}, "events.1.user_id"),
    ],
)
async def test_one_bad_event_keeps_the_whole_batch_out(here: Running, bad: dict[str, object], field: str) -> None:
    events = [{"id": "good", "type": "view"}, {"id": "bad", "type": "view"} | bad]
    async with shopper(here) as one:
        found = problem(await one.http.post("/v1/events", json={"events": events}), 422, "bad-fields")
        assert await kept(here, one) == []
    assert [fault.field for fault in found.errors] == [field]


@pytest.mark.parametrize("count", [0, 101])
async def test_a_batch_has_1_to_100_events(here: Running, count: int) -> None:
    events = [{"id": str(number), "type": "view"} for number in range(count)]
    found = problem(await here.browser.http.post("/v1/events", json={"events": events}), 422, "bad-fields")
    assert [fault.field for fault in found.errors] == ["events"]


async def test_a_number_beyond_64_bits_is_kept_as_the_nearest_float(here: Running) -> None:
    content = b'{"events": [{"id": "big", "type": "view", "data": {"n": 1%s}}]}' % (b"0" * 40)
    async with shopper(here) as one:
        headers = {"content-type": "application/json"}
        response = await one.http.post("/v1/events", content=content, headers=headers)
        assert response.json() == {"recorded": 1, "repeated": 0}
        (row,) = await kept(here, one)
    assert row["data"] == {"n": 1e40}
