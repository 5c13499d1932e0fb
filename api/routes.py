"""Every path of the service, joined from the modules that serve them."""

from __future__ import annotations

from api import actions, carts, chat, health, history, messages, page, products, stores
from api.endpoint import Endpoint

ENDPOINTS: tuple[Endpoint, ...] = (
    *chat.ENDPOINTS,
    *history.ENDPOINTS,
    *messages.ENDPOINTS,
    *stores.ENDPOINTS,
    *products.ENDPOINTS,
    *carts.ENDPOINTS,
    *actions.ENDPOINTS,
    *page.ENDPOINTS,
    *health.ENDPOINTS,
)
