"""Answers that a model did not finish."""

from __future__ import annotations

import pytest

from agent.runner import Limits
from tests.support.answers import run_row, same_as_history
from tests.support.providers import openai
from tests.support.providers.loopback import Reply
from tests.support.providers.script import Cut, End, Raw, Stall, Text
from tests.support.service import Ground, running

FAULTS: dict[str, tuple[Reply, str, list[str] | None]] = {
    "before": (openai.error(500, "sk-secret exploded"), "provider-down", []),
    "refused": (openai.error(401, "bad key sk-secret"), "auth-failed", []),
    "cut": (openai.reply([Text("Half an ans"), Cut()]), "stream-cut", ["Half an ans"]),
    "no end": (openai.reply([Text("Half an ans"), End(None)]), "stream-cut", ["Half an ans"]),
    "mid-stream": (
        openai.reply([Text("Half"), Raw(b'data: {"error": {"message": "x"}}\n\n')]),
        "provider-down",
        None,
    ),
    "no json": (openai.reply([Text("Half"), Raw(b"data: {\n\n")]), "stream-cut", None),
    "empty": (openai.reply([End()]), "empty-answer", []),
    "filtered": (openai.reply([Text("Half"), End("content_filter")]), "content-refused", ["Half"]),
}


@pytest.mark.parametrize("fault", FAULTS)
async def test_a_model_that_fails_leaves_a_part_one_can_act_on(ground: Ground, fault: str) -> None:
    reply, code, said = FAULTS[fault]
    async with running(ground, reply) as here:
        streamed = await here.browser.say()
        message = await same_as_history(here, streamed)
    # Words that come in one piece with the error are not told.
    if said is not None:
        assert [part["text"] for part in message["parts"] if part["type"] == "text"] == said
    assert all(part.get("state", "done") == "done" for part in message["parts"])
    told = message["parts"][-1]
    assert (told["type"], told["data"]["code"]) == ("data-error", code)
    assert streamed.client.error == told["data"]["message"]
    assert streamed.types[-3:] == ["error", "finish-step", "finish"]
    assert "sk-secret" not in str(streamed.chunks)
    run = await run_row(ground.database, message["id"])
    assert (run["state"], run["error_code"], run["error_retry"]) == ("failed", code, told["data"]["retry"])


async def test_a_failed_answer_can_be_made_again(ground: Ground) -> None:
    async with running(ground, openai.error(500, "oh"), [Text("Now."), End()]) as here:
        failed = await here.browser.say()
        again = await here.browser.send({"id": here.browser.chat, "trigger": "regenerate-message", "messages": []})
        history = await here.browser.history()
    assert failed.message["id"] != again.message["id"]
    assert [message["id"] for message in history][1:] == [again.message["id"]]
    assert again.message["parts"][-1]["text"] == "Now."


async def test_usage_of_an_answer_cut_short_is_estimated(ground: Ground) -> None:
    async with running(ground, [Text("x" * 40), Cut()]) as here:
        run = await run_row(ground.database, (await here.browser.say()).message["id"])
    assert (run["output_tokens"], run["usage_estimated"]) == (10, True)


async def test_an_answer_that_takes_too_long_is_ended(ground: Ground) -> None:
    async with running(ground, [Text("Well"), Stall()], limits=Limits(seconds=0.2)) as here:
        message = await same_as_history(here, await here.browser.say())
    assert message["parts"][-1]["data"] == {
        "code": "run-timeout",
        "message": "The answer took too long. Please try again.",
        "retry": True,
    }
