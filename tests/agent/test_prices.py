from __future__ import annotations

from agent.answer import Tokens
from agent.litellm_setup import litellm
from agent.prices import cost


def test_a_known_model() -> None:
    price = litellm.model_cost["gpt-4o-mini"]
    expected = 1_000_000 * price["input_cost_per_token"] + 500_000 * price["output_cost_per_token"]
    assert cost("openai/gpt-4o-mini", Tokens(input=1_000_000, output=500_000)) == round(expected * 1_000_000)


def test_cached_tokens_are_cheaper() -> None:
    full = cost("openai/gpt-4o-mini", Tokens(input=1_000_000))
    cached = cost("openai/gpt-4o-mini", Tokens(input=1_000_000, cached=1_000_000))
    assert full is not None
    assert cached is not None
    assert 0 < cached < full


def test_written_cache_costs_more() -> None:
    full = cost("anthropic/claude-sonnet-4-5", Tokens(input=1_000_000))
    written = cost("anthropic/claude-sonnet-4-5", Tokens(input=1_000_000, cache_written=1_000_000))
    assert full is not None
    assert written is not None
    assert written > full


def test_no_price_is_not_free() -> None:
    assert cost("openai/a-model-of-ones-own", Tokens(input=10)) is None
    assert cost("offline/shopkeeper", Tokens(input=10)) is None
