"""Every path of the service, and nothing else."""

from __future__ import annotations

from api import chat, health, page, products
from api.chat import ChatHistory
from api.chat_request import ChatRequest
from api.endpoint import Answer, Endpoint
from api.health import Health
from api.products import ProductDetails

_STREAM = Answer(detail="The AI SDK UI message stream, v1", media_type="text/event-stream")

ENDPOINTS: tuple[Endpoint, ...] = (
    Endpoint(
        method="POST",
        path="/api/chat",
        handler=chat.post,
        summary="Take a shopper's message and stream the answer",
        takes=ChatRequest,
        answers={200: _STREAM},
        faults=(400, 404, 409, 413, 415, 422, 503),
    ),
    Endpoint(
        method="GET",
        path="/api/chat/{chat}",
        handler=chat.history,
        summary="The chat's messages as UI messages, without one still being made",
        answers={200: Answer(detail="The chat", model=ChatHistory)},
        faults=(404, 503),
    ),
    Endpoint(
        method="GET",
        path="/api/chat/{chat}/stream",
        handler=chat.resume,
        summary="The answer being made, from its beginning and on",
        answers={200: _STREAM, 204: Answer(detail="Nothing is being answered")},
        faults=(503,),
    ),
    Endpoint(
        method="GET",
        path="/v1/products/{id}",
        handler=products.get,
        summary="A product in full",
        answers={200: Answer(detail="The product", model=ProductDetails)},
        faults=(404, 503),
    ),
    Endpoint(
        method="GET",
        path="/images/{id}",
        handler=products.picture,
        summary="A picture kept in the database",
        answers={200: Answer(detail="The picture", media_type="image/*")},
        faults=(404, 503),
    ),
    Endpoint(
        method="GET",
        path="/products/{id}",
        handler=page.product,
        summary="A product as a page",
        answers={200: Answer(detail="The page", media_type="text/html")},
        faults=(404, 503),
    ),
    Endpoint(
        method="GET",
        path="/healthz",
        handler=health.live,
        summary="Whether the process lives",
        answers={200: Answer(detail="It does", model=Health)},
    ),
    Endpoint(
        method="GET",
        path="/readyz",
        handler=health.ready,
        summary="Whether it can serve",
        answers={200: Answer(detail="It can", model=Health)},
        faults=(503,),
    ),
)
