"""Importing Cartwright reaches nobody: not a price list, not a model hub, not a telemetry host."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
FLOORS = ("storage", "tools", "prompts", "agent", "api")

PROGRAM = """
import importlib, socket, sys

def refused(self, address):
    raise AssertionError(f"{sys.argv[1]} reaches out to {address}")

def unresolved(host, *args, **kwargs):
    raise AssertionError(f"{sys.argv[1]} looks up {host}")

socket.socket.connect = refused
socket.socket.connect_ex = refused
socket.getaddrinfo = unresolved
socket.gethostbyname = unresolved
for name in sys.argv[2:]:
    importlib.import_module(name)
"""


def modules(floor: str) -> list[str]:
    paths = (path.relative_to(ROOT).with_suffix("") for path in (ROOT / floor).rglob("*.py"))
    return sorted(".".join(path.parts) for path in paths if path.name not in ("__init__", "__main__"))


@pytest.mark.parametrize("floor", [*FLOORS, "server"])
def test_no_network_at_import(floor: str, tmp_path: Path) -> None:
    names = [floor] if floor == "server" else modules(floor)
    assert names
    command = [sys.executable, "-c", PROGRAM, floor, *names]
    environment = {"PYTHONPATH": str(ROOT), "HOME": str(tmp_path), "PATH": "/usr/bin:/bin"}
    done = subprocess.run(command, capture_output=True, text=True, env=environment, cwd=tmp_path, check=False)
    assert done.returncode == 0, done.stderr


def test_the_program_notices_a_connection() -> None:
    reaching = PROGRAM + "\nimport urllib.request\nurllib.request.urlopen('http://127.0.0.1:9')"
    done = subprocess.run([sys.executable, "-c", reaching, "x"], capture_output=True, text=True, check=False)
    assert "x looks up 127.0.0.1" in done.stderr
