from __future__ import annotations

import pytest

import server
from agent.payment_provider import PROVIDERS, ByHand, UnknownProvider, chosen
from agent.settings import AgentSettings
from api.settings import ApiSettings
from storage.clock import utc_now
from storage.settings import StorageSettings
from tests.support.providers.bank import BankProvider


def test_a_provider_is_one_class_and_a_name() -> None:
    assert isinstance(chosen(PROVIDERS, AgentSettings().payment_provider), ByHand)
    made = chosen({**PROVIDERS, "bank": lambda: BankProvider("http://127.0.0.1:1")}, "bank")
    assert isinstance(made, BankProvider)


async def test_a_name_that_nobody_has_ends_the_start() -> None:
    settings = server.Settings(
        storage=StorageSettings(), agent=AgentSettings(payment_provider="bank"), api=ApiSettings()
    )
    with pytest.raises(UnknownProvider, match="no payment provider 'bank'; there are: manual"):
        async with server.running(settings, utc_now):
            pass
