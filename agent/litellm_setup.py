"""The one door to litellm: importing `agent` has set its environment, this sets its switches."""

from __future__ import annotations

import warnings

import litellm
from litellm.types.utils import Choices, Delta, Message, StreamingChoices

# It prints an advertisement for its issue tracker with each error otherwise.
litellm.suppress_debug_info = True
litellm.telemetry = False
# A sampling option that a provider does not know is left out of the request instead of failing it.
litellm.drop_params = True

# pydantic warns about the types of these (litellm 1.106) when the first call builds their schemas: build them here,
# where the warning can be told apart from one of ours.
with warnings.catch_warnings():
    warnings.filterwarnings("ignore", message=".*ReadOnly", category=UserWarning)
    for _model in (Delta, Message, StreamingChoices, Choices):
        _model.model_rebuild()

__all__ = ["litellm"]
