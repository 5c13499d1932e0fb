"""Postgres: SQL and rows."""

from __future__ import annotations

import os

# litellm reads these while it is imported, here for embeddings and above for models: without the first it fetches its
# price list over the network, without the second it loads a .env file of the working folder.
os.environ.setdefault("LITELLM_LOCAL_MODEL_COST_MAP", "True")
os.environ.setdefault("LITELLM_MODE", "PRODUCTION")
