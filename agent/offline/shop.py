"""The shapes of what the shop's tools answer, read from the JSON text of tool messages."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Annotated, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

ShapeT = TypeVar("ShapeT", bound=BaseModel)


def _text(value: object) -> object:
    return "" if value is None else str(value) if isinstance(value, (int, float, bool)) else value


Text = Annotated[str, BeforeValidator(_text)]
Scalar = str | int | float | bool | None


class _Shape(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class Card(_Shape):
    """A product as search_products shows it; `price` is a decimal string in whole units of `currency`."""

    product_id: Annotated[str, Field(min_length=1)]
    name: Text = ""
    brand: Text = ""
    price: Text = ""
    currency: Text = ""
    stock: int | None = None
    rating: float | None = None
    summary: Text = ""

    @property
    def amount(self) -> Decimal | None:
        return amount(self.price)

    @property
    def sold_out(self) -> bool:
        return self.stock is not None and self.stock <= 0


class Detailed(Card):
    description: Text = ""
    specifications: dict[str, Scalar] = Field(default_factory=dict)


class Difference(_Shape):
    name: Text
    values: tuple[Scalar, ...] = ()


class Passage(_Shape):
    store: Text = ""
    title: Text = ""
    text: Text = ""


class Item(_Shape):
    """A line of the cart."""

    product_id: Annotated[str, Field(min_length=1)]
    name: Text = ""
    quantity: int = 0
    unit_price: Text = ""
    line_total: Text = ""
    stock: int | None = None


class Cart(_Shape):
    items: tuple[Item, ...]
    total: Text = ""
    currency: Text = ""

    def quantity(self, product_id: str) -> int:
        return sum(item.quantity for item in self.items if item.product_id == product_id)


class Opinion(_Shape):
    """A review."""

    rating: int = 0
    title: Text = ""
    comment: Text = ""
    verified_purchase: bool = False


class Opinions(_Shape):
    """What get_reviews answers."""

    rating: float | None = None
    rating_count: int = 0
    reviews: tuple[Opinion, ...]


class Suggested(Cart):
    """A cart that suggest_carts has made."""

    suggestion_id: Annotated[str, Field(min_length=1)]
    title: Text = ""


class Ordered(_Shape):
    """An order as the tools of orders show it."""

    order_number: Annotated[str, Field(min_length=1)]
    status: Text = ""
    total: Text = ""
    currency: Text = ""
    items: object = None


class Line(_Shape):
    """An item of an order."""

    item_id: Annotated[str, Field(min_length=1)]
    product_id: Text = ""
    name: Text = ""
    options: dict[str, Scalar] = Field(default_factory=dict)
    quantity: int = 0
    returned: int = 0

    @property
    def kept(self) -> int:
        return self.quantity - self.returned

    @property
    def told(self) -> str:
        """Its options as words: `size 43`."""
        return " ".join(f"{name} {value}" for name, value in self.options.items())


class Detail(_Shape):
    """What get_order answers."""

    order_number: Annotated[str, Field(min_length=1)]
    status: Text = ""
    items: tuple[Line, ...] = ()


class Taken(_Shape):
    """What became of an item of a suggested cart."""

    name: Text = ""
    quantity: int = 0
    taken: int = 0
    left_out: Text = ""


def amount(text: str) -> Decimal | None:
    """The value of a decimal string; None when it is no finite number."""
    try:
        value = Decimal(text.strip())
    except ArithmeticError:
        return None
    return value if value.is_finite() else None


def each(shape: type[ShapeT], values: object) -> tuple[ShapeT, ...]:
    """Those of the values that have the shape."""
    found = (
        (one(shape, value) for value in values) if isinstance(values, Sequence) and not isinstance(values, str) else ()
    )
    return tuple(value for value in found if value is not None)


def one(shape: type[ShapeT], value: object) -> ShapeT | None:
    try:
        return shape.model_validate(value)
    except ValidationError:
        return None
