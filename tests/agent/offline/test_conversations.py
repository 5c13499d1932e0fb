"""Whole conversations with the shopkeeper: what is said, what it calls, what it answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest

from tests.agent.offline.shop import Chat, Shop

Calls = list[tuple[tuple[str, dict[str, Any]], ...]]


@dataclass(frozen=True)
class Turn:
    """`calls`: a tuple a round. `says`: pieces of the answer, in any order; `never` must not be in it."""

    text: str
    calls: Calls
    says: tuple[str, ...]
    never: tuple[str, ...] = ()


def search(query: str, **filters: Any) -> tuple[str, dict[str, Any]]:
    return ("search_products", {"query": query, **filters})


def product(product_id: str) -> tuple[str, dict[str, Any]]:
    return ("get_product", {"product_id": product_id})


def compared(*product_ids: str) -> tuple[str, dict[str, Any]]:
    return ("compare_products", {"product_ids": list(product_ids)})


def update(product_id: str, quantity: int) -> tuple[str, dict[str, Any]]:
    return ("update_cart", {"product_id": product_id, "quantity": quantity})


def suggested(budget: float | None, *carts: tuple[str, int, tuple[str, ...]]) -> tuple[str, dict[str, Any]]:
    """`carts`: the words of the title after the theme, the score and the products of each."""
    told = []
    for title, score, products in carts:
        reason = f"Of each kind the {title.rpartition(': ')[2]} one{' that fits the budget' if budget else ''}."
        items = [{"product_id": product_id, "quantity": 1} for product_id in products]
        told.append({"title": title, "reason": reason, "score": score, "items": items})
    return ("suggest_carts", {"carts": told} | ({"budget": budget} if budget else {}))


def accept(suggestion_id: str) -> tuple[str, dict[str, Any]]:
    return ("accept_cart", {"suggestion_id": suggestion_id})


def cancel(number: str) -> tuple[str, dict[str, Any]]:
    return ("cancel_order", {"order": number, "reason": "no longer needed"})


CART: tuple[str, dict[str, Any]] = ("view_cart", {})
BERLIN = {
    "name": "Ann Lee", "line1": "Torstr. 1", "line2": "", "city": "Berlin", "postal_code": "10119",
    "country": "Germany",
}  # fmt: skip


CONVERSATIONS: dict[str, list[Turn]] = {
    "it says what it is": [
        Turn("Hi!", [], ("offline shopkeeper", "no language model is configured")),
        Turn("are you a human?", [], ("fixed rules",)),
        Turn("thanks", [], ("You are welcome",)),
        Turn("bye", [], ("Goodbye",)),
    ],
    "search, refine, more": [
        Turn("rain jackets under 100 euros", [(search("rain jackets", max_price=100),)],
             ("up to 100 EUR", "1. **Kestrel Rain Jacket** by Northwind: 89.00 EUR", "2. **City Jacket**"),
              ("Harrier",)),
        Turn("cheaper ones", [(search("rain jackets", max_price=58.99),)],
             ("nothing cheaper", "cheapest I showed is **City Jacket** at 59.00 EUR")),
        Turn("over 100", [(search("rain jackets", min_price=100),)], ("**Harrier Rain Jacket**", "only 2 left")),
        Turn("show me more", [(search("rain jackets", min_price=100, limit=6),)], ("That is all I have",)),
        Turn("what about kettles?", [(search("kettles"),)], ("1. **Brook Kettle**",)),
        Turn("only Hearth", [(search("kettles", brand="Hearth"),)], ("by Hearth",)),
        Turn("more expensive ones", [(search("kettles", brand="Hearth", min_price=34.91),)],
             ("nothing more expensive", "**Brook Kettle** at 34.90 EUR")),
    ],
    "colours take each other's place": [
        Turn("jacket", [(search("jacket"),)], ("3. **City Jacket**",)),
        Turn("only red", [(search("jacket red"),)], ("**Kestrel Rain Jacket**", "**City Jacket**"), ("Harrier",)),
        Turn("what about blue?", [(search("jacket blue"),)], ("**Harrier Rain Jacket**",), ("Kestrel",)),
        Turn("do you have it in red?", [(search("jacket red"),)], ("**Kestrel Rain Jacket**",)),
    ],
    "details and questions": [
        Turn("jackets", [(search("jackets"),)], ("Kestrel",)),
        Turn("tell me more about the second one", [(product("j2"),)],
             ("**Harrier Rain Jacket** by Northwind: 119.00 EUR, only 2 left", "Lined with fleece",
              "- Weight: 0.9 kg")),
        Turn("how heavy is the Kestrel?", [(product("j1"),)], ("Weight: 340 g",), ("Colour",)),
        Turn("is it waterproof?", [(product("j1"),)], ("“A waterproof jacket with a hood.”",)),
        Turn("does it have pockets?", [(product("j1"),)], ("says nothing about “pockets”",)),
        Turn("what does the last one cost?", [(product("j3"),)], ("59.00 EUR",)),
        Turn("number 9", [], ("There is no number 9", "Which one do you mean?")),
    ],
    "comparisons": [
        Turn("jackets", [(search("jackets"),)], ("Kestrel",)),
        Turn("compare the first two", [(compared("j1", "j2"),)],
             ("| Weight | 340 g | 0.9 kg |", "**Kestrel Rain Jacket** is the cheapest and the best rated.")),
        Turn("which is lighter?", [(compared("j1", "j2"),)], ("The lightest is **Kestrel Rain Jacket**",)),
        Turn("difference between 1 and 3", [(compared("j1", "j3"),)], ("| Price | 89.00 EUR | 59.00 EUR |",)),
        Turn("which is the cheapest?", [(compared("j1", "j3"),)], ("The cheapest is **City Jacket**",)),
        Turn("which one is quieter?", [(compared("j1", "j3"),)], ("does not tell which is the quietest",)),
    ],
    "comparing what was not shown yet": [
        Turn("compare the two cheapest kettles", [(search("kettles", limit=10),), (compared("k2", "k1"),)],
             ("| Price | 24.50 EUR | 34.90 EUR |",), ("Descaler",)),
        Turn("compare the Kestrel with the Harrier",
             [(search("Kestrel", limit=5), search("Harrier", limit=5)), (compared("j1", "j2"),)],
              ("| Colour | red | blue |",)),
    ],
    "the cart": [
        Turn("jackets", [(search("jackets"),)], ("Kestrel",)),
        Turn("add two of the first one", [(CART,), (update("j1", 2),)],
             ("I put 2 × **Kestrel Rain Jacket** into your cart", "2 items, 178.00 EUR in all")),
        Turn("make it three", [(CART,), (update("j1", 3),)], ("now holds 3 × **Kestrel Rain Jacket** instead of 2",)),
        Turn("one more", [(CART,), (update("j1", 4),)], ("now holds 4",)),
        Turn("add the second and the last", [(CART,), (update("j2", 1), update("j3", 1)), (CART,)],
             ("**Harrier Rain Jacket** into", "**City Jacket** into", "6 items, 534.00 EUR")),
        Turn("only one of the Kestrel", [(CART,), (update("j1", 1),)], ("now holds 1 × **Kestrel Rain Jacket**",)),
        Turn("make it 1", [(CART,)], ("already holds 1 × **Kestrel Rain Jacket**",)),
        Turn("what's in my cart?", [(CART,)], ("- 1 × **Harrier Rain Jacket**: 119.00 EUR", "3 items, 267.00 EUR")),
        Turn("remove the second one", [(CART,), (update("j2", 0),)], ("I took **Harrier Rain Jacket** out",)),
        Turn("remove the mug", [(CART,)], ("There is no “mug” in your cart",)),
        Turn("empty my cart", [(CART,), (update("j1", 0), update("j3", 0)), (CART,)], ("Your cart is empty",)),
        Turn("show my cart", [(CART,)], ("Your cart is empty",)),
        Turn("checkout", [(("place_order", {}),)], ("could not place the order: There is nothing in the cart",)),
    ],
    "an order": [
        Turn("add the Kestrel Rain Jacket to my cart",
             [(CART,), (search("Kestrel Rain Jacket", limit=5),), (update("j1", 1),)], ("into your cart",)),
        Turn("order it", [(("place_order", {}),)], ("Where should it go?", "send it to")),
        Turn("send it to Ann Lee, Torstr. 1, Berlin, Germany", [], ("could not read that address",)),
        Turn("please send it to Ann Lee, Torstr. 1, 10119 Berlin, Germany",
             [(("place_order", {"shipping_address": BERLIN}),)], ("**K7Q2-9XFM-4T** is placed", "89.00 EUR")),
        Turn("where is my order?", [(("view_orders", {}),)], ("**K7Q2-9XFM-4T**: pending, 1 x Kestrel, 89.00 EUR",)),
        Turn("cancel my order", [(("view_orders", {}),), (cancel("K7Q2-9XFM-4T"),)],
             ("**K7Q2-9XFM-4T** is cancelled",)),
        Turn("cancel order k7q2-9xfm-4t", [(cancel("K7Q2-9XFM-4T"),)], ("could not cancel", "not pending")),
        Turn("cancel my order", [(("view_orders", {}),)], ("None of your orders can be cancelled",)),
    ],
    "a chain of steps": [
        Turn("add the cheapest kettle to my cart", [(CART,), (search("kettle", limit=10),), (update("k2", 1),)],
             ("I put 1 × **Spring Kettle** into your cart",)),
        Turn("add a toaster to my cart", [(CART,), (search("toaster", limit=5),), (update("t1", 1),)],
             ("I put 1 × **Toast Twin Toaster** into your cart",)),
        Turn("put it in my basket again", [(CART,), (update("t1", 2),)], ("now holds 2 ×",)),
    ],
    "several wishes": [
        Turn("find a kettle and a toaster", [(search("kettle"), search("toaster"))],
             ("1. **Brook Kettle**", "4. **Toast Twin Toaster**")),
        Turn("add the first and the fourth", [(CART,), (update("k1", 1), update("t1", 1)), (CART,)], ("2 items",)),
        Turn("find mugs and add the first one", [(search("mugs"),), (CART,), (update("m1", 1),)],
             ("1. **Red Mug**", "I put 1 × **Red Mug**")),
        Turn("remove the kettle and show me my cart", [(CART,), (update("k1", 0),)], ("took **Brook Kettle** out",)),
    ],
    "questions and their answers": [
        Turn("jackets", [(search("jackets"),)], ("Kestrel",)),
        Turn("add it", [(CART,)], ("number 1: **Kestrel Rain Jacket**", "Which one do you mean?")),
        Turn("number 7", [(CART,)], ("There is no number 7", "Which one do you mean?")),
        Turn("the City one", [(CART,), (update("j3", 1),)], ("I put 1 × **City Jacket** into your cart",)),
        Turn("add the rain jacket", [(CART,)],
             ("number 2: **Harrier Rain Jacket**", "Which one do you mean?"), ("City",)),
        Turn("2", [(CART,), (update("j2", 1),)], ("I put 1 × **Harrier Rain Jacket**",)),
        Turn("the first one", [(product("j1"),)], ("**Kestrel Rain Jacket** by Northwind",)),
    ],
    "nothing suitable, out of stock, too many": [
        Turn("netflix by Hearth under 10", [(search("netflix", brand="Hearth", max_price=10),)],
             ("I found nothing for “netflix” by Hearth up to 10", "a limit above 10, any brand")),
        Turn("mugs", [(search("mugs"),)], ("2. **Blue Mug** by Hearth: 9.00 EUR, rated 4.3, out of stock",)),
        Turn("add the blue one", [(CART,), (update("m2", 1),)], ("could not put **Blue Mug**", "Only 0"), ("I put",)),
        Turn("add 50 of the red mug", [(CART,), (update("m1", 50),)],
             ("could not put", "Only 30 of it are in stock"), ("I put",)),
        Turn("add the teapot", [(CART,), (search("teapot", limit=5),)], ("I found no “teapot”",)),
    ],
    "policies and what a shop cannot answer": [
        Turn("can I return shoes?", [(("search_policies", {"question": "can I return shoes"}),)],
             ("**Returns**", "> You can return shoes and clothes within 30 days")),
        Turn("how long does shipping take", [(("search_policies", {"question": "how long does shipping take"}),)],
             ("two to four days",)),
        Turn("what about warranty", [(("search_policies", {"question": "what about warranty"}),)],
             ("say nothing about",)),
        Turn("what is the weather today?", [], ("outside what I can answer", "search the shop")),
        Turn("where is my order?", [(("view_orders", {}),)], ("not ordered anything",)),
        Turn("Ich suche eine Jacke", [], ("only English",)),
        Turn("👍", [], ("did not understand",)),
        Turn("the second one", [], ("not sure which product you mean",)),
    ],
    "typos in command words": [
        Turn("serach for jackets", [(search("jackets"),)], ("Kestrel",)),
        Turn("comapre the frist two", [(compared("j1", "j2"),)], ("| Price |",)),
        Turn("ad the secnd one to my crat", [(CART,), (update("j2", 1),)], ("I put 1 × **Harrier Rain Jacket**",)),
        Turn("remvoe it", [(CART,), (update("j2", 0),)], ("I took **Harrier Rain Jacket** out",)),
    ],
    "superlatives": [
        Turn("what is the lightest jacket?", [(search("jacket", limit=10),), (compared("j1", "j2", "j3"),)],
             ("The lightest is **Kestrel Rain Jacket**",)),
        Turn("what's the cheapest kettle?", [(search("kettle", limit=10),), (product("k2"),)],
             ("The cheapest of them is **Spring Kettle** at 24.50 EUR",)),
        Turn("add it", [(CART,), (update("k2", 1),)], ("**Spring Kettle**",)),
    ],
    "the other one": [
        Turn("rain jackets", [(search("rain jackets"),)], ("Kestrel",)),
        Turn("compare the first two", [(compared("j1", "j2"),)], ("Weight",)),
        Turn("tell me about the first", [(product("j1"),)], ("Kestrel",)),
        Turn("add the other one", [(CART,), (update("j2", 1),)], ("**Harrier Rain Jacket** into",)),
        Turn("I like the first one, add it please", [(CART,), (update("j1", 1),)], ("**Kestrel Rain Jacket** into",)),
        Turn("replace the Harrier with a toaster",
             [(CART,), (search("toaster", limit=5),), (update("j2", 0), update("t1", 1)), (CART,)],
             ("took **Harrier Rain Jacket** out", "**Toast Twin Toaster** into")),
    ],
    "carts are put together": [
        Turn("suggest a cart with a kettle, a toaster and mugs",
             [tuple(search(query, limit=10) for query in ("kettle", "toaster", "mugs")),
              (suggested(None, ("Kettle, toaster and mugs: best rated", 83, ("k1", "t1", "m1")),
                         ("Kettle, toaster and mugs: cheapest", 82, ("k2", "t1", "m1"))),)],
             ("2 carts to choose from", "1. **Kettle, toaster and mugs: best rated**: 1 × Brook Kettle, 1 × Toast Twin",
              "; 81.90 EUR in all", "2. **Kettle, toaster and mugs: cheapest**: 1 × Spring Kettle", "71.50 EUR in all"),
             ("Blue Mug", "Descaler")),
        Turn("take the second one", [(accept("s2"),)],
             ("I put **Kettle, toaster and mugs: cheapest** into your cart", "3 items, 71.50 EUR in all")),
        Turn("one more of the toaster", [(CART,), (update("t1", 2),)], ("now holds 2 × **Toast Twin Toaster**",)),
        Turn("accept the first suggestion", [(accept("s1"),)], ("7 items", ), ("Not all",)),
        Turn("take the fourth one", [], ("There is no cart 4: I suggested 2.",)),
        Turn("jackets", [(search("jackets"),)], ("Kestrel",)),
        Turn("take the first one", [(CART,), (update("j1", 1),)], ("I put 1 × **Kestrel Rain Jacket**",)),
    ],
    "a budget is for the whole cart": [
        Turn("put together a kettle and a toaster under €70",
             [(search("kettle", max_price=70, limit=10), search("toaster", max_price=70, limit=10)),
              (suggested(70.0, ("Kettle and toaster: cheapest", 79, ("k2", "t1"))),)],
             ("up to 70 EUR I put together this cart", "63.50 EUR in all"), ("Brook",)),
        Turn("I'll take it", [(accept("s1"),)], ("**Kettle and toaster: cheapest** into your cart",)),
        Turn("put together a kettle and a toaster below 50",
             [(search("kettle", max_price=50, limit=10), search("toaster", max_price=50, limit=10))],
             ("could not put several things together for “kettle and toaster” up to 50",)),
    ],
    "a kit is put together from what the search finds": [
        Turn("can you put together a Hearth set please?", [(search("Hearth", limit=10),),
             (suggested(None, ("Hearth: best rated", 86, ("k1", "k3", "t1", "m1")),
                        ("Hearth: cheapest", 86, ("k2", "k3", "t1", "m1"))),)], ("For “Hearth”",)),
        Turn("recommend a knife set", [(search("knife set"),)], ("nothing for “knife set”",)),
        Turn("suggest a picnic basket", [(search("picnic basket"),)], ("nothing for “picnic basket”",)),
    ],
    "around a product": [
        Turn("what do people say about it?", [], ("Which one",)),
        Turn("jackets", [(search("jackets"),)], ("Kestrel",)),
        Turn("what do people say about the second one?", [(("get_reviews", {"product_id": "j2"}),)],
             ("**Harrier Rain Jacket** is rated 4.2 by 7", "5 of 5, bought here: “Dry Three days of rain.”")),
        Turn("put it on my wishlist", [(("update_wishlist", {"product_id": "j2", "listed": True}),)],
             ("**Harrier Rain Jacket** is on your wishlist",)),
        Turn("what goes with this?", [(("recommend_products", {"product_id": "j2"}),)],
             ("With **Harrier Rain Jacket** goes", "1. **Kestrel Rain Jacket**", "2. **City Jacket**")),
        Turn("recommend me something like the second one", [(("recommend_products", {"product_id": "j3"}),)],
             ("With **City Jacket** goes",)),
        Turn("show me my wish list", [(("view_wishlist", {}),)], ("- **Harrier Rain Jacket**: 119.00 EUR, only 2",)),
        Turn("take the Harrier off my wishlist", [(("update_wishlist", {"product_id": "j2", "listed": False}),)],
             ("no longer on your wishlist",)),
        Turn("my wishlist", [(("view_wishlist", {}),)], ("Your wishlist is empty.",)),
        Turn("reviews of the Kestrel", [(("get_reviews", {"product_id": "j1"}),)],
             ("nobody has written about it here",)),
        Turn("recommend me something", [(("recommend_products", {}),)], ("I can recommend:", "1. **Kestrel")),
    ],
    "the first of its kind": [
        Turn("find a jacket and a mug", [(search("jacket"), search("mug"))], ("**Kestrel", "**Red Mug**")),
        Turn("put the first jacket and the first mug in my cart",
             [(CART,), (update("j1", 1), update("m1", 1)), (CART,)],
             ("1 × **Kestrel Rain Jacket**", "1 × **Red Mug**")),
        Turn("add the second cheapest jacket", [(CART,), (update("j1", 2),)], ("now holds 2 × **Kestrel",)),
        Turn("which of the jackets is heaviest?", [(compared("j1", "j2", "j3"),)], ("heaviest is **Harrier",)),
        Turn("one more of the first mug", [(CART,), (update("m1", 2),)], ("now holds 2 × **Red Mug**",)),
    ],
    "what is refused": [
        Turn("jackets but no rain jackets", [(search("jackets", limit=10),)],
             ("“jackets” without “rain jackets”", "**City Jacket**"), ("Kestrel", "Harrier")),
        Turn("under 100", [(search("jackets", max_price=100, limit=10),)], ("**City Jacket**",), ("Kestrel",)),
        Turn("mugs, not of glass", [(search("mugs", limit=10),)],
             ("**Red Mug**", "None of them says “glass” here; the details of each say more.")),
        Turn("mugs", [(search("mugs"),)], ("**Red Mug**",), ("glass",)),
        Turn("none of those", [], ("Say “more” for others",)),
    ],
    "another currency than the shop's": [
        Turn("jackets over $100", [(search("jackets", min_price=100),)], ("Prices here are in EUR, not USD",)),
    ],
}  # fmt: skip


@pytest.mark.parametrize("name", CONVERSATIONS)
def test_conversation(name: str) -> None:
    chat = Chat(Shop())
    for turn in CONVERSATIONS[name]:
        answer = chat.say(turn.text)
        assert chat.calls == turn.calls, f"{turn.text!r} -> {answer}"
        for piece in turn.says:
            assert piece in answer, f"{turn.text!r} -> {answer}"
        for piece in turn.never:
            assert piece not in answer, f"{turn.text!r} -> {answer}"
