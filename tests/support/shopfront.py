"""A store with something in it, and arguments for every tool of the shop."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from storage.database import Database
from storage.products import Product
from storage.stores import Store
from tests.support.factory import make_category, make_document, make_product, make_store


@dataclass(frozen=True, slots=True)
class Shopfront:
    """What is for sale."""

    store: Store
    kettle: Product
    mug: Product

    def arguments(self, tool: str, outputs: Mapping[str, Any]) -> dict[str, object] | None:
        """Arguments with which this tool of the shop works, given what others gave; None for a tool unknown here."""
        kettle, mug = str(self.kettle.id), str(self.mug.id)
        item: dict[str, object] = {"product_id": kettle, "quantity": 1}
        match tool:
            case "search_products":
                return {"query": "kettle"}
            case "get_product":
                return {"product_id": kettle}
            case "compare_products":
                return {"product_ids": [kettle, mug]}
            case "view_cart":
                return {}
            case "update_cart":
                return item
            case "search_policies":
                return {"question": "How long do returns take?"}
            case "suggest_carts":
                return {"carts": [{"title": "Tea", "reason": "Hot water.", "score": 90, "items": [item]}]}
            case "accept_cart":
                return {"suggestion_id": outputs["suggest_carts"]["suggestions"][0]["suggestion_id"]}
            case "view_wishlist":
                return {}
            case "update_wishlist" | "get_reviews" | "recommend_products":
                return {"product_id": kettle}
            case _:
                return None


async def make_shopfront(database: Database) -> Shopfront:
    """A store with a kettle, a mug and a policy."""
    async with database.connection() as conn:
        store = await make_store(conn)
        kitchen = await make_category(conn, "Kitchen")
        kettle = await make_product(conn, store, name="Enamel kettle", brand="Halm", price=4_000, category_id=kitchen)
        mug = await make_product(conn, store, name="Enamel mug", brand="Halm", price=900, category_id=kitchen)
        await make_document(conn, store, "Returns", ["Returns take thirty days."])
    return Shopfront(store, kettle, mug)
