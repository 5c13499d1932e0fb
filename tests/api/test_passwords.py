from __future__ import annotations

import asyncio

import pytest

from api.passwords import BadPassword, Passwords, checked
from storage.errors import Busy


async def test_a_password_is_kept_as_bcrypt_and_found_again() -> None:
    passwords = Passwords(4)
    hashed = await passwords.hash("Zürich 1291")
    assert (len(hashed), hashed[:7]) == (60, "$2b$04$")
    assert hashed != await passwords.hash("Zürich 1291")
    assert await passwords.check("Zürich 1291", hashed)
    assert await passwords.check("Zu\u0308rich 1291", hashed)  # typed on a keyboard that composes
    assert not await passwords.check("Zurich 1291", hashed)
    assert not await passwords.check("x" * 73, hashed)
    assert not await passwords.check("Zürich 1291", None)
    assert (passwords.outdated(hashed), Passwords(5).outdated(hashed)) == (False, True)
    passwords.close()


async def test_no_more_wait_than_may() -> None:
    passwords = Passwords(4, workers=1, waiting=2)
    made = await asyncio.gather(*(passwords.hash("password") for _ in range(5)), return_exceptions=True)
    assert [isinstance(each, Busy) for each in made] == [False, False, False, True, True]
    assert await passwords.hash("password")
    passwords.close()


async def test_the_event_loop_goes_on_meanwhile() -> None:
    passwords = Passwords(10)
    hashing = asyncio.create_task(passwords.hash("password"))
    turns = 0
    while not hashing.done():
        await asyncio.sleep(0)
        turns += 1
    assert turns > 100
    passwords.close()


@pytest.mark.parametrize("password", ["x" * 8, "x" * 72, "ü" * 36, "🦜" * 18])
def test_what_can_be_a_password(password: str) -> None:
    assert checked(password, "ada@example.org") == password


@pytest.mark.parametrize("password", ["x" * 7, "x" * 73, "ü" * 37, "🦜" * 19, "Lovelace@Example.org", "LOVELACE"])
def test_what_cannot(password: str) -> None:
    with pytest.raises(BadPassword):
        checked(password, "lovelace@example.org")
