from __future__ import annotations

import pytest

from agent import ending
from agent.notices import WAITING, grew
from storage import notices, runs
from storage.clock import utc_now
from storage.database import Connection, Database
from tests.support.factory import make_person
from tests.support.turns import asking, flushing, recorder_of, take


@pytest.mark.parametrize("others", [[], ["queued"], ["elsewhere"]])
async def test_who_waits_is_woken_by_an_end_and_nobody_where_nobody_does(
    module_database: Database, monkeypatch: pytest.MonkeyPatch, others: list[str]
) -> None:
    """Each process that is woken looks for something to take over."""
    told: list[str] = []

    async def noted(conn: Connection, payload: str) -> None:
        assert await runs.active(conn, turn.run.chat_id) is None
        told.append(payload)

    asked = asking()
    async with module_database.connection() as conn:
        person = await make_person(conn)
    turn = await take(module_database, asked, person)
    for where in others:
        chat = asked.chat if where == "queued" else None
        await take(module_database, asking(chat=chat, when_busy="enqueue"), person)
    async with flushing(module_database) as flusher:
        recorder = recorder_of(turn, flusher)
        await recorder.flushed()
        monkeypatch.setattr(notices, "send", noted)
        await ending.end(module_database, recorder, ending.finished("stop"), utc_now)
    woken = [WAITING] if others == ["queued"] else []
    assert told == [*grew([turn.run.message_id]), *woken]
