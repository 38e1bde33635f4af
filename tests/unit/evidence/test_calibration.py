from __future__ import annotations

from random import Random

import pytest

from supreme_system_v5.errors import InvalidInputError
from supreme_system_v5.evidence.calibration import calibrate


def plain_ece(confidences: list[float], won: list[bool], bins: int) -> float:
    """Return the error from its definition, one bin after the other."""
    total = 0.0
    for number in range(bins):
        low, high = number / bins, (number + 1) / bins
        inside = [
            (c, w)
            for c, w in zip(confidences, won, strict=True)
            if low <= c < high or (c == 1.0 and number == bins - 1)
        ]
        if inside:
            said = sum(c for c, _ in inside) / len(inside)
            right = sum(w for _, w in inside) / len(inside)
            total += len(inside) / len(won) * abs(right - said)
    return total


@pytest.mark.parametrize("bins", [1, 4, 8])
def test_it_is_the_plain_computation(bins: int) -> None:
    rng = Random(5)
    confidences = [rng.random() for _ in range(500)] + [0.0, 1.0]
    won = [rng.random() < c**2 for c in confidences]
    found = calibrate(confidences, won, bins)
    assert found is not None
    assert found.ece == pytest.approx(plain_ece(confidences, won, bins))
    squares = [(c - w) ** 2 for c, w in zip(confidences, won, strict=True)]
    assert found.brier == pytest.approx(sum(squares) / len(squares))
    assert sum(each.trades for each in found.curve) == found.trades == 502


def test_who_is_right_has_no_error() -> None:
    rng = Random(6)
    confidences = [rng.random() for _ in range(20_000)]
    found = calibrate(confidences, [rng.random() < c for c in confidences])
    assert found is not None
    assert found.ece < 0.015
    for each in found.curve:
        assert each.low <= each.confidence <= each.high
        assert each.won == pytest.approx(each.confidence, abs=0.05)


def test_saying_the_base_rate_has_its_brier_score() -> None:
    found = calibrate([0.25] * 8, [True, False, False, False] * 2)
    assert found is not None
    assert (found.ece, found.brier, found.base_rate) == (0.0, 0.25 * 0.75, 0.25)
    assert [(each.low, each.trades) for each in found.curve] == [(0.2, 8)]


def test_certainty_is_in_the_last_bin() -> None:
    found = calibrate([1.0, 0.0], [True, False])
    assert found is not None
    assert [each.low for each in found.curve] == [0.0, 0.9]
    assert found.ece == found.brier == 0.0


def test_without_trades() -> None:
    assert calibrate([], []) is None


@pytest.mark.parametrize(
    ("confidences", "won", "bins", "told"),
    [
        ([0.5], [], 10, "1 confidences, 0 outcomes, 10 bins; allowed is as many"),
        ([0.5], [True], 0, "0 bins; allowed is as many outcomes as confidences, in 1 bin or more"),
        ([0.5, 60.0], [True, True], 10, r"confidences\[1\] is 60.0, allowed is from 0 to 1"),
        ([float("nan")], [True], 10, r"confidences\[0\] is nan"),
    ],
)
def test_what_is_refused(confidences: list[float], won: list[bool], bins: int, told: str) -> None:
    with pytest.raises(InvalidInputError, match=told):
        calibrate(confidences, won, bins)
