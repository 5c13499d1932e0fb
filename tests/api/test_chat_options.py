"""What an answer is made with."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from uuid import UUID

from storage import ai_options
from storage.ai_options import AiOptions
from tests.support.factory import make_store
from tests.support.service import OTHER_MODEL, Ground, Running, running
from tests.support.turns import MODEL

OPTIONS: dict[str, Any] = {
    "prompt": "other",
    "model": OTHER_MODEL,
    "max_tokens": 300,
    "temperature": 0.3,
    "top_p": 0.9,
    "frequency_penalty": -0.5,
    "presence_penalty": 1.25,
    "seed": 42,
}


async def test_options_are_used_and_stored_as_used(ground: Ground) -> None:
    async with ground.database.connection() as conn:
        store = await make_store(conn, name="Fernweg", currency="CHF")
    async with running(ground) as here:
        message = (await here.browser.say(ai_options=OPTIONS, store=store.slug)).message
        [asked] = here.provider.asked
    async with ground.database.connection() as conn:
        stored = await ai_options.of_message(conn, UUID(message["id"]))
    prompt = asked.body["messages"][0]["content"]
    assert "Fernweg" in prompt
    assert "CHF" in prompt
    assert "{{" not in prompt
    assert stored == AiOptions(
        prompt=prompt,
        prompt_name="other",
        prompt_version="7",
        model=OTHER_MODEL,
        max_tokens=300,
        temperature=Decimal("0.3"),
        top_p=Decimal("0.9"),
        frequency_penalty=Decimal("-0.5"),
        presence_penalty=Decimal("1.25"),
        seed=42,
    )
    sent = {name: value for name, value in OPTIONS.items() if name not in {"prompt", "model"}}
    assert {name: asked.body.get(name) for name in sent} == sent
    assert asked.body["model"] == OTHER_MODEL.removeprefix("openai/")


async def test_without_options_the_provider_chooses(here: Running) -> None:
    message = (await here.browser.say()).message
    async with here.service.database.connection() as conn:
        stored = await ai_options.of_message(conn, UUID(message["id"]))
    assert stored is not None
    prompt = here.provider.asked[0].body["messages"][0]["content"]
    version = str(here.service.prompts["shopper"].version)
    assert stored == AiOptions(prompt=prompt, prompt_name="shopper", prompt_version=version, model=MODEL)
    assert not {"temperature", "top_p", "max_tokens", "seed"} & set(here.provider.asked[0].body)
