from __future__ import annotations

from litellm.exceptions import BadRequestError
from litellm.llms.custom_llm import CustomLLM
from litellm.types.llms.custom_llm import CustomLLMItem

from agent.errors import ModelUnknown
from agent.litellm_setup import litellm

OFFLINE = "offline"


def register_offline(handler: CustomLLM) -> None:
    """Let litellm answer for `offline/...` models through `handler`; calling it again replaces the handler."""
    others = [item for item in litellm.custom_provider_map if item["provider"] != OFFLINE]
    litellm.custom_provider_map = [*others, CustomLLMItem(provider=OFFLINE, custom_handler=handler)]


def provider_of(model: str) -> str:
    """The provider's name in a litellm model name: `openai/gpt-5` is of `openai`; a bare name is litellm's to guess.

    Raises ModelUnknown where litellm cannot.
    """
    provider, slash, _ = model.partition("/")
    if slash:
        return provider
    try:
        return str(litellm.get_llm_provider(model)[1])
    except BadRequestError:
        raise ModelUnknown(model=model) from None
