"""A small shop in memory and a chat with the shopkeeper over it, in the format a model sees."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

import orjson

from agent.offline.reply import Reply, reply

_NAMES = (
    "search_products", "get_product", "compare_products", "view_cart", "update_cart", "suggest_carts", "accept_cart",
    "search_policies", "view_wishlist", "update_wishlist", "get_reviews", "recommend_products",
    "place_order", "view_orders", "cancel_order", "get_order", "return_items", "exchange_items", "change_order",
)  # fmt: skip
_SEARCH_ARGUMENTS = ("query", "category", "brand", "min_price", "max_price", "in_stock", "limit")
TOOLS: list[dict[str, Any]] = [
    {
        "type": "function",
        "function": {"name": name, "description": "", "parameters": {"type": "object", "properties": {}}},
    }
    for name in _NAMES
]
TOOLS[0]["function"]["parameters"]["properties"] = {name: {} for name in _SEARCH_ARGUMENTS} | {"limit": {"maximum": 10}}


@dataclass(frozen=True, slots=True)
class Goods:
    id: str
    name: str
    brand: str
    price: str
    stock: int
    rating: float | None
    summary: str
    description: str = ""
    specifications: Mapping[str, str | int | float | bool] = field(default_factory=dict)

    def facts(self) -> dict[str, Any]:
        return {
            "product_id": self.id, "name": self.name, "brand": self.brand, "price": self.price, "currency": "EUR",
            "stock": self.stock, "rating": self.rating, "summary": self.summary,
        }  # fmt: skip

    def details(self) -> dict[str, Any]:
        return {**self.facts(), "description": self.description, "specifications": dict(self.specifications)}


GOODS = (
    Goods("j1", "Kestrel Rain Jacket", "Northwind", "89.00", 8, 4.6, "A waterproof jacket with a hood. Packs small.",
          "Kept dry in a day of rain by our tester. The hood rolls away.",
          {"Weight": "340 g", "Colour": "red", "Hood": True}),
    Goods("j2", "Harrier Rain Jacket", "Northwind", "119.00", 2, 4.2, "A warm jacket for cold, wet days.",
          "Lined with fleece.", {"Weight": "0.9 kg", "Colour": "blue", "Hood": False}),
    Goods("j3", "City Jacket", "Lumen", "59.00", 5, None, "A light jacket for the town.", "",
          {"Weight": "410 g", "Colour": "red"}),
    Goods("k1", "Brook Kettle", "Hearth", "34.90", 12, 4.1, "Boils a litre in three minutes.", "Steel.",
          {"Capacity": "1 l", "Power": "2200 W"}),
    Goods("k2", "Spring Kettle", "Hearth", "24.50", 4, 3.9, "A small kettle for two cups.", "",
          {"Capacity": "0.5 l", "Power": "1500 W"}),
    Goods("k3", "Kettle Descaler", "Hearth", "6.00", 40, 4.8, "Removes lime from any kettle."),
    Goods("t1", "Toast Twin Toaster", "Hearth", "39.00", 3, 4.0, "Two slots and a crumb tray."),
    Goods("m1", "Red Mug", "Hearth", "8.00", 30, 4.4, "A red stoneware mug."),
    Goods("m2", "Blue Mug", "Hearth", "9.00", 0, 4.3, "A blue stoneware mug."),
)  # fmt: skip
_POLICIES = (
    (
        "Returns",
        "You can return shoes and clothes within 30 days if they are unworn.",
        ("return", "refund", "exchange"),
    ),
    ("Shipping", "Delivery takes two to four days.", ("ship", "deliver", "arrive")),
)


class Refused(Exception):
    """The fake shop refuses a call."""


@dataclass
class Shop:
    """`broken` maps a tool's name to the error it answers with."""

    goods: tuple[Goods, ...] = GOODS
    cart: dict[str, int] = field(default_factory=dict)
    suggested: dict[str, list[tuple[str, int]]] = field(default_factory=dict)
    broken: dict[str, str] = field(default_factory=dict)
    wishes: list[str] = field(default_factory=list)
    orders: dict[str, str] = field(default_factory=dict)
    bought: dict[str, int] = field(default_factory=dict)

    def run(self, name: str, arguments: Mapping[str, Any]) -> str:
        tools: Mapping[str, Callable[..., dict[str, Any]]] = {
            "search_products": self._search, "get_product": lambda product_id: self._get(product_id).details(),
            "compare_products": self._compare, "view_cart": self._view, "update_cart": self._update,
            "suggest_carts": self._suggest, "accept_cart": self._accept, "search_policies": self._policies,
            "view_wishlist": self._wishlist, "update_wishlist": self._wish, "get_reviews": self._reviews,
            "recommend_products": self._recommend, "place_order": self._place, "view_orders": self._orders,
            "cancel_order": self._cancel, "get_order": self._order, "return_items": self._return,
            "exchange_items": self._exchange, "change_order": self._change,
        }  # fmt: skip
        try:
            if name in self.broken:
                raise Refused(self.broken[name])
            return orjson.dumps(tools[name](**arguments)).decode()
        except Refused as refused:
            return str(refused)

    def _place(self, shipping_address: dict[str, str] | None = None) -> dict[str, Any]:
        if not self.cart:
            raise Refused("There is nothing in the cart.")
        if shipping_address is None and not self.orders:
            raise Refused("shipping_address: The order needs an address to be sent to.")
        self.cart = {}
        self.orders["K7Q2-9XFM-4T"] = "pending"
        return self._order("K7Q2-9XFM-4T")

    def _order(self, order: str) -> dict[str, Any]:
        if order not in self.orders:
            raise Refused("There is no such order.")
        items = [
            {"item_id": f"i-{each}", "product_id": each, "name": self._get(each).name, "options": {}, "quantity": many,
             "returned": 0, "unit_price": "1.00"}
            for each, many in self.bought.items()
        ]  # fmt: skip
        told = {"order_number": order, "status": self.orders[order], "total": "89.00", "currency": "EUR"}
        return told | {"items": items}

    def _return(self, order: str, items: list[dict[str, Any]]) -> dict[str, Any]:
        return self._changed(order, "delivered", "return-requested")

    def _exchange(self, order: str, items: list[dict[str, Any]]) -> dict[str, Any]:
        return self._changed(order, "delivered", "exchange-requested")

    def _change(self, order: str, **new: Any) -> dict[str, Any]:
        return self._changed(order, "pending", "pending")

    def _changed(self, order: str, takes: str, then: str) -> dict[str, Any]:
        if self.orders.get(order) != takes:
            raise Refused(f"Only an order that is {takes} can be changed so.")
        self.orders[order] = then
        return self._order(order)

    def _orders(self) -> dict[str, Any]:
        items = ", ".join(f"{many} x {self._get(each).name}" for each, many in self.bought.items())
        orders = [self._order(number) | {"items": items or "1 x Kestrel"} for number in self.orders]
        return {"orders": orders, "more": False}

    def _cancel(self, order: str, reason: str) -> dict[str, Any]:
        if self.orders.get(order) != "pending":
            raise Refused("The order is not pending.")
        self.orders[order] = "cancelled"
        return self._order(order)

    def _wishlist(self) -> dict[str, Any]:
        return {"items": [self._get(wish).facts() | {"for_sale": True} for wish in self.wishes], "more": False}

    def _wish(self, product_id: str, listed: bool = True) -> dict[str, Any]:
        self.wishes = [wish for wish in self.wishes if wish != product_id]
        self.wishes += [self._get(product_id).id] if listed else []
        return self._wishlist()

    def _reviews(self, product_id: str) -> dict[str, Any]:
        good = self._get(product_id)
        said = {"rating": 5, "title": "Dry", "comment": "Three days of rain.", "verified_purchase": True}
        return {"rating": good.rating, "rating_count": 7, "reviews": [said] if product_id == "j2" else []}

    def _recommend(self, product_id: str | None = None) -> dict[str, Any]:
        return {"products": [good.facts() for good in self.goods if good.stock and good.id != product_id][:2]}

    def _get(self, product_id: str) -> Goods:
        found = next((one for one in self.goods if one.id == product_id), None)
        if found is None:
            raise Refused("product_id: There is no such product.")
        return found

    def _search(
        self, query: str, category: str | None = None, brand: str | None = None, min_price: float | None = None,
        max_price: float | None = None, in_stock: bool = False, limit: int = 5,
    ) -> dict[str, Any]:  # fmt: skip
        words = [
            word.lower().rstrip("s") for word in query.split() if word.lower() not in ("for", "with", "in", "rain")
        ]
        found = [
            one
            for one in self.goods
            if (not brand or one.brand.lower() == brand.lower())
            and (min_price is None or Decimal(one.price) >= Decimal(str(min_price)))
            and (max_price is None or Decimal(one.price) <= Decimal(str(max_price)))
            and (not in_stock or one.stock)
            and all(word in f"{one.name} {one.brand} {one.summary} {one.specifications}".lower() for word in words)
        ]
        return {"suitable": bool(found), "products": [one.facts() for one in found[:limit]], "more": len(found) > limit}

    def _compare(self, product_ids: list[str]) -> dict[str, Any]:
        found = [self._get(product_id) for product_id in product_ids]
        names = dict.fromkeys(name for one in found for name in one.specifications)
        rows = [{"name": name, "values": [one.specifications.get(name) for one in found]} for name in names]
        return {
            "products": [one.details() for one in found],
            "differences": [row for row in rows if len(set(row["values"])) > 1],
        }

    def _view(self) -> dict[str, Any]:
        return self._told(self.cart)

    def _told(self, cart: Mapping[str, int]) -> dict[str, Any]:
        items = []
        for product_id, quantity in cart.items():
            one = self._get(product_id)
            items.append(
                {"product_id": one.id, "name": one.name, "quantity": quantity, "unit_price": one.price,
                 "line_total": str(Decimal(one.price) * quantity), "stock": one.stock}
            )  # fmt: skip
        total = sum((Decimal(str(item["line_total"])) for item in items), Decimal(0))
        return {"items": items, "total": str(total), "currency": "EUR"}

    def _update(self, product_id: str, quantity: int) -> dict[str, Any]:
        one = self._get(product_id)
        if quantity > one.stock:
            raise Refused(f"quantity: Only {one.stock} of it are in stock; set quantity to {one.stock} or less.")
        self.cart[product_id] = quantity
        self.cart = {key: value for key, value in self.cart.items() if value}
        return self._view()

    def _suggest(self, carts: list[dict[str, Any]], budget: float | None = None) -> dict[str, Any]:
        made = []
        for cart in sorted(carts, key=lambda cart: -int(cart["score"])):
            suggestion_id = f"s{len(self.suggested) + 1}"
            self.suggested[suggestion_id] = [(item["product_id"], item["quantity"]) for item in cart["items"]]
            told = self._told(dict(self.suggested[suggestion_id]))
            if budget is not None and Decimal(told["total"]) > Decimal(str(budget)):
                raise Refused(f"{cart['title']} costs {told['total']} EUR, more than the budget of {budget}.")
            made.append({"suggestion_id": suggestion_id, "title": cart["title"], "score": cart["score"], **told})
        return {"suggestions": made}

    def _accept(self, suggestion_id: str) -> dict[str, Any]:
        taken = []
        for product_id, quantity in self.suggested[suggestion_id]:
            one = self._get(product_id)
            count = min(quantity, one.stock - self.cart.get(product_id, 0))
            left = None if count == quantity else "too-few" if one.stock else "out-of-stock"
            taken.append(
                {"product_id": one.id, "name": one.name, "quantity": quantity, "taken": count, "left_out": left}
            )
            self.cart[product_id] = self.cart.get(product_id, 0) + count
        return {"taken": taken, "cart": self._view()}

    def _policies(self, question: str) -> dict[str, Any]:
        found = [(title, text) for title, text, cues in _POLICIES if any(cue in question.lower() for cue in cues)]
        return {"passages": [{"title": title, "text": text, "url": "/p"} for title, text in found]}


class Chat:
    """`say` returns the answer in words; `calls` are the tool calls of the last turn, a tuple a round."""

    def __init__(self, shop: Shop | None = None, tools: Sequence[Mapping[str, Any]] = TOOLS) -> None:
        self.shop = shop or Shop()
        self.tools = tools
        self.messages: list[dict[str, Any]] = [{"role": "system", "content": "You are the shop assistant."}]
        self.calls: list[tuple[tuple[str, dict[str, Any]], ...]] = []
        self.reasoning = ""

    def say(self, text: str) -> str:
        self.messages.append({"role": "user", "content": text})
        self.calls, self.reasoning = [], ""
        for _ in range(20):
            answer = reply(self.messages, self.tools)
            self.reasoning += answer.reasoning
            if not answer.calls:
                self.messages.append({"role": "assistant", "content": answer.text})
                return answer.text
            self._run(answer)
        raise AssertionError("the shopkeeper does not come to an end")

    def _run(self, answer: Reply) -> None:
        made = [(f"c{len(self.messages)}-{at}", call) for at, call in enumerate(answer.calls)]
        self.calls.append(tuple((call.name, orjson.loads(call.arguments)) for _, call in made))
        self.messages.append({
            "role": "assistant",
            "tool_calls": [
                {"id": call_id, "type": "function", "function": {"name": call.name, "arguments": call.arguments}}
                for call_id, call in made
            ],
        })  # fmt: skip
        for call_id, call in made:
            content = self.shop.run(call.name, orjson.loads(call.arguments))
            self.messages.append({"role": "tool", "tool_call_id": call_id, "content": content})


def restocked(**stock: int) -> tuple[Goods, ...]:
    """The goods with other stock figures by id."""
    return tuple(replace(one, stock=stock.get(one.id, one.stock)) for one in GOODS)
