from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from pathlib import Path

import psutil

ROOT = Path(__file__).parents[2]


async def start(*arguments: str, **environment: str) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "storage",
        *arguments,
        cwd=ROOT,
        env=os.environ | environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


async def run(*arguments: str, **environment: str) -> tuple[int, str, str]:
    """Status, stdout and stderr of `python -m storage`."""
    process = await start(*arguments, **environment)
    out, err = await process.communicate()
    assert process.returncode is not None
    return process.returncode, out.decode(), err.decode()


async def test_migrate_with_a_database_of_ones_own(database_url: str) -> None:
    assert await run("migrate", DATABASE_URL=database_url) == (0, "The database is up to date.\n", "")


async def test_migrate_with_none_starts_one_in_the_data_folder_and_stops_it(data_folder: Path) -> None:
    status, _, err = await run("migrate", CARTWRIGHT_DATA=str(data_folder))
    assert status == 0
    assert "migrating: 0006_learning" in err
    assert (data_folder / "postgres" / "PG_VERSION").exists()
    assert not (data_folder / "postgres" / "postmaster.pid").exists()


async def test_an_operators_error_is_one_line_with_its_code(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("")
    status, out, err = await run("migrate", CARTWRIGHT_DATA=str(tmp_path / "data"))
    assert (status, out) == (1, "")
    assert err.startswith("folder-unusable: ")
    assert err.count("\n") == 1


async def test_a_password_is_never_printed() -> None:
    status, out, err = await run("migrate", DATABASE_URL="postgresql://shop:hunter2@127.0.0.1:1/shop")
    assert status == 1
    assert err.startswith("database-unreachable: ")
    assert "hunter2" not in out + err


async def test_no_command_is_explained() -> None:
    status, _, err = await run()
    assert status == 2
    assert "COMMAND" in err


async def test_sigterm_stops_the_server_too(data_folder: Path) -> None:
    """Told to end in the middle of a start, it still leaves no server behind."""
    process = await start("migrate", CARTWRIGHT_DATA=str(data_folder))
    pid_file = data_folder / "postgres" / "postmaster.pid"
    # The file is there before its first line is.
    while not pid_file.exists() or "\n" not in pid_file.read_text():
        assert process.returncode is None
        await asyncio.sleep(0.005)
    server = psutil.Process(int(pid_file.read_text().splitlines()[0]))
    process.send_signal(signal.SIGTERM)
    await process.communicate()
    assert process.returncode == 130
    assert not server.is_running() or server.status() == psutil.STATUS_ZOMBIE
