from __future__ import annotations

import pytest

from evals.tau_retail.arithmetic import worked_out
from tools.errors import BadArguments


@pytest.mark.parametrize(
    ("expression", "value"),
    [("3131.1 + 4777.75 + 367.38", "8276.23"), ("-(2 - 5) * 1.5 / 3", "1.5"), ("7", "7.0"), ("0.1 + 0.2", "0.3")],
)
def test_sums(expression: str, value: str) -> None:
    assert worked_out(expression) == value


@pytest.mark.parametrize(
    "expression", ["", "2 +", "1 / 0", "__import__('os')", "2 ** 9", "a + 1", "(" * 150, "9" * 300]
)
def test_whatever_else_is_refused(expression: str) -> None:
    with pytest.raises(BadArguments):
        worked_out(expression)
