from __future__ import annotations

from litellm.types.utils import PromptTokensDetailsWrapper
from litellm.types.utils import Usage as LiteLLMUsage

from agent.answer import Tokens
from agent.litellm_setup import litellm

MICRO = 1_000_000


def cost(model: str, tokens: Tokens) -> int | None:
    """What `tokens` cost in integer micro-dollars by litellm's bundled price list; None where it has no price."""
    usage = LiteLLMUsage(
        prompt_tokens=tokens.input,
        completion_tokens=tokens.output,
        total_tokens=tokens.input + tokens.output,
        prompt_tokens_details=PromptTokensDetailsWrapper(
            cached_tokens=tokens.cached, cache_creation_tokens=tokens.cache_written
        ),
        cache_read_input_tokens=tokens.cached,
        cache_creation_input_tokens=tokens.cache_written,
    )
    if not _listed(model):
        return None
    read, written = litellm.cost_per_token(model=model, usage_object=usage)
    return round((read + written) * MICRO)


def _listed(model: str) -> bool:
    return model in litellm.model_cost or model.partition("/")[2] in litellm.model_cost
