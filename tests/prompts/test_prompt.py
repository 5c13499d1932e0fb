from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from prompts.errors import PromptMalformed, UnknownPrompt
from prompts.prompt import load, parse


def test_the_shopper_prompt_is_there() -> None:
    prompt = load("shopper")
    assert (prompt.name, prompt.version) == ("shopper", 4)
    assert prompt.text.startswith("You are the shop assistant of {{store}}.")
    assert prompt.digest == hashlib.sha256(prompt.text.encode()).hexdigest()


def test_a_prompt_is_read_from_its_file(tmp_path: Path) -> None:
    (tmp_path / "title.md").write_text("---\nversion: 12\n---\n\nSay it in five words.\n", encoding="utf-8")
    prompt = load("title", tmp_path)
    assert (prompt.version, prompt.text) == (12, "Say it in five words.")


def test_the_digest_is_of_the_text_alone() -> None:
    one, two = parse("a", "---\nversion: 1\n---\nHello\n"), parse("b", "---\nversion: 2\n---\nHello\n")
    assert one.digest == two.digest
    assert one.digest != parse("a", "---\nversion: 1\n---\nHello!\n").digest


@pytest.mark.parametrize("name", ["nobody", "../secret", "", "Shopper", "shopper.md", "a" * 65])
def test_an_unknown_name_is_refused(name: str) -> None:
    with pytest.raises(UnknownPrompt):
        load(name)


@pytest.mark.parametrize(
    "source",
    [
        "No front matter",
        "---\n---\nNo version",
        "---\nversion: 0\n---\nToo low",
        "---\nversion: one\n---\nNot a number",
        "---\nversion: 1\nauthor: me\n---\nA key nobody reads",
        "---\nversion: 1\n---\n",
    ],
)
def test_a_malformed_file_is_refused(source: str) -> None:
    with pytest.raises(PromptMalformed):
        parse("broken", source)
