from __future__ import annotations

from storage.settings import StorageSettings
from storage.start import ready


async def test_a_pooler_is_passed_by_to_migrate(database_url: str) -> None:
    pooled = "postgresql://postgres@127.0.0.1:1/nobody_is_here"
    async with ready(StorageSettings(database_url=pooled, direct_url=database_url)) as url:
        assert url == pooled
