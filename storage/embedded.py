"""The embedded server: PostgreSQL 18 with pgvector in a data folder, on a Unix socket.

Several processes may use one folder: the first starts the server, later ones attach, the last one out stops it. Who
uses it is counted by shared locks on the file `users`, which the kernel drops when a process dies, so kill -9 leaves
nothing to clean up: the server that stays behind is taken over by the next process. `gate` is held while the server is
started or stopped. Should the server die while it is used, whoever notices first starts it again (`keeper.py`).

    <folder>/gate  <folder>/users  <folder>/postgres (PGDATA, with server.log)
"""

from __future__ import annotations

import asyncio
import fcntl
import hashlib
import os
import re
import shlex
import shutil
import sys
import tempfile
import threading
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack, asynccontextmanager, contextmanager, suppress
from pathlib import Path
from typing import IO

import asyncpg
import psutil
from tenacity import Retrying, retry_if_exception_message, stop_after_delay, wait_fixed

from storage.errors import FolderLocked, FolderUnusable, ServerFailed, WrongServer
from storage.keeper import Keeper
from storage.postgres import Programs, programs

DATABASE = "cartwright"
_VERSION = 18
_PORT = 5432
_PATIENCE = 60.0
_LOCALE = "en_US.UTF-8" if sys.platform == "darwin" else "C.UTF-8"
_STILL_ATTACHED = "pre-existing shared memory block"
# A socket's path is limited to 107 bytes, and Postgres reads commas and quotes in a list of socket folders.
_SOCKET_FOLDER = re.compile(r"[\w./-]{1,90}", re.ASCII)
# A pid above any system's limit: Postgres sees a dead owner and still checks whether its shared memory is in use.
_NO_PID = "999999999"

# For two cores and a catalogue of some 100,000 products; an index build fits its vectors into maintenance_work_mem.
_SETTINGS = {
    "listen_addresses": "",
    "port": str(_PORT),
    "timezone": "UTC",
    "log_timezone": "UTC",
    "max_connections": "100",
    "shared_buffers": "192MB",
    "work_mem": "16MB",
    "maintenance_work_mem": "256MB",
    "effective_cache_size": "1GB",
    "random_page_cost": "1.1",
    "max_wal_size": "2GB",
    "fsync": "on",
    "synchronous_commit": "on",
}
_NOT_DURABLE = {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off", "autovacuum_naptime": "10min"}


@asynccontextmanager
async def serve(
    folder: Path, *, version: int = _VERSION, durable: bool = True, patience: float = _PATIENCE
) -> AsyncIterator[str]:
    """Run (or join) the server of a data folder and yield the URL of its database.

    `durable=False` trades safety after a power cut for speed, for tests; `patience` is in seconds, for each thing that
    is waited for. Raises FolderLocked, FolderUnusable, WrongServer and ServerFailed.
    """
    server = Server(folder, version, durable=durable, patience=patience)
    keeper = Keeper(server)
    try:
        url = await asyncio.to_thread(server.enter)
        keeper.start()
        yield url
    finally:
        await keeper.stop()
        await asyncio.shield(asyncio.to_thread(server.leave))


class Server:
    """One process's use of the server in `folder`, blocking; `serve` is the door for asyncio."""

    def __init__(self, folder: Path, version: int, *, durable: bool, patience: float) -> None:
        self._folder = folder.expanduser().resolve()
        self._pgdata = self._folder / "postgres"
        self._version = version
        self._settings = _SETTINGS if durable else _SETTINGS | _NOT_DURABLE
        self._patience = patience
        self._users: IO[bytes] | None = None
        # A cancelled `serve` leaves while its thread may still be entering.
        self._turn = threading.Lock()

    def enter(self) -> str:
        """Start the server or attach to the one that runs; the URL of its database."""
        with self._turn:
            try:
                self._folder.mkdir(parents=True, exist_ok=True)
                with self._gate(), ExitStack() as undo:
                    users = undo.enter_context(_open(self._folder / "users"))
                    fcntl.flock(users, fcntl.LOCK_SH)
                    url = asyncio.run(_ensure_database(self._join(users), self._folder))
                    self._users = users
                    undo.pop_all()
                    return url
            except OSError as error:
                raise FolderUnusable(f"the data folder {self._folder} cannot be used: {error}") from error

    def is_up(self) -> bool:
        """Whether the server runs, ready or not."""
        lines = _postmaster(self._pgdata)
        return bool(lines and _is_postmaster(int(lines[0]), self._pgdata))

    def revive(self) -> None:
        """Start the server again where it has died; all who use it do, and one is first. Raises as `serve` does."""
        with self._turn:
            if self._users is None:
                return
            try:
                with self._gate():
                    # Nobody starts beside a server that cannot be seen from here: whoever uses it has seen it.
                    if self._running() is None:
                        self._start(programs(self._version, self._pgdata))
            except OSError as error:
                raise FolderUnusable(f"the data folder {self._folder} cannot be used: {error}") from error

    def leave(self) -> None:
        """Stop the server when no other process uses it."""
        with self._turn:
            if self._users is None:
                return
            with self._gate(), self._users, suppress(BlockingIOError):
                fcntl.flock(self._users, fcntl.LOCK_EX | fcntl.LOCK_NB)
                if self._running() is not None:
                    use = programs(self._version, self._pgdata)
                    use.run("pg_ctl", "-D", self._pgdata, "-m", "fast", "-w", "-t", int(_PATIENCE), "stop")
            self._users = None

    def _join(self, users: IO[bytes]) -> Path:
        use = programs(self._version, self._pgdata)
        self._make(use)
        self._check_version()
        sockets = self._running()
        if sockets is None:
            self._check_alone(users)
            sockets = self._start(use)
        return sockets

    def _check_alone(self, users: IO[bytes]) -> None:
        """Refuse to start beside a user whose server is not seen here, as from another container on the same files.

        Postgres itself cannot tell that one from a server that died: it looks for a pid, and for shared memory.
        """
        if _postmaster(self._pgdata) is None:
            return
        try:
            fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise FolderLocked(
                f"the data folder {self._folder} is in use by another process, and its server is not to be seen from "
                "here: it runs in another container, or has died; end that process or choose another folder"
            ) from None
        fcntl.flock(users, fcntl.LOCK_SH)

    @contextmanager
    def _gate(self) -> Iterator[None]:
        """An exclusive lock; another process holds it only while it starts or stops the server."""
        deadline = time.monotonic() + self._patience
        with _open(self._folder / "gate") as gate:
            while True:
                try:
                    fcntl.flock(gate, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    break
                except BlockingIOError:
                    if time.monotonic() > deadline:
                        raise FolderLocked(
                            f"another process has been starting or stopping the server of the data folder "
                            f"{self._folder} for {self._patience:g} s; end that process or choose another folder"
                        ) from None
                    time.sleep(0.05)
            yield

    def _running(self) -> Path | None:
        """The socket folder of the server that runs on this data, once it is ready; None when none runs."""
        deadline = time.monotonic() + self._patience
        while (lines := _postmaster(self._pgdata)) and _is_postmaster(int(lines[0]), self._pgdata):
            if len(lines) >= 8 and lines[7].strip() == "ready":
                return Path(lines[4])
            if time.monotonic() > deadline:
                raise FolderLocked(
                    f"the data folder {self._folder} is held by a server (pid {lines[0]}) that does not become ready; "
                    "stop that server or choose another folder"
                )
            time.sleep(0.05)
        return None

    def _make(self, use: Programs) -> None:
        """initdb, in a folder that gets its name only when it is whole."""
        if self._pgdata.exists():
            return
        new = self._pgdata.with_name("postgres.new")
        shutil.rmtree(new, ignore_errors=True)
        new.mkdir(mode=0o700)
        os.chown(new, use.user, -1)
        options = ["--auth=trust", "--encoding=UTF8", f"--locale={_LOCALE}"]
        if self._version >= 17:
            options += ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        if self._settings["fsync"] == "off":
            options.append("--no-sync")
        use.run("initdb", "-D", new, "-U", "postgres", *options)
        new.rename(self._pgdata)

    def _check_version(self) -> None:
        found = (self._pgdata / "PG_VERSION").read_text().strip()
        if found != str(self._version):
            raise WrongServer(
                f"the data folder {self._folder} was made by PostgreSQL {found}, and this is {self._version}: "
                "move its data with pg_dump, or choose another folder"
            )

    def _start(self, use: Programs) -> Path:
        sockets = self._socket_folder(use)
        options = shlex.join([*(f"-c{name}={value}" for name, value in self._settings.items()), f"-k{sockets}"])
        log = self._pgdata / "server.log"
        _disown(self._pgdata, sockets / f".s.PGSQL.{_PORT}.lock")
        retrying = Retrying(
            retry=retry_if_exception_message(match=f"(?s).*{_STILL_ATTACHED}"),
            wait=wait_fixed(0.2),
            stop=stop_after_delay(self._patience),
            reraise=True,
        )
        retrying(self._pg_ctl_start, use, log, options)
        return sockets

    def _pg_ctl_start(self, use: Programs, log: Path, options: str) -> None:
        seen = log.stat().st_size if log.exists() else 0
        try:
            use.run("pg_ctl", "-D", self._pgdata, "-l", log, "-w", "-t", int(_PATIENCE), "-o", options, "start")
        except ServerFailed as error:
            words = log.read_bytes()[seen:].decode(errors="replace") if log.exists() else ""
            raise ServerFailed(f"{error.detail}\n{log}:\n{words}") from None

    def _socket_folder(self, use: Programs) -> Path:
        """The data's own folder, or one below the temporary folder when that path does not do for a socket."""
        if _SOCKET_FOLDER.fullmatch(str(self._pgdata)):
            return self._pgdata
        digest = hashlib.sha256(os.fsencode(self._pgdata)).hexdigest()[:16]
        folder = Path(tempfile.gettempdir()) / f"cartwright-{digest}"
        if not folder.exists():
            folder.mkdir(mode=0o700)
            os.chown(folder, use.user, -1)
        if folder.is_symlink() or folder.stat().st_uid != use.user:
            raise FolderUnusable(f"{folder} is needed for the server's socket and belongs to somebody else; remove it")
        return folder


def _open(path: Path) -> IO[bytes]:
    return path.open("ab")


def _postmaster(pgdata: Path) -> list[str] | None:
    """The lines of postmaster.pid (pid, folder, start, port, socket folder, address, memory, status)."""
    with suppress(FileNotFoundError):
        return (pgdata / "postmaster.pid").read_text().splitlines()
    return None


def _is_postmaster(pid: int, pgdata: Path) -> bool:
    """Whether the process is a server of this data: pids are used again, and a killed server may stay a zombie."""
    try:
        return str(pgdata) in psutil.Process(pid).cmdline()
    except psutil.NoSuchProcess:
        return False


def _disown(pgdata: Path, socket_lock: Path) -> None:
    """Clear what a dead server left when its pid is taken for alive: by now a zombie or another program.

    A postmaster.pid that names no process Postgres replaces by itself, once it has seen that nobody is attached to the
    shared memory the file names; the socket's own lock adds nothing to that.
    """
    lines = _postmaster(pgdata)
    if lines and psutil.pid_exists(int(lines[0])):
        (pgdata / "postmaster.pid").write_text("\n".join([_NO_PID, *lines[1:]]) + "\n")
    socket_lock.unlink(missing_ok=True)


async def _ensure_database(sockets: Path, folder: Path) -> str:
    try:
        conn = await asyncpg.connect(_url(sockets, "postgres"), timeout=_PATIENCE)
    except (OSError, asyncpg.PostgresError) as error:
        raise FolderLocked(
            f"the data folder {folder} has a server that cannot be reached ({error}); stop it or choose another folder"
        ) from error
    try:
        with suppress(asyncpg.DuplicateDatabaseError):
            await conn.execute(f"create database {DATABASE}")
    finally:
        await conn.close()
    return _url(sockets, DATABASE)


def _url(sockets: Path, database: str) -> str:
    return f"postgresql://postgres@/{database}?host={sockets}&port={_PORT}"
