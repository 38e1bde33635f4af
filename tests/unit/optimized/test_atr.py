from __future__ import annotations

import pytest

from supreme_system_v5.errors import InvalidInputError
from supreme_system_v5.optimized.atr import AverageTrueRange
from tests.support.contract import Check, contract
from tests.support.indicators import Case
from tests.support.stateful import refused


@contract("AverageTrueRange")
def test_it_keeps_the_contract(check: Check, case: Case) -> None:
    check(case)


@pytest.mark.parametrize(
    ("bar", "true_range"),
    [
        ((12.0, 9.0, 11.0), 3.0),  # the bar's own range
        ((15.0, 14.0, 14.5), 5.0),  # a gap up, from the previous close of 10
        ((8.0, 7.0, 7.5), 3.0),  # a gap down
        ((10.0, 10.0, 10.0), 0.0),  # nothing moved
    ],
)
def test_the_true_range_spans_the_gap_to_the_previous_close(
    bar: tuple[float, float, float], true_range: float
) -> None:
    atr = AverageTrueRange(1)
    assert atr.update(11.0, 9.0, 10.0) is None
    assert atr.update(*bar) == true_range


def test_it_is_wilders_average() -> None:
    atr = AverageTrueRange(2)
    bars = [(10.0, 9.0, 10.0), (12.0, 10.0, 10.0), (14.0, 10.0, 10.0), (10.0, 9.0, 9.5)]
    assert [atr.update(*bar) for bar in bars] == [None, None, 3.0, 2.0]


@pytest.mark.parametrize(
    ("bar", "name"),
    [((9.0, 10.0, 9.5), "low"), ((10.0, 9.0, 10.5), "close"), ((10.0, 9.0, 8.5), "close")],
)
def test_a_bar_that_cannot_be_is_refused(bar: tuple[float, float, float], name: str) -> None:
    atr = AverageTrueRange(2)
    state = atr.__getstate__()
    refused(InvalidInputError, name, atr.update, *bar)
    assert atr.__getstate__() == state
    columns = [[10.0, value] for value in bar]
    columns[1][0], columns[2][0] = 9.0, 9.5
    refused(InvalidInputError, name, atr.batch, *columns, index=1)
