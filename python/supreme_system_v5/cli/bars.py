"""`supreme bars`."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

import click

from supreme_system_v5.cli.market_files import FILE, checked
from supreme_system_v5.cli.process import this_process
from supreme_system_v5.cli.progress import progress_bar
from supreme_system_v5.domain import Timeframe

__all__ = ["bars"]


@click.command()
@click.argument("files", nargs=-1, required=True, type=FILE, callback=checked)
@click.option(
    "--timeframe", type=click.Choice([t.value for t in Timeframe]), default="1m", show_default=True
)
@click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, writable=True, allow_dash=True),
    default="-",
    help="CSV file to write; whole or not at all.  [default: stdout]",
)
@click.option("--partial", is_flag=True, help="Also the first and the last bar if incomplete.")
@click.option("--skip-bad-rows", is_flag=True, help="Count malformed rows and go on.")
def bars(
    files: tuple[Path, ...], timeframe: str, output: str, *, partial: bool, skip_bad_rows: bool
) -> None:
    """Build bars from the trades in FILES (.csv or .csv.gz) and write them as CSV.

    Columns: timestamp_ms (open time), open, high, low, close, volume. Rows that had to be dropped
    are told on stderr.
    """
    from supreme_system_v5.app import BarsOptions, run_bars

    with (
        progress_bar(wanted=output != "-") as progress,
        _opened(output) as out,
    ):
        summary = run_bars(
            BarsOptions(
                files=files,
                timeframe=Timeframe(timeframe),
                partial=partial,
                skip_bad_rows=skip_bad_rows,
            ),
            this_process(progress),
            out,
        )
        out.flush()
    for message in summary.messages:
        click.echo(f"Bad row: {message}", err=True)
    if summary.bad_rows or summary.duplicates or summary.late or summary.restarts:
        click.echo(
            f"{summary.bars} bars; dropped: {summary.bad_rows} bad rows, "
            f"{summary.duplicates} duplicates, {summary.late} late trades; "
            f"{summary.restarts} restarts after a jump in time",
            err=True,
        )


@contextmanager
def _opened(output: str) -> Iterator[TextIO]:
    """Open a file to write, which takes the place of an older one only when all went well."""
    target = Path(output)
    if output != "-" and not target.parent.is_dir():
        raise click.ClickException(
            f"{target} cannot be written: {target.parent} is no folder; make it first"
        )
    if output == "-":
        yield sys.stdout
    elif target.exists() and not target.is_file():  # a device or a pipe is written as it is
        with target.open("w", encoding="utf-8") as out:
            yield out
    else:
        unfinished = target.with_name(f"{target.name}.unfinished")
        try:
            with unfinished.open("w", encoding="utf-8", newline="\n") as out:
                yield out
            unfinished.replace(target)
        finally:
            unfinished.unlink(missing_ok=True)
