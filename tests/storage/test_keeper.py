from __future__ import annotations

import asyncio
from dataclasses import dataclass

import pytest

from storage.errors import ServerFailed
from storage.keeper import Keeper


@dataclass(slots=True)
class Frail:
    """A server that dies. `lives`: for how many looks each start lives; the last of them for ever, None fails."""

    lives: list[int | None]
    left: int = 0
    starts: int = 0

    def is_up(self) -> bool:
        self.left -= 1
        return self.left >= 0

    def revive(self) -> None:
        self.starts += 1
        life = self.lives.pop(0) if len(self.lives) > 1 else self.lives[0]
        if life is None:
            raise ServerFailed("no space left")
        self.left = life


def keeping(server: Frail, *, settled: float = 60.0) -> Keeper:
    return Keeper(server, look=0.001, pause=0.001, tries=3, settled=settled)


async def ended(keeper: Keeper) -> None:
    assert keeper._task is not None
    async with asyncio.timeout(20):
        await keeper._task


async def test_after_so_many_starts_in_vain_it_gives_up_and_says_so(caplog: pytest.LogCaptureFixture) -> None:
    server = Frail([None])
    keeper = keeping(server)
    keeper.start()
    await ended(keeper)
    assert server.starts == 3
    assert [record.levelname for record in caplog.records] == ["ERROR"] * 4
    assert "no space left" in caplog.records[0].message
    assert "started 3 times in vain" in caplog.records[-1].message


async def test_a_server_that_dies_soon_after_each_start_is_given_up_too(caplog: pytest.LogCaptureFixture) -> None:
    server = Frail([2])
    keeper = keeping(server)
    keeper.start()
    await ended(keeper)
    assert server.starts == 3


async def test_one_that_has_lived_for_a_while_may_die_again() -> None:
    server = Frail([2])
    keeper = keeping(server, settled=0)
    keeper.start()
    async with asyncio.timeout(20):
        while server.starts < 10:  # noqa: ASYNC110 - it tells nobody
            await asyncio.sleep(0)
    await keeper.stop()


async def test_one_that_comes_back_is_left_alone() -> None:
    server = Frail([None, 10**9])
    keeper = keeping(server)
    keeper.start()
    async with asyncio.timeout(20):
        while server.starts < 2 or server.left > 10**9 - 5:  # noqa: ASYNC110
            await asyncio.sleep(0)
    await keeper.stop()
    assert server.starts == 2
