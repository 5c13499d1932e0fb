"""The built-in chat page, and the pages that links in an answer lead to."""

from __future__ import annotations

from html import escape

from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, Response

from api.assets import DIST
from api.endpoint import Answer, Endpoint
from api.path import uuid_in
from api.products import find
from api.service import service
from storage import documents
from storage.products import Product, Specification


async def index(request: Request) -> Response:
    """The chat page."""
    return FileResponse(DIST / "index.html", headers={"Cache-Control": "no-cache"})


async def stylesheet(request: Request) -> Response:
    """How the pages without scripts look."""
    return FileResponse(DIST / "plain.css", headers={"Cache-Control": "no-cache"})


async def product(request: Request) -> Response:
    """A product as a page."""
    return HTMLResponse(_product(await find(request)))


async def document(request: Request) -> Response:
    """A document of a store, such as its returns policy, as a page."""
    document_id = uuid_in(request, "There is no such document.")
    async with service(request).database.connection() as conn:
        found = await documents.get(conn, document_id)
    return HTMLResponse(_shell(found.title, f"<pre>{escape(found.content)}</pre>"))


def _shell(title: str, body: str) -> str:
    """A page without scripts. Whatever comes from rows is escaped: it is text, never markup."""
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<title>{escape(title)}</title><link rel="stylesheet" href="/plain.css"></head>'
        f'<body><main><p><a href="/">Back to the chat</a></p>{body}</main></body></html>'
    )


def _product(shown: Product) -> str:
    picture = shown.image
    image = ""
    if picture is not None:
        address = picture.url or f"/images/{picture.id}"
        image = f'<img src="{escape(address)}" alt="{escape(picture.alt or shown.name)}" width="320" height="320">'
    facts = "".join(
        f"<tr><th>{escape(name)}</th><td>{escape(_said(value))}</td></tr>"
        for name, value in shown.specifications.items()
    )
    stock = f"{shown.stock} in stock" if shown.stock else "Sold out"
    return _shell(
        shown.name,
        f"{image}<h1>{escape(shown.name)}</h1><p>{escape(' / '.join(shown.category_path))}</p>"
        f'<p class="price">{escape(shown.pays.text("en_US"))} <small>{stock}</small></p>'
        f"<p>{escape(shown.description)}</p><table>{facts}</table>",
    )


def _said(value: Specification) -> str:
    match value:
        case bool():
            return "yes" if value else "no"
        case _:
            return str(value)


ENDPOINTS: tuple[Endpoint, ...] = (
    Endpoint(
        method="GET",
        path="/products/{id}",
        right="anyone",
        scope="open",
        handler=product,
        summary="A product as a page",
        answers={200: Answer(detail="The page", media_type="text/html")},
        faults=(404, 503),
    ),
    Endpoint(
        method="GET",
        path="/documents/{id}",
        right="anyone",
        scope="open",
        handler=document,
        summary="A policy of a store as a page",
        answers={200: Answer(detail="The page", media_type="text/html")},
        faults=(404, 503),
    ),
)
