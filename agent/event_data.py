from __future__ import annotations


class EventData:
    """Cuts a stream of server-sent events into the data of each, however the bytes were sliced.

    Follows "Parsing an event stream" of the HTML standard as far as model providers use it: LF or CRLF line ends,
    comments, other fields ignored, several data lines joined by a line feed.
    """

    def __init__(self) -> None:
        self._tail: list[bytes] = []

    def feed(self, data: bytes) -> list[bytes]:
        """The data of the events that `data` completes."""
        if b"\n" not in data:
            self._tail.append(data)
            return []
        if self._tail:
            data = b"".join((*self._tail, data))
        if b"\r" in data:
            data = data.replace(b"\r\n", b"\n")
        *events, tail = data.split(b"\n\n")
        self._tail = [tail] if tail else []
        return [found for event in events if (found := _data(event))]

    def rest(self) -> list[bytes]:
        """The data of an event that the end of the stream left without its blank line."""
        found = _data(b"".join(self._tail).rstrip(b"\r\n"))
        return [found] if found else []


def _data(event: bytes) -> bytes:
    if event.startswith(b"data:") and b"\n" not in event:
        return event[5:].strip()
    lines = (line[5:].strip() for line in event.split(b"\n") if line.startswith(b"data:"))
    return b"\n".join(lines)
