from __future__ import annotations

from dataclasses import replace

import pytest

from supreme_system_v5.domain import Bar, Macd, Timeframe, TimeframeView
from supreme_system_v5.errors import InvalidInputError
from supreme_system_v5.strategies import Action, PositionView, ScalpingStrategy

BAR = Bar(
    timeframe=Timeframe.M1,
    open_ns=0,
    close_ns=60_000_000_000,
    open=99.0,
    high=101.0,
    low=98.0,
    close=100.0,
    volume=1.0,
    buy_volume=0.0,
    trades=4,
    partial=False,
)
RISING = TimeframeView(
    timeframe=Timeframe.M1,
    bar=BAR,
    forming=None,
    closed=100,
    ema_fast=99.5,
    ema=99.0,
    ema_slow=98.0,
    rsi=60.0,
    macd=Macd(0.3, 0.2, 0.1),
    atr=2.0,
    bollinger=None,
    vwap=None,
    volatility=None,
    mature=True,
)
HELD = PositionView(entry_price=100.0, bars_held=3)


def test_it_enters_a_rising_market_with_stop_and_target() -> None:
    signal = ScalpingStrategy().decide(RISING, None)
    assert signal is not None
    assert (signal.action, signal.stop, signal.target) == (Action.ENTER, 97.0, 105.0)


@pytest.mark.parametrize(
    "view",
    [
        replace(RISING, mature=False),
        replace(RISING, bar=None),
        replace(RISING, ema_fast=99.0),
        replace(RISING, ema=98.0),
        replace(RISING, ema_fast=None),
        replace(RISING, ema=None),
        replace(RISING, ema_slow=None),
        replace(RISING, macd=None),
        replace(RISING, macd=Macd(0.2, 0.2, 0.0)),
        replace(RISING, rsi=None),
        replace(RISING, rsi=49.9),
        replace(RISING, rsi=70.1),
        replace(RISING, atr=None),
        replace(RISING, atr=0.0),
        replace(RISING, atr=67.0),  # the stop would stand at -0.5
    ],
)
def test_it_stays_out_when_one_condition_fails(view: TimeframeView) -> None:
    assert ScalpingStrategy().decide(view, None) is None


@pytest.mark.parametrize("rsi", [50.0, 70.0])
def test_the_ends_of_the_band_belong_to_it(rsi: float) -> None:
    assert ScalpingStrategy().decide(replace(RISING, rsi=rsi), None) is not None


def test_it_holds_while_the_trend_lasts() -> None:
    assert ScalpingStrategy().decide(RISING, HELD) is None
    assert ScalpingStrategy().decide(replace(RISING, ema_fast=99.0, rsi=90.0), HELD) is None


def test_it_leaves_when_the_trend_breaks() -> None:
    signal = ScalpingStrategy().decide(replace(RISING, ema_fast=98.9), HELD)
    assert signal is not None
    assert (signal.action, signal.stop, signal.target) == (Action.EXIT, None, None)


@pytest.mark.parametrize(("bars", "leaves"), [(29, False), (30, True), (31, True)])
def test_it_leaves_after_the_longest_hold(bars: int, leaves: bool) -> None:
    signal = ScalpingStrategy().decide(RISING, replace(HELD, bars_held=bars))
    assert (signal is not None) == leaves


@pytest.mark.parametrize(
    ("parameter", "value"),
    [
        ("stop_atr", 0.0),
        ("stop_atr", float("nan")),
        ("target_atr", -1.0),
        ("target_atr", float("inf")),
        ("max_hold_bars", 0),
        ("rsi_low", -1.0),
        ("rsi_low", 71.0),
        ("rsi_high", 101.0),
        ("rsi_high", float("nan")),
    ],
)
def test_parameters_out_of_range_are_refused(parameter: str, value: float) -> None:
    with pytest.raises(InvalidInputError, match=parameter):
        ScalpingStrategy(**{parameter: value})  # type: ignore[arg-type] # the names are above
