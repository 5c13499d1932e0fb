"""Rows that several tools look up, with refusals that the model can act on."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from storage import products, stores
from storage.products import Product
from storage.stores import Store
from tools.context import ToolContext
from tools.errors import UnknownProduct


async def known_products(ctx: ToolContext, product_ids: Sequence[UUID]) -> tuple[Product, ...]:
    """The products of these ids in their order; raises UnknownProduct unless the chat's store sells every one."""
    found = {
        product.id: product
        for product in await products.get_many(ctx.conn, product_ids)
        if ctx.store_id in (None, product.store_id)
    }
    for product_id in product_ids:
        if product_id not in found:
            raise UnknownProduct(
                f"This store has no product {product_id}; search for it and use the product_id that is returned.",
                field="product_id",
            )
    return tuple(found[product_id] for product_id in product_ids)


async def store_of(ctx: ToolContext) -> Store:
    """The chat's store, or the default one."""
    return await stores.default(ctx.conn) if ctx.store_id is None else await stores.get(ctx.conn, ctx.store_id)
