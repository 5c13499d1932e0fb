"""Prompt files: `prompts/NAME.md`, a front matter with the version, then the text with `{{variable}}` places."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

from prompts.errors import PromptMalformed, UnknownPrompt

_FOLDER = Path(__file__).parent
_NAME = re.compile(r"[a-z][a-z0-9_]{0,63}")
_FILE = re.compile(r"---\nversion: (?P<version>[1-9][0-9]{0,8})\n---\n(?P<text>.+)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Prompt:
    """`text` still holds its `{{variable}}` places; `digest` is the SHA-256 of `text`, in hex."""

    name: str
    version: int
    text: str
    digest: str


def load(name: str, folder: Path = _FOLDER) -> Prompt:
    """The prompt in `folder/name.md`; raises UnknownPrompt or PromptMalformed."""
    path = folder / f"{name}.md"
    if not _NAME.fullmatch(name) or not path.is_file():
        raise UnknownPrompt(f"There is no prompt named {name[:64]!r}.")
    return parse(name, path.read_text(encoding="utf-8"))


def parse(name: str, source: str) -> Prompt:
    """The prompt written in `source`, front matter included."""
    if not (found := _FILE.fullmatch(source)):
        raise PromptMalformed(f"The prompt {name!r} must begin with the lines '---', 'version: N', '---'.")
    text = found["text"].strip()
    digest = hashlib.sha256(text.encode()).hexdigest()
    return Prompt(name=name, version=int(found["version"]), text=text, digest=digest)
