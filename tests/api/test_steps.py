from __future__ import annotations

from tests.support.problems import problem
from tests.support.providers.script import Arguments, Call, End
from tests.support.service import HELLO, Ground, running

LOOK = (Call(0, "call_1", "view_cart"), Arguments(0, "{}"), End("tool_calls"))


async def test_each_step_of_an_answer_says_what_it_took(ground: Ground) -> None:
    async with running(ground, LOOK, HELLO) as here:
        answer = (await here.browser.say()).message
        asked = (await here.browser.history())[0]["id"]
        steps = (await here.browser.http.get(f"/v1/messages/{answer['id']}/steps")).json()["steps"]
        assert [(step["step"], step["finish_reason"]) for step in steps] == [(0, "tool_call"), (1, "stop")]
        for step in steps:
            assert 0 <= step["first_token_seconds"] <= step["seconds"]
        assert sum(step["output_tokens"] for step in steps) == answer["metadata"]["usage"]["outputTokens"]
        problem(await here.browser.http.get(f"/v1/messages/{asked}/steps"), 404, "not-found")
        async with here.stranger() as other:
            problem(await other.http.get(f"/v1/messages/{answer['id']}/steps"), 404, "not-found")
