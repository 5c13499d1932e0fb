from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psutil

SAMPLE_SECONDS = 0.2


@dataclass(slots=True)
class Usage:
    """CPU seconds (user and system) and peak resident bytes, of the server and of its database server."""

    server_cpu: float = 0.0
    database_cpu: float = 0.0
    rss: int = 0
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Meter:
    """Reads what a server costs: its process with all children, and apart from them the Postgres in its data folder."""

    server: psutil.Process
    database: psutil.Process | None = None
    stop: threading.Event = field(default_factory=threading.Event)

    @classmethod
    def of(cls, pid: int, data: Path | None) -> Meter:
        return cls(psutil.Process(pid), postmaster(data) if data is not None else None)

    def rss(self) -> int:
        return sum(process.memory_info().rss for process in self._family(self.server))

    @contextmanager
    def measured(self) -> Iterator[Usage]:
        """The usage of the block; complete when it has ended."""
        usage = Usage(-self._cpu(self.server), -self._cpu(self.database), self.rss())
        over = threading.Event()
        sampler = threading.Thread(target=self._sample, args=(usage, over))
        sampler.start()
        try:
            yield usage
        finally:
            over.set()
            sampler.join()
            usage.server_cpu += self._cpu(self.server)
            usage.database_cpu += self._cpu(self.database)

    def _sample(self, usage: Usage, over: threading.Event) -> None:
        while not over.wait(SAMPLE_SECONDS):
            usage.rss = max(usage.rss, self.rss())

    def _family(self, process: psutil.Process) -> list[psutil.Process]:
        """A postmaster that the server started is the database's, not the server's."""
        children = process.children(recursive=True)
        database = self.database
        if database is not None and process != database:
            apart = {database, *database.children(recursive=True)}
            children = [child for child in children if child not in apart]
        return [process, *children]

    def _cpu(self, process: psutil.Process | None) -> float:
        if process is None:
            return 0.0
        total = 0.0
        for member in self._family(process):
            try:
                times = member.cpu_times()
            except psutil.NoSuchProcess:
                continue
            # What a member's own children used before they ended, backends of Postgres for one.
            total += times.user + times.system + times.children_user + times.children_system
        return total


def postmaster(data: Path) -> psutil.Process | None:
    """The oldest process whose command line names the data folder's Postgres."""
    folder = str(data.resolve() / "postgres")
    found = [
        process
        for process in psutil.process_iter(["cmdline", "create_time", "name"])
        if process.info["name"] == "postgres" and folder in (process.info["cmdline"] or [])
    ]
    return min(found, key=lambda process: float(process.info["create_time"]), default=None)
