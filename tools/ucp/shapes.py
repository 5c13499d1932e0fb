"""What the Universal Commerce Protocol's tools have in common: its envelope, its words for money, totals and messages.

Shapes are those of its JSON Schemas (`schemas/shopping`); amounts are minor units. What a request holds that nobody
knows is to be overlooked.
"""

from __future__ import annotations

from typing import Literal, NotRequired
from uuid import UUID

from pydantic import BaseModel, ConfigDict
from typing_extensions import TypedDict

from storage.carts import NotForSale
from storage.errors import CartwrightError, NotFound, OutOfStock
from storage.money import Money

VERSION = "2026-04-08"

Capability = Literal[
    "dev.ucp.shopping.catalog.search",
    "dev.ucp.shopping.catalog.lookup",
    "dev.ucp.shopping.cart",
    "dev.ucp.shopping.order",
]


class Given(BaseModel):
    """A part of a request."""

    model_config = ConfigDict(extra="ignore", frozen=True, str_strip_whitespace=True)


class Version(TypedDict):
    version: str


class Envelope(TypedDict):
    """What every answer begins with."""

    version: str
    status: Literal["success"]
    capabilities: dict[str, list[Version]]


class FailedEnvelope(TypedDict):
    version: str
    status: Literal["error"]


class Failure(TypedDict):
    """What an answer is that has nothing else to tell."""

    ucp: FailedEnvelope
    messages: list[Message]


class Price(TypedDict):
    amount: int
    currency: str


class Total(TypedDict):
    """`type`: subtotal, tax or total."""

    type: Literal["subtotal", "tax", "total"]
    amount: int


class Item(TypedDict):
    """A product in a line; `price` is for one, in minor units of the currency of the whole."""

    id: str
    title: str
    price: int
    image_url: NotRequired[str]


class Message(TypedDict):
    """What the shop has to say; `severity` is there with an error, `path` is a JSONPath."""

    type: Literal["info", "error"]
    code: str
    content: str
    path: NotRequired[str]
    severity: NotRequired[Literal["recoverable", "unrecoverable"]]


def own_id(text: str) -> UUID | None:
    """The id that a text is; None for one that is not ours."""
    try:
        return UUID(text)
    except ValueError:
        return None


def envelope(capability: Capability) -> Envelope:
    """The envelope of an answer of this capability."""
    return {"version": VERSION, "status": "success", "capabilities": {capability: [{"version": VERSION}]}}


def price(money: Money) -> Price:
    """An amount with its currency."""
    return {"amount": money.amount, "currency": money.currency}


def totals(amount: int) -> list[Total]:
    """Of something that nothing is added to or taken off."""
    return [{"type": "subtotal", "amount": amount}, {"type": "total", "amount": amount}]


def failure(error: CartwrightError) -> Failure:
    """A refusal, with the protocol's own word for it where it has one."""
    match error:
        case NotFound():
            code = "not_found"
        case OutOfStock():
            code = "out_of_stock"
        case NotForSale():
            code = "item_unavailable"
        case _:
            code = error.code.replace("-", "_")
    return {
        "ucp": {"version": VERSION, "status": "error"},
        "messages": [
            {
                "type": "error",
                "code": code,
                "content": error.detail,
                "severity": "unrecoverable" if isinstance(error, NotFound) else "recoverable",
            }
        ],
    }
