"""The built-in chat page, and the page of a product that links in an answer lead to."""

from __future__ import annotations

from html import escape
from pathlib import Path

from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, Response

from api.products import find
from storage.products import Product

_WEB = Path(__file__).parent.parent / "web"

CSP = (
    "default-src 'self'; img-src 'self' data:; style-src 'self'; script-src 'self'; object-src 'none'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
_HEADERS = {"Content-Security-Policy": CSP, "X-Content-Type-Options": "nosniff", "Referrer-Policy": "same-origin"}


async def index(request: Request) -> Response:
    """The chat page."""
    return FileResponse(_WEB / "index.html", headers=_HEADERS | {"Cache-Control": "no-cache"})


async def product(request: Request) -> Response:
    """A product as a page without scripts; whatever the catalogue says is text, never markup."""
    return HTMLResponse(_product_page(await find(request)), headers=_HEADERS)


def _product_page(shown: Product) -> str:
    picture = shown.image
    image = ""
    if picture is not None:
        address = picture.url or f"/images/{picture.id}"
        image = f'<img src="{escape(address)}" alt="{escape(picture.alt or shown.name)}" width="320" height="320">'
    facts = "".join(
        f"<tr><th>{escape(name)}</th><td>{escape(str(value))}</td></tr>" for name, value in shown.specifications.items()
    )
    stock = f"{shown.stock} in stock" if shown.stock else "Sold out"
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<title>{escape(shown.name)}</title><link rel="stylesheet" href="/static/style.css"></head>'
        f'<body class="product"><main><p><a href="/">Back to the chat</a></p>{image}<h1>{escape(shown.name)}</h1>'
        f"<p>{escape(' / '.join(shown.category_path))}</p>"
        f'<p class="price">{escape(shown.pays.text("en_US"))} <small>{stock}</small></p>'
        f"<p>{escape(shown.description)}</p><table>{facts}</table></main></body></html>"
    )
