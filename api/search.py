"""Search over REST: the same search the agent has."""

from __future__ import annotations

from uuid import UUID

from pydantic import BaseModel, Field
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from api import paging, query, who
from api.endpoint import Answer, Endpoint
from api.paging import Page
from api.problems import BadFields, Fault
from api.product_list import FilterQuery, ProductSummary, filters, summary
from api.service import base_url, service
from storage import search
from storage.search import SearchQuery

_DEEPEST = 1000


class SearchRequest(FilterQuery):
    """What is looked for."""

    q: str = Field(min_length=1, max_length=1000, description="Words, or a part number.")


class HitShown(BaseModel):
    """A product and its score, which is comparable within a page only."""

    product: ProductSummary
    score: float


class SearchResults(Page[HitShown]):
    """Best first. `suitable` false: nothing fits, these are the nearest. `search_id` is the row of `search_logs`."""

    suitable: bool
    search_id: UUID


async def get(request: Request) -> Response:
    """Products that fit a text, best first; each page is a search of its own in the log."""
    here = service(request)
    asked = query.read(request, SearchRequest)
    [offset] = paging.after(asked, tuple[int]) or [0]
    if not 0 <= offset <= _DEEPEST:
        raise BadFields([Fault(field="cursor", detail="this is no cursor of this list")])
    async with here.database.connection() as conn:
        person = await who.person_on(conn, request)
        wanted = await filters(request, conn, asked)
        found = await search.search(
            conn,
            here.embedder,
            SearchQuery(
                text=asked.q,
                store_id=wanted.store_id,
                category=wanted.category,
                brand=wanted.brand,
                min_price=wanted.min_price,
                max_price=wanted.max_price,
                in_stock=wanted.in_stock,
                limit=asked.limit,
                offset=offset,
            ),
            user_id=None if person is None else person.user_id,
            session_id=None if person is None else person.session_id,
            clock=here.clock,
        )
    following = offset + asked.limit
    told = SearchResults(
        items=[HitShown(product=summary(hit.product, base_url(request)), score=hit.score) for hit in found.hits],
        next=paging.cursor([following]) if found.has_more and following <= _DEEPEST else None,
        suitable=found.suitable,
        search_id=found.search_id,
    )
    return JSONResponse(told.model_dump(mode="json"))


ENDPOINTS: tuple[Endpoint, ...] = (
    Endpoint(
        method="GET",
        path="/v1/search",
        right="anyone",
        scope="catalogue:read",
        handler=get,
        summary="Products that fit a text, best first",
        query=SearchRequest,
        answers={200: Answer(detail="One page of hits", model=SearchResults)},
        faults=(404, 503),
    ),
)
