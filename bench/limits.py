"""`python -m bench.limits`: what the limits cost, a request and an answer, with them on and off, in turns.

Requests are `GET /v1/carts` of guests, one after the other; answers are of 10 tokens, each of a new guest. Limits that
are on are as by default for requests and streams, and higher than what is asked for tokens and cost.
"""

from __future__ import annotations

import asyncio
import time
from argparse import ArgumentParser
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

import httpx

from bench import contender, load_client
from bench.contender import Contender
from bench.meter import Meter

# So many requests of one guest are far below what is allowed in a minute.
_EACH = 200
_OFF = {f"CARTWRIGHT_LIMIT_{name}": "0" for name in ("REQUESTS", "GUESTS", "STREAMS", "DAY_TOKENS", "DAY_COST_MICROS")}
_MUCH = str(10**9)
_ON = {name: _MUCH for name in _OFF if "REQUESTS" not in name and "STREAMS" not in name}
_SETTINGS: Mapping[str, Mapping[str, str]] = {"off": _OFF, "on": _ON}


@dataclass(slots=True)
class Cost:
    """Milliseconds of a round's median answer and of CPU each, of the service and of Postgres; a figure a round."""

    took: list[float] = field(default_factory=list)
    service: list[float] = field(default_factory=list)
    database: list[float] = field(default_factory=list)

    def line(self, what: str, limits: str) -> str:
        """A row of a table: medians of the rounds."""
        figures = (f"{median(each):.2f}" for each in (self.took, self.service, self.database))
        return f"| {what} | {limits} | {' | '.join(figures)} |"


async def _requests(url: str, guests: int) -> list[float]:
    took: list[float] = []
    for _ in range(guests):
        async with httpx.AsyncClient(base_url=url, timeout=30) as http:
            made = await http.post("/v1/addresses", json={"line1": "Torstr. 1", "city": "Berlin", "country": "DE"})
            assert made.status_code == 201, made.text
            for _ in range(_EACH):
                start = time.perf_counter()
                response = await http.get("/v1/carts")
                took.append((time.perf_counter() - start) * 1000)
                assert response.status_code == 200, response.text
    return took


async def _answers(url: str, count: int) -> list[float]:
    figures = await load_client.one_by_one(url, count)
    assert not figures.failed
    return [each * 1000 for each in figures.first]


def measure(server: Contender, meter: Meter, what: str, count: int, cost: Cost) -> None:
    """One round."""
    with meter.measured() as used:
        took = asyncio.run(_requests(server.url, count) if what == "request" else _answers(server.url, count))
    cost.took.append(median(took))
    cost.service.append(used.server_cpu * 1000 / len(took))
    cost.database.append(used.database_cpu * 1000 / len(took))


def main() -> None:
    """Print a table."""
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=6)
    asked = parser.parse_args()
    costs: dict[tuple[str, str], Cost] = {}
    with TemporaryDirectory(prefix="cartwright-bench-", ignore_cleanup_errors=True) as name, ExitStack() as stack:
        folder, model = Path(name), contender.mock()
        stack.enter_context(contender.started(model, folder / "mock.log"))
        servers: dict[str, tuple[Contender, Meter]] = {}
        for limits, settings in _SETTINGS.items():
            server = contender.ours(model, folder / limits, settings)
            pid = stack.enter_context(contender.started(server, folder / f"{limits}.log"))
            servers[limits] = server, Meter.of(pid, server.data)
        for number in range(asked.rounds + 1):
            for what, count in (("request", 5), ("answer", 20)):
                # Whoever comes second finds the machine otherwise than the first.
                for limits, (server, meter) in sorted(servers.items(), reverse=number % 2 == 1):
                    # The first round warms up.
                    kept = costs.setdefault((what, limits), Cost()) if number else Cost()
                    measure(server, meter, what, count, kept)
    print("| what | limits | ms | service CPU ms | Postgres CPU ms |\n|---|---|---|---|---|")
    for (what, limits), cost in costs.items():
        print(cost.line(what, limits))


if __name__ == "__main__":
    main()
