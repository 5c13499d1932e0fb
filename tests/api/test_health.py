from __future__ import annotations

from dataclasses import replace

import pytest

from agent.settings import AgentSettings
from storage.database import Database
from tests.support.problems import problem
from tests.support.service import Ground, Running, running
from tests.support.turns import MODEL


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
async def test_a_service_that_can_serve(here: Running, path: str) -> None:
    response = await here.browser.http.get(path)
    assert (response.status_code, response.json()) == (200, {"status": "ok", "model": MODEL, "offline": False})


async def test_the_offline_model_is_told_plainly(ground: Ground) -> None:
    async with running(ground) as here:
        here.app.state.service = replace(here.service, agent_settings=AgentSettings())
        assert (await here.browser.http.get("/healthz")).json()["offline"] is True


async def test_a_service_about_to_stop_lives_but_takes_nothing(ground: Ground) -> None:
    async with running(ground) as here:
        here.service.draining.set()
        assert (await here.browser.http.get("/healthz")).status_code == 200
        problem(await here.browser.http.get("/readyz"), 503, "draining")
        problem(await here.browser.post(here.browser.body()), 503, "draining")


async def test_without_its_database_a_service_lives_but_is_not_ready(ground: Ground) -> None:
    other = await Database.open(ground.url, pool_size=1, acquire_timeout=0.05)
    async with running(ground) as here, other.connection():
        here.app.state.service = replace(here.service, database=other)
        assert (await here.browser.http.get("/healthz")).status_code == 200
        found = problem(await here.browser.http.get("/readyz"), 503, "not-ready")
        problem(await here.browser.post(here.browser.body()), 503, "busy")
    await other.close()
    assert found.retry
