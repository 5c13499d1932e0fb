"""What the shopkeeper does about orders that are placed, against a shop that answers from a table."""

from __future__ import annotations

from typing import Any

import pytest

from tests.agent.offline.shop import Chat, Shop

NUMBER = "K7Q2-9XFM-4T"
ADDRESS = {"name": "Ann Lee", "line1": "Torstr. 1", "line2": ""}
ADDRESS |= {"city": "Berlin", "postal_code": "10119", "country": "Germany"}


def chat(status: str, **bought: int) -> Chat:
    return Chat(Shop(orders={NUMBER: status}, bought=bought or {"m1": 3, "k1": 1}))


def asked(tool: str, **arguments: Any) -> tuple[str, dict[str, Any]]:
    return (tool, {"order": NUMBER, **arguments})


SEEN = [(("view_orders", {}),), (asked("get_order"),)]


def test_an_item_goes_back_all_of_it_or_so_many() -> None:
    shopper = chat("delivered")
    told = shopper.say("I want to return the mug from my last order")
    assert shopper.calls == [*SEEN, (asked("return_items", items=[{"item_id": "i-m1", "quantity": 3}]),)]
    assert f"The return of **Red Mug** of the order **{NUMBER}** is asked for." in told
    assert "None of your orders can be returned" in shopper.say("return my order")
    some = chat("delivered")
    some.say(f"send two mugs back from order {NUMBER}")
    assert some.calls == [(asked("get_order"),), (asked("return_items", items=[{"item_id": "i-m1", "quantity": 2}]),)]


def test_a_whole_order_goes_back() -> None:
    shopper = chat("delivered")
    told = shopper.say("return my last order")
    items = [{"item_id": "i-m1", "quantity": 3}, {"item_id": "i-k1", "quantity": 1}]
    assert shopper.calls == [*SEEN, (asked("return_items", items=items),)]
    assert "**Red Mug**, **Brook Kettle**" in told


def test_what_the_order_does_not_have_is_said_with_what_it_has() -> None:
    shopper = chat("delivered")
    told = shopper.say("I want to return the boots from my last order")
    assert shopper.calls == SEEN
    assert "There is no “boots” in the order" in told
    assert "3 × Red Mug" in told


@pytest.mark.parametrize(("status", "tool"), [("delivered", "exchange_items"), ("pending", "change_order")])
def test_an_item_becomes_another_one(status: str, tool: str) -> None:
    shopper = chat(status)
    told = shopper.say("swap one red mug in my order for a blue one")
    item = {"item_id": "i-m1", "quantity": 1, "new_product_id": "m2"}
    assert shopper.calls[-1] == (asked(tool, items=[item]),)
    assert "1 × **Blue Mug** for **Red Mug**" in told


def test_another_variant_that_is_not_there() -> None:
    shopper = chat("delivered")
    assert "I found no “purple” in place of **Red Mug**." in shopper.say(
        "exchange the mug in my order for a purple one"
    )


def test_an_order_goes_elsewhere_while_it_is_pending() -> None:
    shopper = chat("pending")
    told = shopper.say("change the address of my order to Ann Lee, Torstr. 1, 10119 Berlin, Germany")
    assert shopper.calls == [(("view_orders", {}),), (asked("change_order", shipping_address=ADDRESS),)]
    assert f"The order **{NUMBER}** goes to Torstr. 1, Berlin now." in told
    assert "could not read that address" in shopper.say("change the address of my order to the moon")
    gone = chat("shipped")
    told = gone.say("change the address of my order to Ann Lee, Torstr. 1, 10119 Berlin, Germany")
    assert "can be sent elsewhere any more" in told


def test_without_orders_there_is_nothing_to_do() -> None:
    nobody = Chat(Shop())
    for said in ("return my order", "swap the red mug in my order for a blue one"):
        assert "not ordered anything" in nobody.say(said)


def test_a_refusal_is_told_in_the_shop_s_words() -> None:
    shopper = chat("delivered")
    shopper.shop.broken["return_items"] = "The order is delivered too long ago."
    assert "could not return it" in shopper.say("return my order")
    assert "too long ago" in shopper.say("return my order")
