"""`python -m storage`: migrate, load, embed, sample."""

from __future__ import annotations

import asyncio
import importlib
import logging
import signal
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from typing import Protocol, cast

from storage.errors import CartwrightError
from storage.settings import StorageSettings
from storage.start import ready

_COMMANDS = {
    "load": "load a catalogue from CSV or JSONL files",
    "embed": "make the vectors that are missing or stale",
    "sample": "load the sample catalogue",
}


class _Command(Protocol):
    """What a module `storage.<command>` offers; `run` gets a migrated database and returns the exit status."""

    def arguments(self, parser: ArgumentParser) -> None: ...
    async def run(self, args: Namespace, settings: StorageSettings, url: str) -> int: ...


def _module(command: str) -> _Command:
    return cast("_Command", importlib.import_module(f"storage.{command}"))


def _parser(argv: Sequence[str]) -> ArgumentParser:
    parser = ArgumentParser(
        prog="python -m storage",
        description="The database: CARTWRIGHT_DATABASE_URL, or an embedded server in CARTWRIGHT_DATA (.data).",
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    commands.add_parser("migrate", help="bring the database up to this checkout")
    for command, summary in _COMMANDS.items():
        sub = commands.add_parser(command, help=summary, description=f"{summary.capitalize()}.")
        if command in argv:
            _module(command).arguments(sub)
    return parser


async def _run(args: Namespace, settings: StorageSettings) -> int:
    task = asyncio.current_task()
    if task is not None:
        # A plain SIGTERM would end us before the embedded server is stopped.
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
    async with ready(settings) as url:
        if args.command == "migrate":
            print("The database is up to date.")
            return 0
        return await _module(args.command).run(args, settings, url)


def main(argv: Sequence[str]) -> int:
    """Run one command; 0 when it went well, 1 with one line on stderr when it did not."""
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    args = _parser(argv).parse_args(argv)
    try:
        return asyncio.run(_run(args, StorageSettings()))
    except CartwrightError as error:
        print(f"{error.code}: {error.detail}", file=sys.stderr)
        return 1
    except (KeyboardInterrupt, asyncio.CancelledError):
        return 130


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
