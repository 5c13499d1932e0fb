"""Importing Cartwright reaches nobody: not a price list, not a model hub, not a telemetry host."""

from __future__ import annotations

import itertools
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
# The lowest floor first, so that the module that is named is the one that reaches out.
FLOORS = ("storage", "tools", "prompts", "agent", "api")

PROGRAM = """
import importlib, socket, sys

name = ""

def refused(self, address):
    raise AssertionError(f"{name} reaches out to {address}")

def unresolved(host, *args, **kwargs):
    raise AssertionError(f"{name} looks up {host}")

socket.socket.connect = refused
socket.socket.connect_ex = refused
socket.getaddrinfo = unresolved
socket.gethostbyname = unresolved
for name in sys.argv[1:]:
    importlib.import_module(name)
"""


def modules(floor: str) -> list[str]:
    paths = (path.relative_to(ROOT).with_suffix("") for path in (ROOT / floor).rglob("*.py"))
    return sorted(".".join(path.parts) for path in paths if path.name not in ("__init__", "__main__"))


def run(program: str, names: list[str], home: Path) -> subprocess.CompletedProcess[str]:
    environment = {"PYTHONPATH": str(ROOT), "HOME": str(home), "PATH": "/usr/bin:/bin"}
    command = [sys.executable, "-c", program, *names]
    return subprocess.run(command, capture_output=True, text=True, env=environment, cwd=home, check=False)


def test_no_network_at_import(tmp_path: Path) -> None:
    found = {floor: modules(floor) for floor in FLOORS}
    assert all(found.values())
    # One process for all, as what a module does when it is imported it does once: litellm alone takes seconds.
    done = run(PROGRAM, [*itertools.chain.from_iterable(found.values()), "server"], tmp_path)
    assert done.returncode == 0, done.stderr


def test_the_program_notices_a_connection(tmp_path: Path) -> None:
    reaching = PROGRAM + "\nimport urllib.request\nurllib.request.urlopen('http://127.0.0.1:9')"
    assert "string looks up 127.0.0.1" in run(reaching, ["string"], tmp_path).stderr
