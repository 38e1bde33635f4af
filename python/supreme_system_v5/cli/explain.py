"""``supreme explain``: why a run did what it did."""

from __future__ import annotations

from pathlib import Path

import click

__all__ = ["explain"]


@click.command()
@click.argument("run", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--last", type=click.IntRange(min=1), help="Only so many records, the newest.")
@click.option("--json", "as_json", is_flag=True, help="Print the records as JSON lines.")
def explain(run: Path, *, last: int | None, as_json: bool) -> None:
    """Print why RUN traded, and why it did not.

    RUN is a file that `supreme backtest --records RUN` wrote. Every decision is shown with what it
    was made of: the cost gate, the judgements, the confidence, the size before and after each cap.
    """
    from supreme_system_v5.app import explained, explained_json

    for text in explained_json(run, last) if as_json else explained(run, last):
        click.echo(text)
