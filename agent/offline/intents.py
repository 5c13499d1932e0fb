"""What a shopper may want of a shopkeeper, and how they point at products."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from agent.offline.amounts import Prices
from agent.offline.aspects import Aspect
from agent.offline.wish import Wish


@dataclass(frozen=True, slots=True)
class Ordinal:
    """The n-th of the products listed last, from 1; -1 is the last one. `of` counts only what has that name, and
    `aspect` counts from its best: "the first mat", "the second cheapest".
    """

    number: int
    of: str = ""
    aspect: Aspect | None = None


@dataclass(frozen=True, slots=True)
class Several:
    """The first `count` of the list, or the last ones; all of it when 0."""

    count: int
    from_end: bool = False


@dataclass(frozen=True, slots=True)
class It:
    """The product spoken of last."""


@dataclass(frozen=True, slots=True)
class Them:
    """The products spoken of last."""


@dataclass(frozen=True, slots=True)
class Named:
    """By a piece of the name, or by a property: "the Kestrel one", "the cheapest kettle"."""

    wish: Wish
    many: bool = False


@dataclass(frozen=True, slots=True)
class Other:
    """The one of a list that was not spoken of last."""


Reference = Ordinal | Other | Several | It | Them | Named


@dataclass(frozen=True, slots=True)
class Add:
    """`quantity` more of it; fewer when negative."""

    reference: Reference
    quantity: int = 1

    @property
    def in_cart(self) -> bool:
        """Whether it speaks of what the cart holds already."""
        return self.quantity < 0


@dataclass(frozen=True, slots=True)
class SetTo:
    reference: Reference
    quantity: int
    in_cart: bool = field(default=True, init=False)


@dataclass(frozen=True, slots=True)
class TakeOut:
    reference: Reference
    in_cart: bool = field(default=True, init=False)


@dataclass(frozen=True, slots=True)
class TakeOutAll:
    pass


Change = Add | SetTo | TakeOut | TakeOutAll


@dataclass(frozen=True, slots=True)
class ChangeCart:
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class ShowCart:
    pass


@dataclass(frozen=True, slots=True)
class SuggestCarts:
    """Several things together: a wish for each, or one that names what they are for. `prices`: for all of them."""

    wishes: tuple[Wish, ...]
    prices: Prices = field(default_factory=Prices)


@dataclass(frozen=True, slots=True)
class AcceptCart:
    """The n-th of the carts suggested last, from 1; -1 is the last one."""

    number: int


@dataclass(frozen=True, slots=True)
class Destination:
    """Where an order goes."""

    name: str
    street: str
    more: str
    city: str
    postal_code: str
    country: str

    def told(self) -> dict[str, str]:
        """As place_order takes it."""
        return {
            "name": self.name,
            "line1": self.street,
            "line2": self.more,
            "city": self.city,
            "postal_code": self.postal_code,
            "country": self.country,
        }


@dataclass(frozen=True, slots=True)
class PlaceOrder:
    """Order what is in the cart; `to` None: where things went before. Not `readable`: an address, but which?"""

    to: Destination | None = None
    readable: bool = True


@dataclass(frozen=True, slots=True)
class ShowOrders:
    pass


@dataclass(frozen=True, slots=True)
class CancelOrder:
    """By its number; the latest one that can be cancelled when it is empty."""

    number: str = ""


@dataclass(frozen=True, slots=True)
class SendBack:
    """Return what the words name of an order, all of it when empty; without a number of the latest that fits."""

    number: str
    what: str
    pieces: int | None = None


@dataclass(frozen=True, slots=True)
class Exchange:
    """The same for another variant, which `wanted` names."""

    number: str
    what: str
    pieces: int | None
    wanted: str


@dataclass(frozen=True, slots=True)
class MoveOrder:
    """Send a pending order elsewhere; `to` None: an address, but which?"""

    number: str
    to: Destination | None


@dataclass(frozen=True, slots=True)
class Search:
    wishes: tuple[Wish, ...]


@dataclass(frozen=True, slots=True)
class Refine:
    """The last search, changed. `aspect`: "cheaper ones"."""

    wish: Wish
    aspect: Aspect | None = None


@dataclass(frozen=True, slots=True)
class More:
    pass


@dataclass(frozen=True, slots=True)
class Details:
    """`asked`: the words of the question about the products; empty for all there is to say."""

    references: tuple[Reference, ...]
    asked: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Pick:
    """Nothing but a reference: the answer to "which one?", or a wish for its details."""

    references: tuple[Reference, ...]


@dataclass(frozen=True, slots=True)
class Compare:
    references: tuple[Reference, ...]
    aspect: Aspect | None = None


@dataclass(frozen=True, slots=True)
class Around:
    """What others say of products, what goes with one (or with nothing in particular), and the wishlist."""

    what: Literal["reviews", "recommend", "put", "take off", "wishlist"]
    references: tuple[Reference, ...]


@dataclass(frozen=True, slots=True)
class Policy:
    question: str


Topic = Literal[
    "greeting", "thanks", "goodbye", "introduction", "acknowledged", "elsewhere", "unclear",
    "search for what", "language", "pictures", "human", "not those",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Talk:
    """Nothing that needs a tool."""

    topic: Topic


Intent = (
    ChangeCart
    | ShowCart
    | SuggestCarts
    | AcceptCart
    | PlaceOrder
    | ShowOrders
    | CancelOrder
    | SendBack
    | Exchange
    | MoveOrder
    | Search
    | Refine
    | More
    | Details
    | Pick
    | Compare
    | Around
    | Policy
    | Talk
)
