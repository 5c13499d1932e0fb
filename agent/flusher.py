"""The flusher writes the changed parts of all runs of this process in one statement, about every 50 ms."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterable
from typing import Protocol
from uuid import UUID

import asyncpg

from agent.notices import grew
from storage import notices, parts, runs
from storage.database import CONNECTION_LOST, Connection, Database
from storage.errors import Busy
from storage.parts import Part, PartRow
from storage.runs import Run, RunStep

_log = logging.getLogger(__name__)

_PASSING = (
    *CONNECTION_LOST,
    Busy,
    asyncpg.InsufficientResourcesError,
    asyncpg.LockNotAvailableError,
    asyncpg.QueryCanceledError,
    asyncpg.TransactionRollbackError,
)


class Source(Protocol):
    """Whose parts are written: a recorder."""

    run: Run

    def take(self) -> tuple[list[Part], list[PartRow]]: ...

    def take_steps(self) -> list[RunStep]: ...

    def keep(self, taken: Iterable[Part]) -> None: ...

    def put_back(self, taken: Iterable[Part]) -> None: ...

    def lose(self) -> None: ...

    def refuse(self) -> None: ...


class Flusher:
    """One background loop a process. `start` and `stop` belong to the runner.

    While the database cannot be reached everything stays in memory and is tried again; each part that could not be
    written for a reason of its own costs only its own run.
    """

    def __init__(self, database: Database, *, interval: float = 0.05, retry_after: float = 0.25) -> None:
        self._database = database
        self._interval = interval
        self._retry_after = retry_after
        self._dirty: dict[UUID, Source] = {}
        self._go = asyncio.Event()
        self._timer: asyncio.TimerHandle | None = None
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin to write."""
        self._task = asyncio.create_task(self._loop(), name="cartwright-flusher")

    async def stop(self) -> None:
        """Stop writing; what is still dirty is not written."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        if self._timer is not None:
            self._timer.cancel()

    def mark(self, source: Source) -> None:
        """This one has changed; it is written within the interval."""
        if not self._dirty and self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(self._interval, self._go.set)
        self._dirty[source.run.id] = source

    def hurry(self) -> None:
        """Write now."""
        self._go.set()

    async def _loop(self) -> None:
        while True:
            try:
                async with self._database.connection() as conn:
                    await self._write_for_ever(conn)
            except _PASSING as error:
                _log.warning("parts wait in memory, the database cannot be reached: %s", error)
            except Exception:
                # Without this loop no answer of the process would ever end, and nothing would say why.
                _log.exception("parts wait in memory, they could not be written")
            await asyncio.sleep(self._retry_after)

    async def _write_for_ever(self, conn: Connection) -> None:
        while True:
            await self._go.wait()
            self._go.clear()
            if self._timer is not None:
                self._timer.cancel()
                self._timer = None
            sources = list(self._dirty.values())
            self._dirty.clear()
            if sources:
                await self._write(conn, sources)

    async def _write(self, conn: Connection, sources: list[Source]) -> None:
        taken = [(source, *source.take()) for source in sources]
        try:
            held = await parts.save(conn, [row for _, _, rows in taken for row in rows])
        except asyncpg.PostgresError as error:
            if isinstance(error, _PASSING):
                self._put_back(taken)
                raise
            await self._write_apart(conn, taken)
            return
        except Exception:
            self._put_back(taken)
            raise
        for source, changed, _ in taken:
            if source.run.id in held:
                source.keep(changed)
            elif changed:
                source.lose()
        await self._tell(conn, [source for source in sources if source.run.id in held])

    def _put_back(self, taken: list[tuple[Source, list[Part], list[PartRow]]]) -> None:
        for source, changed, _ in taken:
            source.put_back(changed)
        self._go.set()

    async def _tell(self, conn: Connection, sources: list[Source]) -> None:
        """Outside the writing transaction: usage of finished steps, and one notice for all that has grown."""
        for source in sources:
            for step in source.take_steps():
                await runs.add_step(conn, source.run, step)
        for payload in grew(source.run.message_id for source in sources):
            await notices.send(conn, payload)

    async def _write_apart(self, conn: Connection, taken: list[tuple[Source, list[Part], list[PartRow]]]) -> None:
        for position, (source, changed, rows) in enumerate(taken):
            try:
                held = await parts.save(conn, rows)
            except _PASSING:
                self._put_back(taken[position:])
                raise
            except asyncpg.PostgresError:
                _log.exception("a part of run %s cannot be stored", source.run.id)
                source.refuse()
            else:
                if source.run.id in held:
                    source.keep(changed)
                elif changed:
                    source.lose()
