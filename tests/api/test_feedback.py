from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest

from tests.support.problems import problem
from tests.support.service import Running
from tests.support.shopper import shopper


async def answered(here: Running) -> tuple[str, str]:
    """A chat of the browser's: the ids of what was asked and of the answer."""
    await here.browser.say()
    asked, answer = await here.browser.history()
    return asked["id"], answer["id"]


async def test_a_vote_is_given_changed_and_taken_back(here: Running) -> None:
    _, answer = await answered(here)
    http, path = here.browser.http, f"/v1/messages/{answer}/feedback"
    problem(await http.get(path), 404, "not-found")
    first = await http.put(path, json={"vote": "down", "comment": " Too long. "})
    again = await http.put(path, json={"vote": "up"})
    assert (first.status_code, first.json()["comment"], again.status_code) == (201, "Too long.", 200)
    told = (await http.get(path)).json()
    assert (told, told["vote"], told["comment"]) == (again.json(), "up", None)
    history = (await http.get(f"/api/chat/{here.browser.chat}")).json()
    assert history["feedback"] == {answer: "up"}
    assert (told["message"], told["prompt_name"]) == (answer, "shopper")
    assert [(await http.delete(path)).status_code for _ in range(2)] == [204, 204]
    problem(await http.get(path), 404, "not-found")
    async with here.service.database.connection() as conn:
        rows = await conn.fetch(
            "select action, changes from audit_log where entity_type = 'message_feedback' and entity_id = "
            "(select id from messages where public_id = $1) order by id",
            answer,
        )
    assert [row["action"] for row in rows] == ["put", "put", "remove"]
    assert rows[1]["changes"]["before"] == {"vote": "down", "comment": "Too long."}


async def test_only_answers_of_ones_own_chats(here: Running) -> None:
    asked, answer = await answered(here)
    problem(await here.browser.http.put(f"/v1/messages/{asked}/feedback", json={"vote": "up"}), 422, "invalid")
    async with here.stranger() as other:
        for path in (f"/v1/messages/{answer}/feedback", f"/v1/messages/{uuid4()}/feedback"):
            problem(await other.http.get(path), 404, "not-found")
            problem(await other.http.put(path, json={"vote": "up"}), 404, "not-found")
            problem(await other.http.delete(path), 404, "not-found")


@pytest.mark.parametrize("bad", [{}, {"vote": 1}, {"vote": "up", "comment": "x" * 1001}, {"vote": "up", "why": "x"}])
async def test_a_vote_is_up_or_down(here: Running, bad: dict[str, Any]) -> None:
    problem(await here.browser.http.put(f"/v1/messages/{uuid4()}/feedback", json=bad), 422, "bad-fields")


async def test_administrators_read_all_in_pages(here: Running) -> None:
    given = []
    for vote in ("up", "down", "down"):
        _, answer = await answered(here)
        here.browser.chat = f"chat-{uuid4()}"
        await here.browser.http.put(f"/v1/messages/{answer}/feedback", json={"vote": vote})
        given.append(answer)
    async with shopper(here, "admin") as admin:
        first = (await admin.http.get("/v1/feedback?vote=down&limit=1")).json()
        second = (await admin.http.get(f"/v1/feedback?vote=down&limit=1&cursor={first['next']}")).json()
        assert [page["items"][0]["message"] for page in (first, second)] == [given[2], given[1]]
        latest = (await admin.http.get("/v1/feedback?limit=3")).json()["items"]
    assert [each["message"] for each in latest] == given[::-1]
