"""What `POST /api/chat` takes: the body of the AI SDK's transport, read leniently, and our `ai_options`, strictly.

Of the client's messages only the last one counts; history comes from the database. Fields of newer clients are ignored.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

from agent.deciding import Said
from storage.errors import NotFound
from storage.parts import FilePart, TextPart

PublicId = Annotated[str, StringConstraints(min_length=1, max_length=200)]
# A name with a slash, or of one or two dots, could be stored, but no path of the service leads to it.
_NAME = r"^([^/.][^/]*|\.[^/.][^/]*|\.\.[^/]+)$"
ChatId = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=_NAME)]
_MAX_FILES = 8
_MAX_DECISIONS = 16


class _Lenient(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class AnyPart(_Lenient):
    """A part as the client has it. Of a shopper's message we keep its words and files, of an answer the shopper's
    decisions (`approval`), and nothing of what a tool was called with or gave."""

    type: str
    text: str | None = None
    url: str | None = None
    mediaType: str | None = Field(default=None, max_length=200)  # noqa: N815 - the wire's name
    filename: str | None = Field(default=None, max_length=255)
    state: Any = None
    approval: Any = None

    @model_validator(mode="before")
    @classmethod
    def _of_use(cls, data: object) -> object:
        """Of a kind that is not kept only the decision is looked at, whatever newer clients put beside it."""
        if isinstance(data, dict) and isinstance(data.get("type"), str) and data["type"] not in ("text", "file"):
            return {key: data[key] for key in ("type", "state", "approval") if key in data}
        return data


class AnyMessage(_Lenient):
    """A UIMessage, or the little of it we read."""

    id: PublicId
    role: Literal["user", "assistant", "system"]
    parts: list[AnyPart] = Field(default_factory=list)


def _number(value: object) -> object:
    if isinstance(value, (str, bool)):
        raise PydanticCustomError("number_type", "Input should be a number")
    return value


def _no_words_for_numbers(schema: dict[str, Any]) -> None:
    """pydantic takes a decimal number from a string, too, and says so."""
    for field in schema["properties"].values():
        kinds = field["anyOf"]
        if {"number", "string"} <= {kind.get("type") for kind in kinds}:
            field["anyOf"] = [kind for kind in kinds if kind.get("type") != "string"]


Number = Annotated[Decimal, BeforeValidator(_number)]


class Options(BaseModel):
    """Sampling settings of one answer. Nothing else may be set: unknown keys are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", json_schema_extra=_no_words_for_numbers)

    prompt: str | None = Field(default=None, max_length=64, description="The name of a prompt of the service.")
    model: str | None = Field(default=None, max_length=200, description="One of the models the service offers.")
    max_tokens: int | None = Field(default=None, strict=True, ge=1, le=32_768)
    temperature: Number | None = Field(default=None, ge=0, le=2, allow_inf_nan=False, max_digits=20)
    top_p: Number | None = Field(default=None, ge=0, le=1, allow_inf_nan=False, max_digits=20)
    frequency_penalty: Number | None = Field(default=None, ge=-2, le=2, allow_inf_nan=False, max_digits=20)
    presence_penalty: Number | None = Field(default=None, ge=-2, le=2, allow_inf_nan=False, max_digits=20)
    seed: int | None = Field(default=None, strict=True, ge=-(2**63), le=2**63 - 1)


class ChatRequest(_Lenient):
    """`messages` as the stock transport sends it, or only `message`."""

    id: ChatId
    trigger: Literal["submit-message", "regenerate-message"] = "submit-message"
    messageId: PublicId | None = None  # noqa: N815 - the wire's name
    messages: list[Any] | None = None
    message: AnyMessage | None = None
    ai_options: Options = Options()
    whenBusy: Literal["reject", "interrupt", "enqueue"] = "reject"  # noqa: N815 - the wire's name
    store: Annotated[str, StringConstraints(min_length=1, max_length=100)] | None = None

    @model_validator(mode="before")
    @classmethod
    def _last_message(cls, data: object) -> object:
        """Only the last message is looked at, so that no older one can make the request invalid."""
        if isinstance(data, dict) and data.get("message") is None and isinstance(data.get("messages"), list):
            return {**data, "message": data["messages"][-1] if data["messages"] else None}
        return data


def decisions(message: AnyMessage) -> tuple[Said, ...]:
    """What the shopper decided of an answer's calls: ids, yes or no, and why. Raises NotFound for what is no id."""
    said: list[Said] = []
    for part in message.parts:
        match part:
            case AnyPart(
                state="approval-responded", approval={"id": str(name), "approved": bool(approved), **more}
            ) if len(said) < _MAX_DECISIONS:
                reason = more.get("reason")
                given = reason if isinstance(reason, str) else None
                said.append(Said(action_id=_action_id(name), approved=approved, reason=given))
    return tuple(said)


def _action_id(name: str) -> UUID:
    try:
        return UUID(name)
    except ValueError:
        raise NotFound("There is no such action.") from None


def words_and_files(message: AnyMessage, limit: int) -> tuple[TextPart | FilePart, ...]:
    """What the shopper said. Raises ValueError with a sentence where it cannot be taken."""
    kept: list[TextPart | FilePart] = []
    for part in message.parts:
        if part.type == "text" and part.text is not None and part.text.strip():
            kept.append(TextPart(order=len(kept), step=0, closed=True, text=part.text))
        elif part.type == "file":
            kept.append(_file(part, len(kept)))
    if not kept:
        raise ValueError("the message is empty; send a text part with some words, or a file part")
    if sum(len(part.text) for part in kept if isinstance(part, TextPart)) > limit:
        raise ValueError(f"the message is too long; at most {limit} characters")
    if sum(isinstance(part, FilePart) for part in kept) > _MAX_FILES:
        raise ValueError(f"too many files; at most {_MAX_FILES} in one message")
    return tuple(kept)


def _file(part: AnyPart, order: int) -> FilePart:
    url = part.url or ""
    if not url.startswith(("data:", "https://", "http://")) or not part.mediaType:
        raise ValueError("a file part needs a mediaType and a url that begins with data:, https:// or http://")
    return FilePart(order=order, step=0, url=url, media_type=part.mediaType, filename=part.filename)
