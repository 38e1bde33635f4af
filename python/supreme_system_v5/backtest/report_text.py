"""The report for people: what the data are first, then sections of names and values.

The page (`page`) shows the same sections, so the two cannot tell different things.
"""

from __future__ import annotations

from decimal import Decimal

from supreme_system_v5.backtest.report import BacktestReport, printable
from supreme_system_v5.market_data import DataKind
from supreme_system_v5.risk import MEANINGS

__all__ = ["PAPER_ONLY", "Rows", "headline", "of_bars", "percent", "sections", "to_text"]

PAPER_ONLY = "PAPER ONLY: no order was sent to any exchange"

Rows = list[tuple[str, str]]
"""Names and values of one section, in order."""

_WIDTH = 23
_REFUSALS_SHOWN = 5
_REASONS_SHOWN = 3
_MINUTE, _HOUR, _DAY = 60, 3_600, 86_400


def to_text(report: BacktestReport) -> str:
    """Return the report for people; the first line says what the data are."""
    lines = [headline(report), PAPER_ONLY]
    if report.strategy_errors:
        lines.append("THE STRATEGY RAISED and was not asked again; see Strategy errors below")
    for title, rows in sections(report).items():
        lines += ["", title]
        lines += [f"  {name:<{_WIDTH}} {value}" for name, value in rows]
    lists = (
        ("Strategy errors", report.strategy_errors),
        ("Newest refusals", report.newest_refusals[-_REFUSALS_SHOWN:]),
        ("Notes", report.notes),
    )
    for title, items in lists:
        if items:
            lines += ["", title, *(f"  - {item}" for item in items)]
    return printable("\n".join(lines))


def headline(report: BacktestReport) -> str:
    """Return what the data are, in one line."""
    if report.data_kind == DataKind.SYNTHETIC:
        return (
            f"SYNTHETIC MARKET, seed {report.seed}: invented prices, no evidence about any strategy"
        )
    if report.data_kind == DataKind.LIVE:
        return f"Live trades, on paper: {report.source}"
    kind = "1-minute bars" if of_bars(report) else "trades"
    return f"Recorded {kind}: {report.source}"


def sections(report: BacktestReport) -> dict[str, Rows]:
    """Return names and values of all sections, by their titles, in order.

    A run over bars has no ticks, and nothing for the event gate to let through.
    """
    why = _why_not(report)
    return {
        **({"Why not trading": why} if why else {}),
        "Data": _data(report),
        "Result": _result(report),
        "Money (quote currency)": _money(report),
        "Costs (quote currency)": _costs(report),
        "Risk": _risk(report),
        "Decision funnel": _funnel(report),
        **({} if of_bars(report) else {"Event gate": _gate(report)}),
        "Machine": _machine(report),
    }


def _why_not(report: BacktestReport) -> Rows:
    """Return the reasons that refused most, and what they mean."""
    refusals = sorted(report.funnel.refusals.items(), key=lambda refusal: -refusal[1])
    signals = report.funnel.signals
    rows = [
        (reason, f"{_of(count, signals, 'signals')}{_meaning(reason)}")
        for reason, count in refusals[:_REASONS_SHOWN]
    ]
    if refusals and not report.funnel.approved:
        rows.append(("to study the signal", "--risk fixed bets on every one"))
    return rows


def _meaning(reason: str) -> str:
    return f": {MEANINGS[reason]}" if reason in MEANINGS else ""


def of_bars(report: BacktestReport) -> bool:
    """Tell whether the rows of the data were bars."""
    return report.data_kind == DataKind.BARS


def _data(report: BacktestReport) -> Rows:
    gaps = f"{report.gaps.count:,}"
    if report.gaps.count:
        gaps += f", the longest {report.gaps.longest_seconds:,.1f} s"
    return [
        ("symbol (setting)", report.symbol),
        ("strategy", report.strategy),
        ("from", report.start),
        ("to", report.end),
        *([] if of_bars(report) else [("ticks", f"{report.ticks:,}")]),
        ("1-minute bars", f"{report.bars_1m:,}"),
        ("bad rows", f"{report.bad_rows:,}"),
        ("late rows", f"{report.late:,}"),
        ("backward rows", f"{report.backward:,}"),
        ("duplicate rows", f"{report.duplicates:,}"),
        ("gaps over 60 s", gaps),
        ("restarts", f"{report.restarts:,}"),
    ]


def _result(report: BacktestReport) -> Rows:
    no_trades, no_time = "none: no trades", "none: no time passed"
    streaks = f"{report.winning_streak:,} won, {report.losing_streak:,} lost"
    verdict = f"{report.verdict} ({report.trades:,} trades; supreme evidence says more)"
    return [
        ("verdict", verdict),
        ("net return", percent(report.net_return)),
        ("buy and hold", f"{percent(report.buy_and_hold)} (all the money, without costs)"),
        ("  at equal exposure", percent(report.buy_and_hold_equal_exposure, no_time)),
        ("time in market", percent(report.exposure, no_time)),
        ("mean invested", percent(report.invested, no_time)),
        ("trades", f"{report.trades:,} ({report.wins:,} won, {report.losses:,} lost)"),
        ("win rate", percent(report.win_rate, no_trades)),
        ("profit factor", _number(report.profit_factor, "none: no losses")),
        ("expectancy", _expectancy(report) or no_trades),
        ("quality number (SQN)", _number(report.sqn, "none: it takes two different trades")),
        ("best, worst trade", _pair(report.best_trade, report.worst_trade) or no_trades),
        ("longest streaks", streaks if report.trades else no_trades),
        ("mean holding time", _duration(report.mean_holding_seconds) or no_trades),
    ]


def _expectancy(report: BacktestReport) -> str | None:
    if report.expectancy is None:
        return None
    bps = report.expectancy_bps
    return f"{report.expectancy:,.4f} a trade" + (
        "" if bps is None else f", {bps:,.2f} bps of turnover"
    )


def _money(report: BacktestReport) -> Rows:
    shares = report.cost_shares
    return [
        ("initial cash", _cash(report.initial_cash)),
        ("gross PnL", _cash(report.gross_pnl)),
        ("fees", _cash(-report.fees, shares.fees)),
        ("spread", _cash(-report.spread, shares.spread)),
        ("slippage", _cash(-report.slippage, shares.slippage)),
        ("funding", _cash(-report.funding, shares.funding)),
        ("net PnL", _cash(report.net_pnl)),
        ("final equity", _cash(report.final_equity)),
    ]


def _costs(report: BacktestReport) -> Rows:
    charged, none = report.charged, "none: no turnover"
    rates = (
        ("taker", charged.taker_bps),
        ("maker", charged.maker_bps),
        ("spread", charged.spread_bps),
        ("slippage", charged.slippage_bps),
        ("at stops", charged.stop_slippage_bps),
        ("funding", charged.funding_bps),
    )
    as_charged = "" if report.charged_bps is None else f" ({report.charged_bps:,.2f} bps per side)"
    return [
        (charged.name, ", ".join(f"{name} {_plain(bps)}" for name, bps in rates) + " bps"),
        ("latency", f"{_plain(charged.latency_ms)} ms"),
        ("turnover", _cash(report.turnover)),
        *((f"net at {_plain(s.bps)} bps per side", _cash(s.net)) for s in report.net_at),
        ("net as charged", _cash(report.net_pnl) + as_charged),
        ("break-even", _number(report.break_even_bps, none, " bps per side", digits=2)),
    ]


def _risk(report: BacktestReport) -> Rows:
    daily = report.daily
    few, flat = "none: it takes two days", "none: it takes two different days"
    no_loss = "none: no losing day" if daily.days > 1 else few
    fallen = f"{percent(report.max_drawdown)} ({report.max_drawdown_quote:,.2f})"
    days = (
        "none: no days"
        if daily.best_day is None
        else f"{percent(daily.best_day)}, {percent(daily.worst_day)}"
    )
    return [
        ("max drawdown", fallen),
        ("longest drawdown", _duration(report.longest_drawdown_seconds) or "none"),
        ("days", f"{daily.days:,} (a year has 365)"),
        ("growth a year (CAGR)", percent(daily.cagr, "none: it is no number")),
        ("volatility a year", percent(daily.volatility, few)),
        ("Sharpe", _number(daily.sharpe, flat)),
        ("Sortino", _number(daily.sortino, no_loss)),
        ("Calmar", _number(daily.calmar, "none: no drawdown")),
        ("Omega", _number(daily.omega, no_loss)),
        ("max drawdown of days", percent(daily.max_drawdown, "none: no days")),
        ("best, worst day", days),
    ]


def _funnel(report: BacktestReport) -> Rows:
    funnel = report.funnel
    why = report.no_trades_because
    refusals = sorted(funnel.refusals.items(), key=lambda refusal: -refusal[1])
    ticks = [
        ("ticks", f"{funnel.ticks:,}"),
        ("significant", _of(funnel.significant, funnel.ticks, "ticks")),
    ]
    return [
        *([("no trades, because", why)] if why else []),
        *([] if of_bars(report) else ticks),
        ("bars", f"{funnel.bars:,}"),
        ("signals", _of(funnel.signals, funnel.bars, "bars")),
        ("approved", _of(funnel.approved, funnel.signals, "signals")),
        ("filled", _of(funnel.filled, funnel.approved, "approved")),
        *([("refused", f"{sum(funnel.refusals.values()):,}")] if refusals else []),
        *((f"  {reason}", f"{count:,}") for reason, count in refusals),
    ]


def _gate(report: BacktestReport) -> Rows:
    gate = report.gate
    return [
        ("gating", "on" if report.gated else "off"),
        ("ticks seen", f"{gate.seen:,}"),
        ("significant", f"{gate.processed:,}"),
        *((f"  {reason}", f"{count:,}") for reason, count in gate.by_reason.items()),
        ("skipped", f"{gate.skipped:,} ({percent(gate.skip_ratio)})"),
    ]


def _machine(report: BacktestReport) -> Rows:
    rows = "bars" if of_bars(report) else "ticks"
    return [
        ("implementation", report.implementation),
        ("speed", f"{report.ticks_per_second:,.0f} {rows}/s, reading included"),
        ("peak memory", f"{report.peak_rss_mb:,.1f} MB"),
        ("decisions (hash)", report.decisions or "not taken"),
    ]


def percent(value: float | None, missing: str = "none") -> str:
    """Return a fraction in percent, or what to say when there is none."""
    if value is None:
        return missing
    return f"{round(value * 100, 2) + 0.0:,.2f} %"  # + 0.0: no minus before what rounds to 0


def _number(value: float | None, missing: str, unit: str = "", *, digits: int = 3) -> str:
    return missing if value is None else f"{value:,.{digits}f}{unit}"


def _cash(amount: Decimal, share: float | None = None) -> str:
    return f"{amount:>18,.8f}" + ("" if share is None else f"  {percent(share)} of gross")


def _pair(best: Decimal | None, worst: Decimal | None) -> str | None:
    return None if best is None or worst is None else f"{best:,.2f}, {worst:,.2f}"


def _of(count: int, whole: int, what: str) -> str:
    return f"{count:,}" + (f" ({percent(count / whole)} of {what})" if whole else "")


def _plain(value: Decimal) -> str:
    """Return a rate as one writes it: 10 and 0.5, not 10.00 and 5E-1."""
    return f"{value.normalize():f}"


def _duration(seconds: float | None) -> str | None:
    """Return a length of time in its largest units; None when there is none."""
    if seconds is None:
        return None
    if seconds < _MINUTE:
        return f"{seconds:.1f} s"
    whole = int(seconds)
    days, hours, minutes = whole // _DAY, whole % _DAY // _HOUR, whole % _HOUR // _MINUTE
    if days:
        return f"{days:,} d {hours} h"
    return f"{hours} h {minutes} min" if hours else f"{minutes} min {whole % _MINUTE} s"
