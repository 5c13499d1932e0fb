"""What is owed is brought to the payment provider, and how it came out is written down."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable
from datetime import timedelta

from agent.loop import Loop
from agent.payment_provider import ByHand, PaymentProvider
from storage import settlement
from storage.clock import Clock
from storage.database import Database
from storage.settlement import Outcome, Refused, Transfer, Waiting

_log = logging.getLogger(__name__)

_MOST = 50
_AGAIN = timedelta(seconds=2)
_LATEST = timedelta(hours=1)


class Cashier(Loop):
    """One background loop a process, with `hands` calls to the provider at most at a time; the service owns it.

    A row is claimed for longer than a call may take (`patience` seconds). If this process dies meanwhile, another one
    asks the provider the same again, under the same key. What is unknown is never given up, only asked ever more
    seldom. Invoices wait for a person, whatever the provider.
    """

    def __init__(
        self,
        *,
        database: Database,
        provider: PaymentProvider,
        clock: Clock,
        every: float = 2.0,
        patience: float = 30.0,
        hands: int = 4,
    ) -> None:
        super().__init__("cashier", self.look, every=every, complaint="payments could not be settled", log=_log)
        self._database = database
        self._provider = provider
        self._by_hand = ByHand()
        self._clock = clock
        self._patience = patience
        self._lease = timedelta(seconds=patience * 2)
        self._hands = hands

    async def stop(self) -> None:
        """Look no more. A call that is cut off is made again after its claim has run out."""
        await super().stop()
        await self._provider.close()

    async def look(self) -> int:
        """Bring what is due to the provider, some at a time; how often it was asked."""
        done = await asyncio.gather(*(self._settle_some() for _ in range(self._hands)), return_exceptions=True)
        for one in done:
            if isinstance(one, BaseException):
                raise one
        return sum(one for one in done if isinstance(one, int))

    async def _settle_some(self) -> int:
        for asked in range(_MOST):
            if not await self._settle_one():
                return asked
        return _MOST

    async def _settle_one(self) -> bool:
        now = self._clock()
        async with self._database.transaction() as conn:
            transfer = await settlement.claim(conn, now, now + self._lease)
        if transfer is None:
            return False
        outcome = await self._ask(transfer)
        if isinstance(outcome, Refused):
            _log.warning("%s %s was refused: %s", transfer.type, transfer.id, outcome.reason)
        async with self._database.transaction() as conn:
            await settlement.record(conn, transfer, outcome, self._clock())
        return True

    async def _ask(self, transfer: Transfer) -> Outcome:
        try:
            async with asyncio.timeout(self._patience):
                return await self._call(transfer)
        except Exception as error:
            # Whatever the provider's class raises: whether money has moved is unknown, so the same is asked again.
            said = f"{type(error).__name__}: {error}"
            _log.warning("%s %s: attempt %d: %s", transfer.type, transfer.id, transfer.attempt, said)
            return Waiting(min(_AGAIN * 2 ** min(transfer.attempt - 1, 20), _LATEST), failure=said)

    def _call(self, transfer: Transfer) -> Awaitable[Outcome]:
        provider = self._by_hand if transfer.kind == "manual" else self._provider
        if transfer.undo:
            return provider.void(transfer)
        return provider.charge(transfer) if transfer.type == "payment" else provider.refund(transfer)
