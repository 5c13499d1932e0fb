from __future__ import annotations

from collections.abc import AsyncIterator

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.answer import Answer, Delta, TextDelta, Tokens
from agent.errors import ProviderDown, RateLimited, StreamCut
from agent.fast_lane import FastLane
from tests.support.providers import openai
from tests.support.providers.script import Arguments, Call, End, Raw, Reasoning, Script, Text

SCRIPT: Script = (
    Reasoning("hm"),
    Text("Hé"),
    Text("llo ✓"),
    Call(0, "c1", "f"),
    Call(1, "c2", "g"),
    Arguments(0, '{"a"'),
    Arguments(1, "{}"),
    Arguments(0, ":1}"),
    End("tool_calls"),
)


class Body(httpx.AsyncByteStream):
    def __init__(self, pieces: list[bytes]) -> None:
        self._pieces = pieces

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for piece in self._pieces:
            yield piece


def encoded(script: Script) -> bytes:
    return b"".join(step for step in openai.reply(script).steps if isinstance(step, bytes))


async def read(*pieces: bytes) -> tuple[Answer, list[list[Delta]]]:
    lane = FastLane(httpx.Response(200, stream=Body(list(pieces))))
    answer, reads, more = Answer(), [], True
    while more:
        more = await lane.read(answer)
        reads.append(answer.take())
    await lane.aclose()
    return answer, [deltas for deltas in reads if deltas]


async def test_all_lines_of_one_read_are_one_delta_a_part() -> None:
    _, reads = await read(encoded([Text("a"), Text("b"), Text("c"), End()]))
    assert reads == [[TextDelta(0, "abc")]]


async def test_usage_and_finish() -> None:
    answer, _ = await read(encoded([Text("a"), End("length", input=9, output=8, cached=7, reasoning=6)]))
    assert answer.tokens == Tokens(input=9, output=8, cached=7, reasoning=6)
    assert (answer.finish, answer.response_id) == ("length", "chatcmpl-1")


@given(st.integers(1, 200))
async def test_slices_give_the_same_parts(size: int) -> None:
    data = encoded(SCRIPT)
    sliced, _ = await read(*(data[at : at + size] for at in range(0, len(data), size)))
    whole, _ = await read(data)
    assert sliced.whole() == whole.whole()


async def test_half_a_surrogate_pair_is_kept_for_its_other_half() -> None:
    halves = (
        b'data: {"choices":[{"delta":{"content":"\\ud83d"}}]}\n\n',
        b'data: {"choices":[{"delta":{"content":"\\ude00!"}}]}\n\n',
    )
    _, reads = await read(*halves, encoded([End()]))
    assert reads == [[TextDelta(0, "😀!")]]


async def test_a_surrogate_with_no_other_half_is_replaced() -> None:
    halves = (
        b'data: {"choices":[{"delta":{"content":"a\\ud83d"}}]}\n\n',
        b'data: {"choices":[{"delta":{"content":"b"}}]}\n\n',
    )
    answer, _ = await read(*halves, encoded([End()]))
    assert answer.whole() == [TextDelta(0, "a\ufffdb")]


async def test_a_stream_without_done_but_with_a_finish_is_whole() -> None:
    data = encoded([Text("a"), End()]).replace(b"data: [DONE]\n\n", b"")
    answer, _ = await read(data)
    assert answer.finish == "stop"


@pytest.mark.parametrize(
    "script",
    [
        [Text("a")],
        [Text("a"), Raw(b'data: {"choices":[{"del')],
        [Text("a"), Raw(b"data: not json\n\n"), End()],
        [Text("a"), Raw(b"data: [1]\n\n"), End()],
    ],
    ids=["no finish", "half a frame", "no json", "no object"],
)
async def test_a_cut_stream_is_said_to_be_cut(script: Script) -> None:
    with pytest.raises(StreamCut):
        await read(encoded(script))


@pytest.mark.parametrize(
    ("body", "error"),
    [
        (b'{"error":{"code":429,"message":"slow down"}}', RateLimited),
        (b'{"error":{"type":"rate_limit_error","message":"slow down"}}', RateLimited),
        (b'{"error":"out of memory"}', ProviderDown),
    ],
)
async def test_an_error_inside_the_stream(body: bytes, error: type[Exception]) -> None:
    with pytest.raises(error):
        await read(encoded([Text("a")]) + b"data: " + body + b"\n\n")
