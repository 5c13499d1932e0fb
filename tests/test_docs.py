"""The documents keep up with the code: links, paths, endpoints, chunks, targets and words."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from agent import chunks, errors
from agent.settings import AgentSettings
from api.cart_details import CartDetails, CartItemDetails, SuggestionDetails
from api.chat_request import ChatRequest, Options
from api.routes import ENDPOINTS
from api.settings import ApiSettings
from storage.feed import COLUMNS
from storage.settings import StorageSettings
from tools.cards import Picture, Price, ProductCard
from tools.cart_view import CartContent, CartItemCard
from tools.compare_products import ComparisonContent
from tools.confirmation import ActionContent, FactChange
from tools.order_view import OrderContent, OrderItemCard
from tools.registry import SHOP_TOOLS
from tools.search_products import ProductsContent
from tools.suggest_carts import SuggestedCartCard, SuggestedCartsContent
from tools.wishlist_view import WishCard, WishlistContent

ROOT = Path(__file__).parents[1]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")])
# Section 10 of the design: the one list of names.
TERMS = (
    "chat", "message", "part", "run", "step", "chunk", "cursor", "reader", "feed", "tool call", "action",
    "confirmation", "source", "store", "product", "cart", "cart item", "suggested cart", "order", "shopper", "guest",
    "prompt", "prompt version", "experiment", "cohort", "case",
)  # fmt: skip

_LINK = re.compile(r"\]\(([^)\s]+)\)")
_HEADING = re.compile(r"^#+ +(.+)$", re.MULTILINE)
_CODE = re.compile(r"`([^`\n]+)`")
_FOLDERS = ("agent", "api", "bench", "docs", "prompts", "storage", "tests", "tools", "web", ".ci")
_PATH = re.compile(r"[\w.-]+(?:/[\w.-]+)*/?")


def text(page: str | Path) -> str:
    return (ROOT / page).read_text(encoding="utf-8")


def anchors(page: Path) -> set[str]:
    """The fragments that a page's headings make."""
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in _HEADING.findall(text(page))}


def paths(prose: str) -> set[str]:
    """What a text names, in code marks, as a file or a folder of the repository."""
    named = {name for name in _CODE.findall(prose) if _PATH.fullmatch(name) and "NNNN" not in name}
    return {
        name
        for name in named
        if (ROOT / name).suffix in (".py", ".sql", ".md", ".toml", ".txt", ".mjs") or name.split("/")[0] in _FOLDERS
    }


def section(page: str, heading: str) -> str:
    return text(page).split(f"\n## {heading}\n")[1].split("\n## ")[0]


def emitted() -> set[str]:
    """The types of all chunks that agent/chunks.py makes; `data-` stands for every name."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(text("agent/chunks.py"))):
        if not isinstance(node, ast.Dict):
            continue
        for key, value in zip(node.keys, node.values, strict=True):
            if isinstance(key, ast.Constant) and key.value == "type":
                said = value.values[0] if isinstance(value, ast.JoinedStr) else value
                assert isinstance(said, ast.Constant)
                found.add(str(said.value))
    return found


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    for target in _LINK.findall(text(page)):
        if target.startswith(("http://", "https://")):
            continue
        name, _, fragment = target.partition("#")
        found = (page.parent / name).resolve() if name else page
        assert found.exists(), target
        assert not fragment or fragment in anchors(found), target


@pytest.mark.parametrize("page", ["CONTRIBUTING.md", "docs/architecture.md", "docs/models.md", "docs/search.md"])
def test_paths_exist(page: str) -> None:
    named = paths(text(page))
    assert len(named) > 1
    assert [name for name in sorted(named) if not (ROOT / name).exists()] == []


def test_the_map_shows_every_folder_and_nothing_else() -> None:
    listed = re.findall(r"^\| `([^`]+)` \|", section("README.md", "What is where"), re.MULTILINE)
    assert [name for name in listed if not (ROOT / name).exists()] == []
    here = {f"{path.parent.name}/" for path in ROOT.glob("*/*.py")}
    assert here <= set(listed)


def test_every_endpoint_is_in_the_protocol() -> None:
    page = section("docs/protocol.md", "Endpoints")
    assert [each.path for each in ENDPOINTS if f"`{each.method} {each.path}`" not in page] == []


def test_every_chunk_is_in_the_protocol() -> None:
    types = emitted()
    assert {"start", "text-delta", "data-", "error"} <= types
    assert len(types) > 20
    assert chunks.data("cart", None, {})["type"] == "data-cart"
    table = section("docs/protocol-chat.md", "The stream").split("\n### Chunks\n")[1].split("\n### ")[0]
    told = {name for row in table.splitlines() for name in _CODE.findall(row.split("|")[1] if "|" in row else "")}
    assert [each for each in sorted(types) if (each if each != "data-" else "data-NAME") not in told] == []


@pytest.mark.parametrize(
    ("name", "shapes"),
    [
        ("products", [ProductsContent, ProductCard, Price, Picture]),
        ("comparison", [ComparisonContent]),
        ("cart", [CartContent, CartItemCard]),
        ("action", [ActionContent, FactChange]),
        ("order", [OrderContent, OrderItemCard]),
        ("suggested-carts", [SuggestedCartsContent, SuggestedCartCard]),
        ("wishlist", [WishlistContent, WishCard]),
    ],
)
def test_every_key_of_a_data_part_is_in_the_protocol(name: str, shapes: list[type]) -> None:
    page = section("docs/protocol-parts.md", "Data parts").split(f"**`data-{name}`**")[1].split("**`data-")[0]
    keys = [key for shape in shapes for key in shape.__annotations__]
    assert [key for key in keys if f'"{key}": ' not in page] == []


def test_every_key_of_a_cart_is_in_the_protocol() -> None:
    page = section("docs/protocol-shop.md", "Carts")
    keys = [key for shape in (CartDetails, CartItemDetails, SuggestionDetails) for key in shape.model_fields]
    assert [key for key in keys if f'"{key}"' not in page] == []


def test_every_tool_and_its_arguments_are_in_the_protocol() -> None:
    page = section("docs/protocol-tools.md", "Tools").split("\n### ")[0]
    rows = dict(re.findall(r"^\| `(\w+)` \| (.*)$", page, re.MULTILINE))
    assert set(rows) == {tool.name for tool in SHOP_TOOLS}
    for tool in SHOP_TOOLS:
        told = rows[tool.name].split("|")[0]
        assert [name for name in tool.arguments.model_fields if f"`{name}`" not in told] == []


def test_every_field_of_a_request_is_in_the_protocol() -> None:
    page = section("docs/protocol-chat.md", "POST /api/chat")
    assert [name for name in (*ChatRequest.model_fields, *Options.model_fields) if f"`{name}`" not in page] == []


def test_every_failure_of_a_model_is_told() -> None:
    listed = set(re.findall(r"^\| `([a-z-]+)` \|", section("docs/models.md", "Failures"), re.MULTILINE))
    codes = {kind().code for kind in errors.ModelFailed.__subclasses__()}
    assert codes <= listed


def test_every_setting_that_is_named_exists() -> None:
    fields = [name for kind in (StorageSettings, AgentSettings, ApiSettings) for name in kind.model_fields]
    known = {f"CARTWRIGHT_{name.upper()}" for name in fields}
    for page in PAGES:
        assert set(re.findall(r"CARTWRIGHT_[A-Z_]*[A-Z]", text(page))) <= known, page.name


def test_every_column_of_a_catalogue_is_told() -> None:
    rows = {row.split(" | ")[0]: row for row in section("docs/search.md", "Loading a catalogue").splitlines()}
    for field, columns in COLUMNS.items():
        (told,) = [row for first, row in rows.items() if first.startswith("| ") and f"`{field}`" in first]
        assert [column for column in columns if f"`{column}`" not in told] == []


def test_every_make_target_is_told() -> None:
    targets = re.findall(r"^([a-z-]+):.*## ", text("Makefile"), re.MULTILINE)
    assert {"run", "test", "check"} <= set(targets)
    told = text("README.md") + text("CONTRIBUTING.md")
    assert [target for target in targets if not re.search(rf"\bmake (?:[a-z]+ )*{target}(?![a-z-])", told)] == []


def test_every_term_is_in_the_glossary() -> None:
    defined = re.findall(r"^\| \*\*([^*]+)\*\*", text("docs/glossary.md"), re.MULTILINE)
    assert [term for term in TERMS if term not in defined] == []
    assert len(defined) == len(set(defined))
