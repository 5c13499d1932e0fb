"""Mail: an interface with two ways to send, and the loop that sends what waits in the database."""

from __future__ import annotations

import asyncio
import logging
import smtplib
import ssl
import sys
from datetime import timedelta
from email.message import EmailMessage
from email.utils import formataddr
from typing import Protocol
from urllib.parse import unquote, urlsplit

from pydantic import SecretStr

from agent.loop import Loop
from storage import mails, system_audit
from storage.audit import State
from storage.clock import Clock
from storage.database import Database
from storage.mails import Mail

_log = logging.getLogger(__name__)

_AT_ONCE = 10
_TRIES = 10
_AGAIN = timedelta(minutes=2)
_TIMEOUT = 20.0


class Undeliverable(Exception):
    """The recipient is refused for good."""


class Mailer(Protocol):
    """Sends one mail, to a recipient that is there; sent twice, a mail has the same Message-ID."""

    async def send(self, mail: Mail) -> None:
        """Raises Undeliverable, and OSError or smtplib.SMTPException where it may work later."""


class ConsoleMailer:
    """Prints mails, for development: whoever sees the output of the server reads everybody's mail."""

    async def send(self, mail: Mail) -> None:
        """Print it."""
        text = "\n".join(f"    {line}" for line in mail.content.splitlines())
        sys.stdout.write(f"Mail to {mail.recipient}: {mail.subject}\n{text}\n")
        sys.stdout.flush()


class SmtpMailer:
    """Sends by a mail server: `smtps://` with TLS from the start, `smtp://` with STARTTLS where the server has it."""

    def __init__(self, url: SecretStr, sender: str) -> None:
        self._url = urlsplit(url.get_secret_value())
        self._sender = sender

    async def send(self, mail: Mail) -> None:
        """Hand it to the server."""
        await asyncio.to_thread(self._send, mail)

    def _send(self, mail: Mail) -> None:
        host, tls = self._url.hostname or "localhost", ssl.create_default_context()
        if self._url.scheme == "smtps":
            server: smtplib.SMTP = smtplib.SMTP_SSL(host, self._url.port or 465, timeout=_TIMEOUT, context=tls)
        else:
            server = smtplib.SMTP(host, self._url.port or 587, timeout=_TIMEOUT)
        with server:
            server.ehlo()
            if self._url.scheme == "smtp" and server.has_extn("starttls"):
                server.starttls(context=tls)
            if self._url.username:
                server.login(unquote(self._url.username), unquote(self._url.password or ""))
            try:
                server.send_message(self._message(mail))
            except smtplib.SMTPRecipientsRefused as error:
                if all(status >= 500 for status, _ in error.recipients.values()):
                    raise Undeliverable from error
                raise

    def _message(self, mail: Mail) -> EmailMessage:
        message = EmailMessage()
        message["From"] = formataddr(("", self._sender))
        message["To"] = formataddr(("", mail.recipient or ""))
        message["Subject"] = mail.subject
        message["Message-ID"] = f"<{mail.id}@{self._sender.rpartition('@')[2]}>"
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(mail.content)
        return message


class Postman(Loop):
    """One loop a process that sends what waits, at once when it is woken and otherwise every `every` seconds.

    A mail is taken by one process at a time and deleted once it is sent; a process that dies in between has it sent
    twice. What cannot be sent is tried again for 20 minutes.
    """

    def __init__(self, *, database: Database, mailer: Mailer, clock: Clock, every: float = 5.0) -> None:
        super().__init__("postman", self.send_due, every=every, complaint="mails could not be sent", log=_log)
        self._database = database
        self._mailer = mailer
        self._clock = clock

    async def send_due(self) -> int:
        """Send what is due; how many were sent."""
        now, sent = self._clock(), 0
        async with self._database.connection() as conn:
            taken = await mails.take(conn, now, now + _AGAIN, _AT_ONCE)
        for mail in taken:
            sent += await self._send(mail)
        return sent

    async def _send(self, mail: Mail) -> bool:
        lost: str | None = None
        try:
            if mail.recipient is not None:
                await self._mailer.send(mail)
        except Undeliverable:
            lost = "the recipient is refused"
        except (OSError, smtplib.SMTPException) as error:
            # The text of an error may hold the address; its kind does not.
            _log.warning("mail %s could not be sent: %s", mail.id, type(error).__name__)
            if mail.attempts < _TRIES:
                return False
            lost = type(error).__name__
        async with self._database.transaction() as conn:
            await mails.sent(conn, mail.id)
            if lost is not None:
                payload: State = {"mail": str(mail.id), "attempts": mail.attempts, "reason": lost}
                await system_audit.note(conn, "mail", "error", "a mail could not be sent", payload)
        return lost is None and mail.recipient is not None


def mailer(url: SecretStr | None, sender: str) -> Mailer:
    """The configured way to send."""
    return ConsoleMailer() if url is None else SmtpMailer(url, sender)
