from __future__ import annotations

from decimal import Decimal

import pytest

from supreme_system_v5.backtest.metrics import Drawdown, TradeTally, exposure, relative_change


def tally(*nets: str) -> TradeTally:
    result = TradeTally()
    for net in nets:
        result.add(Decimal(net))
    return result


def test_trades_are_counted_by_what_they_brought() -> None:
    """Gains 3 + 1.5, losses 0.5 + 1: 4.5 / 1.5 is 3."""
    counted = tally("3", "-0.5", "0", "1.5", "-1")
    assert (counted.trades, counted.wins, counted.losses) == (5, 2, 2)
    assert counted.win_rate == 0.4
    assert counted.profit_factor == 3.0


def test_without_trades_there_is_no_win_rate() -> None:
    assert tally().win_rate is None
    assert tally().profit_factor is None


def test_without_losses_there_is_no_profit_factor() -> None:
    assert tally("1", "0").profit_factor is None
    assert tally("-1").profit_factor == 0.0


def test_the_deepest_fall_is_kept() -> None:
    """100 → 80 is 20 and 20 %; 300 → 250 is 50 and 16.7 %."""
    drawdown = Drawdown(Decimal(100))
    for equity in ("90", "80", "120", "300", "250", "299"):
        drawdown.sample(Decimal(equity))
    assert drawdown.quote == 50
    assert drawdown.fraction == 0.2


def test_an_equity_that_only_rises_never_fell() -> None:
    drawdown = Drawdown(Decimal(100))
    drawdown.sample(Decimal(101))
    assert drawdown.quote == 0
    assert drawdown.fraction == 0.0


def test_exposure_is_a_part_of_the_time() -> None:
    assert exposure(30, 120) == 0.25
    assert exposure(0, 0) is None


@pytest.mark.parametrize(("first", "last", "change"), [("50", "75", 0.5), ("80", "60", -0.25)])
def test_change_is_relative_to_the_first(first: str, last: str, change: float) -> None:
    assert relative_change(Decimal(first), Decimal(last)) == change
