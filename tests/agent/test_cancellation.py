from __future__ import annotations

import asyncio

import pytest
from pydantic_ai.models import ModelRequestParameters

from tests.support.models import FORMATS, Format, Notes, ask, said, served
from tests.support.providers.script import Script, Stall, Text

every_format = pytest.mark.parametrize("wire", FORMATS, ids=lambda wire: wire.name)


@every_format
async def test_a_cancelled_run_lets_go_of_the_provider(wire: Format) -> None:
    notes = Notes()
    async with served(wire, wire.reply([Text("Hel"), Stall()]), tee=notes) as (model, provider):
        task = asyncio.create_task(ask(model), name="asking")
        await notes.spoke.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        await provider.gone.wait()
    assert ("end",) not in notes.entries


@every_format
async def test_cancelled_before_the_first_token(wire: Format) -> None:
    script: Script = [Stall()]
    async with served(wire, wire.reply(script)) as (model, provider):
        task = asyncio.create_task(ask(model), name="asking")
        await provider.called.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        await provider.gone.wait()


@every_format
async def test_a_reader_that_leaves_lets_go_of_the_provider(wire: Format) -> None:
    async with served(wire, wire.reply([Text("Hel"), Stall()])) as (model, provider):
        async with model.request_stream(said("hello"), None, ModelRequestParameters()) as stream:
            await anext(aiter(stream))
        await provider.gone.wait()


@every_format
async def test_a_tee_that_fails_lets_go_of_the_provider(wire: Format) -> None:
    class Fenced(Notes):
        def text(self, delta: str) -> None:
            raise RuntimeError("another process has the run")

    async with served(wire, wire.reply([Text("Hel"), Stall()]), tee=Fenced()) as (model, provider):
        with pytest.raises(RuntimeError, match="another process"):
            await ask(model)
        await provider.gone.wait()


@every_format
async def test_an_interrupted_stream_says_so(wire: Format) -> None:
    async with (
        served(wire, wire.reply([Text("Hel"), Stall()])) as (model, _),
        model.request_stream(said("hello"), None, ModelRequestParameters()) as stream,
    ):
        await anext(aiter(stream))
        await stream.cancel()
        assert stream.get().state == "interrupted"
        assert stream.get().text == "Hel"
