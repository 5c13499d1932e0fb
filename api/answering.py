"""Making an answer, whether the message came by the chat or is run again: lay down the turn, start it, stream it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import replace
from typing import TypeVar
from uuid import UUID

from starlette.requests import Request
from starlette.responses import Response

from agent.job import Job
from agent.notices import STOP, WAITING
from agent.reader import Cut, Reader
from agent.turn import Asked, RunInProgress, Turn, lay_down
from api import key, sse, who
from api.chat_request import Options
from api.problems import BadFields, Draining, Fault
from api.service import Service, service
from api.settings import ApiSettings
from prompts.render import render
from storage import budgets, notices, runs, stores
from storage.ai_options import AiOptions
from storage.budgets import Budget
from storage.people import NewGuest
from storage.runs import Run
from storage.stores import Store

_DEFAULT_PROMPT = "shopper"
_STOP_PATIENCE = 5.0
_MOST_INTERRUPTED = 20
_T = TypeVar("_T")


async def answer(request: Request, asked: Asked, given: Options, store: str | None = None) -> Response:
    """The stream of the answer, in the name of whoever asks; `store` is the slug of the store a new chat is about.

    Raises RunInProgress, NotFound, BadFields, BudgetSpent, Draining.
    """
    here = service(request)
    if here.draining.is_set():
        raise Draining
    turn, guest = await _taken(request, asked, given, store)
    reader = Reader(resumes=not turn.is_new, resets=sse.knows_reset(request))
    response = sse.stream(here, turn.run.message_id, reader, who.session_id(request))
    who.welcome(request, response, guest)
    return response


async def _taken(request: Request, asked: Asked, given: Options, store: str | None) -> tuple[Turn, NewGuest | None]:
    """The turn laid down. Where the message is to interrupt, whatever answers the chat is stopped first: another one
    that interrupts may come between, and is then stopped as well.
    """
    here = service(request)
    if asked.when_busy != "interrupt":
        return await _begin(request, asked, given, store)
    return await interrupting(
        lambda: _begin(request, asked, given, store),
        lambda run_id, patience: stop(here, run_id, patience),
        asyncio.get_running_loop().time,
        _STOP_PATIENCE,
    )


async def interrupting(
    begin: Callable[[], Awaitable[_T]],
    stop: Callable[[UUID, float], Awaitable[Run | None]],
    now: Callable[[], float],
    patience: float,
) -> _T:
    """What `begin` gives, once nothing is in its way. `stop` is told which run, and how many seconds it has.

    Raises RunInProgress when no run has ended for `patience` seconds by `now`.
    """
    deadline = now() + patience
    for _ in range(_MOST_INTERRUPTED):
        try:
            return await begin()
        except RunInProgress as busy:
            left = deadline - now()
            if left <= 0:
                raise
            run = await stop(busy.run_id, left)
            if run is None or run.state not in ("queued", "running"):
                deadline = now() + patience
    return await begin()


async def _begin(request: Request, asked: Asked, given: Options, slug: str | None) -> tuple[Turn, NewGuest | None]:
    here, laid_down, begun = service(request), asyncio.Event(), None

    def begin(job: Job) -> None:
        # The database takes as long over the rows and their commit as the agent takes to get ready.
        nonlocal begun
        begun = job.run.id
        here.runner.submit(job, laid_down)

    try:
        async with here.database.transaction() as conn:

            async def options_for(store_id: UUID | None) -> AiOptions:
                return _options(here, given, await stores.get(conn, store_id) if store_id else None)

            person, guest = await who.person_or_guest(conn, request)
            if asked.store_id is None:
                asked = replace(asked, store_id=await key.store_id(request, conn, slug, here.settings.store))
            shown = key.known(request)
            asked = replace(asked, api_key_id=None if shown is None else shown.id)
            turn = await lay_down(conn, person, asked, options_for, here.lease, here.clock, begin)
            if turn.is_new and (budget := _budget(here.settings)) is not None:
                await budgets.reserve(conn, turn.run.id, person.user_id, asked.api_key_id, budget, here.clock())
            if turn.is_new and turn.run.state == "queued":
                # The run it waits for may have ended meanwhile, and said so before this one was there.
                await notices.send(conn, WAITING)
    except BaseException:
        if begun is not None:
            here.runner.lose(begun)
        raise
    laid_down.set()
    return turn, guest


async def stop(here: Service, run_id: UUID, patience: float = _STOP_PATIENCE) -> Run | None:
    """Stop a run wherever it is made and wait, so many seconds, until it has ended; the run as it stands then."""
    async with here.database.connection() as conn:
        await runs.request_stop(conn, run_id, here.clock())
        await notices.send(conn, STOP)
        run = await runs.get(conn, run_id)
    if run is None or await here.runner.stop(run_id, patience):
        return await _run(here, run_id)
    with suppress(Cut):
        async for _ in here.feed.follow(run.message_id, Reader(resumes=True, resets=True), patience):
            pass
    return await _run(here, run_id)


async def _run(here: Service, run_id: UUID) -> Run | None:
    async with here.database.connection() as conn:
        return await runs.get(conn, run_id)


def _budget(settings: ApiSettings) -> Budget | None:
    if not (settings.limit_day_tokens or settings.limit_day_cost_micros):
        return None
    return Budget(
        tokens=settings.limit_day_tokens or None,
        cost_micros=settings.limit_day_cost_micros or None,
        reserve_tokens=settings.reserve_tokens,
        reserve_cost_micros=settings.reserve_cost_micros,
    )


def _options(here: Service, given: Options, store: Store | None) -> AiOptions:
    """What the answer will be made with. Raises BadFields for a model or prompt the service does not offer."""
    model = given.model or here.agent_settings.model
    offered = (here.agent_settings.model, *here.agent_settings.fallback_models)
    if model not in offered:
        raise BadFields([Fault(field="ai_options.model", detail=f"choose one of: {', '.join(offered)}")])
    prompt = here.prompts.get(given.prompt or _DEFAULT_PROMPT)
    if prompt is None:
        raise BadFields([Fault(field="ai_options.prompt", detail=f"choose one of: {', '.join(sorted(here.prompts))}")])
    values = {
        "store": store.name if store else "this shop",
        "currency": store.currency if store else "the currency each product is listed in",
        "today": here.clock().date().isoformat(),
    }
    return AiOptions(
        prompt=render(prompt, values),
        prompt_name=prompt.name,
        prompt_version=str(prompt.version),
        model=model,
        max_tokens=given.max_tokens,
        temperature=given.temperature,
        top_p=given.top_p,
        frequency_penalty=given.frequency_penalty,
        presence_penalty=given.presence_penalty,
        seed=given.seed,
    )
