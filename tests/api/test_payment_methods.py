from __future__ import annotations

from uuid import uuid4

import pytest

from tests.support.problems import problem
from tests.support.service import Running

CARD = {"kind": "credit_card", "reference": "tok_1", "brand": "visa", "last_four": "1234"}


async def test_methods_are_kept_shown_and_taken_away(here: Running) -> None:
    http = here.browser.http
    assert (await http.get("/v1/payment-methods")).json() == {"items": []}
    made = await http.post("/v1/payment-methods", json=CARD)
    assert (made.status_code, made.json()["name"]) == (201, "visa ending in 1234")
    assert (await http.post("/v1/payment-methods", json=CARD)).json() == made.json()
    assert (await http.get("/v1/payment-methods")).json()["items"] == [made.json()]
    assert (await http.delete(f"/v1/payment-methods/{made.json()['id']}")).status_code == 204
    problem(await http.delete(f"/v1/payment-methods/{made.json()['id']}"), 404, "not-found")
    problem(await http.delete(f"/v1/payment-methods/{uuid4()}"), 404, "not-found")


@pytest.mark.parametrize(
    "wrong", [{"reference": "4111 1111 1111 1111"}, {"last_four": "12345"}, {"kind": "gift_card"}, {"balance": 1}]
)
async def test_neither_numbers_of_cards_nor_money_out_of_nothing(here: Running, wrong: dict[str, object]) -> None:
    problem(await here.browser.http.post("/v1/payment-methods", json=CARD | wrong), 422, "bad-fields")
