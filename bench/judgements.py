"""Relevance judgements of Chorus over the Icecat catalogue, and the measures taken on them."""

from __future__ import annotations

import csv
import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import log2
from pathlib import Path

Ratings = Mapping[str, int]


@dataclass(frozen=True, slots=True)
class KnownItem:
    """A part number as someone types it, and the product it stands for."""

    kind: str
    query: str
    product: str


@dataclass(frozen=True, slots=True)
class Judgements:
    """`rated` is query -> product -> rating 0..3; `missing` are the queries for which nothing is suitable."""

    rated: Mapping[str, Ratings]
    missing: tuple[str, ...]
    known: tuple[KnownItem, ...]


def read(folder: Path) -> Judgements:
    """The judgements of one half."""
    rated: dict[str, dict[str, int]] = defaultdict(dict)
    with (folder / "qrels.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            rated[row["query"]][row["docid"]] = int(row["rating"])
    missing = tuple(query for query, ratings in rated.items() if not any(ratings.values()))
    lines = (folder / "known_items_derived.jsonl").read_text(encoding="utf-8").splitlines()
    known = tuple(KnownItem(item["kind"], item["query"], item["id"]) for item in map(json.loads, lines))
    return Judgements({query: rated[query] for query in rated if query not in missing}, missing, known)


def _gain(ratings: Sequence[int], size: int = 10) -> float:
    return sum((2.0**rating - 1) / log2(place + 2) for place, rating in enumerate(ratings[:size]))


def ndcg(found: Sequence[str], ratings: Ratings) -> float:
    """nDCG@10 with gains 2^r - 1; what was not judged counts as 0."""
    return _gain([ratings.get(product, 0) for product in found]) / _gain(sorted(ratings.values(), reverse=True))


def condensed(found: Sequence[str], ratings: Ratings) -> float:
    """nDCG@10 of the ranking without what was not judged."""
    return ndcg([product for product in found if product in ratings], ratings)


def reciprocal_rank(found: Sequence[str], ratings: Ratings) -> float:
    """1 / place of the first product within 10 that is rated above 0."""
    return next((1 / place for place, product in enumerate(found[:10], 1) if ratings.get(product, 0) > 0), 0.0)


def recall(found: Sequence[str], ratings: Ratings) -> float:
    """Share of the products rated above 0 that are within the first 100."""
    wanted = {product for product, rating in ratings.items() if rating > 0}
    return len(wanted & set(found[:100])) / len(wanted)
