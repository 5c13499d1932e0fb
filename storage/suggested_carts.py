"""Suggested carts: put together for a shopper, then accepted into their own cart or dismissed, once."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from asyncpg import Record

from storage import audit, cart_changes, carts, interactions, sql
from storage.audit import Cause, Entry
from storage.carts import Cart, Outcome
from storage.database import Connection
from storage.errors import Conflict, NotFound, OutOfStock
from storage.interactions import Interaction
from storage.people import Person

_SQL = sql.load(__file__)


class SuggestionClosed(Conflict):
    """The suggested cart was accepted or dismissed before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """A cart to suggest: pieces by product, in the order they are to be shown; `score` is 0 to 100."""

    title: str
    reason: str
    score: int
    items: dict[UUID, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Accepted:
    """The suggestion, whose items say how many were taken, and the shopper's own cart as it is now."""

    suggestion: Cart
    cart: Cart


async def suggest(conn: Connection, person: Person, store_id: UUID, proposal: Proposal, cause: Cause) -> Cart:
    """Keep a suggestion of the answer that is the cause, at today's prices.

    Raises NotFound when the store does not sell all of it in one piece, that many of each.
    """
    cart_id: UUID = await conn.fetchval(
        _SQL["add"],
        person.user_id,
        person.session_id,
        store_id,
        cause.message_id,
        proposal.title,
        proposal.reason,
        proposal.score,
    )
    filled = await conn.fetch(_SQL["fill"], cart_id, list(proposal.items), list(proposal.items.values()))
    if len(filled) < len(proposal.items):
        raise NotFound("The store does not have all of this, that many of each.", field="items")
    entry = Entry(
        entity_type="suggested_cart",
        entity_id=cart_id,
        action="suggest",
        before={},
        after={"title": proposal.title, "score": proposal.score, "pieces": sum(proposal.items.values())},
    )
    await audit.record(conn, person, entry, cause)
    return await carts.view(conn, cart_id)


async def accept(conn: Connection, person: Person, suggestion_id: UUID, cause: Cause) -> Accepted:
    """Put what a suggestion holds on top of what the shopper's own cart holds, as far as there is stock, and close it.

    Accepted before, it answers the same and does nothing. Runs inside a transaction. Raises NotFound,
    SuggestionClosed for one that was dismissed, OutOfStock when nothing of it could be taken.
    """
    held = await _held(conn, person, suggestion_id)
    own = (await carts.open_in(conn, person, held["store_id"])).id
    match held["outcome"]:
        case "dismissed":
            raise SuggestionClosed("The suggested cart was dismissed.")
        case None:
            await _take(conn, person, suggestion_id, own, cause)
            await _close(conn, person, held, "accepted", cause)
    suggestion, cart = await carts.many(conn, [suggestion_id, own])
    return Accepted(suggestion=suggestion, cart=cart)


async def dismiss(conn: Connection, person: Person, suggestion_id: UUID, cause: Cause) -> Cart:
    """Close a suggestion of which the shopper wants nothing; again, it does nothing.

    Raises NotFound, and SuggestionClosed for one that was accepted.
    """
    held = await _held(conn, person, suggestion_id)
    match held["outcome"]:
        case "accepted":
            raise SuggestionClosed("The suggested cart was accepted; take out of your cart what you do not want.")
        case None:
            await _close(conn, person, held, "dismissed", cause)
    return await carts.view(conn, suggestion_id)


async def _held(conn: Connection, person: Person, suggestion_id: UUID) -> Record:
    if not conn.is_in_transaction():
        raise RuntimeError("a suggested cart is held in a transaction: its row lock lasts no longer than that")
    record = await conn.fetchrow(_SQL["hold"], suggestion_id, person.user_id)
    if record is None:
        raise NotFound("There is no suggested cart of that id.", field="suggestion_id")
    return record


async def _take(conn: Connection, person: Person, suggestion_id: UUID, own: UUID, cause: Cause) -> None:
    rows = await conn.fetch(_SQL["take"], suggestion_id, own, carts.MOST_PIECES)
    quantities = {row["product_id"]: (row["held"], row["held"] + row["taken"]) for row in rows if row["taken"]}
    if not quantities:
        raise OutOfStock("Nothing of the suggested cart can be bought any more.")
    entry = Entry(
        entity_type="cart",
        entity_id=own,
        action="accept_suggested",
        before={str(product_id): before for product_id, (before, _) in quantities.items()},
        after={
            **{str(product_id): after for product_id, (_, after) in quantities.items()},
            "version": rows[0]["version"],
        },
    )
    await audit.record(conn, person, entry, cause)
    await interactions.record(conn, person, cart_changes.moved(quantities))


async def _close(conn: Connection, person: Person, held: Record, outcome: Outcome, cause: Cause) -> None:
    await conn.execute(_SQL["close"], held["id"], outcome)
    entry = Entry(
        entity_type="suggested_cart",
        entity_id=held["id"],
        action=outcome,
        before={"outcome": None},
        after={"outcome": outcome},
    )
    await audit.record(conn, person, entry, cause)
    message_id = held["suggested_by_message_id"]
    happened = Interaction(
        event_type=f"suggested_cart_{outcome}",
        data={
            "cart_id": str(held["id"]),
            "message_id": None if message_id is None else str(message_id),
            "score": held["score"],
        },
    )
    await interactions.record(conn, person, [happened])
