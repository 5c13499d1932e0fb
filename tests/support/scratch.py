"""One folder for all that a session of tests writes: in memory where that has room, removed when the session ends."""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from multiprocessing.util import get_temp_dir
from pathlib import Path

_PREFIX = "cartwright-tests-"
_MEMORY = Path("/dev/shm")
_ROOM = 4 * 1024**3


@contextmanager
def scratch() -> Iterator[Path]:
    """The folder is the temporary folder meanwhile, for this process and those it starts.

    A copy of a database takes a tenth of the time in memory.
    """
    # Made before and so elsewhere: multiprocessing removes it itself, once all else is over.
    get_temp_dir()
    roomy = _MEMORY.is_dir() and shutil.disk_usage(_MEMORY).free > _ROOM
    place = _MEMORY if roomy else Path(tempfile.gettempdir())
    gate = os.open(place, os.O_RDONLY)
    fcntl.flock(gate, fcntl.LOCK_EX)
    try:
        _sweep(place)
        folder = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=place))
        mine = os.open(folder, os.O_RDONLY)
        fcntl.flock(mine, fcntl.LOCK_EX)
    finally:
        os.close(gate)
    # A database server runs as another user where the tests run as root.
    folder.chmod(0o711)
    before = tempfile.tempdir, os.environ.get("TMPDIR")
    tempfile.tempdir = os.environ["TMPDIR"] = str(folder)
    try:
        yield folder
    finally:
        tempfile.tempdir = before[0]
        os.environ.pop("TMPDIR")
        if before[1] is not None:
            os.environ["TMPDIR"] = before[1]
        shutil.rmtree(folder, ignore_errors=True)
        os.close(mine)


def _sweep(place: Path) -> None:
    """Remove what killed sessions have left; a server that runs there notices and ends."""
    for old in place.glob(f"{_PREFIX}*"):
        with suppress(OSError):
            theirs = os.open(old, os.O_RDONLY)
            try:
                fcntl.flock(theirs, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(old, ignore_errors=True)
            finally:
                os.close(theirs)
