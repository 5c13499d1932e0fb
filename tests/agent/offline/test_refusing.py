from __future__ import annotations

import pytest

from agent.offline.refusing import says


@pytest.mark.parametrize(
    ("refused", "text", "said"),
    [
        ("non-stick", "Non-stick frying pan", True),
        ("non stick", "A non-stick pan.", True),
        ("lids", "Pan with a lid", True),
        ("lid", "Pan without a lid", False),
        ("leather", "Leather-free boots", False),
        ("wool", "No wool in it", False),
        ("red", "Redwood bench", False),
        ("bread knife", "Bread board and knife", False),
    ],
)
def test_a_product_says_it_is_what_is_refused(refused: str, text: str, said: bool) -> None:
    assert says(refused, "Tidy", text) is said
