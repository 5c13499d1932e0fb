"""A client in a process of its own: reads the answer under way to its end.

    python -m tests.faults.page URL CHAT COOKIE

Says "begun" at its first words, and in the end what it shows, as JSON.
"""

from __future__ import annotations

import asyncio
import json
import sys

from tests.faults.shopper import Answer, Shopper, shown
from tests.support.sse_client import Broken


async def main(url: str, chat: str, cookie: str) -> None:
    shopper, answer = Shopper([url], chat=chat, cookie=cookie), Answer()

    def begun(answer: Answer) -> None:
        if answer.text and not said:
            said.append(True)
            print("begun", flush=True)

    said: list[bool] = []
    while not answer.over:
        try:
            await shopper.read(await shopper.resume(answer.last_id), answer, begun)
        except Broken:
            continue
    print(json.dumps(shown(answer.client.message)))


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
