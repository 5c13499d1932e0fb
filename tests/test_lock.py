"""What is installed is what was locked: exact versions, hashed, from the index and nowhere else."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
LOCKS = ("requirements.txt", "requirements-dev.txt")
# PYSEC-2026-2: these carried a credential stealer.
STOLEN = {"1.82.7", "1.82.8"}


def requirements(lock: str) -> list[str]:
    """One string a requirement, its continuation lines joined, comments left out."""
    text = (ROOT / lock).read_text().replace("\\\n", " ")
    return [line.strip() for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#")]


@pytest.mark.parametrize("lock", LOCKS)
def test_every_requirement_is_pinned_and_hashed(lock: str) -> None:
    found = requirements(lock)
    assert len(found) > 50
    for requirement in found:
        assert re.match(r"[A-Za-z0-9._\-\[\],]+==[^\s;]+", requirement), requirement
        assert re.search(r"--hash=sha256:[0-9a-f]{64}\b", requirement), requirement


@pytest.mark.parametrize("lock", LOCKS)
def test_no_requirement_is_fetched_from_elsewhere(lock: str) -> None:
    for requirement in requirements(lock):
        assert not re.search(r"://| @ |^-|--(?:extra-)?index|--find-links|--trusted", requirement), requirement


@pytest.mark.parametrize("lock", LOCKS)
def test_litellm_is_not_one_of_the_stolen(lock: str) -> None:
    (pinned,) = [requirement for requirement in requirements(lock) if requirement.startswith("litellm==")]
    assert pinned.split()[0].removeprefix("litellm==") not in STOLEN


def test_the_stolen_cannot_be_chosen() -> None:
    project = (ROOT / "pyproject.toml").read_text()
    for version in STOLEN:
        assert f"!={version}" in project
