from __future__ import annotations

from agent.offline.script import Call, Done, Failed, Finished, Script, Waiting, advance, call

LOOK, TAKE = call("look"), call("take", what="mug", size=None)


def looking_twice() -> Script:
    (first,) = yield [LOOK]
    yield [TAKE]
    (second,) = yield [LOOK]
    return f"{_count(first)} then {_count(second)}"


def _count(outcome: object) -> object:
    return outcome.value["count"] if isinstance(outcome, Done) else outcome


def test_none_is_left_out_and_keys_are_sorted() -> None:
    assert Call("take", '{"what":"mug"}') == TAKE
    assert call("a", b=1, a=2).arguments == '{"a":2,"b":1}'


def test_it_waits_for_what_the_log_does_not_hold() -> None:
    assert advance(looking_twice(), [], ["look", "take"]) == Waiting((LOOK,))
    log = [(LOOK, Done({"count": 0}))]
    assert advance(looking_twice(), log, ["look", "take"]) == Waiting((TAKE,))


def test_the_same_call_twice_gets_its_outcomes_in_order() -> None:
    log = [(LOOK, Done({"count": 0})), (TAKE, Done({})), (LOOK, Done({"count": 1}))]
    assert advance(looking_twice(), log, ["look", "take"]) == Finished("0 then 1")
    assert advance(looking_twice(), log[:2], ["look", "take"]) == Waiting((LOOK,))


def test_what_is_not_offered_fails_at_once() -> None:
    state = advance(looking_twice(), [(LOOK, Done({"count": 0})), (LOOK, Done({"count": 1}))], ["look"])
    assert state == Finished("0 then 1")


def test_with_exhausted_steps_it_ends_with_failures() -> None:
    state = advance(looking_twice(), [], ["look", "take"], exhausted=True)
    assert state == Finished(f"{Failed('it took too many steps')} then {Failed('it took too many steps')}")
