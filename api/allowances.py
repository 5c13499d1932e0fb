"""What a process may still let through without asking the database."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime

_MOST_HELD = 10_000


@dataclass(slots=True)
class Held:
    """What this process may still let through for a name, and until when."""

    left: int
    until: datetime


class Allowances:
    """The allowances a process holds, of the names it heard of last; bounded."""

    def __init__(self) -> None:
        self._held: OrderedDict[bytes, Held] = OrderedDict()

    def spend(self, name: bytes, now: datetime) -> bool:
        """Whether one of a name's was there, and is spent."""
        held = self._held.get(name)
        if held is None or held.left == 0 or held.until <= now:
            return False
        held.left -= 1
        return True

    def keep(self, name: bytes, times: int, until: datetime) -> None:
        """Hold so many for a name from now on, besides what is left of them."""
        held = self._held.pop(name, None)
        rest = held.left if held is not None else 0
        self._held[name] = Held(rest + times, until)
        if len(self._held) > _MOST_HELD:
            self._held.popitem(last=False)
