from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import asyncpg
import pytest

from storage import ai_options
from storage.ai_options import AiOptions
from storage.database import Database
from tests.support.turns import OPTIONS, take

FULL = replace(
    OPTIONS,
    max_tokens=200,
    temperature=Decimal("0.7"),
    top_p=Decimal("0.95"),
    frequency_penalty=Decimal("-1.5"),
    presence_penalty=Decimal(2),
    seed=-(2**63),
)


@pytest.mark.parametrize("options", [OPTIONS, FULL])
async def test_options_come_back_as_used(module_database: Database, options: AiOptions) -> None:
    turn = await take(module_database, options=options)
    async with module_database.connection() as conn:
        assert await ai_options.of_message(conn, turn.answer.id) == options


async def test_a_shoppers_message_has_none(module_database: Database) -> None:
    turn = await take(module_database)
    async with module_database.connection() as conn:
        assert await ai_options.of_message(conn, turn.run.user_message_id) is None


@pytest.mark.parametrize(
    ("options", "constraint"),
    [
        (replace(OPTIONS, temperature=Decimal("2.01")), "temperature"),
        (replace(OPTIONS, top_p=Decimal("-0.1")), "top_p"),
        (replace(OPTIONS, max_tokens=0), "max_tokens"),
        (replace(OPTIONS, frequency_penalty=Decimal(3)), "frequency_penalty"),
        (replace(OPTIONS, presence_penalty=Decimal(-3)), "presence_penalty"),
    ],
)
async def test_the_database_holds_the_bounds_too(
    module_database: Database, options: AiOptions, constraint: str
) -> None:
    with pytest.raises(asyncpg.CheckViolationError, match=f"ai_options_{constraint}_check"):
        await take(module_database, options=options)
