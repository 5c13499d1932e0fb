"""Asking a person to confirm a tool call, and carrying it out once they have: the same for every door."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import cast

import orjson
from typing_extensions import TypedDict

from storage import actions
from storage.actions import Action, ActionState, Asking
from storage.money import Money
from storage.parts import Json
from storage.text import storable_json
from tools.cards import Price, price
from tools.context import ToolContext
from tools.quote import Change, Quote, changes, digest
from tools.results import DataPart, part_id
from tools.tool import Result, Tool

NOTHING = "Nothing has happened."
UNANSWERED = "The shopper has not confirmed this."
DECLINED = "The shopper declined."
EXPIRED = "It was not confirmed in time."
CHANGED = "What was shown is no longer true, so it is asked again."
"""What the model is told, after NOTHING, of a call that did not run."""


class FactChange(TypedDict):
    """A fact on which the action rested and which is another now; `fact` is its dotted path."""

    fact: str
    before: Json
    after: Json


class ActionContent(TypedDict):
    """What the page shows of an action. `card` is the tool's own; `changes` says why it asks again."""

    id: str
    tool: str
    state: ActionState
    summary: str
    total: Price | None
    card: Mapping[str, Json]
    expires_at: str
    replaces: str | None
    changes: list[FactChange]


@dataclass(frozen=True, slots=True)
class QuoteChanged:
    """What was shown is no longer true, so nothing has happened; `quote` is what holds now."""

    quote: Quote
    changes: tuple[Change, ...]


async def ask(ctx: ToolContext, tool: Tool, raw: Mapping[str, object]) -> Action:
    """Quote the call and keep it as an action that waits for the person; nothing else happens.

    Raises BadArguments, or what the tool refuses with. The caller holds the transaction.
    """
    return await actions.ask(ctx.conn, ctx.person.user_id, asking(ctx, tool.name, raw, await tool.quote(ctx, raw)))


def asking(ctx: ToolContext, tool: str, raw: Mapping[str, object], quote: Quote) -> Asking:
    """The action that asks for this quote to be confirmed."""
    payload = cast("Mapping[str, Json]", storable_json(cast("Json", raw)))
    facts = cast("Mapping[str, Json]", _plain(quote.facts))
    quoted: Mapping[str, Json] = {
        "summary": quote.summary,
        "total": None if quote.total is None else {"amount": quote.total.amount, "currency": quote.total.currency},
        "facts": facts,
        "card": _plain(quote.card),
    }
    return Asking(
        action_type=tool,
        payload=payload,
        digest=digest(tool, payload, facts),
        quoted=quoted,
        expires_at=ctx.clock() + quote.lasts,
        store_id=ctx.store_id,
        message_id=ctx.message_id,
        tool_call_id=ctx.tool_call_id,
    )


async def carry_out(ctx: ToolContext, tool: Tool, action: Action) -> Result | QuoteChanged:
    """Do what was confirmed, if all that was shown still holds; the arguments are those of the row, nobody else's.

    Raises what the tool refuses with. The caller holds the transaction, in which it also settles the action.
    """
    quote = await tool.quote(ctx, action.payload)
    facts = cast("Mapping[str, Json]", _plain(quote.facts))
    if digest(tool.name, action.payload, facts) != action.digest:
        return QuoteChanged(quote, changes(cast("Mapping[str, Json]", action.quoted["facts"]), facts))
    return await tool.call(ctx, action.payload)


async def ask_again(ctx: ToolContext, action: Action, changed: QuoteChanged) -> Action:
    """The action that asks in place of one whose facts have changed; the part that will ask is not there yet."""
    again = replace(asking(ctx, action.action_type, action.payload, changed.quote), tool_call_id=None)
    return await actions.ask(ctx.conn, action.user_id, replace(again, replaces_id=action.id))


def content(action: Action, now: datetime, locale: str, changed: Sequence[Change] = ()) -> ActionContent:
    """What a page or an integrator is shown of an action."""
    quoted = action.quoted
    total = cast("Mapping[str, int | str] | None", quoted.get("total"))
    return {
        "id": str(action.id),
        "tool": action.action_type,
        "state": action.state(now),
        "summary": str(quoted.get("summary", "")),
        "total": None if total is None else price(Money(int(total["amount"]), str(total["currency"])), locale),
        "card": cast("Mapping[str, Json]", quoted.get("card", {})),
        "expires_at": action.expires_at.isoformat(),
        "replaces": None if action.replaces_id is None else str(action.replaces_id),
        "changes": [{"fact": one.fact, "before": one.before, "after": one.after} for one in changed],
    }


def action_part(action: Action, ctx: ToolContext, tool_call_id: str, changed: Sequence[Change] = ()) -> DataPart:
    """The `data-action` part; the same id again, with another state, takes its place on the page."""
    shown = content(action, ctx.clock(), ctx.locale, changed)
    return DataPart("action", part_id("action", tool_call_id), cast("Mapping[str, object]", shown))


def _plain(value: object) -> Json:
    """The value as JSON gives it back, so that what is compared later has the types a row gives back."""
    plain: Json = orjson.loads(orjson.dumps(value))
    return plain
