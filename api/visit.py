"""Where a visit came from, as far as it is told: kept on the session that it begins."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlsplit

from starlette.requests import Request

from storage.sessions import Context
from storage.text import storable

HEADER = "x-cartwright-visit"
_TOLD = ("referrer", "utm_source", "utm_medium", "utm_campaign", "utm_term", "utm_content")
_LONGEST = 200


def context(request: Request) -> Context:
    """What the page tells in `x-cartwright-visit` (`referrer=...&utm_campaign=...`), or the referrer that is no page of
    ours; and the kind of device, by its user agent.
    """
    pairs = dict(parse_qsl(request.headers.get(HEADER, "")[:2000]))
    told = {name: storable(pairs[name], _LONGEST) for name in _TOLD if pairs.get(name)}
    referrer = request.headers.get("referer", "")
    if "referrer" not in told and referrer and _host(referrer) not in (None, request.url.hostname):
        told["referrer"] = storable(referrer, _LONGEST)
    agent = request.headers.get("user-agent")
    return told if agent is None else {**told, "device": _device(agent)}


def _device(agent: str) -> str:
    if "iPad" in agent or "Tablet" in agent or ("Android" in agent and "Mobile" not in agent):
        return "tablet"
    if "Mobi" in agent or "iPhone" in agent:
        return "mobile"
    return "desktop" if "Mozilla/" in agent else "other"


def _host(url: str) -> str | None:
    try:
        return urlsplit(url).hostname
    except ValueError:
        return None
