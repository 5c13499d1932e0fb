from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class StepUsage:
    """What one model response used. Tokens are counts; `cost` is integer micro-dollars (1e-6 USD).

    `cached_tokens` are part of `input_tokens`, `reasoning_tokens` part of `output_tokens`. `priced` is False where
    no price is known for the model (`cost` is then 0). `finish_reason` is why it ended, as pydantic-ai names it; None
    where the provider did not say. Times are milliseconds since the request was sent.
    """

    model: str
    input_tokens: int
    output_tokens: int
    cached_tokens: int
    reasoning_tokens: int
    cost: int
    priced: bool
    finish_reason: str | None
    first_token_ms: float | None
    total_ms: float


class Tee(Protocol):
    """Receives what a model streams, synchronously, in the order it was parsed. Methods must not block.

    No model is asked before `ready` returns.
    For each model response: `step_started`, then any of `text`, `reasoning`, `tool_input`, then `usage` and `end`.
    A response that fails or is cancelled gets no `end`, and `usage` only where the provider had told it; the exception
    says why. `step_started` comes right before the first delta, once the model that answers is certain: retries and
    fallbacks happen before it. Text (or reasoning) right after its own kind goes on with the same part.
    """

    async def ready(self) -> None: ...

    def step_started(self, model: str) -> None: ...

    def text(self, delta: str) -> None: ...

    def reasoning(self, delta: str) -> None: ...

    def tool_input(self, index: int, tool_call_id: str | None, name: str | None, delta: str) -> None:
        """`index` is the provider's number of the call in this response; id and name come with its first delta."""

    def usage(self, used: StepUsage) -> None: ...

    def end(self) -> None: ...
