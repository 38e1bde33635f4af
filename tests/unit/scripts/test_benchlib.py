from __future__ import annotations

import gc
import statistics

import pytest

from benchlib import (
    Bar,
    Comparison,
    Plan,
    Result,
    Spread,
    alternate,
    compare,
    machine,
    measure,
    net,
    own_copy,
    percentile,
    spread,
    table,
)


def test_spread_is_median_quartiles_and_extremes() -> None:
    assert spread([5.0, 1.0, 3.0, 2.0, 4.0]) == Spread(3.0, 2.0, 4.0, 1.0, 5.0)
    assert spread([7.0]) == Spread(7.0, 7.0, 7.0, 7.0, 7.0)


@pytest.mark.parametrize(
    ("percent", "value"), [(0, 1.0), (1, 1.0), (50, 50.0), (99, 99.0), (99.5, 100.0), (100, 100.0)]
)
def test_percentile_is_a_value_that_occurred(percent: float, value: float) -> None:
    assert percentile([float(x) for x in range(100, 0, -1)], percent) == value


def test_the_best_peer_is_the_one_with_the_smallest_median() -> None:
    peers = {"steady": [10.0, 10.0, 10.0], "lucky once": [1.0, 20.0, 20.0]}
    found = compare([5.0, 5.0, 5.0], [peers])
    assert found.best == ("steady",)
    assert found.ratios == [0.5, 0.5, 0.5]
    assert found.harder == [5.0, 0.5, 0.5]


def test_the_ratio_is_taken_in_each_round_and_then_the_median() -> None:
    """The median of ratios is not the ratio of medians when the machine changes its pace."""
    ours, theirs = [1.0, 2.0, 30.0], [2.0, 8.0, 40.0]
    found = compare(ours, [{"peer": theirs}])
    assert statistics.median(found.ratios) == 0.5
    assert statistics.median(ours) / statistics.median(theirs) == 0.25


def test_parts_are_added_up_each_with_its_own_best_peer() -> None:
    first = {"a": [1.0, 1.0], "b": [2.0, 2.0]}
    second = {"a": [9.0, 9.0], "b": [3.0, 1.0]}
    found = compare([8.0, 8.0], [first, second])
    assert found.best == ("a", "b")
    assert found.ratios == [2.0, 4.0]


def test_every_round_begins_with_another_contender() -> None:
    calls: list[str] = []

    def contender(name: str) -> int:
        assert not gc.isenabled()
        calls.append(name)
        return len(calls)

    names = ["a", "b", "c"]
    contenders = {name: (lambda name=name: contender(name)) for name in names}
    taken = alternate(contenders, rounds=3, warm_up=1)
    assert calls == [*"abc", *"bca", *"cab", *"abc"]
    assert taken[0] == {"b": 4, "c": 5, "a": 6}  # the first round was to warm up
    assert gc.isenabled()


def test_the_lesser_loop_of_the_round_is_subtracted() -> None:
    taken = [
        {"loop": 40, "again": 20, "x": 120, "y": 7},
        {"loop": 30, "again": 90, "x": 80, "y": 8},
    ]
    assert net(taken, {"x": ["loop", "again"], "y": []}, 10) == {"x": [10.0, 5.0], "y": [0.7, 0.8]}


def test_a_round_without_remainder_is_left_out_for_all() -> None:
    taken = [{"loop": 50, "x": 40, "y": 90}, {"loop": 10, "x": 40, "y": 90}]
    assert net(taken, {"x": ["loop"], "y": ["loop"]}, 10) == {"x": [3.0], "y": [8.0]}


def test_a_copy_does_the_same_in_code_of_its_own() -> None:
    def loop(times: int) -> int:
        return sum(range(times))

    copy = own_copy(loop)
    assert copy(5) == loop(5)
    assert getattr(copy, "__code__", None) is not loop.__code__


def plan(*, ours: int, loop: int, bar: Bar | None = None) -> Plan:
    return Plan(
        key="key",
        title="title",
        unit="call",
        ours="ours",
        contenders={"ours": lambda: ours, "peer": lambda: 30, "loop": lambda: loop},
        loops={"ours": ["loop"], "peer": ["loop"]},
        parts=[["peer"]],
        elements=10,
        bar=bar,
    )


@pytest.mark.parametrize(
    ("bar", "missed"), [(None, False), (Bar(0.5, 0.3), False), (Bar(0.49, 0.3), True)]
)
def test_a_bar_is_missed_above_it(bar: Bar | None, *, missed: bool) -> None:
    result = measure(plan(ours=20, loop=10, bar=bar), rounds=3, warm_up=1)
    assert result.samples == {"ours": [1.0] * 3, "peer": [2.0] * 3}
    assert result.comparison == Comparison(("peer",), [0.5] * 3, [0.5] * 3)
    assert isinstance(result, Result)
    assert result.missed is missed


def test_nothing_is_concluded_from_nothing() -> None:
    with pytest.raises(RuntimeError, match="every round was disturbed"):
        measure(plan(ours=20, loop=20), rounds=3, warm_up=0)


def test_a_table_is_aligned() -> None:
    assert table(["x", "ns"], [["long", "1"], ["s", "22"]]) == "x     ns\nlong   1\ns     22"


def test_the_machine_is_described() -> None:
    assert all(machine().values())
    assert set(machine()) == {"cpu", "cores", "system", "python", "load"}
