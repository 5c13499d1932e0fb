from __future__ import annotations

import pytest
from pydantic_ai.models import ModelRequestParameters
from pydantic_ai.settings import ModelSettings

from agent.options import options
from tests.support.models import with_tools


def test_nothing_set_nothing_sent() -> None:
    assert options(ModelSettings(), ModelRequestParameters()) == {}


def test_zero_is_sent() -> None:
    settings = ModelSettings(temperature=0.0, top_p=0.0, frequency_penalty=0.0, presence_penalty=0.0, seed=0)
    assert options(settings, ModelRequestParameters()) == dict(settings)


def test_keys_we_do_not_know_are_not_sent() -> None:
    settings = ModelSettings(
        extra_body={"api_base": "http://evil.example"}, extra_headers={"x": "y"}, logit_bias={"1": 1}
    )
    assert options(settings, ModelRequestParameters()) == {}


@pytest.mark.parametrize(
    ("choice", "sent"),
    [
        ("auto", "auto"),
        ("none", "none"),
        ("required", "required"),
        (["look"], {"type": "function", "function": {"name": "look"}}),
        (["look", "buy"], "required"),
        ([], "none"),
    ],
)
def test_tool_choice(choice: str | list[str], sent: object) -> None:
    made = options(ModelSettings(tool_choice=choice), with_tools("look", "buy"))  # type: ignore[typeddict-item]
    assert made["tool_choice"] == sent


def test_a_choice_of_tools_leaves_the_others_out() -> None:
    made = options(ModelSettings(tool_choice=["buy"]), with_tools("look", "buy"))
    assert [tool["function"]["name"] for tool in made["tools"]] == ["buy"]
