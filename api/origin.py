"""Under which names a browser may call: our own, so that no other name can be bent to our address."""

from __future__ import annotations

from ipaddress import ip_address
from urllib.parse import urlsplit

from starlette.requests import Request

from api.service import service
from storage.errors import Forbidden


class WrongHost(Forbidden):
    """This name is not the service's own; an operator can make it so with CARTWRIGHT_PUBLIC_URL."""


def check(request: Request) -> None:
    """Refuse a `Host` or an `Origin` that is neither an address, localhost nor the public name. Raises WrongHost.

    A page of another site reaches a service on this machine only by a name that was made to lead here (DNS rebinding);
    nobody can do that to an IP address.
    """
    public = service(request).settings.public_url
    ours = {"localhost"} | ({urlsplit(public).hostname} if public else set())
    origin = request.headers.get("origin")
    for address in (f"//{request.headers.get('host', '')}", origin):
        if address is not None and not _is_ours(address, ours):
            raise WrongHost


def _is_ours(address: str, ours: set[str | None]) -> bool:
    try:
        name = urlsplit(address).hostname
        return name is not None and (name in ours or bool(ip_address(name)))
    except ValueError:
        return False
