"""Put values into the `{{variable}}` places of a prompt."""

from __future__ import annotations

import re
from collections.abc import Mapping

from prompts.errors import PromptMalformed, VariablesDiffer
from prompts.prompt import Prompt

_PLACE = re.compile(r"\{\{([a-z][a-z0-9_]*)\}\}")


def variables(prompt: Prompt) -> frozenset[str]:
    """The names of the places in a prompt; raises PromptMalformed for a brace that belongs to none."""
    if "{{" in (rest := _PLACE.sub("", prompt.text)) or "}}" in rest:
        raise PromptMalformed(f"The prompt {prompt.name!r} has a '{{{{' or '}}}}' that is around no variable.")
    return frozenset(_PLACE.findall(prompt.text))


def render(prompt: Prompt, values: Mapping[str, str]) -> str:
    """The text with every place filled, in one pass: a value is never read as a template.

    Raises VariablesDiffer when a value is missing or one is given that the prompt does not use.
    """
    places = variables(prompt)
    if missing := sorted(places - values.keys()):
        raise VariablesDiffer(f"The prompt {prompt.name!r} needs values for: {', '.join(missing)}.")
    if unused := sorted(values.keys() - places):
        raise VariablesDiffer(f"The prompt {prompt.name!r} has no place for: {', '.join(unused)}.")
    return _PLACE.sub(lambda place: values[place[1]], prompt.text)
