"""What a person pays with. A gift card is money of its own: a balance, of which some may be held for later."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from storage import sql
from storage.database import Connection
from storage.errors import Conflict, NotFound
from storage.money import Money
from storage.people import Person

_SQL = sql.load(__file__)

Kind = Literal["credit_card", "paypal", "gift_card", "manual"]


class InsufficientBalance(Conflict):
    """The gift card has not enough left for this."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentMethod:
    """One way to pay; `reference` is the provider's name for it. Only a gift card has a balance, in minor units."""

    id: UUID
    user_id: UUID
    kind: Kind
    label: str
    reference: str | None
    brand: str | None
    last_four: str | None
    balance: int | None
    held: int | None
    currency: str | None
    is_active: bool

    @property
    def name(self) -> str:
        """What a person calls it: `visa ending in 1234`, `gift card`."""
        if self.label:
            return self.label
        words = {
            "credit_card": self.brand or "credit card",
            "paypal": "PayPal",
            "gift_card": "gift card",
            "manual": "invoice",
        }
        return f"{words[self.kind]} ending in {self.last_four}" if self.last_four else words[self.kind]

    @property
    def left(self) -> Money | None:
        """What a gift card can still pay; None for all else."""
        if self.balance is None or self.held is None or self.currency is None:
            return None
        return Money(self.balance - self.held, self.currency)

    def check_covers(self, amount: Money) -> None:
        """Raises InsufficientBalance if this is a gift card with less than `amount` left, or of another currency."""
        has = self.left
        if has is None or amount.amount <= 0:
            return
        if has.currency != amount.currency or has.amount < amount.amount:
            raise InsufficientBalance(
                f"The gift card has {has.plain()} {has.currency} left; {amount.plain()} {amount.currency} is needed.",
                field="payment_method_id",
            )


async def of(conn: Connection, person: Person) -> tuple[PaymentMethod, ...]:
    """A person's payment methods in use, the oldest first; none for one who asks by a key for some stores."""
    if person.for_stores:
        return ()
    return tuple(PaymentMethod(**record) for record in await conn.fetch(_SQL["of"], person.user_id))


async def get(conn: Connection, user_id: UUID, method_id: UUID) -> PaymentMethod:
    """A person's own payment method, also one no longer in use. Raises NotFound."""
    record = await conn.fetchrow(_SQL["get"], user_id, method_id)
    if record is None:
        raise NotFound("There is no such payment method.", field="payment_method_id")
    return PaymentMethod(**record)


async def usable(conn: Connection, user_id: UUID, method_id: UUID | None) -> PaymentMethod:
    """A person's payment method in use; None is the invoice everybody has. Raises NotFound."""
    method = await manual(conn, user_id) if method_id is None else await get(conn, user_id, method_id)
    if not method.is_active:
        raise NotFound("There is no such payment method.", field="payment_method_id")
    return method


async def manual(conn: Connection, user_id: UUID) -> PaymentMethod:
    """Paying by invoice or on delivery: everybody can, so the row is made when it is first asked for."""
    [record] = await conn.fetch(_SQL["manual"], user_id)
    return PaymentMethod(**record)


async def add(
    conn: Connection,
    user_id: UUID,
    kind: Literal["credit_card", "paypal"],
    *,
    label: str = "",
    reference: str | None = None,
    brand: str | None = None,
    last_four: str | None = None,
) -> PaymentMethod:
    """Keep a way to pay; the same reference again is the same method."""
    [record] = await conn.fetch(_SQL["add"], user_id, kind, label, reference, brand, last_four)
    return PaymentMethod(**record)


async def add_gift_card(
    conn: Connection, user_id: UUID, balance: Money, *, label: str = "", reference: str | None = None
) -> PaymentMethod:
    """Give a person a gift card. Whoever may do that was checked by the caller: this is money."""
    [record] = await conn.fetch(_SQL["add_gift_card"], user_id, label, reference, balance.amount, balance.currency)
    return PaymentMethod(**record)


async def remove(conn: Connection, person: Person, method_id: UUID) -> None:
    """Take a method out of use; orders paid with it keep it. Raises NotFound."""
    if await conn.fetchval(_SQL["remove"], person.user_id, method_id) is None:
        raise NotFound("There is no such payment method.", field="payment_method_id")


async def pay(conn: Connection, method_id: UUID, amount: int) -> None:
    """Take `amount` from a gift card. Raises InsufficientBalance; the row is locked until the transaction ends."""
    if await conn.fetchval(_SQL["pay"], method_id, amount) is None:
        raise InsufficientBalance(field="payment_method_id")


async def hold(conn: Connection, method_id: UUID, amount: int) -> None:
    """Keep `amount` of a gift card for a payment to come. Raises InsufficientBalance."""
    if await conn.fetchval(_SQL["hold"], method_id, amount) is None:
        raise InsufficientBalance(field="payment_method_id")


async def release(conn: Connection, method_id: UUID, amount: int, *, paid: bool) -> None:
    """End a hold: `paid` takes the amount from the gift card, otherwise it is free again."""
    await conn.execute(_SQL["release"], method_id, amount, paid)


async def refund(conn: Connection, method_id: UUID, amount: int) -> None:
    """Put `amount` back on a gift card."""
    await conn.execute(_SQL["refund"], method_id, amount)


async def lock(conn: Connection, method_ids: Iterable[UUID]) -> None:
    """Hold several methods until the transaction ends, in the order of their ids."""
    await conn.execute(_SQL["lock"], list(method_ids))
