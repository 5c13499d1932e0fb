from __future__ import annotations

import pytest

from agent.offline.intents import CancelOrder, Destination, Intent, PlaceOrder, ShowOrders
from agent.offline.understand import understand


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("order it", PlaceOrder()),
        ("I want to check out please", PlaceOrder()),
        ("place my order", PlaceOrder()),
        ("buy now", PlaceOrder()),
        ("track my order", ShowOrders()),
        ("what about my orders", ShowOrders()),
        ("cancel my order", CancelOrder()),
        ("please cancel K7Q2-9XFM-4T", CancelOrder("K7Q2-9XFM-4T")),
        (
            "ship it to 1 Rue de Rivoli, 75001 Paris, France",
            PlaceOrder(Destination("", "1 Rue de Rivoli", "", "Paris", "75001", "France")),
        ),
        (
            "my address is Ann Lee, 10 Downing Street, Flat 2, SW1A 2AA London, UK.",
            PlaceOrder(Destination("Ann Lee", "10 Downing Street", "Flat 2", "London", "SW1A 2AA", "UK")),
        ),
        (
            "order it, send it to Ann Lee, 1 Main Street, 10119 Berlin, Germany",
            PlaceOrder(Destination("Ann Lee", "1 Main Street", "", "Berlin", "10119", "Germany")),
        ),
        (
            "Please buy everything and then ship it to 1 Rue de Rivoli, 75001 Paris, France",
            PlaceOrder(Destination("", "1 Rue de Rivoli", "", "Paris", "75001", "France")),
        ),
        ("deliver it to the moon, please, now", PlaceOrder(readable=False)),
    ],
)
def test_what_is_said_of_orders(said: str, meant: Intent) -> None:
    assert understand(said) == (meant,)


@pytest.mark.parametrize(
    "said", ["I'd like to order two kettles", "order the second one", "what payment methods are there"]
)
def test_what_is_not_about_an_order(said: str) -> None:
    assert not any(isinstance(intent, PlaceOrder | ShowOrders | CancelOrder) for intent in understand(said))
