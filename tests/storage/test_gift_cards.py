from __future__ import annotations

from uuid import uuid4

import pytest

from storage import gift_cards, payment_methods
from storage.database import Database
from storage.errors import NotFound
from tests.support.factory import make_member
from tests.support.orders import NO_CAUSE, eur


async def test_a_card_is_given_to_a_person_by_id_or_address_and_written_down(database: Database) -> None:
    async with database.transaction() as conn:
        staff, person = await make_member(conn, role="admin"), await make_member(conn)
        email = await conn.fetchval("select email from users where id = $1", person.user_id)
        assert await gift_cards.recipient(conn, None, email.upper()) == person.user_id
        assert await gift_cards.recipient(conn, person.user_id, None) == person.user_id
        for nobody in ((uuid4(), None), (None, "nobody@example.org")):
            with pytest.raises(NotFound):
                await gift_cards.recipient(conn, *nobody)
        card = await gift_cards.give(conn, staff, person.user_id, eur(700), NO_CAUSE)
        assert await payment_methods.of(conn, person) == (card,)
        assert card.left == eur(700)
        [entry] = await conn.fetch("select user_id, entity_id, changes from audit_log")
    assert (entry["user_id"], entry["entity_id"]) == (staff.user_id, card.id)
    assert entry["changes"]["after"] == {"user_id": str(person.user_id), "balance": 700, "currency": "EUR"}
