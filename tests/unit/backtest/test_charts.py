"""The oracle of the figures is plotly, which checks every property against its schema."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import plotly.graph_objects as go  # type: ignore[import-untyped] # it carries no types
import pytest

from supreme_system_v5.backtest.charts import charts
from supreme_system_v5.backtest.metrics import daily_returns, invested
from supreme_system_v5.backtest.results import RunResult
from supreme_system_v5.domain import NS_PER_SECOND
from tests.support.results import DAY_NS, START_NS, idle_run, made_up_run


def traces(run: RunResult, figure: str = "course") -> dict[str, Any]:
    """Return the traces of a figure by their names."""
    return {trace.name: trace for trace in go.Figure(charts(run)[figure]).data}


@pytest.mark.parametrize("run", [made_up_run(), idle_run()], ids=["traded", "idle"])
def test_plotly_accepts_every_figure(run: RunResult) -> None:
    figures = charts(run)
    assert {"course", "days"} <= set(figures)
    for figure in figures.values():
        assert go.Figure(figure).data


def test_what_there_is_nothing_of_is_left_out() -> None:
    assert set(charts(made_up_run())) == {"course", "days", "nets"}
    assert set(charts(idle_run())) == {"course", "days"}
    assert charts(replace(idle_run(), candles=(), daily=())) == {}


def test_the_course_shows_price_trades_equity_and_the_way_down() -> None:
    run = made_up_run()
    told = traces(run)
    assert list(told) == [
        "price",
        "long entry",
        "short entry",
        "exit",
        "equity",
        "buy and hold at equal exposure",
        "under water, %",
    ]
    assert list(told["price"].close) == [candle.close for candle in run.candles]
    assert len(told["long entry"].x) + len(told["short entry"].x) == len(run.trades)
    assert told["exit"].y[0] == float(run.trades[0].exit_price)
    assert told["equity"].y[-1] == float(run.final_equity)
    assert min(told["under water, %"].y) == pytest.approx(-100 * run.drawdown.fraction)


def test_sides_that_were_not_traded_have_no_marks() -> None:
    assert "exit" not in traces(idle_run())
    run = made_up_run()
    longs = tuple(trade for trade in run.trades if trade.side == "long")
    assert "short entry" not in traces(replace(run, trades=longs))


def test_equity_stands_at_the_ends_of_candles_and_begins_with_the_cash() -> None:
    (candle,) = idle_run().candles
    run = replace(
        idle_run(),
        end_ns=START_NS + 150 * NS_PER_SECOND,
        candles=tuple(
            replace(candle, open_ns=START_NS + second * NS_PER_SECOND, equity=9_000.0)
            for second in (0, 60, 120)
        ),
    )
    equity = traces(run)["equity"]
    assert [x[-12:] for x in equity.x] == [
        "00:00:00.000",
        "00:01:00.000",
        "00:02:00.000",
        "00:02:30.000",  # the last candle was not whole
    ]
    assert list(equity.y) == [10_000.0, 9_000.0, 9_000.0, 9_000.0]


def test_the_market_is_held_at_equal_exposure() -> None:
    run = made_up_run()
    part = invested(run)
    assert part is not None
    held = traces(run)["buy and hold at equal exposure"].y
    assert held[0] == 10_000.0
    change = float(run.last_price / run.first_price) - 1
    assert held[-1] == pytest.approx(10_000 * (1 + part * change))
    assert "buy and hold at equal exposure" not in traces(replace(run, end_ns=run.start_ns))


def test_histograms_hold_each_day_and_each_trade() -> None:
    run = made_up_run()
    days = go.Figure(charts(run)["days"]).data[0].x
    assert days == pytest.approx([r * 100 for r in daily_returns(run.initial_cash, run.daily)])
    assert len(days) == (run.end_ns - run.start_ns) // DAY_NS
    nets = go.Figure(charts(run)["nets"]).data[0].x
    assert list(nets) == [float(trade.net) for trade in run.trades]


def test_reasons_cannot_bring_tags_into_a_label() -> None:
    run = made_up_run()
    first = replace(run.trades[0], entry_reason="<a href='x'>\udcff", exit_reason="a < b & c")
    told = traces(replace(run, trades=(first,)))
    assert told[f"{first.side} entry"].text[0] == "1: &lt;a href=&#x27;x&#x27;&gt;\\udcff"
    assert told["exit"].text[0].startswith("1: a &lt; b &amp; c, net ")
