from __future__ import annotations

import re
import time
from collections.abc import Iterable

_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
_WIDTH = 6
_WRAP = 36**_WIDTH
_PER_SECOND = 10_000
_TOKEN = re.compile(rb" ([0-9a-z]{6})(?![0-9a-z])")

TOKEN_LENGTH = _WIDTH + 1


def token(moment: float) -> bytes:
    """A token of the mock model: a space and `moment` (CLOCK_MONOTONIC, seconds) in 0.1 ms, six digits of base 36.

    The clock is the machine's, so that another process can tell how late a token came. It wraps after 60 hours.
    """
    ticks = int(moment * _PER_SECOND) % _WRAP
    digits = bytearray(b" 000000")
    for place in range(_WIDTH, 0, -1):
        ticks, digit = divmod(ticks, 36)
        digits[place] = ord(_DIGITS[digit])
    return bytes(digits)


def tokens(data: bytes) -> list[bytes]:
    """The tokens in a piece of a stream, without their spaces, in whatever JSON they are wrapped."""
    return _TOKEN.findall(data)


def lateness(found: Iterable[bytes], now: float | None = None) -> list[float]:
    """Seconds between the moment in each token and `now`."""
    ticks = int((time.monotonic() if now is None else now) * _PER_SECOND) % _WRAP
    half = _WRAP // 2
    return [((ticks - int(one, 36) + half) % _WRAP - half) / _PER_SECOND for one in found]
