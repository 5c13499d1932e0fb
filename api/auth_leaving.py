"""A person takes everything that is theirs along, or leaves."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from pydantic import BaseModel, Field, JsonValue
from starlette.requests import Request
from starlette.responses import Response

from api import body, entry, reauthenticate, who
from api.auth import AuthBody, counted
from api.auth_mail import counted as mails_counted
from api.endpoint import Answer, Endpoint
from api.problems import SignInNeeded
from api.service import service
from storage import accounts, belongings, erasing, throttles
from storage.throttles import Rate, key

_EXPORTS = Rate(burst=3, every=timedelta(minutes=5))


class Leaving(AuthBody):
    """An account with a password gives it; one without has to have signed in just now; a guest needs neither."""

    password: str | None = Field(default=None, max_length=1000)


class Export(BaseModel):
    """Everything of a person, by table."""

    exported_at: datetime
    tables: dict[str, Sequence[JsonValue]]


async def export(request: Request) -> Response:
    """Everything of the person, as one document of one moment."""
    here = service(request)
    now = here.clock()
    async with here.database.connection() as conn:
        person = await who.person_on(conn, request)
        if person is None:
            raise SignInNeeded
        await throttles.allow(conn, (key("export", str(person.user_id)), _EXPORTS), now=now)
        await entry.record(conn, request, person, "export")
        async with conn.transaction(isolation="repeatable_read", readonly=True):
            tables = await belongings.of(conn, person.user_id)
    told = Export.model_validate({"exported_at": now, "tables": tables})
    headers = {"Cache-Control": "no-store", "Content-Disposition": 'attachment; filename="cartwright-export.json"'}
    return Response(told.model_dump_json(), media_type="application/json", headers=headers)


async def leave(request: Request) -> Response:
    """Delete the person who asks, with everything that is theirs."""
    here = service(request)
    said = await body.read(request, Leaving, here.settings.max_body)
    async with here.database.connection() as conn:
        person = await who.person_on(conn, request)
        if person is None:
            raise SignInNeeded
        account = await accounts.get(conn, person.user_id)
    if not account.is_anonymous:
        await reauthenticate.proved(request, said.password)
    keys = [reauthenticate.counted(account.id), key("export", str(account.id))]
    if account.email is not None:
        keys += [counted(account.email), mails_counted(account.email)]
    async with here.database.transaction() as conn:
        await erasing.erase(conn, account.id, keys)
    here.streams.wake()
    made = Response(status_code=204)
    who.take_back(request, made)
    return made


ENDPOINTS: tuple[Endpoint, ...] = (
    Endpoint(
        method="GET",
        path="/v1/auth/export",
        right="person",
        scope="closed",
        handler=export,
        summary="Everything of the person, as one document",
        answers={200: Answer(detail="Rows by table", model=Export)},
        faults=(429,),
    ),
    Endpoint(
        method="DELETE",
        path="/v1/auth/me",
        right="person",
        scope="closed",
        handler=leave,
        summary="Delete the person who asks, with everything that is theirs",
        takes=Leaving,
        answers={204: Answer(detail="Nobody is left")},
        faults=(404, 409, 429),
    ),
)
