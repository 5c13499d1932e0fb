"""Where the mails of a service under test arrive."""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass, field

from storage.mails import Mail

_PATIENCE = 20.0
_CODE = re.compile(r"^ {4}([0-9A-Z]{4}-[0-9A-Z]{4})$", re.MULTILINE)


@dataclass(slots=True)
class Letterbox:
    """A mailer that keeps mails; `to` waits for the next one to an address."""

    mails: list[Mail] = field(default_factory=list)
    _came: asyncio.Condition = field(default_factory=asyncio.Condition)

    async def send(self, mail: Mail) -> None:
        async with self._came:
            self.mails.append(mail)
            self._came.notify_all()

    async def to(self, address: str) -> Mail:
        """The next mail to an address, taken out."""
        async with asyncio.timeout(_PATIENCE), self._came:
            await self._came.wait_for(lambda: any(mail.recipient == address for mail in self.mails))
            found = next(mail for mail in self.mails if mail.recipient == address)
            self.mails.remove(found)
            return found

    async def code(self, address: str) -> str:
        """The code in the next mail to an address."""
        match = _CODE.search((await self.to(address)).content)
        assert match is not None, "the mail has no code"
        return match[1]
