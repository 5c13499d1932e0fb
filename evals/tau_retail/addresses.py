"""Addresses as the domain writes them, and as we do."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict

from storage.addresses import Address


class TauAddress(BaseModel):
    """An address of the domain."""

    model_config = ConfigDict(frozen=True)

    address1: str
    address2: str
    city: str
    country: str
    state: str
    zip: str

    def ours(self) -> Address:
        """The address of ours that says the same."""
        return Address(
            line1=self.address1,
            line2=self.address2,
            city=self.city,
            region=self.state,
            postal_code=self.zip,
            country=self.country,
        )


def theirs(address: Address) -> dict[str, str]:
    """An address of ours in the domain's words."""
    return TauAddress(
        address1=address.line1,
        address2=address.line2,
        city=address.city,
        country=address.country,
        state=address.region,
        zip=address.postal_code,
    ).model_dump()
