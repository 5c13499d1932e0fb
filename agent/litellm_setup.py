"""The one door to litellm: importing `agent` has set its environment, this sets its switches."""

from __future__ import annotations

import litellm

# It prints an advertisement for its issue tracker with each error otherwise.
litellm.suppress_debug_info = True
litellm.telemetry = False
# A sampling option that a provider does not know is left out of the request instead of failing it.
litellm.drop_params = True

__all__ = ["litellm"]
