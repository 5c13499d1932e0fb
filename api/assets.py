"""The files of the built chat page (web/dist), read once. A name carries the digest of its content: cached for ever."""

from __future__ import annotations

import gzip
import mimetypes
from dataclasses import dataclass
from pathlib import Path

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

DIST = Path(__file__).parent.parent / "web" / "dist"
FOREVER = "public, max-age=31536000, immutable"


@dataclass(frozen=True, slots=True)
class Asset:
    """A file as it is sent: plain, and compressed."""

    media_type: str
    plain: bytes
    compressed: bytes


def load(folder: Path = DIST / "assets") -> dict[str, Asset]:
    """Every file of the folder by its name. Compressing is left to the start: it takes 30 ms, and a commit no bytes."""
    return {file.name: _asset(file) for file in sorted(folder.iterdir())}


def _asset(file: Path) -> Asset:
    media_type = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
    plain = file.read_bytes()
    return Asset(media_type, plain, gzip.compress(plain, mtime=0))


def route() -> Route:
    """`/assets/{name}`."""
    assets = load()

    async def asset(request: Request) -> Response:
        found = assets.get(request.path_params["name"])
        if found is None:
            raise HTTPException(404)
        headers = {"Cache-Control": FOREVER, "Vary": "Accept-Encoding"}
        if "gzip" in request.headers.get("accept-encoding", ""):
            return Response(
                found.compressed, media_type=found.media_type, headers=headers | {"Content-Encoding": "gzip"}
            )
        return Response(found.plain, media_type=found.media_type, headers=headers)

    return Route("/assets/{name}", asset)
