from __future__ import annotations

from storage import system_audit
from storage.clock import utc_now
from storage.system_audit import Event, Severity
from tests.support.factory import unique
from tests.support.problems import problem
from tests.support.service import Running
from tests.support.shopper import shopper


async def test_an_administrator_reads_what_happened(here: Running) -> None:
    component = f"agent.{unique('module')}"
    told: tuple[tuple[Severity, str], ...] = (("info", "started"), ("error", "broken"), ("warning", "slow"))
    events = [
        Event(component=component, severity=severity, message=message, payload={"process": "p"}, at=utc_now())
        for severity, message in told
    ]
    async with here.service.database.connection() as conn:
        await system_audit.write(conn, events)
    async with shopper(here, "admin") as admin:

        async def found(**asked: str) -> list[str]:
            answer = await admin.http.get("/v1/system-audit", params=asked)
            assert answer.status_code == 200, answer.text
            return [event["message"] for event in answer.json()["items"]]

        assert await found(component=component) == ["slow", "broken", "started"]
        assert await found(component=component, severity="warning") == ["slow", "broken"]
        assert await found(component=component, since=events[1].at.isoformat()) == ["slow", "broken"]
        assert await found(component=component, until=events[1].at.isoformat()) == ["started"]
        assert (await found(component="agent"))[:3] == ["slow", "broken", "started"]
        assert await found(component="agen") == []
        first = (await admin.http.get("/v1/system-audit", params={"component": component, "limit": "2"})).json()
        assert first["items"][0]["payload"] == {"process": "p"}
        assert await found(component=component, cursor=first["next"]) == ["started"]
        problem(await admin.http.get("/v1/system-audit?severity=bad"), 422, "bad-fields")
    async with shopper(here) as one, shopper(here, "admin") as admin:
        refused = {"email": "nobody@example.org", "password": "not this one"}
        problem(await one.http.post("/v1/auth/sign-in", json=refused), 401, "wrong-password")
        [event] = (await admin.http.get("/v1/system-audit", params={"component": "auth", "limit": "1"})).json()["items"]
        assert (event["message"], event["payload"]["user_id"]) == ("a sign-in was refused", None)
        problem(await one.http.get("/v1/system-audit"), 403, "forbidden")
