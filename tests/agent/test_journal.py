from __future__ import annotations

import logging
from collections.abc import Iterator

import pytest

from agent.journal import Journal
from storage import system_audit
from storage.database import Database
from storage.system_audit import Event, Wanted
from tests.support.factory import unique


@pytest.fixture
def journal() -> Iterator[Journal]:
    made = Journal(process="here-1", every=3600)
    made.attach()
    logging.getLogger("agent.somewhere").setLevel(logging.INFO)
    yield made
    made.detach()


async def kept(database: Database, component: str) -> list[Event]:
    async with database.connection() as conn:
        return [written.event for written in await system_audit.entries(conn, Wanted(component=component))]


async def test_what_our_modules_log_is_kept_also_from_before_there_was_a_database(
    module_database: Database, journal: Journal
) -> None:
    name = f"agent.somewhere.{unique('module')}"
    log = logging.getLogger(name)
    log.info("took over run %s", 7)
    log.debug("not this")
    logging.getLogger("somebody.else").error("nor this")
    journal.start(module_database)
    log.warning("bad\x00 byte")
    await journal.flush_held()
    try:
        raise ValueError("no good")
    except ValueError:
        log.exception("failed")
    await journal.stop()
    failed, warned, told = await kept(module_database, name)
    assert (told.severity, told.message, told.payload) == ("info", "took over run 7", {"process": "here-1"})
    assert (warned.severity, warned.message) == ("warning", "bad byte")
    assert (failed.severity, str(failed.payload["trace"]).splitlines()[-1]) == ("error", "ValueError: no good")
    assert await kept(module_database, "somebody") == []


async def test_what_cannot_be_written_waits(database: Database, journal: Journal) -> None:
    journal.start(database)
    logging.getLogger("agent.somewhere").info("one")
    async with database.connection() as conn:
        await conn.execute("alter table system_audit rename to elsewhere")
        await journal.stop()
        await conn.execute("alter table elsewhere rename to system_audit")
    assert await journal.flush_held() == 1
    assert await journal.flush_held() == 0
    assert [event.message for event in await kept(database, "agent")] == ["one"]


async def test_a_flood_keeps_the_last_thousand(module_database: Database, journal: Journal) -> None:
    name = f"agent.somewhere.{unique('module')}"
    for number in range(1_200):
        logging.getLogger(name).info("%d", number)
    journal.start(module_database)
    assert await journal.flush_held() == 1_000
    await journal.stop()
    assert (await kept(module_database, name))[0].message == "1199"
