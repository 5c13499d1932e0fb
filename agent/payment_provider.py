"""What a payment provider keeps to: one class, which moves money for the shop."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Protocol

from storage.errors import OperatorError
from storage.settlement import Done, Outcome, Transfer, Waiting


class UnknownProvider(OperatorError):
    """There is no payment provider of this name; choose another CARTWRIGHT_PAYMENT_PROVIDER."""


class PaymentProvider(Protocol):
    """Moves money. No connection of the database is held meanwhile, and a call may be cut off at any moment.

    `transfer.id` is the key of idempotency: a call may come again under it, from another process too, and then tells
    what came of the first one. An error that is raised means that the outcome is unknown, so that the same is asked
    again later; only `Refused` says that nothing was moved and nothing will be.
    """

    async def charge(self, transfer: Transfer) -> Outcome:
        """Take the amount from the payment method."""
        ...

    async def refund(self, transfer: Transfer) -> Outcome:
        """Give the amount back: of what `paid_by` names, in one go or several under keys made of this one."""
        ...

    async def void(self, transfer: Transfer) -> Outcome:
        """Undo the charge of this id, whether it has arrived or not: none may be made under it afterwards."""
        ...

    async def close(self) -> None:
        """Let go of connections; nothing is asked any more."""
        ...


class ByHand:
    """Moves nothing: a person sees that the invoice was paid, or pays back, and says so."""

    async def charge(self, transfer: Transfer) -> Outcome:
        """Wait for a person."""
        return Waiting(None)

    async def refund(self, transfer: Transfer) -> Outcome:
        """Wait for a person."""
        return Waiting(None)

    async def void(self, transfer: Transfer) -> Outcome:
        """There is nothing to undo."""
        return Done()

    async def close(self) -> None:
        """There is nothing to let go of."""


Providers = Mapping[str, Callable[[], PaymentProvider]]

PROVIDERS: Providers = MappingProxyType({"manual": ByHand})


def chosen(providers: Providers, name: str) -> PaymentProvider:
    """The provider of this name, made. Raises UnknownProvider."""
    make = providers.get(name)
    if make is None:
        raise UnknownProvider(f"There is no payment provider {name!r}; there are: {', '.join(sorted(providers))}.")
    return make()
