"""A cursor as text: where a reader stands, in the `id:` of its events and in the `Last-Event-ID` it comes back with.

`ORDER.OFFSET[,ORDER.OFFSET ...]@MESSAGE.RETRACTIONS`: the last part it has had of and how far, then the parts before
that one which were still open, the message, and how often parts of it had been taken back by then. Every event that
changes the message carries its own, so that a cut between any two of them loses and repeats nothing. `ORDER.0` stands
between the beginning of a step and its first part; `@MESSAGE.RETRACTIONS` alone before all of them.
"""

from __future__ import annotations

import re
from typing import TypeAlias

from agent.chunks import Chunk
from agent.reader import Reader, View
from storage.errors import Invalid

_CURSOR = re.compile(
    r"(?P<places>\d{1,6}\.\d{1,9}(?:,\d{1,6}\.\d{1,9}){0,99})?(?:@(?P<message>.{1,200})\.(?P<back>\d{1,3}))?"
)
_OVER = 1 << 40
_PLACELESS = frozenset({"finish-step", "message-metadata", "error", "finish", "abort"})
"""Chunks without a place of their own: they may be told again, and a reader that had one comes back as before it."""


class BadCursor(Invalid):
    """This is no cursor of this stream; leave it out to read the message from its beginning."""


Marked: TypeAlias = tuple[Chunk, str | None]
"""A chunk, and the place behind it if it has one."""


def marked(reader: Reader, view: View, message_id: str) -> list[Marked]:
    """What the view holds beyond the reader, with the place behind each chunk. Raises Retracted."""
    return [
        (chunk, written(reader, message_id) if chunk["type"] not in _PLACELESS else None)
        for chunk in reader.advance(view)
    ]


def written(reader: Reader, message_id: str) -> str:
    """The reader's place as text."""
    last = len(reader.offsets) - 1
    if last < 0:
        return f"@{message_id}.{reader.retractions or 0}"
    still_open = [f"{order}.{reader.offsets[order]}" for order in range(reader.done, last)]
    places = ",".join([f"{last}.{reader.offsets[last]}", *still_open])
    return f"{places}@{message_id}.{reader.retractions or 0}"


def message_of(text: str) -> str | None:
    """The message the cursor is in, where it says so. Raises BadCursor."""
    return _parsed(text)["message"]


def restored(text: str, view: View, *, resets: bool) -> Reader:
    """A reader that goes on where the cursor stands. Raises BadCursor, also for a place the message does not have.

    Where it has had what was taken back since and cannot be told so, it begins the message anew, with its `start`.
    """
    found = _parsed(text)
    if not found["places"]:
        return Reader(resumes=True, resets=resets)
    places = [place.split(".") for place in found["places"].split(",")]
    last, offset = int(places[0][0]), int(places[0][1])
    reader = Reader(resumes=True, resets=resets, started=True, retractions=int(found["back"] or 0))
    kept = view.retractions[reader.retractions or 0 :]
    if last >= len(view.parts) and not kept and view.ended is not None:
        raise BadCursor(field="Last-Event-ID")
    open_ones = {int(order): int(at) for order, at in places[1:]}
    reader.offsets = [open_ones.get(order, _OVER) for order in range(last)] + [offset]
    reader.done = min(open_ones, default=last)
    # The part at the cursor may not be in the rows yet, or be another one by now; its step is known once it is seen.
    reader.joins = True
    if kept and not resets and reader.has_had(min(kept)):
        return Reader(resumes=True)
    return reader


def _parsed(text: str) -> re.Match[str]:
    found = _CURSOR.fullmatch(text)
    if found is None:
        raise BadCursor(field="Last-Event-ID")
    return found
