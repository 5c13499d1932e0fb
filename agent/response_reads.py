"""The bytes of a provider's response as they arrive."""

from __future__ import annotations

from collections.abc import AsyncIterator

import aiohttp
import aiohttp.http_exceptions
import httpx

BROKEN = (httpx.TransportError, aiohttp.ClientError, aiohttp.http_exceptions.HttpProcessingError)
"""What a connection that breaks in the middle of a response raises, at either level."""


def reads(response: httpx.Response) -> AsyncIterator[bytes]:
    """Each read of the body. Raises one of BROKEN.

    Where litellm has put httpx on top of aiohttp and nothing is to be decoded, aiohttp is read itself: httpx would only
    pass the bytes on, through five generators a read.
    """
    stream = getattr(response.stream, "_stream", None)
    below = getattr(stream, "_aiohttp_response", None)
    if isinstance(below, aiohttp.ClientResponse) and "content-encoding" not in response.headers:
        return below.content.iter_any()
    return response.aiter_bytes()
