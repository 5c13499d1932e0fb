"""The messages and tools of a request in OpenAI's format, read leniently into turns."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import orjson

from agent.offline.script import Call, Done, Failed, Outcome
from tools.confirmation import CHANGED

_RETRY_HINT = "Fix the errors and try again."


@dataclass(frozen=True, slots=True)
class Turn:
    """A shopper's message and all that followed. `rounds`: how many times tools were asked for."""

    text: str
    pictures: bool = False
    log: tuple[tuple[Call, Outcome], ...] = ()
    rounds: int = 0
    said: str = ""


@dataclass(frozen=True, slots=True)
class Toolbox:
    """The tools of a request: name -> names of the arguments it takes; None where the schema does not tell."""

    arguments: Mapping[str, frozenset[str] | None]
    limits: Mapping[str, int]

    def __contains__(self, name: object) -> bool:
        return name in self.arguments


def read_turns(messages: Iterable[object]) -> tuple[Turn, ...]:
    """Messages without a meaning here (system, unknown roles, broken ones) are left out."""
    turns: list[Turn] = []
    asked: dict[str, Call] = {}
    for message in messages:
        match message:
            case {"role": "user", "content": content}:
                text, pictures = _content(content)
                turns.append(Turn(text, pictures))
            case {"role": "assistant", **rest} if turns:
                calls = _calls(rest.get("tool_calls"))
                asked.update(calls)
                said = _content(rest.get("content"))[0] or turns[-1].said
                turns[-1] = replace(turns[-1], said=said, rounds=turns[-1].rounds + bool(calls))
            case {"role": "tool", "tool_call_id": str(call_id), "content": content} if turns and call_id in asked:
                entry = (asked.pop(call_id), _outcome(_content(content)[0]))
                turns[-1] = replace(turns[-1], log=(*_without_replaced(turns[-1].log, entry[0]), entry))
    return tuple(turns)


def _without_replaced(log: tuple[tuple[Call, Outcome], ...], again: Call) -> tuple[tuple[Call, Outcome], ...]:
    """The log without the same call where it did not run because what was shown had changed: it was asked again."""
    return tuple(
        (call, outcome)
        for call, outcome in log
        if call != again or not isinstance(outcome, Failed) or not outcome.reason.endswith(CHANGED)
    )


def read_toolbox(tools: Iterable[object] | None) -> Toolbox:
    arguments: dict[str, frozenset[str] | None] = {}
    limits: dict[str, int] = {}
    for tool in tools or ():
        match tool:
            case {"function": {"name": str(name), "parameters": {"properties": Mapping() as properties}}}:
                arguments[name] = frozenset(map(str, properties))
                match properties.get("limit"):
                    case {"maximum": int(most)}:
                        limits[name] = most
            case {"function": {"name": str(name)}}:
                arguments[name] = None
    return Toolbox(arguments, limits)


def _content(content: object) -> tuple[str, bool]:
    """The text of a message and whether it holds pictures."""
    match content:
        case str():
            return content, False
        case [*parts]:
            texts = [part["text"] for part in parts if isinstance(part, Mapping) and isinstance(part.get("text"), str)]
            return "\n".join(texts), any(isinstance(part, Mapping) and "image_url" in part for part in parts)
        case _:
            return "", False


def _calls(calls: object) -> dict[str, Call]:
    found: dict[str, Call] = {}
    for made in calls if isinstance(calls, Sequence) else ():
        match made:
            case {"id": str(call_id), "function": {"name": str(name), "arguments": arguments}}:
                found[call_id] = Call(name, _sorted(arguments))
    return found


def _sorted(arguments: object) -> str:
    value = _json(arguments) if isinstance(arguments, str) else arguments
    try:
        return orjson.dumps(value if isinstance(value, Mapping) else {}, option=orjson.OPT_SORT_KEYS).decode()
    except orjson.JSONEncodeError:
        return "{}"


def _outcome(text: str) -> Outcome:
    match _json(text):
        case {"error": error, **_rest}:
            return Failed(_reason(error))
        case {"detail": str(detail), "code": _, **_rest}:
            return Failed(detail)
        case Mapping() as value:
            return Done(value)
        case _:
            return Failed(_reason(text))


def _reason(error: object) -> str:
    match error:
        case {"detail": str(text)} | {"message": str(text)} | str(text):
            return text.replace(_RETRY_HINT, "").strip()
        case _:
            return ""


def _json(text: str) -> object:
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        return None
