"""The real server, with one tool more: give_away."""

from __future__ import annotations

import server
from tests.support.give_away import give_away
from tools.registry import SHOP_TOOLS

if __name__ == "__main__":
    raise SystemExit(server.main((*SHOP_TOOLS, give_away)))
