"""The tool that puts products side by side."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated
from uuid import UUID

from pydantic import Field
from typing_extensions import TypedDict

from tools.arguments import ProductId
from tools.cards import ProductCard, product_card, source
from tools.context import ToolContext
from tools.errors import BadArguments
from tools.facts import ProductDetails, details
from tools.lookup import known_products
from tools.results import DataPart, ToolResult, part_id
from tools.tool import tool
from tools.untrusted import Scalar


class Row(TypedDict):
    """One specification; `values` are in the order of the products, null where a product does not state it."""

    name: str
    values: list[Scalar | None]


class ComparisonOutput(TypedDict):
    """`differences` holds the specifications in which the products are not all alike."""

    products: list[ProductDetails]
    differences: list[Row]


class ComparisonContent(TypedDict):
    """What a `data-comparison` part holds: a column a product, a row a specification."""

    products: list[ProductCard]
    rows: list[Row]


@tool(effect="read")
async def compare_products(
    ctx: ToolContext,
    product_ids: Annotated[list[ProductId], Field(min_length=2, max_length=4, description="Two to four products.")],
) -> ToolResult[ComparisonOutput]:
    """Compare two to four products: details of each, and the specifications in which they differ.

    The shopper sees them side by side.
    """
    found = await known_products(ctx, _distinct(product_ids))
    told = [details(product) for product in found]
    rows = specification_rows(told)
    content: ComparisonContent = {"products": [product_card(product, ctx) for product in found], "rows": rows}
    return ToolResult(
        output={"products": told, "differences": [row for row in rows if differs(row)]},
        data=(DataPart("comparison", part_id("comparison", ctx.tool_call_id), content),),
        sources=tuple(source(product, ctx) for product in found),
    )


def specification_rows(products: Sequence[ProductDetails]) -> list[Row]:
    """A row for every specification that any of the products states, in the order they state them."""
    names = dict.fromkeys(name for product in products for name in product["specifications"])
    return [{"name": name, "values": [product["specifications"].get(name) for product in products]} for name in names]


def differs(row: Row) -> bool:
    """Whether the values of a row are not all the same."""
    first, *others = row["values"]
    return any(value != first for value in others)


def _distinct(product_ids: Sequence[UUID]) -> list[UUID]:
    distinct = list(dict.fromkeys(product_ids))
    if len(distinct) < len(product_ids):
        raise BadArguments("Name each product once; a comparison needs two different ones.", field="product_ids")
    return distinct
