"""Refusals that the model can act on by asking differently: storage's errors, with another to act.

CartwrightError
├── BadArguments (Invalid)
├── UnknownProduct (NotFound)
├── UnknownOrder (NotFound)
├── UnknownSuggestion (NotFound)
├── OverBudget (Invalid)
├── NotEnoughStock (OutOfStock)
└── NoLongerSold (NotForSale)
"""

from __future__ import annotations

from typing import ClassVar

from storage.carts import NotForSale
from storage.errors import Actor, Invalid, NotFound, OutOfStock


class BadArguments(Invalid):
    """The arguments do not fit the tool; correct them and call it again."""

    actor: ClassVar[Actor] = "model"


class UnknownProduct(NotFound):
    """This store has no such product; search for it and use the product_id exactly as it was returned."""

    actor: ClassVar[Actor] = "model"


class UnknownSuggestion(NotFound):
    """There is no such suggested cart; use a suggestion_id exactly as suggest_carts returned it."""

    actor: ClassVar[Actor] = "model"


class OverBudget(Invalid):
    """The cart costs more than the budget; leave something out or take cheaper products."""

    actor: ClassVar[Actor] = "model"


class NotEnoughStock(OutOfStock):
    """There is less in stock than was asked for; ask for less."""

    actor: ClassVar[Actor] = "model"


class NoLongerSold(NotForSale):
    """The product is no longer for sale; it can only be taken out of the cart. Search for another one."""

    actor: ClassVar[Actor] = "model"


class UnknownOrder(NotFound):
    """The shopper has no such order; look at their orders and use the order_number exactly as it was returned."""

    actor: ClassVar[Actor] = "model"
