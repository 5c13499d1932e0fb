"""An intent at work: a generator that yields calls and is sent their outcomes, replayed from the messages.

The model keeps nothing between two requests, so each request runs the scripts of the whole turn again. Outcomes that
are in the messages are sent at once; the first calls without one are what the model asks for now.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Generator, Iterable, Mapping, Sequence
from dataclasses import dataclass

import orjson


@dataclass(frozen=True, slots=True)
class Call:
    """`arguments`: JSON text with sorted keys, so that equal calls are equal."""

    name: str
    arguments: str


@dataclass(frozen=True, slots=True)
class Done:
    """What a tool returned: a JSON object."""

    value: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Failed:
    """Why there is no result, in the tool's words. `offered` False: there is no such tool here."""

    reason: str
    offered: bool = True


Outcome = Done | Failed
Script = Generator[Sequence[Call], Sequence[Outcome], str]
Log = Sequence[tuple[Call, Outcome]]


@dataclass(frozen=True, slots=True)
class Finished:
    text: str


@dataclass(frozen=True, slots=True)
class Waiting:
    calls: tuple[Call, ...]


def call(name: str, **arguments: object) -> Call:
    """None values are left out."""
    given = {key: value for key, value in arguments.items() if value is not None}
    return Call(name, orjson.dumps(given, option=orjson.OPT_SORT_KEYS).decode())


def advance(script: Script, log: Log, offered: Iterable[str], *, exhausted: bool = False) -> Finished | Waiting:
    """Run the script over the log. With `exhausted` steps it gets failures instead of waiting for more.

    The n-th time a script makes the same call it gets the n-th outcome of that call.
    """
    known = frozenset(offered)
    made: Counter[Call] = Counter()
    try:
        calls = next(script)
        while True:
            outcomes: list[Outcome | None] = []
            for wanted in calls:
                outcomes.append(_outcome(wanted, made[wanted], log, known))
                made[wanted] += 1
            missing = tuple(wanted for wanted, outcome in zip(calls, outcomes, strict=True) if outcome is None)
            if missing and not exhausted:
                return Waiting(missing)
            tired = Failed("it took too many steps")
            calls = script.send([outcome if outcome is not None else tired for outcome in outcomes])
    except StopIteration as end:
        return Finished(str(end.value))


def _outcome(wanted: Call, before: int, log: Log, known: frozenset[str]) -> Outcome | None:
    if wanted.name not in known:
        return Failed("this shop does not offer it here", offered=False)
    outcomes = [outcome for call, outcome in log if call == wanted]
    return outcomes[before] if before < len(outcomes) else None
