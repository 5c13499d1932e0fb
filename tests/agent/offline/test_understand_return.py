from __future__ import annotations

import pytest

from agent.offline.intents import Destination, Exchange, Intent, MoveOrder, Policy, SendBack
from agent.offline.understand import understand

NUMBER = "K7Q2-9XFM-4T"
BERLIN = Destination("Ann Lee", "Torstr. 1", "", "Berlin", "10119", "Germany")


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("I want to return the boots from my last order", SendBack("", "boots")),
        ("return my order", SendBack("", "")),
        (f"please return everything of the order {NUMBER.lower()}", SendBack(NUMBER, "")),
        (f"I'd like to send the two mugs back from order {NUMBER}", SendBack(NUMBER, "mugs", 2)),
        ("please send back one of the mugs from my order", SendBack("", "mugs", 1)),
        ("exchange the boots from my last order for a size 43", Exchange("", "boots", None, "size 43")),
        ("swap 2 red mugs in my order for blue ones", Exchange("", "red mugs", 2, "blue")),
        ("change the address of my order to Ann Lee, Torstr. 1, 10119 Berlin, Germany", MoveOrder("", BERLIN)),
        (
            f"Please change the delivery address of the order {NUMBER} to Ann Lee, Torstr. 1, 10119 Berlin, Germany",
            MoveOrder(NUMBER, BERLIN),
        ),
        ("send my last order to Ann Lee, Torstr. 1, 10119 Berlin, Germany", MoveOrder("", BERLIN)),
        ("change the address of my order to the moon", MoveOrder("", None)),
    ],
)
def test_what_is_said_of_orders_that_are_placed(said: str, meant: Intent) -> None:
    assert understand(said) == (meant,)


@pytest.mark.parametrize(
    "said", ["can I return shoes?", "I want to return my shoes", "how do I exchange something from my order?"]
)
def test_questions_are_for_the_shop_s_policies(said: str) -> None:
    assert all(isinstance(intent, Policy) for intent in understand(said))


@pytest.mark.parametrize("said", ["where is the return label of my order", "change my order", "set the red mug to 3"])
def test_what_sends_nothing_back(said: str) -> None:
    assert not any(isinstance(intent, SendBack | Exchange | MoveOrder) for intent in understand(said))
