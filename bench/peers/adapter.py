from __future__ import annotations

import os
from collections.abc import Sequence

import uvicorn
from pydantic_ai import Agent, Tool
from pydantic_ai.models.openai import OpenAIChatModel
from pydantic_ai.providers.openai import OpenAIProvider
from pydantic_ai.ui.vercel_ai import VercelAIAdapter
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route


def create_app(model_base_url: str, tools: Sequence[Tool[None]]) -> Starlette:
    """pydantic-ai's own adapter for the AI SDK, as its docs wire it: no store, no litellm."""
    model = OpenAIChatModel("mock", provider=OpenAIProvider(base_url=model_base_url, api_key="x"))
    agent = Agent(model, tools=tools)

    async def chat(request: Request) -> Response:
        return await VercelAIAdapter.dispatch_request(request, agent=agent, sdk_version=7)

    async def healthy(request: Request) -> Response:
        return PlainTextResponse("ok")

    return Starlette(routes=[Route("/api/chat", chat, methods=["POST"]), Route("/healthz", healthy)])


def main(tools: Sequence[Tool[None]] = ()) -> None:
    app = create_app(os.environ["MODEL_BASE_URL"], tools)
    uvicorn.run(
        app, host="127.0.0.1", port=int(os.environ["PORT"]), loop="uvloop", http="httptools", log_level="warning"
    )


if __name__ == "__main__":
    main()
