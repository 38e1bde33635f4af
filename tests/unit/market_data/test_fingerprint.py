from __future__ import annotations

from array import array

import pytest

from supreme_system_v5.market_data import BarChunk, Fingerprint, TradeChunk

DAY_NS = 86_400_000_000_000


def trades(count: int, start: int = 0, step_ns: int = DAY_NS // 4) -> TradeChunk:
    numbers = range(start, start + count)
    return TradeChunk(
        prices=array("d", [100.0 + number for number in numbers]),
        sizes=array("d", [1.0] * count),
        timestamps_ns=array("q", [number * step_ns for number in numbers]),
        sides=array("b", [1] * count),
    )


def bars(close: float = 2.0) -> BarChunk:
    return BarChunk(
        opens=array("d", [1.0, 1.5]),
        highs=array("d", [3.0, 3.0]),
        lows=array("d", [1.0, 1.0]),
        closes=array("d", [1.5, close]),
        volumes=array("d", [1.0, 1.0]),
        timestamps_ns=array("q", [0, 60_000_000_000]),
    )


def taken(*chunks: TradeChunk | BarChunk) -> Fingerprint:
    found = Fingerprint()
    for chunk in chunks:
        found.take(chunk)
    return found


def test_it_does_not_matter_how_rows_are_cut() -> None:
    whole = taken(trades(10))
    parts = taken(trades(3), trades(0), trades(7, 3))
    assert whole.hexdigest() == parts.hexdigest()
    assert len(whole.hexdigest()) == 32
    for found in (whole, parts):
        assert (found.rows, found.first_ns, found.last_ns) == (10, 0, 9 * DAY_NS // 4)
        assert found.days == {0, 1, 2}


@pytest.mark.parametrize(
    "other",
    [trades(9), trades(10, 1), trades(10, 0, 60), bars()],
    ids=["rows", "prices", "times", "kind"],
)
def test_other_rows_are_other_data(other: TradeChunk | BarChunk) -> None:
    assert taken(trades(10)).hexdigest() != taken(other).hexdigest()


def test_a_bar_is_told_by_its_prices() -> None:
    assert taken(bars()).hexdigest() == taken(bars()).hexdigest()
    assert taken(bars()).hexdigest() != taken(bars(2.5)).hexdigest()


def test_days_without_rows_are_none() -> None:
    assert taken(trades(2), trades(1, 40)).days == {0, 10}


def test_times_that_run_backward() -> None:
    chunk = trades(4)
    chunk.timestamps_ns[3] = 5
    found = taken(chunk)
    assert found.days == {0}
    assert found.rows == 4


def test_nothing() -> None:
    assert (taken().rows, taken().first_ns, taken().days) == (0, 0, set())
