"""Making an answer, whether the message came by the chat or is run again: lay down the turn, start it, stream it."""

from __future__ import annotations

from contextlib import suppress
from uuid import UUID

from starlette.requests import Request
from starlette.responses import Response

from agent.job import Job, branch_to
from agent.notices import STOP
from agent.reader import Cut, Reader
from agent.turn import Asked, RunInProgress, Turn, lay_down
from api import sse
from api.chat_request import Options
from api.problems import BadFields, Draining, Fault
from api.service import Service, service
from prompts.render import render
from storage import notices, runs, stores
from storage.ai_options import AiOptions
from storage.database import Connection
from storage.people import Person
from storage.runs import Run
from storage.stores import Store

_DEFAULT_PROMPT = "shopper"
_STOP_PATIENCE = 5.0


async def answer(request: Request, person: Person, asked: Asked, given: Options) -> Response:
    """The stream of the answer. Raises RunInProgress, NotFound, BadFields, Draining."""
    here = service(request)
    if here.draining.is_set():
        raise Draining
    try:
        turn = await _begin(here, person, asked, given)
    except RunInProgress as busy:
        if asked.when_busy != "interrupt":
            raise
        await stop(here, busy.run_id)
        turn = await _begin(here, person, asked, given)
    reader = Reader(resumes=not turn.is_new, resets=sse.knows_reset(request))
    return sse.stream(here, turn.run.message_id, reader)


async def _begin(here: Service, person: Person, asked: Asked, given: Options) -> Turn:
    async with here.database.transaction() as conn:
        options = _options(here, given, await _store(conn, asked))
        turn = await lay_down(conn, person, asked, options, here.lease, here.clock)
        branch = await branch_to(conn, turn.run.user_message_id) if turn.is_new else ()
    if turn.is_new and turn.run.state == "running":
        job = Job(
            run=turn.run,
            answer=turn.answer,
            options=options,
            person=person,
            store_id=turn.store_id,
            branch=branch,
        )
        here.runner.submit(job)
    return turn


async def stop(here: Service, run_id: UUID) -> Run | None:
    """Stop a run wherever it is made and wait, for some seconds, until it has ended; the run as it stands then."""
    async with here.database.connection() as conn:
        await runs.request_stop(conn, run_id, here.clock())
        await notices.send(conn, STOP)
        run = await runs.get(conn, run_id)
    if run is None or await here.runner.stop(run_id):
        return await _run(here, run_id)
    with suppress(Cut):
        async for _ in here.feed.follow(run.message_id, Reader(resumes=True, resets=True), _STOP_PATIENCE):
            pass
    return await _run(here, run_id)


async def _run(here: Service, run_id: UUID) -> Run | None:
    async with here.database.connection() as conn:
        return await runs.get(conn, run_id)


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


async def _store(conn: Connection, asked: Asked) -> Store | None:
    return await stores.get(conn, asked.store_id) if asked.store_id else None
