"""Under which names, and from which pages, a browser may call."""

from __future__ import annotations

from collections.abc import Iterable
from ipaddress import ip_address
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from api.problems import problem
from api.service import service
from storage.errors import Forbidden

_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
_OURS = frozenset({"same-origin", "none"})


class WrongHost(Forbidden):
    """This name is not the service's own; an operator can make it so with CARTWRIGHT_PUBLIC_URL."""


class CrossSite(Forbidden):
    """This comes from a page of another origin; an operator can allow it with CARTWRIGHT_CORS_ORIGINS."""


class SameOrigin:
    """Refuses what changes something and comes from a page that is not ours: no site acts with a shopper's cookie.

    Browsers say where a call comes from (`Sec-Fetch-Site`, and `Origin` with whatever is no GET); what says neither is
    no browser and has no cookie by accident. An origin is ours when its host and port are those of the request, or
    when it is one of `allowed`.
    """

    def __init__(self, app: ASGIApp, *, allowed: Iterable[str]) -> None:
        self._app = app
        self._allowed = frozenset(allowed)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve it."""
        if scope["type"] != "http" or scope["method"] in _SAFE or self._may(Headers(scope=scope)):
            await self._app(scope, receive, send)
        else:
            error = CrossSite()
            await problem(403, error.code, error.detail)(scope, receive, send)

    def _may(self, headers: Headers) -> bool:
        origin = headers.get("origin")
        if origin in self._allowed:
            return True
        site = headers.get("sec-fetch-site")
        if site is not None:
            return site in _OURS
        return origin is None or _authority(origin) == headers.get("host", "").lower()


def check_host(request: Request) -> None:
    """Refuse a `Host` that is neither an address, localhost nor the public name. Raises WrongHost.

    A page of another site reaches a service on this machine as its own only by a name that was made to lead here (DNS
    rebinding); nobody can do that to an IP address.
    """
    public = service(request).settings.public_url
    ours = {"localhost"} | ({urlsplit(public).hostname} if public else set())
    if not _is_ours(request.headers.get("host", ""), ours):
        raise WrongHost


def _authority(origin: str) -> str | None:
    """Host and port of an origin as a browser writes them; None for `null` and for what is none."""
    scheme, separator, authority = origin.lower().partition("://")
    return authority if separator and scheme in ("http", "https") else None


def _is_ours(host: str, ours: set[str | None]) -> bool:
    try:
        name = urlsplit(f"//{host}").hostname
        return name is not None and (name in ours or bool(ip_address(name)))
    except ValueError:
        return False
