"""What the path of a request names."""

from __future__ import annotations

from uuid import UUID

from starlette.requests import Request

from storage.errors import NotFound


def uuid_in(request: Request, missing: str, name: str = "id") -> UUID:
    """The id in the path; one that is no uuid is nobody's. Raises NotFound."""
    try:
        return UUID(request.path_params[name])
    except ValueError:
        raise NotFound(missing) from None
