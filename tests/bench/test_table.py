from __future__ import annotations

from dataclasses import replace

from bench import table
from bench.measure import Result

OURS = Result(
    name="cartwright",
    first_ms=8.0,
    first_p99_ms=12.0,
    answer_cpu=11.0,
    unpaced_tokens_a_second=50_000.0,
    unpaced_cpu=20.0,
    unpaced_database_cpu=4.0,
    paced_cpu=90.0,
    paced_database_cpu=12.0,
    paced_late_p99_ms=9.0,
    streams=300,
    peak_rss=300_000_000,
    stream_bytes=100_000.0,
)
AISDK = replace(OURS, name="aisdk", paced_cpu=250.0, paced_database_cpu=0.0, streams=200, first_ms=3.0)
ADAPTER = replace(AISDK, name="adapter", paced_cpu=400.0, streams=40, first_ms=6.0)


def test_targets_reached() -> None:
    verdicts = table.verdicts([ADAPTER, AISDK, OURS])
    assert [verdict.reached for verdict in verdicts] == [True, True, True, True]


def test_each_target_can_be_missed() -> None:
    slow = replace(OURS, paced_cpu=130.0, streams=299, first_ms=9.1)
    verdicts = table.verdicts([ADAPTER, AISDK, slow])
    assert [verdict.reached for verdict in verdicts] == [False, False, False, False]
    assert all(verdict.line.endswith("MISSED") for verdict in verdicts)


def test_a_peer_that_did_not_run_is_not_compared() -> None:
    assert len(table.verdicts([AISDK, OURS])) == 2
    assert table.verdicts([AISDK, ADAPTER]) == []


def test_a_part_that_was_not_run_is_a_dash_and_not_compared() -> None:
    ours, adapter = replace(OURS, streams=None, paced_cpu=None), replace(ADAPTER, streams=None, paced_cpu=None)
    assert [verdict.line.partition(",")[0] for verdict in table.verdicts([adapter, ours])] == ["first delta - adapter"]
    assert "| - " in table.figures([ours]).splitlines()[2]


def test_one_line_a_server_with_the_database_apart() -> None:
    lines = table.figures([AISDK, OURS]).splitlines()
    assert "| 250 " in lines[2]
    assert "| 90 + 12 " in lines[3]
    assert len({len(line) for line in lines[:4]}) == 1
