"""The steps of an answer: what each request to a model used, cost and took."""

from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel, Field
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from api.endpoint import Answer, Endpoint
from api.messages import own_message
from api.service import service
from storage import runs
from storage.errors import NotFound
from storage.runs import RunStep


class StepDetails(BaseModel):
    """One request to a model. Money in millionths of a US dollar; `estimated` where the provider did not get to say."""

    step: int
    model: str
    finish_reason: str | None
    started_at: datetime
    first_token_seconds: float | None = Field(description="From the start; null where no token came.")
    seconds: float
    input_tokens: int
    output_tokens: int
    reasoning_tokens: int
    cached_tokens: int
    cost_micros: int
    estimated: bool


class Steps(BaseModel):
    """In order; those taken back are not among them."""

    steps: list[StepDetails]


async def every(request: Request) -> Response:
    """What the answer took."""
    async with service(request).database.connection() as conn:
        _, message = await own_message(request, conn)
        run = await runs.of_message(conn, message.id)
        if run is None:
            raise NotFound("This message was not made by a model.")
        told = Steps(steps=[_details(step) for step in await runs.steps(conn, run.id)])
    return JSONResponse(told.model_dump(mode="json"))


def _details(step: RunStep) -> StepDetails:
    used, first = step.usage, step.first_token_at
    return StepDetails(
        step=step.step,
        model=step.model,
        finish_reason=step.finish_reason,
        started_at=step.started_at,
        first_token_seconds=(first - step.started_at).total_seconds() if first else None,
        seconds=(step.finished_at - step.started_at).total_seconds(),
        input_tokens=used.input_tokens,
        output_tokens=used.output_tokens,
        reasoning_tokens=used.reasoning_tokens,
        cached_tokens=used.cached_tokens,
        cost_micros=used.cost_micros,
        estimated=used.estimated,
    )


ENDPOINTS: tuple[Endpoint, ...] = (
    Endpoint(
        method="GET",
        path="/v1/messages/{id}/steps",
        right="anyone",
        scope="chats:read",
        handler=every,
        summary="What an answer took, step by step",
        answers={200: Answer(detail="The steps, in order", model=Steps)},
        faults=(404, 503),
    ),
)
