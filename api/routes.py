"""Every path of the service, joined from the modules that serve them."""

from __future__ import annotations

from api import (
    actions,
    carts,
    categories,
    chat,
    events,
    health,
    history,
    mcp,
    messages,
    moderation,
    orders,
    page,
    payment_methods,
    product_images,
    product_list,
    products,
    recommendations,
    reviews,
    search,
    stores,
    tool_calls,
    wishlist,
)
from api.endpoint import Endpoint

ENDPOINTS: tuple[Endpoint, ...] = (
    *chat.ENDPOINTS,
    *history.ENDPOINTS,
    *messages.ENDPOINTS,
    *stores.ENDPOINTS,
    *categories.ENDPOINTS,
    *product_list.ENDPOINTS,
    *search.ENDPOINTS,
    *products.ENDPOINTS,
    *carts.ENDPOINTS,
    *orders.ENDPOINTS,
    *payment_methods.ENDPOINTS,
    *actions.ENDPOINTS,
    *wishlist.ENDPOINTS,
    *reviews.ENDPOINTS,
    *moderation.ENDPOINTS,
    *product_images.ENDPOINTS,
    *recommendations.ENDPOINTS,
    *events.ENDPOINTS,
    *tool_calls.ENDPOINTS,
    *mcp.ENDPOINTS,
    *page.ENDPOINTS,
    *health.ENDPOINTS,
)
