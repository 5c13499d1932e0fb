from __future__ import annotations

import asyncio
import re
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import asyncpg
import pytest

from storage import categories, erasing, payment_methods, settlement
from storage import migrate as runner
from storage.clock import utc_now
from storage.database import connect, prepare
from storage.embedded import serve
from storage.errors import (
    DatabaseTooNew,
    DatabaseUnreachable,
    MigrationEdited,
    MigrationFailed,
    MissingExtension,
    WrongServer,
)
from storage.migrate import FOLDER, migrate, read
from tests.support.factory import buy, make_member, make_person, make_product, make_store
from tests.support.orders import NO_CAUSE

TABLE = "create table things (id int not null);\n"
CONCURRENT = "-- no-transaction\ncreate unique index concurrently things_id_key on things (id);\n"


@pytest.fixture
async def empty_url(server_url: str) -> AsyncIterator[str]:
    """The URL of a database in which nothing was ever migrated."""
    admin = await asyncpg.connect(server_url.replace("/cartwright?", "/postgres?"))
    try:
        await admin.execute("create database unmigrated template template0")
        yield server_url.replace("/cartwright?", "/unmigrated?")
        await admin.execute("drop database unmigrated with (force)")
    finally:
        await admin.close()


@asynccontextmanager
async def connected(url: str) -> AsyncIterator[asyncpg.Connection[asyncpg.Record]]:
    conn = await connect(url)
    try:
        yield conn
    finally:
        await conn.close()


def files(folder: Path, *texts: str) -> Path:
    for number, text in enumerate(texts, start=1):
        (folder / f"{number:04d}_file.sql").write_text(text)
    return folder


async def test_migrating_twice_changes_nothing(empty_url: str) -> None:
    assert await migrate(empty_url) == [path.stem for path in sorted(FOLDER.glob("*.sql"))]
    assert await migrate(empty_url) == []


async def test_four_runners_at_once_apply_each_file_once(empty_url: str, tmp_path: Path) -> None:
    folder = files(tmp_path, TABLE, CONCURRENT, "insert into things values (1);\n")
    applied = await asyncio.gather(*(migrate(empty_url, folder) for _ in range(4)))
    assert sorted(name for names in applied for name in names) == ["0001_file", "0002_file", "0003_file"]


async def test_an_edited_file_is_refused_by_name(empty_url: str, tmp_path: Path) -> None:
    folder = files(tmp_path, TABLE, "select 1;\n")
    await migrate(empty_url, folder)
    files(tmp_path, TABLE + "-- better\n")
    with pytest.raises(MigrationEdited, match="0001_file"):
        await migrate(empty_url, folder)


async def test_a_database_ahead_of_the_checkout_is_refused(empty_url: str, tmp_path: Path) -> None:
    folder = files(tmp_path, TABLE, "select 1;\n")
    await migrate(empty_url, folder)
    (folder / "0002_file.sql").unlink()
    with pytest.raises(DatabaseTooNew, match="0002_file"):
        await migrate(empty_url, folder)


async def test_a_file_that_fails_leaves_nothing_and_can_be_put_right(empty_url: str, tmp_path: Path) -> None:
    folder = files(tmp_path, TABLE, "insert into things values (1);\nselect 1 / 0;\n")
    with pytest.raises(MigrationFailed, match="0002_file: division by zero"):
        await migrate(empty_url, folder)
    async with connected(empty_url) as conn:
        assert await conn.fetchval("select count(*) from things") == 0
    files(tmp_path, TABLE, "insert into things values (1);\n")
    assert await migrate(empty_url, folder) == ["0002_file"]


async def test_a_concurrent_index_that_failed_is_built_again(empty_url: str, tmp_path: Path) -> None:
    folder = files(tmp_path, TABLE + "insert into things values (1), (1);\n", CONCURRENT)
    with pytest.raises(MigrationFailed, match="things_id_key"):
        await migrate(empty_url, folder)
    async with connected(empty_url) as conn:
        valid = "select indisvalid from pg_index where indexrelid = 'things_id_key'::regclass"
        assert await conn.fetchval(valid) is False
        await conn.execute("delete from things")
        assert await migrate(empty_url, folder) == ["0002_file"]
        assert await conn.fetchval(valid) is True


async def test_a_table_in_use_is_waited_for_in_short_tries(empty_url: str, tmp_path: Path) -> None:
    """Writers behind the migration are held up by one short try at most, though a reader holds the table for long."""
    folder = files(tmp_path, TABLE)
    await migrate(empty_url, folder)
    files(tmp_path, TABLE, "alter table things add column name text;\n")
    async with connected(empty_url) as reader, connected(empty_url) as writer:
        reading = reader.transaction()
        await reading.start()
        await reader.execute("select * from things")
        migrating = asyncio.create_task(migrate(empty_url, folder), name="migrating")
        waiting = "select count(*) from pg_locks where not granted and relation = 'things'::regclass"
        while not await writer.fetchval(waiting):  # noqa: ASYNC110 - the lock queue is the server's
            await asyncio.sleep(0.005)
        await writer.execute("insert into things values (1)")
        assert not migrating.done()
        await reading.rollback()
        assert await migrating == ["0002_file"]


async def test_patience_ends(empty_url: str, tmp_path: Path) -> None:
    folder = files(tmp_path, TABLE)
    await migrate(empty_url, folder)
    files(tmp_path, TABLE, "alter table things add column name text;\n")
    async with connected(empty_url) as reader, reader.transaction():
        await reader.execute("select * from things")
        with pytest.raises(MigrationFailed, match="lock timeout"):
            await migrate(empty_url, folder, patience=0)


async def test_a_runner_that_never_ends_is_not_waited_for_for_ever(empty_url: str, tmp_path: Path) -> None:
    folder = files(tmp_path, "select pg_sleep(600);\n")
    first = asyncio.create_task(migrate(empty_url, folder), name="first")
    async with connected(empty_url) as conn:
        held = "select count(*) from pg_locks where locktype = 'advisory' and granted"
        while not await conn.fetchval(held):  # noqa: ASYNC110 - the lock is the server's
            await asyncio.sleep(0.005)
    with pytest.raises(MigrationFailed, match="another process"):
        await migrate(empty_url, folder, patience=0)
    first.cancel()
    with pytest.raises(asyncio.CancelledError):
        await first


async def test_a_gap_in_the_numbers_is_refused(tmp_path: Path) -> None:
    files(tmp_path, TABLE, "select 1;\n", "select 1;\n")
    (tmp_path / "0002_file.sql").unlink()
    with pytest.raises(ValueError, match=r"0003_file\.sql is not migration 0002"):
        read(tmp_path)


async def test_line_ends_do_not_count_as_an_edit(empty_url: str, tmp_path: Path) -> None:
    folder = files(tmp_path, TABLE)
    await migrate(empty_url, folder)
    (tmp_path / "0001_file.sql").write_bytes(TABLE.replace("\n", "\r\n").encode())
    assert await migrate(empty_url, folder) == []


async def test_a_server_that_is_not_there_is_named_without_its_password() -> None:
    with pytest.raises(DatabaseUnreachable) as caught:
        await migrate("postgresql://shop:secret@127.0.0.1:1/shop")
    assert "secret" not in caught.value.detail
    with pytest.raises(DatabaseUnreachable):
        await migrate("a database, please")


async def test_an_old_server_and_an_old_or_missing_pgvector_are_refused(
    empty_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def pretend(**answers: str) -> None:
        monkeypatch.setattr(runner, "_SQL", {**runner._SQL, **answers})

    pretend(vector_version="select '0.7.4'")
    with pytest.raises(MissingExtension, match=r"0\.7\.4"):
        await migrate(empty_url)
    pretend(vector_version="select null::text")
    with pytest.raises(MissingExtension):
        await migrate(empty_url)
    pretend(server_version="select 150013")
    with pytest.raises(WrongServer, match="16 or later"):
        await migrate(empty_url)


# What an order of 10.00 that was paid had promised back before 0018: amount, status, how often somebody was asked; and
# what is left of it.
PROMISED = {
    "again, of nobody yet": ([(1000, "failed", 1), (1000, "pending", 0)], [(1000, "failed"), (1000, "voided")]),
    "again, and done": ([(1000, "failed", 1), (1000, "completed", 1)], [(1000, "voided"), (1000, "completed")]),
    "again, and asked": ([(1000, "failed", 1), (1000, "pending", 1)], [(1000, "voided"), (1000, "pending")]),
    "again, and failed": ([(1000, "failed", 1), (1000, "failed", 1)], [(1000, "failed"), (1000, "voided")]),
    "partly again": ([(600, "failed", 1), (600, "pending", 0)], [(600, "failed"), (400, "pending")]),
    "twice too much": (
        [(800, "failed", 1), (600, "pending", 0), (600, "completed", 1)],
        [(400, "failed"), (600, "voided"), (600, "completed")],
    ),
    "no more than came in": ([(400, "failed", 1), (600, "pending", 0)], [(400, "failed"), (600, "pending")]),
}


@pytest.mark.parametrize("promised", PROMISED)
async def test_0018_takes_back_what_older_ledgers_promised_too_much(
    empty_url: str, tmp_path: Path, promised: str
) -> None:
    before, after = PROMISED[promised]
    for path in sorted(FOLDER.glob("*.sql"))[:17]:
        shutil.copy(path, tmp_path)
    await migrate(empty_url, tmp_path)
    async with connected(empty_url) as conn:
        await prepare(conn)
        person = await make_person(conn)
        order = await buy(conn, person, await make_product(conn, await make_store(conn)), cancelled=True)
        card = await payment_methods.add(conn, person.user_id, "credit_card", reference="acct")
        await conn.execute("update orders set payment_status = 'failed'")
        for kind, (amount, status, attempts) in [
            ("payment", (1000, "completed", 1)), *(("refund", row) for row in before),
        ]:  # fmt: skip
            await conn.execute(
                "insert into order_payments"
                " (order_id, payment_method_id, type, amount, currency, status, attempts, due_at)"
                " values ($1, $2, $3, $4, 'EUR', $5, $6, case when $5 = 'pending' then now() end)",
                order, card.id, kind, amount, status, attempts,
            )  # fmt: skip
        await migrate(empty_url)
        refunds = "select id, amount, status from order_payments where type = 'refund' order by id"
        assert [(row["amount"], row["status"]) for row in await conn.fetch(refunds)] == after

        # Whatever is left can be brought to its end, the person can leave, and no more has gone back than came in.
        staff, now = await make_member(conn, role="admin"), utc_now()
        while True:
            async with conn.transaction():
                due = await settlement.claim(conn, now, now)
                if due is None:
                    break
                await settlement.record(conn, due, settlement.Done(), now)
        for row in await conn.fetch(refunds):
            if row["status"] == "failed":
                async with conn.transaction():
                    await settlement.settle_by_hand(conn, staff, row["id"], None, NO_CAUSE)
        assert await conn.fetchval("select payment_status from orders") == "refunded"
        assert await conn.fetchval("select left_to_pay_back($1)", order) == 0
        async with conn.transaction():
            assert await erasing.erase(conn, person.user_id, [])


async def test_0030_names_the_paths_of_categories_that_are_there(empty_url: str, tmp_path: Path) -> None:
    for path in sorted(FOLDER.glob("*.sql"))[:29]:
        shutil.copy(path, tmp_path)
    await migrate(empty_url, tmp_path)
    async with connected(empty_url) as conn:
        pans = await categories.ensure(conn, ["Home", "Kitchen", "Pans"])
        assert (await migrate(empty_url))[0] == "0030_category_paths"
        path = await conn.fetchval("select path from categories where id = $1", pans)
        assert path == ["Home", "Kitchen", "Pans"]


def test_indexes_and_keys_of_tables_that_are_there_are_made_beside_their_writers() -> None:
    """From 0018 on: no index is built in a transaction, and no key looks at every row as it is added."""
    later = read()[17:]
    assert sum("index concurrently" in one.text for one in later) >= 5
    for migration in later:
        code = re.sub(r"--.*", "", migration.text)
        made = set(re.findall(r"create table (\w+)", code))
        assert set(re.findall(r"create (?:unique )?index (?!concurrently)\w+\s+on (\w+)", code)) <= made
        assert migration.transactional or len(re.findall(";", code)) == 1
        assert made or code.count("references") == code.count("not valid")
        assert not ("validate constraint" in code and "not valid" in code)


async def test_every_key_and_index_is_valid_in_the_end(server_url: str) -> None:
    async with connected(server_url) as conn:
        assert await conn.fetch("select conname from pg_constraint where not convalidated") == []
        assert await conn.fetch("select indexrelid::regclass from pg_index where not indisvalid") == []


class TestBothServers:
    """The wheel carries PostgreSQL 16 and 18; the schema must come out the same on both."""

    async def test_16_has_the_same_schema_and_ids_in_order(self, server_url: str, data_folder: Path) -> None:
        async with serve(data_folder, version=16, durable=False) as url:
            await migrate(url)
            async with connected(url) as old:
                assert old.get_server_version().major == 16
                ids = [await old.fetchval("select uuidv7()") for _ in range(50)]
                async with connected(server_url) as new:
                    assert await shape(old) == await shape(new)
        assert {value.version for value in ids} == {7}
        assert ids == sorted(ids)
        assert len(set(ids)) == 50

    async def test_18_uses_its_own_uuidv7(self, server_url: str) -> None:
        async with connected(server_url) as conn:
            default = "select pg_get_expr(adbin, adrelid) from pg_attrdef where adrelid = 'chats'::regclass limit 1"
            assert await conn.fetchval(default) == "uuidv7()"
            assert await conn.fetchval("select 'uuidv7()'::regprocedure::oid < 16384")


async def shape(conn: asyncpg.Connection[asyncpg.Record]) -> list[tuple[str, ...]]:
    """Every column, constraint and index of our schema, as text."""
    rows = await conn.fetch(
        """
        select 'column', attrelid::regclass::text, attname, format_type(atttypid, atttypmod), attnotnull::text
        from pg_attribute a join pg_class c on c.oid = attrelid
        where c.relnamespace = 'public'::regnamespace and attnum > 0 and c.relkind in ('r', 'v')
        union all
        select 'constraint', conrelid::regclass::text, conname, pg_get_constraintdef(oid), ''
        from pg_constraint where connamespace = 'public'::regnamespace and contype <> 'n'
        union all
        select 'index', indrelid::regclass::text, indexrelid::regclass::text, pg_get_indexdef(indexrelid), ''
        from pg_index join pg_class on pg_class.oid = indexrelid where relnamespace = 'public'::regnamespace
        order by 1, 2, 3
        """
    )
    return [tuple(row) for row in rows]
