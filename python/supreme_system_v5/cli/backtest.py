"""`supreme backtest`."""

from __future__ import annotations

import os
from pathlib import Path

import click

from supreme_system_v5.cli.market_files import FILE, checked
from supreme_system_v5.cli.progress import progress_bar

__all__ = ["backtest"]


@click.command()
@click.argument(
    "files",
    nargs=-1,
    type=FILE,
    callback=checked,
    metavar="[FILES]...",
)
@click.option(
    "--format", "file_format", type=click.Choice(["csv"]), default="csv", help="Of FILES."
)
@click.option("--json", "as_json", is_flag=True, help="Print the report as JSON.")
@click.option(
    "--seed",
    type=click.IntRange(min=0),
    help="Of the synthetic market, without FILES.  [default: 42]",
)
@click.option("--skip-bad-rows", is_flag=True, help="Count malformed rows and go on.")
def backtest(
    files: tuple[Path, ...],
    file_format: str,  # noqa: ARG001 - csv is the only one so far
    *,
    as_json: bool,
    seed: int | None,
    skip_bad_rows: bool,
) -> None:
    """Run the example strategy over FILES and print a report.

    FILES are recorded trades or 1-minute bars, .csv or .csv.gz; they run one after the other in
    order of time. Without FILES an invented market is run, and the report says so.
    """
    from supreme_system_v5.app import BacktestOptions, World, run_backtest
    from supreme_system_v5.backtest.report import to_json, to_text
    from supreme_system_v5.clock import SystemClock

    if files and seed is not None:
        raise click.UsageError("--seed belongs to the synthetic market; FILES have none.")
    with progress_bar(wanted=not as_json) as progress:
        report = run_backtest(
            BacktestOptions(files=files, seed=seed, skip_bad_rows=skip_bad_rows),
            World(
                environment=os.environ,
                dotenv_path=Path(".env"),
                clock=SystemClock(),
                progress=progress,
            ),
        )
    click.echo(to_json(report) if as_json else to_text(report))
