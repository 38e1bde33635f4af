"""The charts of the page, as plain values in the form that plotly.js reads.

Nothing of plotly is imported: a figure is what its schema says, a dict. Colours of paper, ink and
grid are left to the page, which knows whether it is dark; those here are legible on both.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from itertools import pairwise

from supreme_system_v5.backtest import metrics
from supreme_system_v5.backtest.report import iso, printable
from supreme_system_v5.backtest.results import Candle, ClosedTrade, RunResult

__all__ = ["Figure", "charts"]

Figure = dict[str, object]
"""A figure of plotly: `data`, its traces, and `layout`."""

_UP, _DOWN = "#1f9e89", "#d1495b"
_LONG, _SHORT, _EXIT = "#3b82f6", "#a855f7", "#f59e0b"
_EQUITY, _MARKET = "#3b82f6", "#8a8f98"
_PANELS = {"yaxis": [0.48, 1.0], "yaxis2": [0.2, 0.43], "yaxis3": [0.0, 0.15]}


def charts(run: RunResult) -> dict[str, Figure]:
    """Return the figures of a run by their names; those without anything to show are left out."""
    days = [r * 100 for r in metrics.daily_returns(run.initial_cash, run.daily)]
    nets = [float(trade.net) for trade in run.trades]
    figures = {}
    if run.candles:
        figures["course"] = _course(run)
    if days:
        figures["days"] = _histogram(days, "return of a day, %", "days")
    if nets:
        figures["nets"] = _histogram(nets, "net result of a trade, quote currency", "trades")
    return figures


def _course(run: RunResult) -> Figure:
    """Price with its trades, equity, and how far that is under water, one above the other."""
    ends = _ends(run)
    equities = [float(run.initial_cash), *(candle.equity for candle in run.candles)]
    falls = [fall * 100 for fall in metrics.underwater(equities[0], equities)]
    traces = [
        _price(run.candles),
        *_trades(run.trades),
        _line("equity", ends, equities, _EQUITY, axis="y2"),
        *_market(run, ends),
        {
            **_line("under water, %", ends, falls, _DOWN, axis="y3"),
            "fill": "tozeroy",
            "showlegend": False,
        },
    ]
    titles = {"yaxis": "price", "yaxis2": "equity", "yaxis3": "under water, %"}
    layout: Figure = {
        axis: {
            "domain": domain,
            "title": {"text": titles[axis]},
            "automargin": True,
            "tickformat": ",",
        }
        for axis, domain in _PANELS.items()
    }
    layout |= {
        "xaxis": {
            "anchor": "y3",
            "type": "date",
            "range": [ends[0], ends[-1]],
            "rangeslider": {"visible": False},
            "automargin": True,
        },
        "hovermode": "x",
        "legend": {"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0},
        "margin": {"l": 10, "r": 10, "t": 30, "b": 45},
    }
    return {"data": traces, "layout": layout}


def _ends(run: RunResult) -> list[str]:
    """Return the start of the run, then the end of each candle."""
    opens = [candle.open_ns for candle in run.candles]
    width_ns = min(
        (later - earlier for earlier, later in pairwise(opens)),
        default=run.end_ns - opens[0],
    )
    return [_time(run.start_ns), *(_time(min(start + width_ns, run.end_ns)) for start in opens)]


def _price(candles: Sequence[Candle]) -> Figure:
    return {
        "type": "candlestick",
        "name": "price",
        "x": [_time(candle.open_ns) for candle in candles],
        "open": [candle.open for candle in candles],
        "high": [candle.high for candle in candles],
        "low": [candle.low for candle in candles],
        "close": [candle.close for candle in candles],
        "increasing": {"line": {"color": _UP, "width": 1}},
        "decreasing": {"line": {"color": _DOWN, "width": 1}},
    }


def _trades(trades: Sequence[ClosedTrade]) -> list[Figure]:
    """Return a mark for each entry and each exit, at the prices that the market showed."""
    figures = []
    for side, symbol, colour in (
        ("long", "triangle-up", _LONG),
        ("short", "triangle-down", _SHORT),
    ):
        entered = [trade for trade in trades if trade.side == side]
        if entered:
            marks = [
                (trade.entry_ns, float(trade.entry_price), f"{trade.number}: {trade.entry_reason}")
                for trade in entered
            ]
            figures.append(_marks(f"{side} entry", marks, symbol, colour))
    if trades:
        marks = [
            (
                trade.exit_ns,
                float(trade.exit_price),
                f"{trade.number}: {trade.exit_reason}, net {trade.net:,.2f}",
            )
            for trade in trades
        ]
        figures.append(_marks("exit", marks, "x", _EXIT))
    return figures


def _marks(name: str, marks: list[tuple[int, float, str]], symbol: str, colour: str) -> Figure:
    return {
        "type": "scatter",
        "mode": "markers",
        "name": name,
        "x": [_time(time_ns) for time_ns, _, _ in marks],
        "y": [price for _, price, _ in marks],
        # A label may hold tags, and reasons come from outside.
        "text": [escape(printable(text)) for _, _, text in marks],
        "hovertemplate": "%{y:,.2f}<br>%{text}",
        "marker": {"symbol": symbol, "color": colour, "size": 7, "opacity": 0.85},
    }


def _market(run: RunResult, ends: list[str]) -> list[Figure]:
    """Return buy-and-hold at equal exposure, in money; nothing where there is no exposure."""
    invested = metrics.invested(run)
    if invested is None:
        return []
    cash, first = float(run.initial_cash), float(run.first_price)
    held = [cash * (1 + invested * (candle.close / first - 1)) for candle in run.candles]
    return [
        {
            **_line("buy and hold at equal exposure", ends, [cash, *held], _MARKET, axis="y2"),
            "line": {"color": _MARKET, "width": 1.5, "dash": "dot"},
        }
    ]


def _line(name: str, x: list[str], y: list[float], colour: str, *, axis: str) -> Figure:
    return {
        "type": "scatter",
        "mode": "lines",
        "name": name,
        "x": x,
        "y": y,
        "yaxis": axis,
        "hovertemplate": "%{y:,.2f}",
        "line": {"color": colour, "width": 1.5},
    }


def _histogram(values: list[float], what: str, counted: str) -> Figure:
    return {
        "data": [{"type": "histogram", "x": values, "nbinsx": 40, "marker": {"color": _EQUITY}}],
        "layout": {
            "xaxis": {"title": {"text": what}, "automargin": True},
            "yaxis": {"title": {"text": counted}, "automargin": True},
            "bargap": 0.05,
            "margin": {"l": 10, "r": 10, "t": 10, "b": 40},
        },
    }


def _time(timestamp_ns: int) -> str:
    return iso(timestamp_ns).removesuffix("Z")  # plotly has no time zones: what it is given is told
