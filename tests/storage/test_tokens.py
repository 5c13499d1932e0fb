from __future__ import annotations

import base64
import re

import pytest

from storage import tokens


def test_a_token_is_256_random_bits() -> None:
    one, other = tokens.new_token(), tokens.new_token()
    assert one != other
    assert len(base64.urlsafe_b64decode(one + "=")) == 32
    assert len(tokens.digest(one)) == 32


def test_a_code_is_eight_signs_that_are_not_misread() -> None:
    codes = {tokens.new_code() for _ in range(200)}
    assert len(codes) == 200
    assert all(re.fullmatch(r"[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}", code) for code in codes)


@pytest.mark.parametrize("typed", ["7KQ1-MX0D", "7kq1mx0d", " 7KQ1 MX0D ", "7KQI-MXOD", "7kql-mxod"])
def test_a_code_may_be_typed_as_it_is_read(typed: str) -> None:
    assert tokens.code_digest(typed) == tokens.code_digest("7KQ1-MX0D")
    assert tokens.code_digest(typed) != tokens.code_digest("7KQ1-MX0E")
