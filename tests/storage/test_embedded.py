from __future__ import annotations

import asyncio
import fcntl
import os
import pwd
import signal
import stat
import subprocess
import sys
import tempfile
import textwrap
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path

import asyncpg
import psutil
import pytest

from storage.database import Database
from storage.embedded import Server, serve
from storage.errors import Busy, FolderLocked, FolderUnusable, ServerFailed, WrongServer
from storage.migrate import migrate
from storage.postgres import programs

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
async def pristine() -> AsyncIterator[Path]:
    """A data folder whose server ran once: copying it is quicker than making one."""
    with tempfile.TemporaryDirectory(prefix="cartwright-test-") as name:
        async with serve(Path(name), durable=False):
            pass
        yield Path(name)


@pytest.fixture
def made(pristine: Path, data_folder: Path) -> Path:
    """A data folder whose server ran before."""
    subprocess.run(["cp", "-a", f"{pristine}/postgres", f"{data_folder}/"], check=True)
    return data_folder


def postmaster(folder: Path) -> psutil.Process:
    return psutil.Process(int((folder / "postgres" / "postmaster.pid").read_text().splitlines()[0]))


def is_running(process: psutil.Process) -> bool:
    try:
        return process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


async def wait_for_end(process: psutil.Process) -> None:
    while is_running(process):  # noqa: ASYNC110 - another program's end has no event
        await asyncio.sleep(0.01)


async def value(url: str, query: str) -> object:
    conn = await asyncpg.connect(url)
    try:
        return await conn.fetchval(query)
    finally:
        await conn.close()


async def test_it_starts_keeps_its_data_and_stops(data_folder: Path) -> None:
    async with serve(data_folder) as url:
        await value(url, "create table kept as select 42 as x")
        assert await value(url, "show synchronous_commit") == "on"
        assert await value(url, "show fsync") == "on"
        server = postmaster(data_folder)
    assert not is_running(server)
    async with serve(data_folder) as url:
        assert await value(url, "select x from kept") == 42


async def test_a_second_user_attaches_and_the_last_one_out_stops_it(made: Path) -> None:
    async with serve(made, durable=False) as first:
        server = postmaster(made)
        async with serve(made, durable=False) as second:
            assert second == first
        assert await value(first, "select 1") == 1
    assert not is_running(server)


async def test_many_who_start_at_once_share_one_server(made: Path) -> None:
    everybody = asyncio.Barrier(4)

    async def use() -> int:
        async with serve(made, durable=False) as url:
            await everybody.wait()
            assert await value(url, "select 1") == 1
            return postmaster(made).pid

    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(use(), name=f"user {number}") for number in range(4)]
    assert len({task.result() for task in tasks}) == 1


async def test_after_kill_9_of_the_server_and_its_owner_the_next_start_recovers(made: Path) -> None:
    server = Server(made, 18, durable=True, patience=60)
    await value(await asyncio.to_thread(server.enter), "create table kept as select 42 as x")
    killed = postmaster(made)
    killed.send_signal(signal.SIGKILL)
    await wait_for_end(killed)
    await asyncio.to_thread(server.leave)
    async with serve(made) as url:
        assert await value(url, "select x from kept") == 42


async def test_a_server_that_dies_is_started_again_by_one_of_its_users(made: Path) -> None:
    async with serve(made) as url, serve(made):
        await value(url, "create table kept as select 42 as x")
        killed = postmaster(made)
        killed.send_signal(signal.SIGKILL)
        await wait_for_end(killed)
        async with asyncio.timeout(30):
            while True:
                with suppress(OSError, asyncpg.PostgresError):
                    assert await value(url, "select x from kept") == 42
                    break
                await asyncio.sleep(0.02)
        again = postmaster(made)
        assert again != killed
    assert not is_running(again)


async def test_who_has_left_starts_nothing(made: Path) -> None:
    server = Server(made, 18, durable=False, patience=60)
    await asyncio.to_thread(server.enter)
    assert server.is_up()
    await asyncio.to_thread(server.leave)
    await asyncio.to_thread(server.revive)
    assert not server.is_up()


async def test_after_kill_9_of_its_owner_the_server_is_taken_over_and_then_stopped(made: Path) -> None:
    owner = await asyncio.create_subprocess_exec(
        sys.executable, "-c", SCRIPT, str(made), cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert owner.stdout is not None
    url = (await owner.stdout.readline()).decode().strip()
    server = postmaster(made)
    owner.kill()
    await owner.wait()
    assert is_running(server)
    async with serve(made, durable=False) as again:
        assert again == url
        assert postmaster(made) == server
    assert not is_running(server)


async def test_a_pid_file_left_by_a_dead_server_whose_pid_lives_again_as_another_program(made: Path) -> None:
    async with serve(made, durable=False):
        lines = (made / "postgres" / "postmaster.pid").read_text().splitlines()
    (made / "postgres" / "postmaster.pid").write_text("\n".join([str(os.getpid()), *lines[1:]]) + "\n")
    async with serve(made, durable=False) as url:
        assert await value(url, "select 1") == 1


async def test_a_first_start_that_was_cut_short_is_begun_anew(data_folder: Path) -> None:
    half = data_folder / "postgres.new"
    half.mkdir()
    (half / "PG_VERSION").write_text("18\n")
    async with serve(data_folder, durable=False) as url:
        assert await value(url, "select 1") == 1


@pytest.mark.parametrize("name", ["x" * 150, "with a space, a comma and 'quotes'", "магазин"])
async def test_a_folder_whose_path_does_not_do_for_a_socket(data_folder: Path, name: str) -> None:
    async with serve(data_folder / name, durable=False) as url:
        assert await value(url, "select 1") == 1
        async with serve(data_folder / name, durable=False) as again:
            assert again == url


async def test_variables_meant_for_another_server_are_not_heeded(made: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, text in {"PGPORT": "1", "PGDATA": "/nowhere", "PGHOST": "nowhere", "PGDATABASE": "other"}.items():
        monkeypatch.setenv(name, text)
    async with serve(made, durable=False) as url:
        assert await value(url, "select current_database()") == "cartwright"


async def test_a_folder_of_another_version_is_refused_by_name(data_folder: Path) -> None:
    async with serve(data_folder, version=16, durable=False):
        pass
    with pytest.raises(WrongServer, match=f"{data_folder}.* PostgreSQL 16, and this is 18"):
        async with serve(data_folder):
            pass


async def test_a_file_where_the_folder_should_be_is_refused_by_name(data_folder: Path) -> None:
    (data_folder / "data").write_text("")
    with pytest.raises(FolderUnusable, match=str(data_folder / "data")):
        async with serve(data_folder / "data"):
            pass


async def test_a_folder_that_holds_something_else_is_refused(data_folder: Path) -> None:
    (data_folder / "postgres").mkdir()
    (data_folder / "postgres" / "recipes.txt").write_text("")
    with pytest.raises(FolderUnusable, match="PG_VERSION"):
        async with serve(data_folder):
            pass


async def test_a_folder_whose_server_does_not_become_ready_is_locked(made: Path) -> None:
    async with serve(made, durable=False):
        path = made / "postgres" / "postmaster.pid"
        right = path.read_text()
        path.write_text(right.replace("ready   ", "starting"))
        try:
            with pytest.raises(FolderLocked, match=rf"{made} is held by .*pid {postmaster(made).pid}"):
                async with serve(made, durable=False, patience=0.1):
                    pass
        finally:
            path.write_text(right)


async def test_a_folder_that_somebody_holds_at_the_gate_is_locked(data_folder: Path) -> None:
    with (data_folder / "gate").open("ab") as gate:
        fcntl.flock(gate, fcntl.LOCK_EX)
        with pytest.raises(FolderLocked, match=str(data_folder)):
            async with serve(data_folder, durable=False, patience=0.1):
                pass


async def test_a_folder_whose_user_has_its_server_out_of_sight_is_locked(made: Path) -> None:
    """Two containers on one volume: each sees the other's lock, and a pid that means nothing to it."""
    async with serve(made, durable=False):
        lines = (made / "postgres" / "postmaster.pid").read_text().splitlines()
    with (made / "users").open("ab") as users:
        fcntl.flock(users, fcntl.LOCK_SH)
        (made / "postgres" / "postmaster.pid").write_text("\n".join(["4000000", *lines[1:]]) + "\n")
        with pytest.raises(FolderLocked, match=f"{made} is in use by another process"):
            async with serve(made, durable=False):
                pass
    async with serve(made, durable=False) as url:
        assert await value(url, "select 1") == 1


async def test_two_servers_never_share_the_data_though_the_pid_file_lies(made: Path) -> None:
    async with serve(made, durable=False):
        path = made / "postgres" / "postmaster.pid"
        right = path.read_text()
        path.write_text("\n".join([str(os.getpid()), *right.splitlines()[1:]]) + "\n")
        try:
            with pytest.raises(ServerFailed, match="pre-existing shared memory block"):
                Server(made, 18, durable=False, patience=0.1)._start(programs(18, made / "postgres"))
        finally:
            path.write_text(right)


async def test_a_server_that_cannot_start_says_why(made: Path) -> None:
    async with serve(made, durable=False):
        pass
    (made / "postgres" / "postgresql.conf").write_text("shared_buffers = 'plenty'\n")
    with pytest.raises(ServerFailed, match="plenty"):
        async with serve(made, durable=False):
            pass


@pytest.mark.skipif(os.geteuid() != 0, reason="root has no need to open folders for itself otherwise")
async def test_as_root_the_folders_above_are_opened_for_passing_only(data_folder: Path) -> None:
    def mode(path: Path) -> int:
        return stat.S_IMODE(path.stat().st_mode)

    os.chmod(data_folder, 0o700)
    async with serve(data_folder / "data", durable=False):
        assert mode(data_folder) == 0o701
        assert mode(data_folder / "data" / "postgres") == 0o700


async def test_a_pool_heals_when_the_server_comes_back(made: Path) -> None:
    async with serve(made, durable=False) as url:
        await migrate(url)
        database = await Database.open(url, pool_size=2)
    try:
        with pytest.raises(Busy):
            async with database.connection():
                pass
        async with serve(made, durable=False), database.connection() as conn:
            assert await conn.fetchval("select count(*) from users") == 0
    finally:
        await database.close()


@pytest.fixture
def nobodys(data_folder: Path) -> Path:
    """A data data_folder that belongs to the user `nobody`, who can get to it."""
    nobody = pwd.getpwnam("nobody")
    for above in (data_folder, *data_folder.parents):
        if not above.stat().st_mode & stat.S_IXOTH:
            above.chmod(0o711)
    (data_folder / "own").mkdir()
    os.chown(data_folder / "own", nobody.pw_uid, nobody.pw_gid)
    return data_folder / "own"


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")
async def test_a_normal_user_can_run_it(nobodys: Path) -> None:
    nobody = pwd.getpwnam("nobody")
    become = f"import os\nos.setgroups([])\nos.setgid({nobody.pw_gid})\nos.setuid({nobody.pw_uid})\n"
    script = SCRIPT.replace("# here\n", become)
    user = await asyncio.create_subprocess_exec(
        sys.executable, "-c", script, str(nobodys), cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    output, _ = await user.communicate(b"")
    assert output.startswith(b"postgresql://")
    assert user.returncode == 0
    assert (nobodys / "postgres" / "PG_VERSION").stat().st_uid == nobody.pw_uid


SCRIPT = textwrap.dedent(
    """
    import asyncio, concurrent.futures.thread, encodings.idna, sys
    from pathlib import Path
    from storage.embedded import Server, serve
    # here

    async def main():
        async with serve(Path(sys.argv[1]), durable=False) as url:
            print(url, flush=True)
            await asyncio.to_thread(sys.stdin.read)

    asyncio.run(main())
    """
)
