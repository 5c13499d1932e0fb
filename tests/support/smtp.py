"""A mail server on loopback that keeps what it is given (RFC 5321, as much of it as a client here needs)."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import default

_parser = BytesParser(EmailMessage, policy=default)


@dataclass(slots=True)
class MailServer:
    """`refused` recipients get 550, `later` ones 450."""

    port: int = 0
    mails: list[EmailMessage] = field(default_factory=list)
    refused: set[str] = field(default_factory=set)
    later: set[str] = field(default_factory=set)

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        def say(line: str) -> None:
            writer.write(f"{line}\r\n".encode())

        say("220 loopback")
        while line := (await reader.readline()).decode().strip():
            word = line.split(" ")[0].upper()
            if word == "QUIT":
                say("221 bye")
                break
            if word == "RCPT":
                address = line.partition("<")[2].partition(">")[0]
                say("550 nobody" if address in self.refused else "450 later" if address in self.later else "250 ok")
            elif word == "DATA":
                say("354 go on")
                raw = await reader.readuntil(b"\r\n.\r\n")
                self.mails.append(_parser.parsebytes(raw.removesuffix(b"\r\n.\r\n")))
                say("250 ok")
            else:
                say("250 loopback")
        writer.close()


@asynccontextmanager
async def mail_server() -> AsyncIterator[MailServer]:
    made = MailServer()
    server = await asyncio.start_server(made.serve, "127.0.0.1", 0)
    made.port = server.sockets[0].getsockname()[1]
    async with server:
        yield made
