"""What every refusal of the service looks like."""

from __future__ import annotations

import httpx

from api.problems import Problem
from storage.database import Database
from tests.support.turns import rows

TABLES = ("users", "sessions", "chats", "messages", "parts", "runs", "ai_options")


def problem(response: httpx.Response, status: int, code: str) -> Problem:
    """The response as a problem document of exactly its shape (RFC 9457), with this status and code."""
    assert (response.status_code, response.headers["content-type"]) == (status, "application/problem+json")
    document = response.json()
    assert set(document) == set(Problem.model_fields)
    found = Problem.model_validate(document)
    assert (found.status, found.code, found.type.rpartition("/")[2]) == (status, code, code)
    assert found.detail
    return found


async def counted(database: Database) -> dict[str, int]:
    """How many rows a request to the chat may have written."""
    async with database.connection() as conn:
        return await rows(conn, TABLES)
