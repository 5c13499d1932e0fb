"""The loop that answers a shopper: models, runs, and the feed of what they make."""

from __future__ import annotations

import os

# litellm reads these while it is imported: without the first it fetches its price list over the network,
# without the second it loads a .env file of the working folder.
os.environ.setdefault("LITELLM_LOCAL_MODEL_COST_MAP", "True")
os.environ.setdefault("LITELLM_MODE", "PRODUCTION")
