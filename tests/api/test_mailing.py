from __future__ import annotations

import socket
from datetime import UTC, datetime, timedelta

import pytest
from pydantic import SecretStr

from api import mailing
from api.mailing import Mailer, Postman
from storage import mails
from storage.database import Database
from tests.support.smtp import mail_server

NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)
ADA = "ada@example.org"


def postman(database: Database, mailer: Mailer, now: datetime = NOW) -> Postman:
    return Postman(database=database, mailer=mailer, clock=lambda: now)


async def waiting(database: Database) -> int:
    async with database.connection() as conn:
        count: int = await conn.fetchval("select count(*) from mails")
    return count


async def put(database: Database, recipient: str | None = ADA) -> None:
    async with database.transaction() as conn:
        await mails.put(conn, recipient, "Your code", "    ABCD-EFGH\n\nGrüße\n", NOW)


async def test_without_a_mail_server_mails_are_printed(database: Database, capsys: pytest.CaptureFixture[str]) -> None:
    await put(database)
    await put(database, None)
    assert await postman(database, mailing.mailer(None, "shop@localhost")).send_due() == 1
    assert capsys.readouterr().out == f"Mail to {ADA}: Your code\n        ABCD-EFGH\n    \n    Grüße\n"
    assert await waiting(database) == 0


async def test_a_mail_is_sent_once_and_nothing_of_it_stays(database: Database) -> None:
    await put(database)
    async with mail_server() as server:
        sender = postman(database, mailing.mailer(SecretStr(server.url), "shop@example.com"))
        assert [await sender.send_due() for _ in range(2)] == [1, 0]
    (mail,) = server.mails
    assert (mail["To"], mail["From"], mail["Subject"]) == (ADA, "shop@example.com", "Your code")
    assert str(mail["Message-ID"]).endswith("@example.com>")
    assert "Grüße" in mail.get_content()
    assert await waiting(database) == 0


async def test_a_mail_that_cannot_be_sent_now_is_sent_later(database: Database) -> None:
    await put(database)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        gone = SecretStr(f"smtp://127.0.0.1:{free.getsockname()[1]}")
        assert await postman(database, mailing.mailer(gone, "shop@example.com")).send_due() == 0
    async with mail_server() as server:
        server.later.add(ADA)
        mailer = mailing.mailer(SecretStr(server.url), "shop@example.com")
        assert await postman(database, mailer).send_due() == 0
        assert await postman(database, mailer, NOW + timedelta(minutes=2)).send_due() == 0
        server.later.clear()
        assert await postman(database, mailer, NOW + timedelta(minutes=4)).send_due() == 1


async def test_a_recipient_that_is_refused_is_not_asked_again(database: Database) -> None:
    await put(database)
    async with mail_server() as server:
        server.refused.add(ADA)
        assert await postman(database, mailing.mailer(SecretStr(server.url), "shop@example.com")).send_due() == 0
    assert await waiting(database) == 0
    async with database.connection() as conn:
        (row,) = await conn.fetch("select severity, s::text as text from system_audit s")
    assert row["severity"] == "error"
    assert ADA not in row["text"]


async def test_what_is_given_up_is_written_down(database: Database) -> None:
    await put(database)
    async with mail_server() as server:
        server.later.add(ADA)
        mailer = mailing.mailer(SecretStr(server.url), "shop@example.com")
        for tries in range(10):
            await postman(database, mailer, NOW + tries * timedelta(minutes=2)).send_due()
    assert await waiting(database) == 0
