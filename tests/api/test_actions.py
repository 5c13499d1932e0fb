"""Confirmed actions over REST, beside a chat that asked."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from agent.expiry import Expiry
from storage.clock import utc_now
from tests.support.asking import DONE, Giving, asking
from tests.support.factory import change_product, unique
from tests.support.service import Ground


async def settled(giving: Giving) -> list[dict[str, object]]:
    """The answer's parts once it has gone on to its end."""
    for _ in range(400):
        if await giving.run_state() not in ("running", "queued"):
            break
        await giving.browser.resume()
    parts: list[dict[str, object]] = (await giving.browser.history())[-1]["parts"]
    return parts


async def test_a_confirmed_action_happens_and_the_answer_goes_on(ground: Ground) -> None:
    async with asking(ground, 3) as giving:
        _, [action_id] = await giving.asked()
        waiting = await giving.action(action_id)
        assert (waiting["state"], waiting["tool"], waiting["summary"]) == (
            "pending", "give_away", f"Give away 3 of {giving.product.name}."
        )  # fmt: skip
        assert waiting["total"] == {"amount": 1500, "currency": "EUR", "text": "€15.00"}
        assert await giving.stock() == 10
        response = await giving.confirm(action_id)
        assert response.status_code == 200, response.text
        done = response.json()
        assert (done["state"], done["output"]) == ("executed", {"product_id": str(giving.product.id), "left": 7})
        assert done["confirmed_at"] == done["executed_at"] is not None
        assert await giving.stock() == 7
        parts = await settled(giving)
        assert [part["type"] for part in parts] == [
            "step-start", "text", "tool-give_away", "data-action", "data-products", "step-start", "text"
        ]  # fmt: skip
        assert (parts[2]["state"], parts[-1]["text"]) == ("output-available", "So be it.")
        assert await giving.run_state() == "finished"
        told = giving.here.provider.asked[-1].body["messages"][-1]
        assert '"left":7' in told["content"].replace(" ", "")


async def test_effect_and_decision_are_in_the_audit_log_under_the_action(ground: Ground) -> None:
    async with asking(ground, 1) as giving:
        _, [action_id] = await giving.asked()
        await giving.confirm(action_id)
        effect, decision = sorted(await giving.audit(action_id), key=lambda row: row["entity_type"], reverse=True)
        assert (effect["entity_type"], effect["changes"]) == (
            "product",
            {"before": {"stock": 10}, "after": {"stock": 9}},
        )
        assert (decision["entity_type"], str(decision["entity_id"]), decision["action"]) == (
            "action", action_id, "executed"
        )  # fmt: skip
        assert effect["part_id"] == decision["part_id"] is not None
        assert effect["ip_address"] is not None


async def test_confirming_again_answers_the_same_and_changes_nothing(ground: Ground) -> None:
    async with asking(ground, 3) as giving:
        _, [action_id] = await giving.asked()
        key = unique("key")
        first = await giving.confirm(action_id, key)
        again, other = await giving.confirm(action_id, key), await giving.confirm(action_id)
        assert [one.status_code for one in (first, again, other)] == [200, 200, 200]
        assert first.json() == again.json() == other.json()
        assert again.headers["Idempotent-Replayed"] == "true"
        assert (await giving.reject(action_id)).json()["code"] == "already-decided"
        assert await giving.stock() == 7


async def test_thirty_racers_have_one_effect(ground: Ground) -> None:
    async with asking(ground, 3) as giving:
        _, [action_id] = await giving.asked()

        async def confirm() -> dict[str, object]:
            while True:
                response = await giving.confirm(action_id)
                if response.status_code != 503:
                    assert response.status_code == 200, response.text
                    told: dict[str, object] = response.json()
                    return told

        replies = await asyncio.gather(*(confirm() for _ in range(30)))
        assert all(reply == replies[0] for reply in replies)
        assert await giving.stock() == 7
        assert len([row for row in await giving.audit(action_id) if row["entity_type"] == "product"]) == 1
        await settled(giving)


async def test_yes_and_no_at_once_are_one_of_them(ground: Ground) -> None:
    async with asking(ground, 3) as giving:
        _, [action_id] = await giving.asked()
        yes, no = await asyncio.gather(giving.confirm(action_id), giving.reject(action_id))
        assert sorted([yes.status_code, no.status_code]) == [200, 409]
        assert await giving.stock() == (7 if yes.status_code == 200 else 10)
        await settled(giving)


async def test_a_rejected_action_does_not_happen_and_the_model_is_told_why(ground: Ground) -> None:
    async with asking(ground, 3) as giving:
        _, [action_id] = await giving.asked()
        response = await giving.reject(action_id, "Too many.")
        assert (response.status_code, response.json()["state"]) == (200, "rejected")
        again = await giving.reject(action_id)
        assert (again.status_code, again.json()["reason"]) == (200, "Too many.")
        assert (await giving.confirm(action_id)).json()["code"] == "already-decided"
        parts = await settled(giving)
        assert (parts[2]["state"], parts[2]["approval"]) == (
            "output-denied", {"id": action_id, "approved": False, "reason": "Too many."}
        )  # fmt: skip
        assert parts[3]["data"]["state"] == "rejected"  # type: ignore[index]
        assert await giving.stock() == 10
        assert "Too many." in giving.here.provider.asked[-1].body["messages"][-1]["content"]


async def test_a_changed_fact_asks_again_and_says_what_changed(ground: Ground) -> None:
    async with asking(ground, 3) as giving:
        _, [action_id] = await giving.asked()
        async with ground.database.connection() as conn:
            await change_product(conn, giving.product, price=600)
        response = await giving.confirm(action_id)
        again = response.json()
        assert (response.status_code, again["state"], again["replaces"]) == (202, "pending", action_id)
        assert again["changes"] == [{"fact": "price", "before": 500, "after": 600}]
        assert again["total"]["amount"] == 1800
        assert await giving.stock() == 10
        assert (await giving.action(action_id))["state"] == "changed"
        assert await giving.run_state() == "waiting"
        assert (await giving.confirm(action_id)).json() == again
        parts = await settled(giving)
        asks = [part for part in parts if part["type"] == "tool-give_away"]
        assert [part["state"] for part in asks] == ["output-error", "approval-requested"]
        assert len(giving.here.provider.asked) == 1
        done = await giving.confirm(again["id"])
        assert (done.status_code, done.json()["state"]) == (200, "executed")
        assert await giving.stock() == 7
        await settled(giving)
        told = [message["content"] for message in giving.here.provider.asked[-1].body["messages"][-2:]]
        assert "no longer true" in told[0]
        assert "left" in told[1]


async def test_what_the_shop_refuses_in_the_end_has_not_happened(ground: Ground) -> None:
    async with asking(ground, 3) as giving:
        _, [action_id] = await giving.asked()
        async with ground.database.connection() as conn:
            await change_product(conn, giving.product, stock=2)
        for _ in range(2):
            response = await giving.confirm(action_id)
            assert (response.status_code, response.json()["code"]) == (409, "action-failed")
            assert response.headers["content-type"] == "application/problem+json"
            assert response.json()["detail"] == "There are 2 left."
        told = await giving.action(action_id)
        assert (told["state"], told["executed_at"]) == ("failed", None)
        assert told["error"] == {"code": "not-enough-stock", "detail": "There are 2 left."}
        assert await giving.stock() == 2
        parts = await settled(giving)
        assert (parts[2]["state"], parts[2]["errorText"]) == ("output-error", "There are 2 left.")


async def test_what_is_refused_half_way_has_no_effect_and_is_written_down(ground: Ground) -> None:
    async with asking(ground, 13, stock=20) as giving:
        _, [action_id] = await giving.asked()
        response = await giving.confirm(action_id)
        assert (response.status_code, response.json()["detail"]) == (409, "Thirteen is refused.")
        assert await giving.stock() == 20
        assert (await giving.action(action_id))["state"] == "failed"
        assert [row["action"] for row in await giving.audit(action_id)] == ["failed"]


async def test_an_expired_action_says_so_and_is_shown_so(ground: Ground) -> None:
    ahead = timedelta(0)

    async with asking(ground, 3, clock=lambda: utc_now() + ahead) as giving:
        _, [action_id] = await giving.asked()
        ahead = timedelta(minutes=16)
        assert (await giving.action(action_id))["state"] == "expired"
        for response in (
            await giving.confirm(action_id),
            await giving.confirm(action_id),
            await giving.reject(action_id),
        ):
            assert (response.status_code, response.json()["code"]) == (410, "action-expired")
        assert await giving.stock() == 10
        parts = await settled(giving)
        assert (parts[2]["state"], parts[2]["approval"]["reason"]) == (  # type: ignore[index]
            "output-denied", "It was not confirmed in time."
        )  # fmt: skip


async def test_several_in_one_step_are_decided_one_by_one(ground: Ground) -> None:
    async with asking(ground, 3, 2, 1, others=("view_cart",)) as giving:
        answer, [first, second, third] = await giving.asked()
        assert "tool-output-available" in answer.types
        await giving.confirm(second)
        assert await giving.run_state() == "waiting"
        await giving.reject(first)
        assert len(giving.here.provider.asked) == 1
        await giving.confirm(third)
        parts = await settled(giving)
        states = [part["state"] for part in parts if str(part["type"]).startswith("tool-")]
        assert states == ["output-available", "output-denied", "output-available", "output-available"]
        assert await giving.stock() == 7
        assert await giving.run_state() == "finished"


async def test_actions_are_listed_for_their_person_only(ground: Ground) -> None:
    async with asking(ground, 3, 2) as giving:
        _, [first, second] = await giving.asked()
        await giving.reject(first)
        page = (await giving.browser.http.get("/v1/actions", params={"limit": 1})).json()
        rest = (await giving.browser.http.get("/v1/actions", params={"cursor": page["next"]})).json()
        assert [item["id"] for item in (*page["items"], *rest["items"])] == [second, first]
        pending = (await giving.browser.http.get("/v1/actions", params={"pending": "true"})).json()
        assert [item["id"] for item in pending["items"]] == [second]
        async with giving.here.stranger() as stranger:
            await stranger.http.post("/api/chat", json={**stranger.body(), "id": unique("chat")})
            assert (await stranger.http.get("/v1/actions")).json() == {"items": [], "next": None}
            assert (await stranger.http.get(f"/v1/actions/{second}")).status_code == 404
            headers = {"Idempotency-Key": "k"}
            for path, body in ((f"/v1/actions/{second}/confirm", None), (f"/v1/actions/{second}/reject", {})):
                refused = await stranger.http.post(path, headers=headers, json=body)
                assert (refused.status_code, refused.json()["code"]) == (404, "not-found")
        assert await giving.stock() == 10


@pytest.mark.parametrize("name", ["01a20469-b079-76cc-9e05-047238527a96", "nonsense"])
async def test_what_is_not_there_is_not_found(ground: Ground, name: str) -> None:
    async with asking(ground, 1) as giving:
        await giving.asked()
        assert (await giving.confirm(name)).status_code == 404
        assert (await giving.browser.http.get(f"/v1/actions/{name}")).status_code == 404


async def test_deciding_takes_an_idempotency_key(ground: Ground) -> None:
    async with asking(ground, 1) as giving:
        _, [action_id] = await giving.asked()
        assert (await giving.browser.http.post(f"/v1/actions/{action_id}/confirm")).status_code == 400
        assert await giving.stock() == 10


async def test_a_yes_that_comes_while_the_answer_is_still_made_waits_for_it(ground: Ground) -> None:
    async with asking(ground, 1, after=(DONE,)) as giving:
        async with giving.browser.http.stream("POST", "/api/chat", json=giving.browser.body()) as response:
            confirming = None
            async for line in response.aiter_lines():
                if "tool-approval-request" in line and confirming is None:
                    [found] = (await giving.browser.http.get("/v1/actions")).json()["items"]
                    confirming = asyncio.create_task(giving.confirm(found["id"]))
        assert confirming is not None
        assert (await confirming).status_code == 200
        assert await giving.stock() == 9
        await settled(giving)


async def test_a_server_that_is_about_to_stop_decides_nothing(ground: Ground) -> None:
    async with asking(ground, 1) as giving:
        answer, [action_id] = await giving.asked()
        giving.here.service.draining.set()
        for response in (
            await giving.confirm(action_id),
            await giving.browser.post(giving.decision(answer.message, True)),
        ):
            assert (response.status_code, response.json()["code"]) == (503, "draining")
        assert await giving.stock() == 10


async def asked_over_rest(giving: Giving, pieces: int = 3) -> str:
    """Ask by the tool's own door: no chat, no message, no part."""
    response = await giving.browser.http.post(
        "/v1/tools/give_away",
        headers={"Idempotency-Key": unique("key")},
        json={"product_id": str(giving.product.id), "pieces": pieces},
    )
    assert response.status_code == 202, response.text
    told = response.json()
    assert (told["state"], told["message"]) == ("pending", None)
    action_id: str = told["id"]
    return action_id


async def test_without_a_chat_a_changed_fact_asks_again_too(ground: Ground) -> None:
    async with asking(ground) as giving:
        action_id = await asked_over_rest(giving)
        async with ground.database.connection() as conn:
            await change_product(conn, giving.product, price=600)
        again = await giving.confirm(action_id)
        assert (again.status_code, again.json()["replaces"]) == (202, action_id)
        assert await giving.stock() == 10
        done = await giving.confirm(again.json()["id"])
        assert (done.status_code, done.json()["output"]["left"]) == (200, 7)
        assert [row["part_id"] for row in await giving.audit(again.json()["id"])] == [None, None]


async def test_without_a_chat_what_nobody_answers_expires_too(ground: Ground) -> None:
    ahead = timedelta(0)
    async with asking(ground, clock=lambda: utc_now() + ahead) as giving:
        action_id = await asked_over_rest(giving)
        ahead = timedelta(minutes=16)
        expiry = Expiry(database=ground.database, embedder=ground.embedder, clock=lambda: utc_now() + ahead)
        while await expiry.look():
            pass
        assert (await giving.action(action_id))["state"] == "expired"
        assert (await giving.confirm(action_id)).json()["code"] == "action-expired"
        assert await giving.stock() == 10


async def test_a_reader_that_left_while_it_waited_reads_on_from_its_cursor(ground: Ground) -> None:
    async with asking(ground, 3) as giving:
        answer, [action_id] = await giving.asked()
        await giving.confirm(action_id)
        parts = await settled(giving)
        rest = await giving.browser.resume(answer.ids[-1])
        assert rest.types[:3] == ["tool-output-available", "data-action", "data-products"]
        assert (rest.done, rest.types[-1]) == (True, "finish")
        client = answer.client.feed(rest.chunks)
        assert [part.get("state") for part in client.message["parts"]] == [part.get("state") for part in parts]
        assert rest.chunks[-1]["messageMetadata"]["usage"]["inputTokens"] == 24
