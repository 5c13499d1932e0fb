"""Refusals that the caller of a tool can act on by asking differently.

BadArguments     (Invalid)
UnknownProduct   (NotFound)
NotEnoughStock   (OutOfStock)
NotForSale       (Conflict)
"""

from __future__ import annotations

from typing import Literal

from storage.errors import Conflict, Invalid, NotFound, OutOfStock


class BadArguments(Invalid):
    """The arguments do not fit the tool's input schema; the caller corrects them and calls again."""

    actor: Literal["model", "user", "operator"] = "model"


class UnknownProduct(NotFound):
    """There is no such product in this store; the caller searches for it and uses the product_id it gets."""

    actor: Literal["model", "user", "operator"] = "model"


class NotEnoughStock(OutOfStock):
    """More was asked for than there is in stock; the caller asks for less."""

    actor: Literal["model", "user", "operator"] = "model"


class NotForSale(Conflict):
    """The product is no longer for sale; the caller offers another one."""

    actor: Literal["model", "user", "operator"] = "model"
