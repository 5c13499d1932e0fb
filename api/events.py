"""What a page tells of what its shoppers did, in batches."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Annotated
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field
from starlette.requests import Request
from starlette.responses import Response

from api import body
from api.endpoint import Answer, Endpoint
from api.idempotency import Reply, once
from api.problems import BadFields, Fault
from api.service import service
from storage import interactions
from storage.database import Connection
from storage.interactions import Interaction
from storage.people import Person

_OLDEST, _AHEAD = timedelta(days=7), timedelta(minutes=5)

_NAMES = {"product_id": "product_id", "search_log_id": "search_id", "recommendation_log_id": "recommendation_id"}

_Key = Annotated[str, Field(max_length=50)]
_Whole = Annotated[int, Field(ge=-(2**63), lt=2**63)]
_Value = Annotated[str, Field(max_length=500)] | _Whole | float | bool | None
_Facts = Annotated[dict[_Key, _Value], Field(max_length=20)]


class Event(BaseModel):
    """Something a person did. `id` is the client's own: an event of an id that was told before is left out."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    id: str = Field(min_length=1, max_length=100)
    type: str = Field(pattern=r"^[a-z][a-z0-9_]{0,99}$", description="view, click, search_click, and the like.")
    product_id: UUID | None = None
    search_id: UUID | None = Field(default=None, description="The search that led to it.")
    recommendation_id: UUID | None = Field(default=None, description="The recommendation that led to it.")
    value: Decimal | None = Field(default=None, max_digits=18, decimal_places=6)
    platform: str | None = Field(default=None, min_length=1, max_length=50)
    device: _Facts | None = None
    data: _Facts = Field(default_factory=dict)
    occurred_at: AwareDatetime | None = Field(
        default=None, description="At most 7 days ago and 5 minutes ahead; absent: now."
    )

    def interaction(self) -> Interaction:
        """The same, as storage knows it."""
        return Interaction(
            event_type=self.type,
            product_id=self.product_id,
            value=self.value,
            search_log_id=self.search_id,
            recommendation_log_id=self.recommendation_id,
            platform=self.platform,
            device=self.device,
            data=self.data,
            client_id=self.id,
            occurred_at=self.occurred_at,
        )


class EventBatch(BaseModel):
    """All of it is recorded, or nothing."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    events: list[Event] = Field(min_length=1, max_length=100)


class Recorded(BaseModel):
    """How many events were new, and how many had been told before."""

    recorded: int
    repeated: int


async def record(request: Request) -> Response:
    """Record what a person did."""
    here = service(request)
    batch = await body.read(request, EventBatch, here.settings.max_body)
    _refuse(tuple(_faults(batch.events, here.clock())))

    async def effect(conn: Connection, person: Person) -> Reply:
        happened = [event.interaction() for event in batch.events]
        missing = await interactions.unknown(conn, person, happened)
        _refuse([Fault(field=f"events.{each.place}.{_NAMES[each.field]}", detail="there is none") for each in missing])
        recorded = await interactions.record(conn, person, happened)
        return Reply(200, Recorded(recorded=recorded, repeated=len(happened) - recorded))

    return await once(request, batch, effect, required=False)


def _faults(events: Sequence[Event], now: datetime) -> Iterator[Fault]:
    seen: set[str] = set()
    for place, event in enumerate(events):
        if event.id in seen:
            yield Fault(field=f"events.{place}.id", detail="an event before it has the same id")
        seen.add(event.id)
        if event.occurred_at is not None and not now - _OLDEST <= event.occurred_at <= now + _AHEAD:
            yield Fault(field=f"events.{place}.occurred_at", detail="it is more than 7 days ago or 5 minutes ahead")


def _refuse(faults: Sequence[Fault]) -> None:
    if faults:
        raise BadFields(faults)


ENDPOINTS: tuple[Endpoint, ...] = (
    Endpoint(
        method="POST",
        path="/v1/events",
        right="anyone",
        scope="events:write",
        handler=record,
        summary="Record what a person did, up to 100 events at once",
        takes=EventBatch,
        idempotency="accepted",
        answers={200: Answer(detail="How many were new", model=Recorded)},
        faults=(503,),
    ),
)
