"""The report as one page for the browser: charts and tables, complete in one file, offline.

The page shows the sections of `report_text`, so it cannot tell other numbers than the text does.
Its size is bounded by what a result may hold. Everything that comes from outside, like file names
and reasons, is escaped where it enters.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from decimal import Decimal
from html import escape
from importlib import resources
from pathlib import Path
from string import Template

import msgspec

from supreme_system_v5.backtest.charts import Figure, charts
from supreme_system_v5.backtest.metrics import Month
from supreme_system_v5.backtest.report import BacktestReport, iso, printable
from supreme_system_v5.backtest.report_text import PAPER_ONLY, headline, of_bars, percent, sections
from supreme_system_v5.backtest.results import ClosedTrade, RunResult
from supreme_system_v5.errors import MissingExtraError

__all__ = ["TRADES_LISTED", "plotly_script", "write_page"]

TRADES_LISTED = 200
"""Most trades in the list of the page, the newest ones."""

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def plotly_script() -> str:
    """Return the script that draws the charts, some 5 MB; call it early to fail early.

    Raises:
        MissingExtraError: If plotly is not installed.
    """
    try:
        from plotly.offline import (  # type: ignore[import-untyped] # noqa: PLC0415 - an optional extra; it carries no types
            get_plotlyjs,
        )
    except ImportError as error:
        raise MissingExtraError(
            "a page needs plotly, which is not installed; it comes with the extra `report`: "
            "pip install 'supreme-system-v5[report]'"
        ) from error
    return str(get_plotlyjs())


def write_page(path: Path, run: RunResult, report: BacktestReport) -> None:
    """Write the page to a file, whole or not at all; one that is there is replaced.

    Args:
        path: Of the file. The page is made beside it, under a temporary name, first.
        run: Has the candles and trades.
        report: Of that run.

    Raises:
        MissingExtraError: If plotly is not installed.
        OSError: If the file cannot be written.
    """
    page = _page(run, report)
    temporary = path.with_name(f".{path.name}.part")
    try:
        temporary.write_text(page, encoding="utf-8")
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def _page(run: RunResult, report: BacktestReport) -> str:
    template = resources.files("supreme_system_v5.backtest").joinpath("page.html")
    figures = charts(run)
    return Template(template.read_text(encoding="utf-8")).substitute(
        title=_text(f"Backtest of {report.symbol}, {report.start[:10]} to {report.end[:10]}"),
        headline=_text(headline(report)),
        paper_only=_text(PAPER_ONLY),
        subtitle=_text(
            f"{report.symbol}, strategy {report.strategy}, {report.start} to {report.end}"
        ),
        facts=_facts(report),
        course=_chart("course", figures),
        days=_chart("days", figures),
        nets=_chart("nets", figures),
        months=_months(report.months),
        funnel=_funnel(report),
        sections="".join(
            f"<section><h2>{_text(title)}</h2>{_values(rows)}</section>"
            for title, rows in sections(report).items()
        ),
        lists=_list("Strategy errors", report.strategy_errors)
        + _list("Newest refusals", report.newest_refusals)
        + _list("Notes", report.notes),
        trades=_trades(run),
        plotly=plotly_script(),
        figures=_script_json(figures),
    )


def _text(text: str) -> str:
    """Return text that is only text, wherever it stands in the page."""
    return escape(printable(text))


def _script_json(figures: dict[str, Figure]) -> str:
    """Return JSON that cannot end the script element it stands in."""
    return msgspec.json.encode(figures).decode().replace("<", "\\u003c")


def _chart(name: str, figures: dict[str, Figure]) -> str:
    if name not in figures:
        return '<p class="quiet">Nothing to show.</p>'
    return f'<div class="chart" id="{name}"></div>'


def _facts(report: BacktestReport) -> str:
    facts = (
        ("net return", percent(report.net_return)),
        ("buy and hold at equal exposure", percent(report.buy_and_hold_equal_exposure)),
        ("buy and hold", percent(report.buy_and_hold)),
        ("net PnL, quote currency", f"{report.net_pnl:,.2f}"),
        ("trades", f"{report.trades:,}"),
        ("max drawdown", percent(report.max_drawdown)),
        ("break-even per side", _bps(report.break_even_bps)),
        ("charged per side", _bps(report.charged_bps)),
    )
    return "".join(
        f"<div><dt>{_text(name)}</dt><dd>{_text(value)}</dd></div>" for name, value in facts
    )


def _bps(value: float | None) -> str:
    return "none" if value is None else f"{value:,.1f} bps"


def _values(rows: Iterable[tuple[str, str]]) -> str:
    lines = (f"<tr><th>{_text(name)}</th><td>{_text(value)}</td></tr>" for name, value in rows)
    return f'<table class="values">{"".join(lines)}</table>'


def _list(title: str, items: Sequence[str]) -> str:
    if not items:
        return ""
    lines = "".join(f"<li>{_text(item)}</li>" for item in items)
    return f"<section><h2>{title}</h2><ul>{lines}</ul></section>"


def _months(months: Sequence[Month]) -> str:
    """Return one row for each year: its months and all of them compounded."""
    if not months:
        return '<p class="quiet">Nothing to show.</p>'
    years: dict[int, dict[int, float]] = {}
    for month in months:
        years.setdefault(month.year, {})[month.month] = month.change
    rows = []
    for year, changes in years.items():
        whole = math.prod(1 + change for change in changes.values()) - 1
        cells = [changes.get(number) for number in range(1, 13)]
        rows.append(f"<tr><th>{year}</th>{''.join(map(_change, [*cells, whole]))}</tr>")
    names = "".join(f"<th>{name}</th>" for name in (*_MONTHS, "Year"))
    return _numbers(f"<th></th>{names}", rows)


def _change(change: float | None) -> str:
    return "<td></td>" if change is None else f"<td{_sign(change)}>{percent(change)}</td>"


def _sign(value: float | Decimal) -> str:
    """Return the class that colours a gain or a loss; the sign tells it without colours."""
    return "" if not value else f' class="{"good" if value > 0 else "bad"}"'


def _funnel(report: BacktestReport) -> str:
    funnel = report.funnel
    ticks = {"ticks": funnel.ticks, "significant": funnel.significant}
    steps = {
        **({"bars": funnel.bars} if of_bars(report) else ticks),
        "signals": funnel.signals,
        "approved": funnel.approved,
        "filled": funnel.filled,
    }
    longest = math.log1p(max(steps.values())) or 1.0
    bars = "".join(
        f'<span>{name}</span><span class="bar" style="width:{math.log1p(n) / longest:.1%}"></span>'
        f'<span class="count">{n:,}</span>'
        for name, n in steps.items()
    )
    why = report.no_trades_because
    lead = f"<p><strong>No trades:</strong> {_text(why)}.</p>" if why else ""
    return f'{lead}<div class="funnel">{bars}</div><p class="quiet">Lengths are logarithmic.</p>'


def _trades(run: RunResult) -> str:
    if not run.trades:
        return '<p class="quiet">None.</p>'
    newest = run.trades[: -TRADES_LISTED - 1 : -1]
    words = {"side", "entered", "left", "why entered", "why left"}
    names = (
        "number", "side", "entered", "left", "quantity", "entry", "exit",
        "gross", "costs", "funding", "net", "why entered", "why left",
    )  # fmt: skip
    head = "".join(
        f'<th class="words">{name}</th>' if name in words else f"<th>{name}</th>" for name in names
    )
    told = f"The newest {len(newest):,} of {run.tally.trades:,}, the newest first; times in UTC."
    return f'<p class="quiet">{told}</p>{_numbers(head, map(_trade, newest))}'


def _trade(trade: ClosedTrade) -> str:
    costs = trade.fees + trade.spread + trade.slippage

    def words(text: str) -> str:
        return f'<td class="words">{_text(text)}</td>'

    return (
        f"<tr><td>{trade.number}</td>{words(trade.side)}"
        f"{words(_moment(trade.entry_ns))}{words(_moment(trade.exit_ns))}"
        f"<td>{trade.quantity:f}</td><td>{trade.entry_price:,f}</td><td>{trade.exit_price:,f}</td>"
        f"<td>{trade.gross:,.2f}</td><td>{costs:,.2f}</td><td>{trade.funding:,.2f}</td>"
        f"<td{_sign(trade.net)}>{trade.net:,.2f}</td>"
        f"{words(trade.entry_reason)}{words(trade.exit_reason)}</tr>"
    )


def _moment(timestamp_ns: int) -> str:
    return iso(timestamp_ns)[:19].replace("T", " ")


def _numbers(head: str, rows: Iterable[str]) -> str:
    return (
        f'<div class="wide"><table class="numbers"><thead><tr>{head}</tr></thead>'
        f"<tbody>{''.join(rows)}</tbody></table></div>"
    )
