"""The report of one run, as one frozen value, as text for people and as JSON for programs."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import msgspec

from supreme_system_v5.backtest.account import exact
from supreme_system_v5.backtest.metrics import exposure, relative_change
from supreme_system_v5.backtest.runner import RunResult
from supreme_system_v5.domain import NS_PER_SECOND, GateCounters
from supreme_system_v5.errors import DataError
from supreme_system_v5.market_data import DataKind

__all__ = ["BacktestReport", "Gaps", "Labels", "make_report", "to_json", "to_text"]

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_CASH_STEP = Decimal("1e-8")
_WIDTH = 22


@dataclass(frozen=True, slots=True, kw_only=True)
class Labels:
    """What a run was made of.

    Attributes:
        source: The files, or the synthetic market.
        data_kind: What kind of data that is.
        implementation: ``"rust"`` or ``"python"``.
        gated: Whether the event gate decided who is woken.
        symbol: The market, by the settings: ``BASE-QUOTE``.
        seed: Of the synthetic market; None with files.
    """

    source: str
    data_kind: DataKind
    implementation: str
    gated: bool
    symbol: str
    seed: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Gaps:
    """Silences longer than 60 seconds between two trades."""

    count: int
    longest_seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class BacktestReport:
    """What came out of one run; ``docs/backtest.md`` says what each field means.

    Money is in quote currency, exact, and `gross_pnl` - `fees` - `slippage` = `net_pnl`.
    """

    source: str
    data_kind: str
    implementation: str
    gated: bool
    symbol: str
    seed: int | None
    start: str
    end: str
    bars_1m: int
    trades: int
    wins: int
    losses: int
    win_rate: float | None
    net_pnl: Decimal
    gross_pnl: Decimal
    fees: Decimal
    slippage: Decimal
    initial_cash: Decimal
    final_equity: Decimal
    net_return: float
    max_drawdown: float
    max_drawdown_quote: Decimal
    profit_factor: float | None
    exposure: float | None
    buy_and_hold: float
    ticks: int
    ticks_per_second: float
    peak_rss_mb: float
    gate: GateCounters
    bad_rows: int
    late: int
    backward: int
    duplicates: int
    gaps: Gaps
    restarts: int
    notes: tuple[str, ...]


def make_report(
    run: RunResult, labels: Labels, *, elapsed_ns: int, peak_rss_mb: float
) -> BacktestReport:
    """Put a run into a report.

    Raises:
        DataError: If there was nothing to run over.
    """
    quality, account, tally = run.quality, run.desk.account, run.desk.tally
    start_ns, end_ns = quality.first_ns, quality.latest_ns
    if run.first_price is None or run.last_price is None or start_ns is None or end_ns is None:
        raise DataError(
            f"{labels.source}: not one trade to run over "
            f"({quality.bad_rows} bad rows, {quality.duplicates} duplicates)"
        )
    return BacktestReport(
        source=_printable(labels.source),
        data_kind=labels.data_kind.value,
        implementation=labels.implementation,
        gated=labels.gated,
        symbol=labels.symbol,
        seed=labels.seed,
        start=_iso(start_ns),
        end=_iso(end_ns),
        bars_1m=run.bars_1m,
        trades=tally.trades,
        wins=tally.wins,
        losses=tally.losses,
        win_rate=tally.win_rate,
        net_pnl=account.cash - account.initial_cash,
        gross_pnl=account.gross,
        fees=account.fees,
        slippage=account.slippage,
        initial_cash=account.initial_cash,
        final_equity=account.cash,
        net_return=relative_change(account.initial_cash, account.cash),
        max_drawdown=run.desk.drawdown.fraction,
        max_drawdown_quote=run.desk.drawdown.quote,
        profit_factor=tally.profit_factor,
        exposure=exposure(run.desk.in_market_ns, end_ns - start_ns),
        buy_and_hold=relative_change(exact(run.first_price), exact(run.last_price)),
        ticks=run.ticks,
        ticks_per_second=round(run.ticks * NS_PER_SECOND / max(elapsed_ns, 1), 1),
        peak_rss_mb=round(peak_rss_mb, 1),
        gate=run.gate,
        bad_rows=quality.bad_rows,
        late=run.late + quality.late_bars,
        backward=quality.backward,
        duplicates=quality.duplicates,
        gaps=Gaps(count=quality.gaps, longest_seconds=quality.longest_gap_ns / NS_PER_SECOND),
        restarts=run.restarts,
        notes=tuple(map(_printable, _notes(run, labels))),
    )


def _notes(run: RunResult, labels: Labels) -> list[str]:
    notes = []
    if labels.data_kind is DataKind.SYNTHETIC:
        notes.append("The market was invented; the result says nothing about any strategy.")
    if labels.data_kind is DataKind.BARS:
        notes.append(
            "Bars were walked open, low, high, close: the true order inside a bar is unknown."
        )
    if not run.mature:
        notes.append(
            f"Too few 1-minute bars ({run.bars_1m:,}): the indicators never matured, so the "
            "strategy could not trade."
        )
    if run.closed_at_end:
        notes.append("A position was open at the end of the data and was closed at the last price.")
    if run.unfilled_at_end:
        notes.append("An order to enter was under way at the end of the data and never filled.")
    if few := run.desk.too_small:
        given_up = "1 entry was" if few == 1 else f"{few:,} entries were"
        notes.append(f"{given_up} given up: too little money for one lot.")
    if run.restarts:
        times = "1 time" if run.restarts == 1 else f"{run.restarts:,} times"
        notes.append(
            f"The analyzer was restarted {times}, where the data jump further ahead than it "
            "believes. Time in market counts the time jumped over."
        )
        if late := run.late + run.quality.late_bars:
            notes.append(
                f"{late:,} late rows besides: maybe a clock was wrong where the data jump, and "
                "what followed changed nothing."
            )
    notes += (f"Bad row: {message}." for message in run.quality.messages)
    left = run.quality.bad_rows - len(run.quality.messages)
    if left:
        notes.append(f"{left} more bad rows.")
    return notes


def _printable(text: str) -> str:
    """Return text that can be encoded, also when a file's name cannot."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def _iso(timestamp_ns: int) -> str:
    time = _EPOCH + timedelta(milliseconds=timestamp_ns // 1_000_000)
    return time.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def to_json(report: BacktestReport) -> str:
    """Return the report as one line of JSON; money as numbers with exactly its 8 decimals."""
    fields = asdict(report)
    for name, value in fields.items():
        if isinstance(value, Decimal):
            fields[name] = msgspec.Raw(f"{value.quantize(_CASH_STEP):f}".encode())
    return msgspec.json.encode(fields).decode()


def to_text(report: BacktestReport) -> str:
    """Return the report for people; the first line says what the data are."""
    sections = (
        ("Data", _data_lines(report)),
        ("Result", _result_lines(report)),
        ("Money (quote currency)", _money_lines(report)),
        ("Event gate", _gate_lines(report)),
        ("Machine", _machine_lines(report)),
    )
    lines = [_headline(report), "PAPER ONLY: no order was sent to any exchange"]
    for title, rows in sections:
        lines += ["", title]
        lines += [f"  {name:<{_WIDTH}}{value}" for name, value in rows]
    if report.notes:
        lines += ["", "Notes", *(f"  - {note}" for note in report.notes)]
    return "\n".join(lines)


def _headline(report: BacktestReport) -> str:
    if report.data_kind == DataKind.SYNTHETIC:
        return (
            f"SYNTHETIC MARKET, seed {report.seed}: invented prices, no evidence about any strategy"
        )
    kind = "1-minute bars" if report.data_kind == DataKind.BARS else "trades"
    return f"Recorded {kind}: {report.source}"


def _data_lines(report: BacktestReport) -> list[tuple[str, str]]:
    gaps = f"{report.gaps.count:,}"
    if report.gaps.count:
        gaps += f", the longest {report.gaps.longest_seconds:,.1f} s"
    return [
        ("symbol (setting)", report.symbol),
        ("from", report.start),
        ("to", report.end),
        ("ticks", f"{report.ticks:,}"),
        ("1-minute bars", f"{report.bars_1m:,}"),
        ("bad rows", f"{report.bad_rows:,}"),
        ("late rows", f"{report.late:,}"),
        ("backward rows", f"{report.backward:,}"),
        ("duplicate rows", f"{report.duplicates:,}"),
        ("gaps over 60 s", gaps),
        ("restarts", f"{report.restarts:,}"),
    ]


def _result_lines(report: BacktestReport) -> list[tuple[str, str]]:
    drawdown = f"{_percent(report.max_drawdown)} ({report.max_drawdown_quote:,.2f})"
    factor = report.profit_factor
    return [
        ("trades", f"{report.trades:,} ({report.wins:,} won, {report.losses:,} lost)"),
        ("win rate", _percent(report.win_rate, "none: no trades")),
        ("profit factor", "none: no losses" if factor is None else f"{factor:.3f}"),
        ("net return", _percent(report.net_return)),
        ("buy and hold", f"{_percent(report.buy_and_hold)} (without costs)"),
        ("max drawdown", drawdown),
        ("time in market", _percent(report.exposure, "none: no time passed")),
    ]


def _money_lines(report: BacktestReport) -> list[tuple[str, str]]:
    return [
        (name, f"{amount:>18,.8f}")
        for name, amount in (
            ("initial cash", report.initial_cash),
            ("gross PnL", report.gross_pnl),
            ("fees", -report.fees),
            ("slippage", -report.slippage),
            ("net PnL", report.net_pnl),
            ("final equity", report.final_equity),
        )
    ]


def _gate_lines(report: BacktestReport) -> list[tuple[str, str]]:
    gate = report.gate
    return [
        ("gating", "on" if report.gated else "off"),
        ("ticks seen", f"{gate.seen:,}"),
        ("significant", f"{gate.processed:,}"),
        *((f"  {reason}", f"{count:,}") for reason, count in gate.by_reason.items()),
        ("skipped", f"{gate.skipped:,} ({_percent(gate.skip_ratio)})"),
    ]


def _machine_lines(report: BacktestReport) -> list[tuple[str, str]]:
    return [
        ("implementation", report.implementation),
        ("speed", f"{report.ticks_per_second:,.0f} ticks/s, reading included"),
        ("peak memory", f"{report.peak_rss_mb:,.1f} MB"),
    ]


def _percent(value: float | None, missing: str = "none") -> str:
    return missing if value is None else f"{value * 100:.2f} %"
