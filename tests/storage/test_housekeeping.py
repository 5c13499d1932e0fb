from __future__ import annotations

from datetime import UTC, datetime, timedelta

from storage import email_codes, housekeeping, oidc_flows, people, throttles
from storage.database import Database
from storage.email_codes import Asked
from storage.oidc_flows import Flow
from storage.throttles import Rate

NOW = datetime.now(UTC)
DAY = timedelta(days=1)


async def test_what_is_over_leaves_by_one_process_at_a_time(database: Database) -> None:
    async with database.connection() as conn:
        await people.new_guest(conn, NOW - 30 * DAY, DAY)
        guest = (await people.new_guest(conn, NOW, DAY)).person
        assert guest.session_id is not None
        asked = Asked(purpose="sign-up", user_id=guest.user_id, email="ada@example.org")
        await email_codes.keep(conn, asked, "ABCD-EFGH", NOW - DAY, NOW)
        await throttles.take(conn, throttles.key("x"), Rate(1, DAY), NOW - DAY)
        for state, expires_at in (("old", NOW), ("new", NOW + DAY)):
            flow = Flow(session_id=guest.session_id, nonce="n", verifier="v")
            await oidc_flows.keep(conn, state, flow, expires_at)
    async with database.transaction() as one:
        swept = await housekeeping.sweep(one, NOW, NOW - 7 * DAY, 100)
        assert swept == 4
        async with database.transaction() as other:
            assert await housekeeping.sweep(other, NOW, NOW - 7 * DAY, 100) == 0
    async with database.connection() as conn:
        assert [row[0] for row in await conn.fetch("select id from sessions")] == [guest.session_id]
        assert await oidc_flows.take(conn, "new", NOW) is not None
        assert await oidc_flows.take(conn, "new", NOW) is None
