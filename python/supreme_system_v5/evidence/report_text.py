"""The evidence for people: the verdict first, then sections of names and values."""

from __future__ import annotations

from collections.abc import Sequence

from supreme_system_v5.evidence.bootstrap import Estimate
from supreme_system_v5.evidence.calibration import ReliabilityBin
from supreme_system_v5.evidence.report import EvidenceReport, Sample
from supreme_system_v5.evidence.verdict import Verdict

__all__ = ["sections", "to_markdown", "to_text"]

_WIDTH = 23
_MEANS = {
    Verdict.EDGE: "it gained after all costs, out of sample, beyond chance and search",
    Verdict.NONE: "no edge after costs",
    Verdict.UNPROVEN: "the data do not decide",
}
_Rows = list[tuple[str, str]]


def to_text(report: EvidenceReport) -> str:
    """Return the report for a terminal."""
    lines = [f"{report.judgement.verdict}: {_MEANS[report.judgement.verdict]}"]
    lines += [f"  - {reason}" for reason in report.judgement.reasons]
    for title, rows in sections(report).items():
        lines += ["", title]
        lines += [f"  {name:<{_WIDTH}} {value}" for name, value in rows]
    for title, items in _lists(report):
        lines += ["", title, *(f"  - {item}" for item in items)]
    return "\n".join(lines)


def to_markdown(report: EvidenceReport) -> str:
    """Return the report as a page of Markdown."""
    lines = [
        f"# {report.judgement.verdict}: {_MEANS[report.judgement.verdict]}",
        "",
        *(f"- {_cell(reason)}" for reason in report.judgement.reasons),
    ]
    for title, rows in sections(report).items():
        lines += ["", f"## {title}", "", "| | |", "|---|---|"]
        lines += [f"| {_cell(name)} | {_cell(value)} |" for name, value in rows]
    for title, items in _lists(report):
        lines += ["", f"## {title}", "", *(f"- {_cell(item)}" for item in items)]
    return "\n".join(lines) + "\n"


def _cell(text: str) -> str:
    """Return text that is only text, also inside a table."""
    text = text.replace("&", "&amp;").replace("<", "&lt;").strip()
    return text.replace("|", "\\|").replace("\n", " ")


def _lists(report: EvidenceReport) -> list[tuple[str, Sequence[str]]]:
    lists = [("Strategy errors", report.strategy_errors), ("Notes", report.notes)]
    return [(title, items) for title, items in lists if items]


def sections(report: EvidenceReport) -> dict[str, _Rows]:
    """Return names and values of all sections, by their titles, in order."""
    kind = "out of sample" if report.out_of_sample else "in sample"
    return {
        "Data": _data(report),
        f"Judged trades, {kind} (bps of the value at the entry, per trade)": _sample(report.judged),
        "Given parameters over all the data, in sample": _sample(report.given),
        "Periods (net bps per trade)": _periods(report),
        "Search": _search(report),
        "Against chance and the market": _against(report),
        "Confidence": _confidence(report),
    }


def _data(report: EvidenceReport) -> _Rows:
    return [
        ("strategy", report.labels.strategy),
        ("files", report.labels.source),
        ("symbol (setting)", report.labels.symbol),
        ("costs", report.labels.costs),
        ("risk", report.labels.risk),
        ("days", f"{report.given.days:,}"),
        ("seed", f"{report.labels.seed}"),
    ]


def _sample(sample: Sample) -> _Rows:
    net = sample.net
    if net is None or sample.gross is None:
        return [("trades", f"0 in {sample.days:,} days")]
    detectable = net.detectable
    return [
        ("trades", f"{sample.trades:,} in {sample.days:,} days"),
        ("gross", _interval(sample.gross)),
        *((f"net at {step.bps:g} bps a side", _interval(step.net)) for step in sample.net_at),
        ("net as charged", f"{_interval(net)}{_per_side(sample.charged_bps, 'paid')}"),
        ("break-even", _number(sample.break_even_bps, " bps per side")),
        ("detectable mean", _number(detectable, " bps (80 % power, two-sided 5 %)")),
    ]


def _interval(estimate: Estimate) -> str:
    mean = f"{estimate.mean:10.3f}"
    if estimate.low is None or estimate.high is None:
        return f"{mean}  no interval: trades on too few days"
    return f"{mean}  95 %: {estimate.low:.3f} to {estimate.high:.3f}"


def _per_side(bps: float | None, what: str) -> str:
    return "" if bps is None else f"  ({bps:.2f} bps per side {what})"


def _number(value: float | None, unit: str = "") -> str:
    return "none" if value is None else f"{value:.3f}{unit}"


def _periods(report: EvidenceReport) -> _Rows:
    rows = []
    for each in report.periods:
        value = "no trades" if each.net_bps is None else f"{each.net_bps:+10.3f}"
        told = f"{value}  {each.trades:,} trades  {each.variant or 'as given'}"
        if each.variant is None:
            told = "only to choose from"
        rows.append((f"{each.start} {each.end}", told))
    judged = sum(each.variant is not None for each in report.periods)
    return [*rows, ("sign of the whole", f"{report.agreeing} of {judged} periods")]


def _search(report: EvidenceReport) -> _Rows:
    rows = [
        (
            each.parameters or "as given",
            f"{each.trades:,} trades, net {_number(each.net_bps)}, Sharpe a day "
            + _number(each.daily_sharpe),
        )
        for each in report.variants
    ]
    if report.fixed:
        rows.append(("walk-forward", "one variant: nothing was fitted, all periods are judged"))
    tries, found = report.tries, report.deflated
    rows.append(("variants ever run", f"{tries.variants:,} over these data ({tries.note})"))
    if found is None:
        return [*rows, ("deflated Sharpe", "none: the days give no ratio")]
    seen = found.observed
    return [
        *rows,
        ("Sharpe a day", f"{seen.sharpe:.4f} over {seen.days:,} days"),
        ("skewness, kurtosis", f"{seen.skew:.2f}, {seen.kurtosis:.2f}"),
        ("expected of the best", f"{found.benchmark:.4f} (variance {found.variance:.6f})"),
        ("deflated p", f"{found.p:.4f}"),
    ]


def _against(report: EvidenceReport) -> _Rows:
    rows: _Rows = [("random entries", "none: no trades")]
    if (found := report.random) is not None:
        rows = [
            (
                "random entries",
                f"gross {found.mean:.3f} +- {found.deviation:.3f} over {found.draws:,} draws",
            ),
            ("percentile of ours", f"{found.percentile * 100:.1f} %"),
        ]
    if (held := report.holding) is not None:
        rows += [
            ("mean exposure", f"{held.exposure * 100:.2f} % of the stake"),
            ("buy and hold", f"{held.market_bps:,.1f} bps, periods added up"),
            (
                "  at equal exposure",
                f"{held.held_bps:,.1f} bps, {_number(held.per_trade_bps)} a trade",
            ),
        ]
    return rows


def _confidence(report: EvidenceReport) -> _Rows:
    found = report.calibration
    if found is None:
        return [("calibration", "no confidence was given")]
    return [
        ("trades with one", f"{found.trades:,}, of which {found.base_rate * 100:.1f} % won"),
        *map(_bin, found.curve),
        ("ECE", f"{found.ece:.4f}"),
        ("Brier", f"{found.brier:.4f} (base rate: {found.base_rate * (1 - found.base_rate):.4f})"),
    ]


def _bin(each: ReliabilityBin) -> tuple[str, str]:
    said, won = f"said {each.confidence * 100:.1f} %", f"won {each.won * 100:.1f} %"
    return (
        f"{each.low * 100:.0f} to {each.high * 100:.0f} %",
        f"{each.trades:,} trades: {said}, {won}",
    )
