"""Who reads an answer, from where."""

from __future__ import annotations

import asyncio
from itertools import pairwise

import pytest

from tests.support.answers import run_row, same_as_history
from tests.support.providers.script import End, Reasoning, Text
from tests.support.service import Ground, Running, gated, running


async def test_a_reader_that_leaves_does_not_stop_the_answer(ground: Ground) -> None:
    gate, begun = asyncio.Event(), asyncio.Event()
    async with running(ground, gated([Text("Good ")], gate, [Text("day"), End()])) as here:
        browser, body = here.browser, here.browser.body()
        async with browser.http.stream("POST", "/api/chat", json=body) as response:
            async for line in response.aiter_lines():
                if "text-delta" in line:
                    break
        browser.sent = body
        assert [message["role"] for message in await browser.history()] == ["user"]
        resumed = asyncio.create_task(browser.resume(begun=begun))
        await begun.wait()
        gate.set()
        message = await same_as_history(here, await resumed)
        assert (await browser.resume()).status == 204
    assert message["parts"][-1]["text"] == "Good day"
    assert (await run_row(ground.database, message["id"]))["state"] == "finished"


async def test_every_reader_gets_the_same_message_in_any_process(ground: Ground) -> None:
    gate, begun = asyncio.Event(), [asyncio.Event() for _ in range(4)]
    async with running(ground, gated([Reasoning("hm"), Text("Good ")], gate, [Text("day 😀"), End()])) as here:
        browser = here.browser
        body = browser.body()
        readers = [asyncio.create_task(browser.send(body, begun=begun[0]))]
        await begun[0].wait()
        async with running(ground, chat=browser.chat, cookies=browser.http.cookies) as there:
            readers += [
                asyncio.create_task(browser.send(body, begun=begun[1])),
                asyncio.create_task(browser.resume(begun=begun[2])),
                asyncio.create_task(there.browser.resume(begun=begun[3])),
            ]
            await asyncio.gather(*(event.wait() for event in begun))
            gate.set()
            streams = await asyncio.gather(*readers)
            assert there.provider.asked == []
        stored = (await browser.history())[-1]
    assert [streamed.message for streamed in streams] == [stored] * 4
    assert all(streamed.done for streamed in streams)


@pytest.mark.parametrize("known", [True, False])
async def test_there_is_nothing_to_resume(here: Running, known: bool) -> None:
    assert (await here.browser.resume()).status == 204
    if known:
        await here.browser.say()
        assert (await here.browser.resume()).status == 204


async def test_a_stream_goes_on_where_its_cursor_stands(here: Running) -> None:
    whole = await here.browser.say()
    left = []
    for cursor in whole.ids:
        rest = await here.browser.resume(cursor)
        assert rest.done
        left.append("".join(chunk.get("delta", "") for chunk in rest.chunks))
        assert rest.types[-1] == "finish"
    assert (left[0], left[-1]) == ("Good day 😀", "")
    assert all(earlier.endswith(later) for earlier, later in pairwise(left))
    assert (await here.browser.resume("nonsense")).status == 422


async def test_an_answer_is_read_on_a_year_later_in_another_process(ground: Ground) -> None:
    async with running(ground) as here:
        whole = await here.browser.say()
        chat, cookies = here.browser.chat, here.browser.http.cookies
    async with ground.database.connection() as conn:
        for table, column in (("messages", "created_at"), ("runs", "finished_at"), ("runs", "told_at")):
            await conn.execute(f"update {table} set {column} = {column} - interval '1 year'")
    async with running(ground, chat=chat, cookies=cookies) as there:
        rest = await there.browser.resume(whole.ids[3])
    assert rest.done
    assert rest.types == whole.types[4:]
    assert rest.chunks[0] == whole.chunks[4]
