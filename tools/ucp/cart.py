"""The protocol's carts. A shopper has one cart a store here: it is made, read, replaced and emptied."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from pydantic import Field
from typing_extensions import TypedDict

from storage import cart_changes, carts, products
from storage.carts import MOST_PIECES, Cart, Obstacle
from storage.errors import NotFound
from tools.cards import picture
from tools.cart_refusals import told_to_the_model
from tools.cart_view import cart_part
from tools.context import ToolContext
from tools.errors import BadArguments, UnknownProduct
from tools.lookup import store_of
from tools.results import ToolResult
from tools.tool import tool
from tools.ucp.shapes import Envelope, Given, Item, Message, Total, envelope, own_id, totals
from tools.untrusted import NAME, clipped

_CODES: dict[Obstacle, str] = {
    "not-for-sale": "item_unavailable",
    "out-of-stock": "out_of_stock",
    "too-few": "out_of_stock",
}


class GivenItem(Given):
    """A product or variant by its id."""

    id: str = Field(max_length=100)


class GivenLine(Given):
    """A product and how many pieces of it."""

    item: GivenItem
    quantity: int = Field(ge=1, le=MOST_PIECES)


class GivenCart(Given):
    """Products of one store."""

    line_items: list[GivenLine] = Field(max_length=50)

    def wanted(self) -> dict[UUID, int]:
        """Pieces by product; raises UnknownProduct, and BadArguments for more of one than a cart holds."""
        pieces: dict[UUID, int] = {}
        for place, line in enumerate(self.line_items):
            product_id = own_id(line.item.id)
            if product_id is None:
                raise UnknownProduct(field=f"cart.line_items.{place}.item.id")
            pieces[product_id] = pieces.get(product_id, 0) + line.quantity
            if pieces[product_id] > MOST_PIECES:
                raise BadArguments(
                    f"A cart holds {MOST_PIECES} of a product at most.", field=f"cart.line_items.{place}.quantity"
                )
        return pieces


class UcpLine(TypedDict):
    """`id` is that of the product, which is in a cart once."""

    id: str
    item: Item
    quantity: int
    totals: list[Total]


class UcpCart(TypedDict):
    """At today's prices; what cannot be bought as it stands is told in `messages`."""

    ucp: Envelope
    id: str
    line_items: list[UcpLine]
    currency: str
    totals: list[Total]
    messages: list[Message]
    continue_url: str


CartId = Annotated[str, Field(max_length=100, description="The id of the cart, as create_cart returned it.")]


@tool(effect="write")
async def create_cart(ctx: ToolContext, cart: GivenCart) -> ToolResult[UcpCart]:
    """Put products into the shopper's cart, which is made if there is none. Nothing is bought by this.

    A shopper has one cart a store: what it holds of other products stays in it. Without line items it is only shown.
    """
    wanted = cart.wanted()
    cart_id = (await carts.open_in(ctx.conn, ctx.person, await _store(ctx, wanted))).id
    await _put(ctx, cart_id, wanted)
    return await _shown(ctx, cart_id)


@tool(effect="read")
async def get_cart(ctx: ToolContext, id: CartId) -> ToolResult[UcpCart]:
    """Show a cart of the shopper's, with today's prices and what stands in the way of buying it."""
    found = await carts.get(ctx.conn, ctx.person, _cart_id(id))
    if ctx.store_id not in (None, found.store_id):
        raise _no_cart()
    return ToolResult(_told(found, ctx), data=(cart_part(found, ctx),))


@tool(effect="write")
async def update_cart(ctx: ToolContext, id: CartId, cart: GivenCart) -> ToolResult[UcpCart]:
    """Replace what is in the shopper's cart: what is not among the line items is taken out. Nothing is bought."""
    held, wanted = await _held(ctx, id), cart.wanted()
    await _put(ctx, held.id, {item.product_id: 0 for item in held.items if item.product_id not in wanted} | wanted)
    return await _shown(ctx, held.id)


@tool(effect="write")
async def cancel_cart(ctx: ToolContext, id: CartId) -> ToolResult[UcpCart]:
    """Take everything out of the shopper's cart; the answer is what was in it."""
    held = await _held(ctx, id)
    await cart_changes.clear(ctx.conn, ctx.person, held.id, ctx.cause)
    emptied = await carts.view(ctx.conn, held.id)
    return ToolResult(_told(held, ctx), data=(cart_part(emptied, ctx),))


def _cart_id(text: str) -> UUID:
    cart_id = own_id(text)
    if cart_id is None:
        raise _no_cart()
    return cart_id


def _no_cart() -> NotFound:
    return NotFound("There is no cart of that id.", field="id")


async def _held(ctx: ToolContext, text: str) -> Cart:
    """The shopper's own cart as it is, held until the transaction ends. Raises NotFound and CartClosed."""
    cart_id = _cart_id(text)
    await carts.hold(ctx.conn, ctx.person, cart_id)
    held = await carts.view(ctx.conn, cart_id)
    if ctx.store_id not in (None, held.store_id):
        raise _no_cart()
    return held


async def _store(ctx: ToolContext, wanted: dict[UUID, int]) -> UUID:
    """The store that sells these: the one the call is about, else that of the first, else the default one."""
    if ctx.store_id is not None:
        return ctx.store_id
    if not wanted:
        return (await store_of(ctx)).id
    found = await products.get_many(ctx.conn, [next(iter(wanted))])
    if not found:
        raise UnknownProduct(field="cart.line_items.0.item.id")
    return found[0].store_id


async def _put(ctx: ToolContext, cart_id: UUID, wanted: dict[UUID, int]) -> None:
    for product_id, quantity in wanted.items():
        with told_to_the_model("cart.line_items"):
            await cart_changes.put(ctx.conn, ctx.person, cart_id, product_id, quantity, ctx.cause)


async def _shown(ctx: ToolContext, cart_id: UUID) -> ToolResult[UcpCart]:
    cart = await carts.view(ctx.conn, cart_id)
    return ToolResult(_told(cart, ctx), data=(cart_part(cart, ctx),))


def _told(cart: Cart, ctx: ToolContext) -> UcpCart:
    lines: list[UcpLine] = []
    messages: list[Message] = []
    for place, item in enumerate(cart.items):
        shown: Item = {"id": str(item.product_id), "title": clipped(item.name, NAME), "price": item.price_now}
        image = picture(item.image, item.name, ctx)
        if image is not None:
            shown["image_url"] = image["url"]
        counted = item.line_total if item.for_sale else 0
        lines.append({"id": str(item.product_id), "item": shown, "quantity": item.quantity, "totals": totals(counted)})
        if item.obstacle is not None:
            messages.append(
                {
                    "type": "error",
                    "code": _CODES[item.obstacle],
                    "content": f"{clipped(item.name, NAME)}: {_reason(item.obstacle, item.stock)}",
                    "path": f"$.line_items[{place}]",
                    "severity": "recoverable",
                }
            )
    return {
        "ucp": envelope("dev.ucp.shopping.cart"),
        "id": str(cart.id),
        "line_items": lines,
        "currency": cart.currency,
        "totals": totals(cart.total),
        "messages": messages,
        "continue_url": f"{ctx.base_url}/",
    }


def _reason(obstacle: Obstacle, stock: int) -> str:
    match obstacle:
        case "not-for-sale":
            return "no longer for sale; take it out"
        case "out-of-stock":
            return "out of stock"
        case "too-few":
            return f"only {stock} left"
