"""Where things are sent: a person's addresses, one of them the default."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from uuid import UUID

from storage import sql
from storage.database import Connection
from storage.errors import NotFound
from storage.people import Person

_SQL = sql.load(__file__)
_MISSING = "There is no such address."


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """An address as it is written on a parcel; `country` is an ISO 3166 code or a name."""

    name: str = ""
    line1: str
    line2: str = ""
    city: str
    region: str = ""
    postal_code: str = ""
    country: str
    phone: str = ""

    def as_json(self) -> Mapping[str, str]:
        """The snapshot that an order keeps."""
        return asdict(self)

    def text(self) -> str:
        """The address on one line."""
        town = " ".join(part for part in (self.postal_code, self.city) if part)
        return ", ".join(part for part in (self.name, self.line1, self.line2, town, self.region, self.country) if part)


@dataclass(frozen=True, slots=True)
class SavedAddress:
    """An address that a person keeps."""

    id: UUID
    address: Address
    is_default: bool


async def of(conn: Connection, person: Person) -> tuple[SavedAddress, ...]:
    """A person's addresses, the default first, then the newest; none for one who asks by a key for some stores."""
    if person.for_stores:
        return ()
    return tuple(
        SavedAddress(record.pop("id"), is_default=record.pop("is_default"), address=Address(**record))
        for record in map(dict, await conn.fetch(_SQL["of"], person.user_id))
    )


async def get(conn: Connection, person: Person, address_id: UUID) -> SavedAddress:
    """One of a person's addresses. Raises NotFound."""
    for saved in await of(conn, person):
        if saved.id == address_id:
            return saved
    raise NotFound(_MISSING)


async def default(conn: Connection, person: Person) -> Address | None:
    """The address things go to when nothing else is said; none for one who asks by a key for some stores."""
    if person.for_stores:
        return None
    record = await conn.fetchrow(_SQL["default"], person.user_id)
    return Address(**record) if record else None


async def add(conn: Connection, person: Person, address: Address, *, is_default: bool = False) -> UUID:
    """Keep an address; where a person has no default it is that. Runs inside a transaction."""
    await conn.execute(_SQL["lock"], person.user_id)
    if is_default:
        await conn.execute(_SQL["no_default"], person.user_id)
    added: UUID = await conn.fetchval(_SQL["add"], person.user_id, is_default, *asdict(address).values())
    return added


async def set_default(conn: Connection, person: Person, address: Address) -> UUID:
    """Have `address` as the default in the place of the one before. Runs inside a transaction."""
    changed: UUID | None = await conn.fetchval(_SQL["change_default"], person.user_id, *asdict(address).values())
    return changed or await add(conn, person, address, is_default=True)


async def change(conn: Connection, person: Person, address_id: UUID, address: Address) -> None:
    """Have `address` in the place of a kept one; orders keep what they were sent to. Raises NotFound."""
    if await conn.fetchval(_SQL["change"], person.user_id, address_id, *asdict(address).values()) is None:
        raise NotFound(_MISSING)


async def choose(conn: Connection, person: Person, address_id: UUID) -> None:
    """Have a kept address as the default. Raises NotFound. Runs inside a transaction."""
    await conn.execute(_SQL["lock"], person.user_id)
    await conn.execute(_SQL["no_default"], person.user_id)
    if await conn.fetchval(_SQL["choose"], person.user_id, address_id) is None:
        raise NotFound(_MISSING)


async def remove(conn: Connection, person: Person, address_id: UUID) -> None:
    """Forget an address; orders keep what they were sent to. Raises NotFound."""
    if await conn.fetchval(_SQL["remove"], person.user_id, address_id) is None:
        raise NotFound(_MISSING)
