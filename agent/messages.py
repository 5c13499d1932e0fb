"""pydantic-ai's messages as the OpenAI-shaped messages that litellm takes."""

from __future__ import annotations

from collections.abc import Sequence

from litellm.types.llms.openai import (
    AllMessageValues,
    ChatCompletionAssistantMessage,
    ChatCompletionAssistantToolCall,
    ChatCompletionImageObject,
    ChatCompletionSystemMessage,
    ChatCompletionTextObject,
    ChatCompletionThinkingBlock,
    ChatCompletionToolCallFunctionChunk,
    ChatCompletionToolMessage,
    ChatCompletionUserMessage,
)
from pydantic_ai.exceptions import UserError
from pydantic_ai.messages import (
    BinaryContent,
    CachePoint,
    ImageUrl,
    InstructionPart,
    ModelMessage,
    ModelRequest,
    ModelResponse,
    SystemPromptPart,
    TextContent,
    TextPart,
    ThinkingPart,
    ToolCallPart,
    ToolReturnPart,
    UserContent,
    UserPromptPart,
)

_Block = ChatCompletionTextObject | ChatCompletionImageObject


def openai_messages(
    messages: Sequence[ModelMessage], instructions: Sequence[InstructionPart], provider: str
) -> list[AllMessageValues]:
    """One leading system message of the instructions and the system prompts, then the turns.

    Reasoning goes back only as thinking blocks that `provider` itself signed: Anthropic needs them between the steps
    of a tool loop, no provider accepts another's.
    """
    system = [part.content for part in instructions]
    turns: list[AllMessageValues] = []
    for message in messages:
        if isinstance(message, ModelRequest):
            system += [part.content for part in message.parts if isinstance(part, SystemPromptPart)]
            turns += _asked(message)
        else:
            turns += _answered(message, provider)
    if not system:
        return turns
    return [ChatCompletionSystemMessage(role="system", content="\n\n".join(system)), *turns]


def _asked(message: ModelRequest) -> list[AllMessageValues]:
    made: list[AllMessageValues] = []
    files: list[UserContent] = []
    for part in message.parts:
        match part:
            case SystemPromptPart():
                continue
            case UserPromptPart():
                made.append(_user(part.content))
            case ToolReturnPart():
                text, more = part.model_response_str_and_user_content()
                files += more
                made.append(ChatCompletionToolMessage(role="tool", tool_call_id=part.tool_call_id, content=text))
            case _:
                raise UserError(f"a message part of kind {part.part_kind} cannot be sent to a model here")
    return [*made, _user(files)] if files else made


def _user(content: str | Sequence[UserContent]) -> ChatCompletionUserMessage:
    if isinstance(content, str):
        return ChatCompletionUserMessage(role="user", content=content)
    blocks = [block for item in content if (block := _block(item)) is not None]
    return ChatCompletionUserMessage(role="user", content=blocks)


def _block(item: UserContent) -> _Block | None:
    match item:
        case str():
            return ChatCompletionTextObject(type="text", text=item)
        case TextContent():
            return ChatCompletionTextObject(type="text", text=item.content)
        case ImageUrl():
            return ChatCompletionImageObject(type="image_url", image_url={"url": item.url})
        case BinaryContent() if item.is_image:
            return ChatCompletionImageObject(type="image_url", image_url={"url": item.data_uri})
        case CachePoint():
            return None
        case _:
            raise UserError(f"content of kind {item.kind} cannot be sent to a model here")


def _answered(message: ModelResponse, provider: str) -> list[AllMessageValues]:
    texts = [part.content for part in message.parts if isinstance(part, TextPart) and part.content]
    calls = [_call(part, index) for index, part in enumerate(_calls(message))]
    thoughts = [
        ChatCompletionThinkingBlock(type="thinking", thinking=part.content, signature=part.signature)
        for part in message.parts
        if isinstance(part, ThinkingPart) and part.signature and part.provider_name == provider
    ]
    if not texts and not calls:
        return []
    made = ChatCompletionAssistantMessage(role="assistant", content="\n\n".join(texts) or None)
    if calls:
        made["tool_calls"] = calls
    if thoughts:
        made["thinking_blocks"] = [*thoughts]
    return [made]


def _calls(message: ModelResponse) -> list[ToolCallPart]:
    return [part for part in message.parts if isinstance(part, ToolCallPart)]


def _call(part: ToolCallPart, index: int) -> ChatCompletionAssistantToolCall:
    function = ChatCompletionToolCallFunctionChunk(name=part.tool_name, arguments=part.args_as_json_str())
    return ChatCompletionAssistantToolCall(id=part.tool_call_id, type="function", function=function)
