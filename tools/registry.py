"""The tools of the shop, as all doors see them."""

from __future__ import annotations

from tools.accept_cart import accept_cart
from tools.cancel_order import cancel_order
from tools.change_order import change_order
from tools.compare_products import compare_products
from tools.exchange_items import exchange_items
from tools.get_order import get_order
from tools.get_product import get_product
from tools.get_reviews import get_reviews
from tools.place_order import place_order
from tools.recommend_products import recommend_products
from tools.return_items import return_items
from tools.search_chats import search_chats
from tools.search_policies import search_policies
from tools.search_products import search_products
from tools.suggest_carts import suggest_carts
from tools.tool import Effect, Result, Tool, tool
from tools.update_cart import update_cart
from tools.update_wishlist import update_wishlist
from tools.view_cart import view_cart
from tools.view_orders import view_orders
from tools.view_wishlist import view_wishlist

__all__ = ["SHOP_TOOLS", "Effect", "Result", "Tool", "tool"]

SHOP_TOOLS: tuple[Tool, ...] = (
    search_products,
    get_product,
    compare_products,
    view_cart,
    update_cart,
    suggest_carts,
    accept_cart,
    place_order,
    view_orders,
    get_order,
    change_order,
    cancel_order,
    return_items,
    exchange_items,
    view_wishlist,
    update_wishlist,
    get_reviews,
    recommend_products,
    search_policies,
    search_chats,
)
