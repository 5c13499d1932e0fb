from __future__ import annotations

import gzip
from argparse import ArgumentError, ArgumentParser
from pathlib import Path
from uuid import UUID

import asyncpg
import orjson
import pytest

from storage import load, product_families
from storage.database import bulk
from storage.embedder import WordLlamaEmbedder
from storage.errors import Invalid
from storage.feed import Reader
from storage.feed_file import read
from storage.load import Problem, load_products
from storage.settings import StorageSettings
from storage.upsert import Outcome
from tests.support.factory import make_store

JSONL = [
    {"id": "1", "title": "Red lamp", "price": "10.00", "brand": "Lumen", "product_category": "Home > Lamps"},
    {"id": "2", "title": "Blue lamp", "price": "12.50 EUR", "image_link": "https://shop.example/2.jpg"},
]


def write(folder: Path, name: str, text: str) -> Path:
    file = folder / name
    if file.suffix == ".gz":
        file.write_bytes(gzip.compress(text.encode()))
    else:
        file.write_text(text, encoding="utf-8")
    return file


def lines(*rows: object) -> str:
    return "".join(orjson.dumps(row).decode() + "\n" for row in rows)


async def command(file: Path, url: str, *more: str) -> int:
    parser = ArgumentParser()
    load.arguments(parser)
    return await load.run(parser.parse_args([str(file), "--store", "lamps", *more]), StorageSettings(), url)


async def rows(url: str) -> list[asyncpg.Record]:
    async with bulk(url) as conn:
        return await conn.fetch("select * from products order by sku")


async def test_jsonl_becomes_products_with_vectors_categories_and_pictures(database_url: str, tmp_path: Path) -> None:
    assert await command(write(tmp_path, "feed.jsonl", lines(*JSONL)), database_url) == 0
    first, second = await rows(database_url)
    assert (first["name"], first["price"], first["currency"], first["brand"]) == ("Red lamp", 1000, "EUR", "Lumen")
    assert second["price"] == 1250
    async with bulk(database_url) as conn:
        assert await conn.fetchval("select count(*) from products where embedding is not null") == 2
        assert await conn.fetchval("select count(*) from embeddings_meta where dim = 256") == 2
        assert await conn.fetchval("select name from categories where id = $1", first["category_id"]) == "Lamps"
        assert await conn.fetchval("select url from product_images where is_primary") == "https://shop.example/2.jpg"
        assert await conn.fetchval(
            "select indisvalid from pg_index where indexrelid = 'products_centred_idx'::regclass"
        )


async def test_loading_twice_changes_nothing(
    database_url: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    file = write(tmp_path, "feed.jsonl.gz", lines(*JSONL))
    assert await command(file, database_url) == 0
    before = await rows(database_url)
    assert await command(file, database_url) == 0
    assert [tuple(row) for row in await rows(database_url)] == [tuple(row) for row in before]
    assert "0 added, 0 changed, 2 unchanged" in capfd.readouterr().out


async def test_what_differs_is_changed_and_its_vector_made_anew(database_url: str, tmp_path: Path) -> None:
    await command(write(tmp_path, "a.jsonl", lines(*JSONL)), database_url)
    first, second = await rows(database_url)
    await command(write(tmp_path, "b.jsonl", lines(JSONL[0] | {"title": "Green lamp"}, JSONL[1])), database_url)
    changed, same = await rows(database_url)
    assert (changed["id"], changed["name"]) == (first["id"], "Green lamp")
    assert changed["embedding"] != first["embedding"]
    assert tuple(same) == tuple(second)


async def test_a_changed_picture_is_noticed_though_the_product_is_the_same(database_url: str, tmp_path: Path) -> None:
    await command(write(tmp_path, "a.jsonl", lines(*JSONL)), database_url)
    moved = JSONL[1] | {"image_link": "https://shop.example/new.jpg"}
    await command(write(tmp_path, "b.jsonl", lines(moved)), database_url)
    async with bulk(database_url) as conn:
        assert [row["url"] for row in await conn.fetch("select url from product_images")] == [moved["image_link"]]


async def test_bad_rows_are_told_by_line_field_and_reason_and_the_rest_goes_in(
    database_url: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    text = (
        lines(JSONL[0], JSONL[1] | {"price": "dear"}) + "{not json\n\n" + lines(JSONL[0], [1], {"id": "7", "price": 1})
    )
    assert await command(write(tmp_path, "feed.jsonl", text), database_url) == 0
    assert [row["sku"] for row in await rows(database_url)] == ["1"]
    said = capfd.readouterr()
    assert "line 2: price: 'dear' is not a price" in said.err
    assert "line 3: row: is not JSON" in said.err
    assert "line 5: sku: 1 is on line 1 already" in said.err
    assert "line 6: row: is not a JSON object" in said.err
    assert "line 7: name: is missing" in said.err
    assert "1 added, 0 changed, 0 unchanged, 5 bad rows left out" in said.out


async def test_nothing_but_bad_rows_is_a_failure(database_url: str, tmp_path: Path) -> None:
    assert await command(write(tmp_path, "feed.jsonl", "nonsense\n"), database_url) == 1


async def test_csv_with_semicolons_quotes_and_a_mapping(database_url: str, tmp_path: Path) -> None:
    text = '\ufeffnr;what;price;notes\n9;"Lamp; tall";"19,5";x\n10;"Two\nlines";5;y\n'
    file = write(tmp_path, "feed.csv", text)
    assert await command(file, database_url, "--map", "sku=nr", "--map", "name=what", "--currency", "CHF") == 0
    (only,) = await rows(database_url)
    assert (only["sku"], only["name"], only["price"], only["currency"]) == ("10", "Two\nlines", 500, "CHF")


async def test_a_new_store_sells_in_the_currency_of_its_first_file_and_in_no_other(
    database_url: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    dollars = [row | {"price": "10.00 USD"} for row in JSONL]
    assert await command(write(tmp_path, "a.jsonl", lines({"id": "0"}, *dollars)), database_url) == 0
    async with bulk(database_url) as conn:
        assert await conn.fetchval("select currency from stores where slug = 'lamps'") == "USD"
    euros = {"id": "3", "title": "Dear lamp", "price": "10.00 EUR"}
    assert await command(write(tmp_path, "b.jsonl", lines(euros)), database_url) == 1
    assert "line 1: price: is in EUR, and the store sells in USD" in capfd.readouterr().err
    assert [row["sku"] for row in await rows(database_url)] == ["1", "2"]


@pytest.mark.parametrize(
    "wrong", [("--currency", "EURO"), ("--stock", "-1"), ("--stock", "many"), ("--store", " "), ("--store", "x" * 201)]
)
async def test_arguments_are_checked_before_anything_is_written(tmp_path: Path, wrong: tuple[str, str]) -> None:
    parser = ArgumentParser(exit_on_error=False)
    load.arguments(parser)
    with pytest.raises(ArgumentError):
        parser.parse_args([str(tmp_path), "--store", "lamps", *wrong])


async def test_a_file_that_is_not_there_makes_no_store(database_url: str, tmp_path: Path) -> None:
    for missing in (tmp_path / "no.csv", tmp_path):
        with pytest.raises(Invalid, match="there is no file"):
            await command(missing, database_url)
    async with bulk(database_url) as conn:
        assert await conn.fetchval("select count(*) from stores") == 0


async def test_what_the_database_refuses_is_one_bad_row_among_good_ones(database_url: str) -> None:
    problems: list[Problem] = []
    good = [(line, {"id": str(line), "title": f"Lamp {line}", "price": "1"}) for line in range(1, 8)]
    # More than 1 MB of different words fits no tsvector.
    huge = {"id": "x", "title": "Huge", "price": "1", "short_description": " ".join(f"w{n:07}" for n in range(150_000))}
    async with bulk(database_url) as conn:
        store = await make_store(conn)
        outcome, bad = await load_products(
            conn, store.id, [*good, (8, huge)], embedder=None, reader=Reader("EUR"), report=problems.append
        )
    assert (outcome, bad) == (Outcome(7, 0, 0), 1)
    assert [problem.line for problem in problems] == [8]


async def test_without_an_embedder_there_are_no_vectors(database_url: str) -> None:
    async with bulk(database_url) as conn:
        store_id: UUID = (await make_store(conn)).id
        await load_products(
            conn, store_id, [(1, JSONL[0])], embedder=None, reader=Reader("EUR"), report=lambda problem: None
        )
        assert await conn.fetchval("select embedding from products") is None


async def test_a_thousand_real_products_are_loaded_whole(database_url: str, shared: Path) -> None:
    file = shared / "data/chorus_icecat/shared/products.jsonl.gz"
    first = [row for _, row in zip(range(1000), read(file), strict=False)]
    problems: list[Problem] = []
    async with bulk(database_url) as conn:
        store = await make_store(conn)
        outcome, _ = await load_products(
            conn, store.id, first, embedder=WordLlamaEmbedder.load(), reader=Reader("EUR"), report=problems.append
        )
        assert (outcome, problems) == (Outcome(1000, 0, 0), [])
        assert await conn.fetchval("select count(*) from products where embedding is not null and price > 0") == 1000


TEES: dict[str, object] = {
    "id": "tee",
    "title": "Classic Tee",
    "variants": [
        {"id": f"tee-{size}", "title": f"Classic Tee, {size}", "price": {"amount": 1_999, "currency": "EUR"},
         "variant_options": [{"name": "Size", "value": size}]}
        for size in ("S", "M", "L")
    ],
}  # fmt: skip


async def test_variants_of_a_feed_become_a_family(database_url: str, tmp_path: Path) -> None:
    assert await command(write(tmp_path, "feed.jsonl", lines(TEES, JSONL[0])), database_url) == 0
    async with bulk(database_url) as conn:
        [family] = await product_families.of_store(conn, await conn.fetchval("select id from stores"))
        members = await product_families.members(conn, family.id)
    assert (family.public_id, family.name) == ("tee", "Classic Tee")
    assert {member.sku: member.options["Size"] for member in members} == {"tee-S": "S", "tee-M": "M", "tee-L": "L"}


async def test_families_are_kept_changed_and_loaded_again_with_nothing_to_do(
    database_url: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    group = "sku,name,price,item_group_id,color,size\n"
    file = write(tmp_path, "a.csv", f"{group}r-s,Red S,9.00,tee,red,S\nr-m,Red M,9.00,tee,red,M\nmug,Mug,5.00,,,\n")
    await command(file, database_url)
    await command(file, database_url)
    assert "0 added, 0 changed, 3 unchanged" in capfd.readouterr().out
    small, medium, mug = (await rows(database_url))[2], (await rows(database_url))[1], (await rows(database_url))[0]
    assert (small["options"], medium["options"]) == ({"color": "red", "size": "S"}, {"color": "red", "size": "M"})
    assert small["family_id"] == medium["family_id"] is not None
    assert (mug["family_id"], mug["options"]) == (None, {})
    # A file that says nothing of families leaves them; one that says something else changes them.
    await command(write(tmp_path, "b.csv", "sku,name,price\nr-s,Red S,8.00\n"), database_url)
    await command(write(tmp_path, "c.csv", f"{group}r-m,Red M,9.00,other,red,XL\n"), database_url)
    found = {row["sku"]: row for row in await rows(database_url)}
    assert (found["r-s"]["family_id"], found["r-s"]["options"]) == (small["family_id"], small["options"])
    assert found["r-m"]["family_id"] not in (small["family_id"], None)
    assert found["r-m"]["options"]["size"] == "XL"
