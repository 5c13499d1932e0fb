from __future__ import annotations

import asyncio

import pytest

from tests.support.problems import problem
from tests.support.providers.script import Stall, Text
from tests.support.service import Browser, Ground, Running, running


async def listed(browser: Browser, **params: str) -> list[tuple[str, str]]:
    found = (await browser.http.get("/v1/chats", params=params)).json()
    return [(chat["id"], chat["title"]) for chat in found["items"]]


async def test_chats_are_listed_the_latest_first_in_pages(here: Running) -> None:
    browser = here.browser
    assert await listed(browser) == []
    names = []
    for words in ("Tents", "Mugs", "Lamps"):
        browser.chat = f"{browser.chat}-{words}"
        names.append((browser.chat, words))
        await browser.say(words)
    assert await listed(browser) == names[::-1]
    page = (await browser.http.get("/v1/chats", params={"limit": 2})).json()
    rest = (await browser.http.get("/v1/chats", params={"cursor": page["next"]})).json()
    assert [chat["id"] for chat in (*page["items"], *rest["items"])] == [name for name, _ in names[::-1]]
    async with here.stranger() as other:
        assert await listed(other) == []


async def test_a_chat_is_found_by_its_title_and_by_what_was_said(here: Running) -> None:
    await here.browser.say("100% Wool_Socks?")
    for words in ("wool", "100%", "_s", "good DAY"):
        assert len(await listed(here.browser, q=words)) == 1, words
    for words in ("cotton", "100_", "%"[:1] * 2):
        assert await listed(here.browser, q=words) == [], words


async def test_a_chat_gets_another_title(here: Running) -> None:
    await here.browser.say("Tents")
    path = f"/v1/chats/{here.browser.chat}"
    assert (await here.browser.http.patch(path, json={"title": "  For the lake "})).status_code == 204
    assert await listed(here.browser) == [(here.browser.chat, "For the lake")]
    for title in ("", " ", "x" * 201):
        problem(await here.browser.http.patch(path, json={"title": title}), 422, "bad-fields")
    async with here.stranger() as other:
        problem(await other.http.patch(path, json={"title": "Mine"}), 404, "not-found")
        problem(await other.http.delete(path), 404, "not-found")


async def test_a_chat_that_is_deleted_is_gone_with_its_messages(here: Running) -> None:
    browser = here.browser
    answer = (await browser.say("Tents")).message["id"]
    path = f"/v1/chats/{browser.chat}"
    for _ in range(2):
        response = await browser.http.delete(path, headers={"idempotency-key": "once"})
        assert response.status_code == 204
    assert await listed(browser) == []
    problem(await browser.http.get(f"/api/chat/{browser.chat}"), 404, "not-found")
    problem(await browser.http.get(f"/v1/messages/{answer}"), 404, "not-found")
    problem(await browser.http.delete(path), 404, "not-found")
    problem(await browser.post(browser.body("More")), 404, "not-found")
    async with here.service.database.connection() as conn:
        audited = await conn.fetch("select action, entity_type from audit_log order by id desc limit 1")
    assert [tuple(row) for row in audited] == [("delete", "chat")]


@pytest.mark.timeout(60)
async def test_deleting_a_chat_stops_the_answer_being_made(ground: Ground) -> None:
    async with running(ground, (Text("One moment"), Stall())) as here:
        begun = asyncio.Event()
        reading = asyncio.create_task(here.browser.send(here.browser.body(), begun=begun))
        await begun.wait()
        assert (await here.browser.http.delete(f"/v1/chats/{here.browser.chat}")).status_code == 204
        assert (await reading).types[-1] == "abort"
