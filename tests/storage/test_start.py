from __future__ import annotations

from storage.database import bulk
from storage.settings import StorageSettings
from storage.start import ready


async def test_a_pooler_is_passed_by_to_migrate(database_url: str) -> None:
    pooled = "postgresql://postgres@127.0.0.1:1/nobody_is_here"
    async with ready(StorageSettings(database_url=pooled, direct_url=database_url)) as url:
        assert url == pooled


async def test_what_is_ready_has_an_index_of_its_vectors(database_url: str) -> None:
    async with bulk(database_url) as conn:
        await conn.execute("drop index if exists products_centred_idx")
        async with ready(StorageSettings(database_url=database_url)):
            indexed = "select indisvalid from pg_index where indexrelid = 'products_centred_idx'::regclass"
            assert await conn.fetchval(indexed)
