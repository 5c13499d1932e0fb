"""The category a model means: it knows names and paths, the search wants a slug."""

from __future__ import annotations

from collections.abc import Iterable

from storage import categories
from storage.categories import Category
from tools.context import ToolContext
from tools.errors import BadArguments

_OFFERED = 10


async def category_slug(ctx: ToolContext, asked: str) -> str:
    """The slug of the one category that `asked` is the slug, the path or the name of; raises BadArguments."""
    tree = await categories.tree(ctx.conn)
    for meant in (_by_slug(tree, asked), _by_path(tree, asked), _by_name(tree, asked)):
        if len(meant) == 1:
            return meant[0].slug
        if meant:
            raise BadArguments(f"There are several such categories; use one of: {_listed(meant)}.", field="category")
    near = [category for category in tree if _words(category.name) & _words(asked)]
    hint = f"use one of: {_listed(near)}" if near else "leave it out"
    raise BadArguments(f"There is no such category; {hint}.", field="category")


def _by_slug(tree: Iterable[Category], asked: str) -> list[Category]:
    return [category for category in tree if category.slug == asked]


def _by_path(tree: Iterable[Category], asked: str) -> list[Category]:
    path = [name.strip().casefold() for name in asked.split(">")]
    return [category for category in tree if [name.casefold() for name in category.path] == path]


def _by_name(tree: Iterable[Category], asked: str) -> list[Category]:
    return [category for category in tree if category.name.casefold() == asked.casefold()]


def _words(text: str) -> set[str]:
    return set(categories.slug(text).split("-"))


def _listed(found: Iterable[Category]) -> str:
    return ", ".join(f"{category.slug} ({' > '.join(category.path)})" for category in list(found)[:_OFFERED])
