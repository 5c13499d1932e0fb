from __future__ import annotations

import pytest

from tools.untrusted import Scalar, clipped, specifications


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("", ""),
        ("  five  ", "five"),
        ("12345678", "12345678"),
        ("123456789", "1234567…"),
        ("1234 6789", "1234 67…"),
        ("123456 89", "123456…"),
        ("a\x00b\ud800c", "abc"),
    ],
)
def test_text_is_cut_to_a_length(text: str, shown: str) -> None:
    assert clipped(text, 8) == shown


def test_specifications_keep_their_kinds() -> None:
    given: dict[str, Scalar] = {"weight": "1 kg", "litres": 40, "price": 1.5, "frame": True}
    assert specifications(given) == given


def test_many_long_specifications_are_cut() -> None:
    cut = specifications({f"{number:03}{'k' * 100}": "v" * 500 for number in range(100)})
    assert list(cut) == [f"{number:03}{'k' * 56}…" for number in range(40)]
    assert set(cut.values()) == {"v" * 199 + "…"}
