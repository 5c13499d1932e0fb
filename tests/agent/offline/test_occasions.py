from __future__ import annotations

import pytest

from agent.offline.occasions import things_for
from tests.agent.offline.shop import Chat


@pytest.mark.parametrize(
    ("theme", "first"),
    [
        ("weekend hike", "backpack"),
        ("Hiking", "backpack"),
        ("two walks", "backpack"),
        ("coffee", "coffee grinder"),
        ("my home office", "desk lamp"),
    ],
)
def test_an_occasion_is_known_by_a_word_of_it(theme: str, first: str) -> None:
    assert things_for(theme)[0] == first
    assert len(things_for(theme)) > 1


@pytest.mark.parametrize("theme", ["", "Hearth", "a wedding"])
def test_others_are_not_known(theme: str) -> None:
    assert things_for(theme) == ()


def test_the_things_of_an_occasion_are_looked_for_one_by_one() -> None:
    chat = Chat()
    chat.say("put together a coffee kit under 150 euros")
    [searches] = chat.calls[:1]
    assert [arguments["query"] for _, arguments in searches] == [*things_for("coffee")]
    assert {arguments["max_price"] for _, arguments in searches} == {150}
