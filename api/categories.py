"""The tree of categories."""

from __future__ import annotations

from uuid import UUID

from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from api.endpoint import Answer, Endpoint
from api.service import service
from storage import categories


class CategoryShown(BaseModel):
    """`slug` is what the filter `category` takes; `path` holds the names from the root down to this one."""

    id: UUID
    slug: str
    name: str
    path: list[str]
    children: list[CategoryShown]


class CategoryTree(BaseModel):
    """The roots, by name."""

    categories: list[CategoryShown]


async def tree(request: Request) -> Response:
    """Every active category below its parent."""
    async with service(request).database.connection() as conn:
        found = await categories.tree(conn)
    shown = {
        one.id: CategoryShown(id=one.id, slug=one.slug, name=one.name, path=list(one.path), children=[])
        for one in found
    }
    roots: list[CategoryShown] = []
    for one in found:
        siblings = shown[one.parent_id].children if one.parent_id in shown else roots
        siblings.append(shown[one.id])
    return JSONResponse(CategoryTree(categories=roots).model_dump(mode="json"))


ENDPOINTS: tuple[Endpoint, ...] = (
    Endpoint(
        method="GET",
        path="/v1/categories",
        right="anyone",
        scope="catalogue:read",
        handler=tree,
        summary="The tree of categories",
        answers={200: Answer(detail="The roots with what is below them", model=CategoryTree)},
        faults=(503,),
    ),
)
