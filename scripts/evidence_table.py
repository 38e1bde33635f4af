"""Weigh the built-in strategies over recorded bars, and keep the table in docs/evidence.md true.

    make evidence DATA=DIR
    python scripts/evidence_table.py DIR [--check]

DIR/bars holds the recordings. With --check nothing is written: it ends with 1 when the table in the
page is another one, and with 2 when there is nothing to run over. A register of its own counts the
variants of all rows first, so that each row is judged in the knowledge of all of them, and the same
recordings give the same table on every machine.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from supreme_system_v5.app import CostOptions, EvidenceOptions, World, run_evidence
from supreme_system_v5.clock import SystemClock
from supreme_system_v5.evidence.bootstrap import Estimate
from supreme_system_v5.evidence.report import EvidenceReport
from supreme_system_v5.strategies import BUILT_IN

PAGE = Path(__file__).parents[1] / "docs" / "evidence.md"
BEGIN, END = "<!-- begin of the table -->", "<!-- end of the table -->"
RECORDINGS = "binance_spot_BTCUSDT_1m_*.csv.gz"
COSTS = ("okx-spot", "okx-perp")
HEAD = (
    "strategy",
    "costs",
    "trades",
    "gross",
    "net",
    "break-even",
    "detectable",
    "random entries",
    "deflated p",
    "ECE",
    "verdict",
)


def reports(files: Sequence[Path], strategies: Iterable[str]) -> Iterator[EvidenceReport]:
    """Yield the evidence about strategies at each of `COSTS`, when all their variants are known."""
    wanted = [(name, costs) for name in strategies for costs in COSTS]
    with TemporaryDirectory(prefix="supreme-") as folder:
        world = World(environment={"STATE_DIR": folder}, dotenv_path=None, clock=SystemClock())
        for draws in (2, 1_000):
            for name, costs in wanted:
                report = run_evidence(
                    EvidenceOptions(
                        files=tuple(files),
                        strategy=name,
                        costs=CostOptions(costs=costs),
                        draws=draws,
                    ),
                    world,
                )
                if draws > 2:
                    yield report


def line(report: EvidenceReport) -> list[str]:
    """Return the cells of one row."""
    judged, found, chance = report.judged, report.deflated, report.random
    net, even = judged.net, judged.break_even_bps
    return [
        report.labels.strategy,
        report.labels.costs,
        f"{judged.trades:,}",
        _interval(judged.gross),
        _interval(net),
        "none" if even is None else f"{even:.2f}",
        "none" if net is None or net.detectable is None else f"{net.detectable:.2f}",
        "none" if chance is None else f"{chance.percentile * 100:.0f} %",
        "none" if found is None else f"{found.p:.3f}",
        "none" if report.calibration is None else f"{report.calibration.ece:.2f}",
        str(report.judgement.verdict),
    ]


def _interval(of: Estimate | None) -> str:
    if of is None or of.low is None or of.high is None:
        return "none"
    return f"{of.mean:.2f} ({of.low:.2f} to {of.high:.2f})"


def table(found: Iterable[EvidenceReport]) -> str:
    """Return the table, and what it was made of, in Markdown."""
    rows, told = [], ""
    for report in found:
        rows.append(line(report))
        judged = [period for period in report.periods if period.variant is not None]
        told = (
            f"{len(report.labels.source.split(', '))} recordings, {report.given.days} days, "
            f"{len(judged)} of {len(report.periods)} periods out of sample, "
            f"{report.tries.variants} variants counted, seed {report.labels.seed}."
        )
    cells = [list(HEAD), ["---"] * len(HEAD), *rows]
    return "\n".join(["| " + " | ".join(row) + " |" for row in cells] + ["", told])


def between(page: str, made: str) -> str:
    """Return the page with this table between its markers.

    Raises:
        ValueError: A marker is missing.
    """
    before, begin, rest = page.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not (begin and end):
        raise ValueError(f"the page needs the lines {BEGIN} and {END}")
    return f"{before}{BEGIN}\n\n{made}\n\n{END}{after}"


def main(arguments: Sequence[str] | None = None, page: Path = PAGE) -> int:
    """Run it; return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("data", type=Path, help="folder with a folder bars of recordings")
    parser.add_argument("--check", action="store_true", help="compare only")
    options = parser.parse_args(arguments)
    files = sorted((options.data / "bars").glob(RECORDINGS))
    if not files:
        print(
            f"no {RECORDINGS} in {options.data / 'bars'}: give the folder above it", file=sys.stderr
        )
        return 2
    old = page.read_text(encoding="utf-8")
    new = between(old, table(reports(files, BUILT_IN)))
    if options.check and new != old:
        print(f"{page.name} has another table; `make evidence DATA=DIR` writes this one:")
    if not options.check:
        page.write_text(new, encoding="utf-8")
    print(new.partition(BEGIN)[2].partition(END)[0].strip())
    return int(options.check and new != old)


if __name__ == "__main__":
    sys.exit(main())
