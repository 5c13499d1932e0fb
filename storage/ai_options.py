"""What an answer was made with: the rendered prompt, the model and the sampling settings, kept as used."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from storage import sql
from storage.database import Connection

_SQL = sql.load(__file__)


@dataclass(frozen=True, slots=True, kw_only=True)
class AiOptions:
    """Sampling settings of one answer; None leaves a setting to the provider."""

    prompt: str
    prompt_name: str
    prompt_version: str
    model: str
    max_tokens: int | None = None
    temperature: Decimal | None = None
    top_p: Decimal | None = None
    frequency_penalty: Decimal | None = None
    presence_penalty: Decimal | None = None
    seed: int | None = None


async def of_message(conn: Connection, message_id: UUID) -> AiOptions | None:
    """The options of a message."""
    record = await conn.fetchrow(_SQL["of_message"], message_id)
    return AiOptions(**record) if record else None
