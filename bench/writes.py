"""Where Postgres ends: `parts.save` and notices alone, without servers."""

from __future__ import annotations

import asyncio
import string
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from random import Random
from uuid import UUID

import asyncpg
import psutil

from bench.load_client import percentile
from bench.meter import Meter
from storage import parts, sql
from storage.database import Connection, bulk
from storage.parts import PartRow, TextPart

_SQL = sql.load(__file__)

PIECE = 12
"""Characters a stream grows in 50 ms: 2.5 tokens of a model that writes 50 a second."""
_ANSWER = 1_500
_CHANNEL = "bench"
_IDS = ",".join(["0" * 32] * 40)


@dataclass(frozen=True, slots=True)
class Writing:
    """So many writers, each with `runs` in a statement whose texts were `begin` characters long at first."""

    writers: int
    runs: int
    begin: int
    seconds: float
    statements: int
    database_cpu: float
    wal: int

    @property
    def rows(self) -> int:
        return self.statements * self.runs


@dataclass(frozen=True, slots=True)
class Telling:
    """`notices` heard by each of so many listeners; p99 of the time from sending to the last one's hearing, in ms."""

    listeners: int
    senders: int
    notices: int
    seconds: float
    database_cpu: float
    late_p99_ms: float


@dataclass(slots=True)
class Growing:
    """The answer of one run, which grows by a piece a statement and goes on in a new part when it is long enough."""

    run_id: UUID
    message_id: UUID
    words: str
    begin: int
    part: TextPart | None = None
    order: int = 0
    end: int = 0

    def row(self) -> PartRow:
        was = self.part
        if was is not None and len(was.text) >= self.begin + _ANSWER:
            self.order += 1
            was = None
        self.end = self.begin + PIECE if was is None else self.end + PIECE
        self.part = TextPart(order=self.order, step=0, text=self.words[: self.end])
        keys = PartRow(run_id=str(self.run_id), epoch=1, message_id=str(self.message_id))
        return {**keys, **parts.row(self.part, was)}


def words(length: int) -> str:
    """Text that compresses about as badly as prose, the same each time."""
    random = Random(1)
    known = ["".join(random.choices(string.ascii_lowercase, k=random.randint(2, 9))) for _ in range(2_000)]
    return " ".join(random.choices(known, k=length // 4))[:length]


async def _answers(conn: Connection, count: int, begin: int) -> list[Growing]:
    (person,) = await conn.fetch(_SQL["person"])
    text = words(begin + 2 * _ANSWER)
    return [
        Growing(record["id"], record["message_id"], text, begin)
        for record in await conn.fetch(_SQL["runs"], person["id"], count)
    ]


async def _write(conn: Connection, answers: Sequence[Growing], until: float) -> int:
    statements = 0
    while time.monotonic() < until:
        held = await parts.save(conn, [answer.row() for answer in answers])
        assert len(held) == len(answers)
        statements += 1
    return statements


async def _wal(conn: Connection) -> int:
    (record,) = await conn.fetch(_SQL["wal"])
    return int(record["bytes"])


@asynccontextmanager
async def _connections(url: str, count: int) -> AsyncIterator[list[asyncpg.Connection[asyncpg.Record]]]:
    async with AsyncExitStack() as stack:
        yield [await stack.enter_async_context(bulk(url)) for _ in range(count)]


async def writing(url: str, master: psutil.Process, *, writers: int, runs: int, begin: int, seconds: float) -> Writing:
    """Write flat out: each writer sends its next statement when the one before has come back."""
    async with bulk(url) as watch, _connections(url, writers) as conns:
        answers = [await _answers(watch, runs, begin) for _ in conns]
        for answer in answers:
            await parts.save(watch, [each.row() for each in answer])
        before, start = await _wal(watch), time.monotonic()
        with Meter(master).measured() as used:
            writes = (_write(conn, answer, start + seconds) for conn, answer in zip(conns, answers, strict=True))
            statements = sum(await asyncio.gather(*writes))
        took = time.monotonic() - start
        return Writing(writers, runs, begin, took, statements, used.server_cpu, await _wal(watch) - before)


@dataclass(slots=True)
class _Ear:
    """Hears notices, whose payload begins with the moment they were sent."""

    heard: int = 0
    awaited: int | None = None
    late: dict[str, float] = field(default_factory=dict)
    over: asyncio.Event = field(default_factory=asyncio.Event)

    def hear(self, _conn: object, _pid: int, _channel: str, payload: object) -> None:
        sent = str(payload).partition(":")[0]
        self.late[sent] = time.monotonic() - float(sent)
        self.heard += 1
        if self.heard == self.awaited:
            self.over.set()

    async def all(self, notices: int) -> None:
        if self.heard < notices:
            self.awaited = notices
            async with asyncio.timeout(10):
                await self.over.wait()


async def _tell(conn: Connection, pause: float, until: float) -> int:
    told = 0
    while (now := time.monotonic()) < until:
        await conn.execute(_SQL["tell"], f"{now}:{_IDS}")
        told += 1
        await asyncio.sleep(max(0.0, pause - (time.monotonic() - now)))
    return told


async def telling(
    url: str, master: psutil.Process, *, listeners: int, senders: int, pause: float, seconds: float
) -> Telling:
    """Each sender tells every `pause` seconds, flat out when 0, of 40 answers at a time as a process with 40 does."""
    ear = _Ear()
    async with _connections(url, listeners) as ears, _connections(url, senders) as mouths:
        for conn in ears:
            await conn.add_listener(_CHANNEL, ear.hear)
        start = time.monotonic()
        with Meter(master).measured() as used:
            told = sum(await asyncio.gather(*(_tell(conn, pause, start + seconds) for conn in mouths)))
            took = time.monotonic() - start
            await ear.all(told * listeners)
        late = percentile(list(ear.late.values()), 0.99)
        return Telling(listeners, senders, told, took, used.server_cpu, late)
