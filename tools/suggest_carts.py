"""The tool that puts carts together for the shopper to choose from."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field
from typing_extensions import TypedDict

from storage import suggested_carts
from storage.carts import MOST_PIECES, Cart
from storage.money import Money
from storage.products import Product
from storage.suggested_carts import Proposal
from storage.text import storable
from tools.arguments import Amount, ProductId, minor_units
from tools.cards import Price, price
from tools.cart_view import CartFacts, CartItemCard, cart_facts, item_cards
from tools.context import ToolContext
from tools.errors import BadArguments, NotEnoughStock, OverBudget
from tools.lookup import known_products
from tools.results import DataPart, ToolResult, part_id
from tools.tool import tool
from tools.untrusted import NAME, clipped

Text = Annotated[
    str, Field(min_length=1), BeforeValidator(lambda value: storable(value) if isinstance(value, str) else value)
]


class SuggestedItem(BaseModel):
    """A product and how many pieces of it."""

    model_config = ConfigDict(extra="forbid")

    product_id: ProductId
    quantity: Annotated[int, Field(ge=1, le=MOST_PIECES, description="Pieces.")] = 1


class CartToSuggest(BaseModel):
    """One cart to choose."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    title: Annotated[Text, Field(max_length=100, description="A few words, such as Budget kit.")]
    reason: Annotated[Text, Field(max_length=500, description="Why it fits, in a sentence or two, without prices.")]
    items: Annotated[
        list[SuggestedItem], Field(min_length=1, max_length=20, description="Different products of one store.")
    ]
    score: Annotated[int, Field(ge=0, le=100, description="How well it fits the wish, 100 being perfectly.")]


class SuggestedCartFacts(CartFacts):
    """`suggestion_id` is what accept_cart takes."""

    suggestion_id: str
    title: str
    score: int


class SuggestCartsOutput(TypedDict):
    """In the order in which the shopper sees them: the best score first."""

    suggestions: list[SuggestedCartFacts]


class SuggestedCartCard(TypedDict):
    """`title` and `reason` are the assistant's words, all else comes from rows."""

    id: str
    store_id: str
    title: str
    reason: str
    score: int
    items: list[CartItemCard]
    total: Price


class SuggestedCartsContent(TypedDict):
    """What a `data-suggested-carts` part holds."""

    carts: list[SuggestedCartCard]


@tool(effect="write")
async def suggest_carts(
    ctx: ToolContext,
    carts: Annotated[
        list[CartToSuggest],
        Field(min_length=1, max_length=4, description="One to four, each complete in itself."),
    ],
    budget: Annotated[
        Amount | None, Field(description="What each cart may cost at most, such as 150, if the shopper named a limit.")
    ] = None,
) -> ToolResult[SuggestCartsOutput]:
    """Suggest carts to choose from, for a wish that takes several products: a kit, an outfit, a set for an occasion.

    Search first and use only products that were returned. Nothing gets into the shopper's cart by this: they see each
    suggestion as a card and accept it there, or tell you to (accept_cart). Totals are computed from today's prices.
    """
    planned = [await _planned(ctx, place, cart) for place, cart in enumerate(carts)]
    if budget is not None:
        for place, (products, cart) in enumerate(zip(planned, carts, strict=True)):
            _check_budget(place, products, cart, budget)
    best_first = sorted(zip(planned, carts, strict=True), key=lambda pair: -pair[1].score)
    kept = [await _kept(ctx, products[0].store_id, cart) for products, cart in best_first]
    content: SuggestedCartsContent = {"carts": [_card(cart, ctx) for cart in kept]}
    return ToolResult(
        output={"suggestions": [_facts(cart) for cart in kept]},
        data=(DataPart("suggested-carts", part_id("suggested-carts", ctx.tool_call_id), content),),
    )


async def _planned(ctx: ToolContext, place: int, cart: CartToSuggest) -> tuple[Product, ...]:
    """The products of one cart; raises BadArguments, UnknownProduct and NotEnoughStock."""
    ids = [item.product_id for item in cart.items]
    if len(set(ids)) < len(ids):
        raise BadArguments("Name each product of a cart once, with its quantity.", field=f"carts.{place}.items")
    products = await known_products(ctx, ids)
    if len({product.store_id for product in products}) > 1:
        raise BadArguments("The products of a cart must be of one store.", field=f"carts.{place}.items")
    for at, (product, item) in enumerate(zip(products, cart.items, strict=True)):
        if product.stock < item.quantity:
            name = clipped(product.name, NAME)
            short = f"Only {product.stock} of {name} are in stock." if product.stock else f"{name} is out of stock."
            raise NotEnoughStock(short, field=f"carts.{place}.items.{at}.quantity")
    return products


def _check_budget(place: int, products: Sequence[Product], cart: CartToSuggest, budget: Decimal) -> None:
    currency = products[0].currency
    pairs = zip(products, cart.items, strict=True)
    total = Money(sum(product.effective_price * item.quantity for product, item in pairs), currency)
    if total.amount > minor_units(budget, currency):
        raise OverBudget(
            f"{clipped(cart.title, NAME)} costs {total.plain()} {currency}, more than the budget of {budget}; leave "
            "something out or take cheaper products.",
            field=f"carts.{place}.items",
        )


async def _kept(ctx: ToolContext, store_id: UUID, cart: CartToSuggest) -> Cart:
    proposal = Proposal(
        title=cart.title,
        reason=cart.reason,
        score=cart.score,
        items={item.product_id: item.quantity for item in cart.items},
    )
    return await suggested_carts.suggest(ctx.conn, ctx.person, store_id, proposal, ctx.cause)


def _facts(cart: Cart) -> SuggestedCartFacts:
    if cart.suggestion is None:
        raise ValueError(f"cart {cart.id} was not suggested")
    told = cart_facts(cart)
    return {
        "suggestion_id": str(cart.id),
        "title": cart.suggestion.title,
        "score": cart.suggestion.score,
        "items": told["items"],
        "total": told["total"],
        "currency": told["currency"],
    }


def _card(cart: Cart, ctx: ToolContext) -> SuggestedCartCard:
    if cart.suggestion is None:
        raise ValueError(f"cart {cart.id} was not suggested")
    return {
        "id": str(cart.id),
        "store_id": str(cart.store_id),
        "title": cart.suggestion.title,
        "reason": cart.suggestion.reason,
        "score": cart.suggestion.score,
        "items": item_cards(cart, ctx),
        "total": price(cart.money(cart.total), ctx.locale),
    }
