"""The JSON Schemas of the Universal Commerce Protocol, and what its documents show of calls over MCP."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator  # type: ignore[import-untyped]
from referencing import Registry, Resource

_FOLDER = Path("data/protocols/ucp")
_BASE = "https://ucp.dev/schemas/"


def validator(shared: Path, name: str) -> Draft202012Validator:
    """What checks against a schema such as `shopping/cart.json` or `shopping/catalog_search.json#/$defs/x`."""
    documents = [json.loads(file.read_bytes()) for file in (shared / _FOLDER / "source/schemas").rglob("*.json")]
    registry: Registry[Any] = Registry().with_resources(
        (document["$id"], Resource.from_contents(document)) for document in documents
    )
    return Draft202012Validator({"$ref": _BASE + name}, registry=registry)


def calls(shared: Path) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Each call of a tool that the documents show whole: its name and its arguments."""
    for line in (shared / _FOLDER / "doc_examples.jsonl").read_text(encoding="utf-8").splitlines():
        try:
            shown = json.loads(json.loads(line)["block"])
        except ValueError:  # Cut short with an ellipsis.
            continue
        if isinstance(shown, dict) and shown.get("method") == "tools/call":
            yield shown["params"]["name"], shown["params"]["arguments"]
