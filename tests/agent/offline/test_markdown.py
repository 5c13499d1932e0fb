from __future__ import annotations

import pytest

from agent.offline.markdown import bold, listing, plain, sentences_of, table


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a *b* _c_ `d`", r"a \*b\* \_c\_ \`d\`"),
        ("[a](b) ![c](d)", r"\[a\](b) \!\[c\](d)"),
        ("<b>&lt;", r"\<b\>\&lt;"),
        ("one\n\n# two\r\n| x |", r"one \# two \| x \|"),
        ("see https://evil.example/a?b or www.evil.example", "see (link left out) or (link left out)"),
        ("write to a.b@evil.example now", "write to (address left out) now"),
        ("a\u202eb\u200bc\x00d", "a b c d"),
        ("costs $5 ~~now~~", r"costs \$5 \~\~now\~\~"),
    ],
)
def test_plain(text: str, shown: str) -> None:
    assert plain(text) == shown


def test_plain_cuts_between_words() -> None:
    assert plain("one two three", 9) == "one two…"


def test_bold_never_is_empty() -> None:
    assert bold(" \n") == "**a product without a name**"


def test_listing() -> None:
    assert [listing(list(names)) for names in ("", "a", "ab", "abc")] == ["", "a", "a and b", "a, b and c"]


def test_table() -> None:
    assert table(["", "A"], [["Price", "1"]]) == "|  | A |\n| --- | --- |\n| Price | 1 |"


def test_sentences_of_keeps_decimals() -> None:
    assert sentences_of("Weighs 1.5 kg. Packs small! Done") == ["Weighs 1.5 kg.", "Packs small!", "Done"]
