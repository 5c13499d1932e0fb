"""A store with something in it, and arguments with which every tool of the shop works."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from storage import sessions
from storage.clock import utc_now
from storage.database import Database
from storage.orders import Order
from storage.products import Product
from storage.stores import Store
from tests.support.factory import make_category, make_document, make_product, make_store
from tests.support.orders import delivered, family

ADDRESS = {"line1": "Torstr. 1", "city": "Berlin", "country": "DE"}


@dataclass(frozen=True, slots=True)
class Shopfront:
    """What is for sale: a kettle, a mug, and a shoe in two sizes."""

    store: Store
    kettle: Product
    mug: Product
    small: Product
    large: Product

    async def tour(self, database: Database, token: str) -> Tour:
        """A tour of the tools for the person of this session, who has had two orders delivered."""
        async with database.connection() as conn:
            person = await sessions.person(conn, token, utc_now(), timedelta(days=1))
        assert person is not None
        kettles = await delivered(database, person, [(self.kettle, 2)])
        return Tour(self, kettles, await delivered(database, person, [(self.small, 1)]))


@dataclass(frozen=True, slots=True)
class Tour:
    """Every tool in the order of the registry, with what those before gave in `outputs`, by the tool's name."""

    shop: Shopfront
    kettles: Order
    shoes: Order
    outputs: dict[str, Any] = field(default_factory=dict)

    def ucp_arguments(self, tool: str) -> Mapping[str, object] | None:
        """The same for a tool of the Universal Commerce Protocol; None for any other."""
        kettle, mug = ({"item": {"id": str(each.id)}, "quantity": 1} for each in (self.shop.kettle, self.shop.mug))
        match tool:
            case "search_catalog":
                filters = {"categories": ["Kitchen"], "price": {"max": 5_000}}
                return {"catalog": {"query": "kettle", "filters": filters, "pagination": {"limit": 1}}}
            case "lookup_catalog":
                return {"catalog": {"ids": [str(self.shop.kettle.id), "kettle"]}}
            case "get_product":
                return {"catalog": {"id": str(self.shop.small.id)}}
            case "create_cart":
                return {"cart": {"line_items": [kettle], "context": {"address_country": "DE"}}}
            case "get_cart" | "cancel_cart":
                return {"id": self.outputs["create_cart"]["id"]}
            case "update_cart":
                return {"id": self.outputs["create_cart"]["id"], "cart": {"line_items": [mug]}}
            case "get_order":
                return {"id": self.kettles.order_number}
            case _:
                return None

    def arguments(self, tool: str) -> Mapping[str, object]:
        """Arguments with which this tool works now."""
        kettle, mug = str(self.shop.kettle.id), str(self.shop.mug.id)
        item: dict[str, object] = {"product_id": kettle, "quantity": 1}
        match tool:
            case "search_products" | "search_chats":
                return {"query": "kettle"}
            case "get_product" | "update_wishlist" | "get_reviews" | "recommend_products":
                return {"product_id": kettle}
            case "compare_products":
                return {"product_ids": [kettle, mug]}
            case "view_cart" | "view_orders" | "view_wishlist":
                return {}
            case "update_cart":
                return item
            case "search_policies":
                return {"question": "How long do returns take?"}
            case "suggest_carts":
                return {"carts": [{"title": "Tea", "reason": "Hot water.", "score": 90, "items": [item]}]}
            case "accept_cart":
                return {"suggestion_id": self.outputs["suggest_carts"]["suggestions"][0]["suggestion_id"]}
            case "place_order":
                return {"shipping_address": ADDRESS}
            case "get_order":
                return {"order": self._placed}
            case "change_order":
                return {"order": self._placed, "shipping_address": ADDRESS | {"line1": "Torstr. 2"}}
            case "cancel_order":
                return {"order": self._placed, "reason": "ordered by mistake"}
            case "return_items":
                return {"order": self.kettles.order_number, "items": [{"item_id": str(self.kettles.items[0].id)}]}
            case "exchange_items":
                swap = {"item_id": str(self.shoes.items[0].id), "new_product_id": str(self.shop.large.id)}
                return {"order": self.shoes.order_number, "items": [swap]}
            case _:
                raise AssertionError(f"no arguments are known for {tool}")

    @property
    def _placed(self) -> str:
        return str(self.outputs["place_order"]["order_number"])

    def check(self) -> None:
        """What the tools did is what they were asked for."""
        told = self.outputs
        kettles = int(told["update_cart"]["items"][0]["quantity"]) + 1 if "view_cart" in told else 1
        assert told["accept_cart"]["cart"]["items"][0]["quantity"] == kettles
        assert (told["place_order"]["status"], told["place_order"]["total"]) == ("pending", f"{40 * kettles}.00")
        assert len(told["view_orders"]["orders"]) == 3
        assert "Torstr. 2" in told["change_order"]["ships_to"]
        assert told["cancel_order"]["status"] == "cancelled"
        assert told["return_items"]["status"] == "return-requested"
        assert told["exchange_items"]["status"] == "exchange-requested"
        assert told["update_wishlist"]["items"][0]["product_id"] == str(self.shop.kettle.id)
        assert told["search_policies"]["passages"][0]["text"] == "Returns take thirty days."


async def make_shopfront(database: Database) -> Shopfront:
    """A store with a kettle, a mug, a shoe in two sizes and a policy."""
    async with database.connection() as conn:
        store = await make_store(conn)
        kitchen = await make_category(conn, "Kitchen")
        kettle = await make_product(conn, store, name="Enamel kettle", brand="Halm", price=4_000, category_id=kitchen)
        mug = await make_product(conn, store, name="Enamel mug", brand="Halm", price=900, category_id=kitchen)
        small, large = await family(conn, store, 5_000, 6_000)
        await make_document(conn, store, "Returns", ["Returns take thirty days."])
    return Shopfront(store, kettle, mug, small, large)
