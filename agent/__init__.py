"""The loop that answers a shopper: models, runs, and the feed of what they make."""

from __future__ import annotations

import storage  # noqa: F401 - before anything here imports litellm, it sets what litellm reads from the environment
