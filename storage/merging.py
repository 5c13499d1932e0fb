"""A guest signs in to an account they have already: what is the guest's becomes the account's, and the guest goes.

Lock order, as everywhere: chats, actions, carts. Whoever is in the middle of a change in the guest's name is waited for
before anything moves, so that nothing is put to a guest who is no more.
"""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from asyncpg import Record

from storage import audit, sql
from storage.audit import Cause, Entry
from storage.carts import MOST_PIECES
from storage.database import Connection
from storage.people import Person

_SQL = sql.load(__file__)

# What is moved and not reported; a vote, feedback or key that the account has as well goes with the guest.
_UNTOLD = (
    _SQL["message_feedback"],
    _SQL["chat_vectors"],
    _SQL["decided_by"],
    _SQL["settled_by"],
    _SQL["same_payment_methods"],
    _SQL["idempotency_keys"],
    _SQL["moderated_by"],
    _SQL["helpful_votes"],
    _SQL["repeated_interactions"],
    _SQL["audit_log"],
    _SQL["api_keys"],
    _SQL["usage_days"],
    _SQL["run_reservations"],
    _SQL["sessions"],
    _SQL["carts"],
)


@dataclass(frozen=True, slots=True, kw_only=True)
class MergedItem:
    """A product in the guest's cart: pieces there, pieces the account had, pieces in the account's cart now."""

    store: str
    product_id: UUID
    name: str
    guest: int
    account: int
    quantity: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Merged:
    """What came along from a guest, in rows."""

    cart_items: tuple[MergedItem, ...]
    chats: int
    wishlist_items: int
    orders: int
    actions: int
    reviews: int
    events: int
    searches: int
    recommendations: int
    cohorts: int
    addresses: int
    payment_methods: int


async def of_guest(conn: Connection, guest_id: UUID) -> Merged:
    """What a guest has, who becomes an account as they are."""
    items = [_item(row) for row in await conn.fetch(_SQL["cart_items"], guest_id)]
    [counts] = await conn.fetch(_SQL["counts"], guest_id)
    return Merged(cart_items=tuple(items), **counts)


async def guest_into(conn: Connection, guest_id: UUID, account: Person, cause: Cause) -> Merged | None:
    """Move all that is a guest's to an account, in the caller's transaction; None where the guest is gone by now.

    The caller holds the account's row (`accounts.hold`), so that merges into one account come one after another. Carts
    of one store are added up: as far as there is stock and up to 99 of a product, never to less than either cart had.
    Of what both may have only one of (a review, a cohort, a wish) the account's stays. The guest's sessions are ended.
    """
    if not conn.is_in_transaction():
        raise RuntimeError("guest_into needs a transaction: all moves or nothing does")
    await conn.execute(_SQL["lock_reservations"], guest_id)
    await conn.execute(_SQL["lock_chats"], guest_id)
    await conn.execute(_SQL["lock_actions"], guest_id)
    await conn.execute(_SQL["lock_carts"], guest_id, account.user_id)
    if await conn.fetchval(_SQL["hold_guest"], guest_id) is None:
        return None
    both = guest_id, account.user_id
    added_up = [_item(row) for row in await conn.fetch(_SQL["add_up_carts"], *both, MOST_PIECES)]
    moved = [_item(row) for row in await conn.fetch(_SQL["cart_items"], guest_id)]
    for move in _UNTOLD:
        await conn.execute(move, *both)
    merged = Merged(
        cart_items=(*added_up, *moved),
        chats=await conn.fetchval(_SQL["chats"], *both),
        wishlist_items=await conn.fetchval(_SQL["wishlist_items"], *both),
        orders=await conn.fetchval(_SQL["orders"], *both),
        actions=await conn.fetchval(_SQL["actions"], *both),
        reviews=await conn.fetchval(_SQL["reviews"], *both),
        events=await conn.fetchval(_SQL["interactions"], *both),
        searches=await conn.fetchval(_SQL["search_logs"], *both),
        recommendations=await conn.fetchval(_SQL["recommendation_logs"], *both),
        cohorts=await conn.fetchval(_SQL["cohorts"], *both),
        addresses=await conn.fetchval(_SQL["addresses"], *both),
        payment_methods=await conn.fetchval(_SQL["payment_methods"], *both),
    )
    await conn.execute(_SQL["own_votes"], account.user_id)
    await conn.execute(_SQL["delete_guest"], guest_id)
    await audit.record(conn, account, _entry(guest_id, account.user_id, merged), cause)
    return merged


def _item(row: Record) -> MergedItem:
    return MergedItem(**row)


def _entry(guest_id: UUID, account_id: UUID, merged: Merged) -> Entry:
    before = {f"{item.product_id}": item.account for item in merged.cart_items}
    after = {f"{item.product_id}": item.quantity for item in merged.cart_items}
    return Entry(
        entity_type="user",
        entity_id=account_id,
        action="merge_guest",
        before=before,
        after={**after, "guest": str(guest_id), "chats": merged.chats, "orders": merged.orders},
    )
