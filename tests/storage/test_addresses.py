from __future__ import annotations

from dataclasses import replace
from uuid import uuid4

import pytest

from storage import addresses
from storage.database import Database
from storage.errors import NotFound
from tests.support.factory import make_person
from tests.support.orders import BERLIN, PARIS


async def test_the_first_address_is_the_default_until_another_is(database: Database) -> None:
    async with database.transaction() as conn:
        person, other = await make_person(conn), await make_person(conn)
        assert await addresses.default(conn, person) is None
        first = await addresses.add(conn, person, BERLIN)
        second = await addresses.add(conn, person, PARIS)
        assert await addresses.default(conn, person) == BERLIN
        third = await addresses.add(conn, person, replace(PARIS, line2="3rd floor"), is_default=True)
        found = await addresses.of(conn, person)
        assert [each.id for each in found] == [third, second, first]
        assert [each.is_default for each in found] == [True, False, False]
        assert await addresses.of(conn, other) == ()


async def test_the_default_is_replaced_in_its_place(database: Database) -> None:
    async with database.transaction() as conn:
        person = await make_person(conn)
        made = await addresses.set_default(conn, person, BERLIN)
        assert await addresses.set_default(conn, person, PARIS) == made
        assert [each.address for each in await addresses.of(conn, person)] == [PARIS]


async def test_only_ones_own_are_removed(database: Database) -> None:
    async with database.transaction() as conn:
        person, other = await make_person(conn), await make_person(conn)
        kept = await addresses.add(conn, person, BERLIN)
        for who, what in ((other, kept), (person, uuid4())):
            with pytest.raises(NotFound):
                await addresses.remove(conn, who, what)
        await addresses.remove(conn, person, kept)
        assert await addresses.of(conn, person) == ()


def test_an_address_on_one_line() -> None:
    assert BERLIN.text() == "Ann Lee, Torstr. 1, 10119 Berlin, DE"


async def test_one_is_changed_in_place_and_another_chosen(database: Database) -> None:
    async with database.transaction() as conn:
        person, other = await make_person(conn), await make_person(conn)
        first = await addresses.add(conn, person, BERLIN)
        second = await addresses.add(conn, person, BERLIN)
        await addresses.change(conn, person, second, PARIS)
        assert (await addresses.get(conn, person, second)).address == PARIS
        await addresses.choose(conn, person, second)
        assert await addresses.default(conn, person) == PARIS
        for deed in (
            addresses.change(conn, other, first, PARIS),
            addresses.choose(conn, other, first),
            addresses.get(conn, other, first),
        ):
            with pytest.raises(NotFound):
                await deed
