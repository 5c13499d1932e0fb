from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from urllib.error import URLError

from bench.meter import postmaster

REPO = Path(__file__).resolve().parent.parent
AISDK = REPO / "bench" / "peers" / "aisdk"
START_LIMIT = 90.0


class ContenderError(Exception):
    """A measured server did not start; whoever runs the benchmark can act on what it printed."""


@dataclass(frozen=True, slots=True)
class Contender:
    """A server that is measured: how it is started, and what GET path answers once it is up."""

    name: str
    command: tuple[str, ...]
    env: Mapping[str, str]
    port: int
    data: Path | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def mock() -> Contender:
    port = free_port()
    return Contender("mock", (sys.executable, "-m", "bench.mock_openai", "--port", str(port)), {}, port)


def ours(model: Contender | None, data: Path, settings: Mapping[str, str] = MappingProxyType({})) -> Contender:
    """Our server; without a model the offline one answers."""
    port = free_port()
    env = {
        "CARTWRIGHT_PORT": str(port),
        "CARTWRIGHT_DATA": str(data),
        # All its shoppers come from one address.
        "CARTWRIGHT_LIMIT_GUESTS": "0",
    }
    if model is not None:
        env |= {
            "CARTWRIGHT_MODEL": "openai/mock",
            "CARTWRIGHT_MODEL_API_BASE": f"{model.url}/v1",
            "CARTWRIGHT_MODEL_API_KEY": "x",
        }
    return Contender("cartwright", (sys.executable, "server.py"), {**env, **settings}, port, data)


def adapter(model: Contender, *, with_tools: bool = False) -> Contender:
    port = free_port()
    env = {"PORT": str(port), "MODEL_BASE_URL": f"{model.url}/v1"}
    name, module = ("adapter+tools", "adapter_with_tools") if with_tools else ("adapter", "adapter")
    return Contender(name, (sys.executable, "-m", f"bench.peers.{module}"), env, port)


def aisdk(model: Contender) -> Contender:
    """Raises ContenderError when Node or the packages are missing."""
    node = shutil.which("node")
    if node is None or not (AISDK / "node_modules").is_dir():
        raise ContenderError("The AI SDK needs node on the PATH and `npm ci` in bench/peers/aisdk.")
    port = free_port()
    env = {"PORT": str(port), "MODEL_BASE_URL": f"{model.url}/v1", "NODE_ENV": "production"}
    return Contender("aisdk", (node, str(AISDK / "server.mjs")), env, port)


@contextmanager
def started(contender: Contender, log: Path) -> Iterator[int]:
    """Run a contender in a process group of its own; yields its pid once it answers. Its output goes to `log`."""
    with log.open("wb") as output:
        process = subprocess.Popen(
            contender.command,
            cwd=REPO,
            env={**os.environ, **contender.env},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        _wait(contender, process, log)
        yield process.pid
    finally:
        _end(process)
        if contender.data is not None and (left := postmaster(contender.data)) is not None:
            left.terminate()
            left.wait(30)


def _wait(contender: Contender, process: subprocess.Popen[bytes], log: Path) -> None:
    limit = time.monotonic() + START_LIMIT
    while time.monotonic() < limit and process.poll() is None:
        try:
            with urllib.request.urlopen(f"{contender.url}/healthz", timeout=5):
                return
        except (URLError, ConnectionError, TimeoutError):
            time.sleep(0.1)
    raise ContenderError(f"{contender.name} did not start:\n{log.read_text()[-2000:]}")


def _end(process: subprocess.Popen[bytes]) -> None:
    """`node` may be a script that starts the real one, so the whole group is told."""
    for sign in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.killpg(process.pid, sign)
            process.wait(30)
        except ProcessLookupError:
            return
        except subprocess.TimeoutExpired:
            continue
