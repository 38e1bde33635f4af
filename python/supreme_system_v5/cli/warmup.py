"""`supreme warmup`."""

from __future__ import annotations

from pathlib import Path

import click

from supreme_system_v5.cli.market_files import FILE, checked
from supreme_system_v5.cli.process import this_process
from supreme_system_v5.cli.progress import progress_bar

__all__ = ["warmup"]


@click.command()
@click.argument("files", nargs=-1, required=True, type=FILE, callback=checked)
@click.option(
    "--starts",
    type=click.IntRange(min=1, max=1000),
    default=20,
    show_default=True,
    help="How many fresh starts, spread evenly.",
)
@click.option(
    "--within",
    type=click.FloatRange(min=0, max=1, min_open=True),
    default=1e-4,
    show_default=True,
    help="Tolerance: a share of each value's scale; RSI: hundreds of points.",
)
@click.option("--skip-bad-rows", is_flag=True, help="Count malformed rows and go on.")
@click.option("--json", "as_json", is_flag=True, help="Print the report as JSON.")
def warmup(
    files: tuple[Path, ...], *, starts: int, within: float, skip_bad_rows: bool, as_json: bool
) -> None:
    """Find out how much history the values need.

    Over FILES (trades or 1-minute bars) analyzers are started afresh, and at every closed bar each
    value is held to that of an analyzer which saw all the data. The last line says what a live
    start needs.

    It is a report: the exit code is 0 whatever was found.
    """
    from supreme_system_v5.app import WarmupOptions, run_warmup
    from supreme_system_v5.backtest.warmup_report import to_json, to_text

    with progress_bar(wanted=not as_json) as progress:
        report = run_warmup(
            WarmupOptions(files=files, starts=starts, within=within, skip_bad_rows=skip_bad_rows),
            this_process(progress),
        )
    click.echo(to_json(report) if as_json else to_text(report))
