from __future__ import annotations

import pytest

from bench import ticks


def test_a_token_tells_how_late_it_is() -> None:
    found = ticks.tokens(b'data: {"delta":"' + ticks.token(100.0) + ticks.token(100.02) + b'"}')
    assert ticks.lateness(found, 100.05) == pytest.approx([0.05, 0.03], abs=1e-4)


def test_lateness_survives_the_wrap_of_the_clock() -> None:
    wrap = 36**6 / 10_000
    assert ticks.lateness(ticks.tokens(ticks.token(wrap - 0.01)), wrap + 0.02) == pytest.approx([0.03], abs=1e-4)


def test_a_token_that_is_early_is_negative() -> None:
    assert ticks.lateness(ticks.tokens(ticks.token(5.0)), 4.9) == pytest.approx([-0.1], abs=1e-4)


def test_ids_and_cut_tokens_are_no_tokens() -> None:
    assert ticks.tokens(b'data: {"id":"527f67e9-e96a-4075","delta":" 0hbwy"}\n\nid: 0.10@01a20464-ed13') == []
