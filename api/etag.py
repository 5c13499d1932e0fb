"""Versions on the wire: an `ETag` with what is read, an `If-Match` with what may only happen to what was read."""

from __future__ import annotations

import re

from starlette.requests import Request

_TAG = re.compile(r'"([0-9]{1,9})"')


def etag(version: int) -> dict[str, str]:
    """The header that tells a version: `ETag: "3"`."""
    return {"ETag": f'"{version}"'}


def expected(request: Request) -> frozenset[int] | None:
    """The versions that `If-Match` names; None when any will do.

    A weak tag or one that was never ours matches nothing, so that the request is refused and not done blindly.
    """
    given = request.headers.get("if-match")
    if given is None or given.strip() == "*":
        return None
    tags = (_TAG.fullmatch(tag.strip()) for tag in given.split(","))
    return frozenset(int(tag[1]) for tag in tags if tag)
