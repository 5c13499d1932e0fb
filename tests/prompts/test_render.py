from __future__ import annotations

import pytest

from prompts.errors import PromptMalformed, VariablesDiffer
from prompts.prompt import Prompt, load
from prompts.render import render, variables


def prompt(text: str) -> Prompt:
    return Prompt(name="test", version=1, text=text, digest="")


def test_every_place_is_filled() -> None:
    assert render(prompt("{{store}} on {{today}}: {{store}}"), {"store": "A", "today": "Monday"}) == "A on Monday: A"


def test_a_value_is_not_read_as_a_template() -> None:
    assert render(prompt("{{a}} {{b}}"), {"a": "{{b}}", "b": r"\1"}) == r"{{b}} \1"


def test_single_braces_and_dollars_are_plain_text() -> None:
    assert render(prompt('{"price": "$5"}'), {}) == '{"price": "$5"}'


def test_missing_and_unused_values_are_refused() -> None:
    with pytest.raises(VariablesDiffer, match="needs values for: today"):
        render(prompt("{{store}} {{today}}"), {"store": "A"})
    with pytest.raises(VariablesDiffer, match="no place for: colour"):
        render(prompt("{{store}}"), {"store": "A", "colour": "red"})


@pytest.mark.parametrize("text", ["{{ store }}", "{{Store}}", "{{store}", "store}}", "{{}}"])
def test_a_stray_brace_is_refused(text: str) -> None:
    with pytest.raises(PromptMalformed):
        render(prompt(text), {"store": "A", "Store": "A"})


def test_the_shopper_prompt_takes_store_currency_and_day() -> None:
    assert variables(load("shopper")) == {"store", "currency", "today"}
