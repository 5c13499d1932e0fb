"""Every path of the service, and nothing else."""

from __future__ import annotations

from api import chat, health, history, messages, page, products, stores
from api.chat import Stopped
from api.chat_request import ChatRequest
from api.endpoint import Answer, Endpoint
from api.health import Health
from api.history import ChatHistory
from api.messages import Rerun, Siblings, UsedOptions
from api.products import ProductDetails
from api.stores import StoreList

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
        handler=history.get,
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
        faults=(422, 503),
    ),
    Endpoint(
        method="POST",
        path="/api/chat/{chat}/stop",
        handler=chat.stop,
        summary="Stop the answer being made, in whichever process",
        answers={200: Answer(detail="It has ended, or nothing was running", model=Stopped)},
        faults=(404, 503),
    ),
    Endpoint(
        method="GET",
        path="/v1/messages/{id}/options",
        handler=messages.options,
        summary="What an answer was made with",
        answers={200: Answer(detail="The options", model=UsedOptions)},
        faults=(404, 503),
    ),
    Endpoint(
        method="GET",
        path="/v1/messages/{id}/siblings",
        handler=messages.siblings,
        summary="The messages that stand in the same place",
        answers={200: Answer(detail="The siblings, oldest first", model=Siblings)},
        faults=(404, 503),
    ),
    Endpoint(
        method="POST",
        path="/v1/messages/{id}/show",
        handler=messages.show,
        summary="Show the branch this message is on",
        answers={204: Answer(detail="It is shown")},
        faults=(404, 503),
    ),
    Endpoint(
        method="POST",
        path="/v1/messages/{id}/rerun",
        handler=messages.rerun,
        summary="Answer the same message again with other options",
        takes=Rerun,
        answers={200: _STREAM},
        faults=(400, 404, 409, 413, 415, 422, 503),
    ),
    Endpoint(
        method="GET",
        path="/v1/stores",
        handler=stores.every,
        summary="The stores one can shop at",
        answers={200: Answer(detail="Every active store, the oldest first", model=StoreList)},
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
        path="/documents/{id}",
        handler=page.document,
        summary="A policy of a store as a page",
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
