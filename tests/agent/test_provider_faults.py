"""What providers do wrong, in three wire formats: it ends in a typed error or in a good answer, never in a hang."""

from __future__ import annotations

import pytest

from agent.errors import (
    AuthFailed,
    ContentRefused,
    ContextTooLong,
    EmptyAnswer,
    FirstTokenTimeout,
    IdleTimeout,
    ModelFailed,
    ModelUnknown,
    ProviderDown,
    QuotaSpent,
    RateLimited,
    RequestRefused,
    StreamCut,
)
from agent.limits import ModelLimits
from tests.support.models import FORMATS, KEY, OPENAI, QUICK, Format, Notes, ask, served
from tests.support.providers.script import Arguments, Call, Cut, End, Raw, Script, Stall, Text

every_format = pytest.mark.parametrize("wire", FORMATS, ids=lambda wire: wire.name)
# Both have to pass, so they are short; not so short that a busy machine needs as long for what is not silent.
LATE = ModelLimits(first_token=1, idle=60, retries=2, retry_wait=0.001)
SILENT = ModelLimits(first_token=60, idle=0.5, retries=2, retry_wait=0.001)


async def fault(wire: Format, *scripts: Script, limits: ModelLimits = QUICK) -> tuple[ModelFailed, Notes, int]:
    """The error an answer ends in, what the tee had got by then, and how often the provider was asked."""
    notes = Notes()
    async with served(wire, *(wire.reply(script) for script in scripts), tee=notes, limits=limits) as (model, provider):
        with pytest.raises(ModelFailed) as caught:
            await ask(model)
    return caught.value, notes, len(provider.asked)


@every_format
@pytest.mark.parametrize(
    ("status", "code", "message", "expected", "asked"),
    [
        (429, "rate_limit_error", "slow down", RateLimited, 3),
        (500, "api_error", "boom", ProviderDown, 3),
        (503, "overloaded_error", "overloaded", ProviderDown, 3),
        (401, "authentication_error", f"bad key {KEY}", AuthFailed, 1),
        (403, "permission_error", "not yours", AuthFailed, 1),
        (404, "not_found_error", "no such model", ModelUnknown, 1),
        (400, "invalid_request_error", "prompt is too long: maximum context length", ContextTooLong, 1),
        (400, "invalid_request_error", "temperature is out of range", RequestRefused, 1),
        (429, "insufficient_quota", "You exceeded your current quota: insufficient_quota", QuotaSpent, 1),
    ],
)
async def test_a_refusal(
    wire: Format, status: int, code: str, message: str, expected: type[ModelFailed], asked: int
) -> None:
    notes = Notes()
    async with served(wire, wire.error(status, message, code=code), tee=notes) as (model, provider):
        with pytest.raises(ModelFailed) as caught:
            await ask(model)
    assert type(caught.value) is expected
    assert caught.value.model == wire.model
    assert len(provider.asked) == asked
    assert notes.entries == []


@every_format
async def test_nothing_of_the_provider_is_shown(wire: Format) -> None:
    async with served(wire, wire.error(401, f"Incorrect API key {KEY} of org-acme")) as (model, _):
        with pytest.raises(AuthFailed) as caught:
            await ask(model)
    assert str(caught.value) == AuthFailed.__doc__
    assert KEY not in caught.value.reason
    assert caught.value.__suppress_context__


@every_format
async def test_a_stall_before_the_first_token(wire: Format) -> None:
    error, notes, asked = await fault(wire, [Stall()], limits=LATE)
    assert type(error) is FirstTokenTimeout
    assert error.retry
    assert notes.entries == []
    assert asked <= 1


@every_format
async def test_a_stall_after_some_tokens(wire: Format) -> None:
    error, notes, asked = await fault(wire, [Text("Hel"), Text("lo"), Stall()], limits=SILENT)
    assert type(error) is IdleTimeout
    assert error.retry
    assert (notes.joined("text"), asked) == ("Hello", 1)


@every_format
async def test_a_connection_cut_in_the_middle(wire: Format) -> None:
    error, notes, asked = await fault(wire, [Text("Hel"), Cut()])
    assert type(error) is StreamCut
    assert error.model == wire.model
    assert (notes.entries[-1], asked) == (("text", "Hel"), 1)


@every_format
async def test_a_frame_cut_in_the_middle(wire: Format) -> None:
    error, notes, asked = await fault(wire, [Text("Hel"), Raw(b'data: {"ch'), Cut()])
    assert type(error) is StreamCut
    assert (notes.entries[-1], asked) == (("text", "Hel"), 1)


# litellm takes Gemini's missing finish reason for "stop", so there such a stream cannot be told from a whole one.
@pytest.mark.parametrize("wire", FORMATS[:2], ids=lambda wire: wire.name)
async def test_a_stream_that_ends_without_a_finish(wire: Format) -> None:
    error, _, asked = await fault(wire, [Text("Hel"), End(None)])
    assert type(error) is StreamCut
    assert asked == 1


@every_format
async def test_a_cut_before_the_first_token_is_tried_again(wire: Format) -> None:
    async with served(wire, wire.reply([Cut()]), wire.reply([Text("Hello"), End()])) as (model, provider):
        response = await ask(model)
    assert response.text == "Hello"
    assert len(provider.asked) == 2


@every_format
async def test_an_empty_answer_is_tried_again(wire: Format) -> None:
    error, notes, asked = await fault(wire, [End()])
    assert type(error) is EmptyAnswer
    assert (notes.entries, asked) == ([], 3)


@every_format
async def test_a_filtered_answer(wire: Format) -> None:
    error, notes, asked = await fault(wire, [End("content_filter")])
    assert type(error) is ContentRefused
    assert not error.retry
    assert (notes.entries, asked) == ([], 1)


@every_format
async def test_an_answer_filtered_halfway_has_no_end(wire: Format) -> None:
    error, notes, _ = await fault(wire, [Text("Hel"), End("content_filter")])
    assert type(error) is ContentRefused
    assert notes.entries[-1] == ("text", "Hel")
    assert notes.used is not None


@every_format
async def test_single_bytes(wire: Format) -> None:
    async with served(wire, wire.reply([Text("Hé"), Text("llo ✓"), End()], slice=1)) as (model, _):
        response = await ask(model)
    assert response.text == "Héllo ✓"


async def test_malformed_tool_arguments_are_the_models_to_mend() -> None:
    script = [Call(0, "c1", "search"), Arguments(0, '{"a": '), End("tool_calls")]
    notes = Notes()
    async with served(OPENAI, OPENAI.reply(script), tee=notes) as (model, _):
        response = await ask(model)
    assert response.tool_calls[0].args == '{"a": '
    assert notes.entries[-1] == ("end",)


async def test_keep_alive_comments_do_not_count_as_words() -> None:
    comments = [Raw(b": PROCESSING\n\n")] * 5
    error, _, _ = await fault(OPENAI, [Text("Hel"), *comments, Stall()], limits=SILENT)
    assert type(error) is IdleTimeout


async def test_a_long_answer() -> None:
    notes = Notes()
    async with served(OPENAI, OPENAI.reply([Text("x" * 100_000)] * 20 + [End()]), tee=notes) as (model, _):
        response = await ask(model)
    assert len(response.text or "") == 2_000_000


async def test_nobody_listens() -> None:
    async with served(OPENAI, OPENAI.reply([End()])) as (model, _):
        pass
    with pytest.raises(ProviderDown):
        await ask(model)
