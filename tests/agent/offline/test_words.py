from __future__ import annotations

import pytest

from agent.offline.vocabulary import MEANT
from agent.offline.words import repaired, sentences, stem, texts


@pytest.mark.parametrize(
    ("word", "meant"),
    [
        ("serach", "search"), ("comapre", "compare"), ("compsre", "compare"), ("remvoe", "remove"),
        ("baskt", "basket"),
        ("frist", "first"), ("secnd", "second"), ("crat", "cart"), ("fnid", "find"), ("warrantyy", "warranty"),
    ],
)  # fmt: skip
def test_a_slip_in_a_command_word_is_put_right(word: str, meant: str) -> None:
    assert repaired(word) == meant


@pytest.mark.parametrize(
    "word",
    ["remote", "starch", "casket", "older", "border", "card", "shopping", "thunder", "compass", "shoe", "camera",
     "tanks",
     "brook", "cat", "kestrel", "chair", "clean"],
)  # fmt: skip
def test_words_of_goods_stay(word: str) -> None:
    assert repaired(word) == word


def test_no_command_word_is_taken_for_another() -> None:
    assert [word for word in MEANT if repaired(word) != word] == []


def test_sentences_keep_decimals_and_know_questions() -> None:
    first, second = sentences("Under 79.99, no. 2? It's fine.")
    assert texts(first.words) == ("under", "79.99", "no", "2")
    assert (first.question, second.question) == (True, False)
    assert texts(second.words) == ("it", "is", "fine")


def test_a_comma_is_kept_with_its_word() -> None:
    (sentence,) = sentences("1, 2 and #3")
    assert [word.comma for word in sentence.words] == [True, False, False, False, False]
    assert texts(sentence.words) == ("1", "2", "and", "number", "3")


@pytest.mark.parametrize(
    ("word", "singular"),
    [("jackets", "jacket"), ("knives", "knife"), ("dishes", "dish"), ("boxes", "box"), ("glass", "glass"),
     ("Batteries", "battery")],
)  # fmt: skip
def test_stem(word: str, singular: str) -> None:
    assert stem(word) == singular
