"""`supreme lookahead`."""

from __future__ import annotations

import sys
from contextlib import redirect_stdout
from pathlib import Path

import click

from supreme_system_v5.cli.market_files import FILE, checked
from supreme_system_v5.cli.process import this_process
from supreme_system_v5.cli.progress import progress_bar
from supreme_system_v5.cli.strategy_options import (
    costs_option,
    parameters_option,
    risk_option,
    strategy_option,
)

__all__ = ["lookahead"]


@click.command()
@click.argument("files", nargs=-1, required=True, type=FILE, callback=checked)
@strategy_option
@parameters_option
@costs_option
@risk_option
@click.option(
    "--cuts",
    type=click.IntRange(min=1, max=1000),
    default=20,
    show_default=True,
    help="How many pasts to compare.",
)
@click.option(
    "--seed",
    type=click.IntRange(min=0),
    default=42,
    show_default=True,
    help="Of the invented futures.",
)
@click.option("--json", "as_json", is_flag=True, help="Print the report as JSON.")
@click.pass_context
def lookahead(
    ctx: click.Context,
    files: tuple[Path, ...],
    *,
    strategy: str | None,
    parameters: tuple[str, ...],
    costs: str | None,
    risk: str,
    cuts: int,
    seed: int,
    as_json: bool,
) -> None:
    """Find out whether a strategy looks into the future.

    It is run over FILES, and again over data that end after some decision, and over data whose
    future is another one. What it decided before must stay the same.

    A parameter that names one of FILES is told a copy with the future of each run.

    Exit code 1 when it did not, when nothing was decided, or when the strategy raised an error.
    """
    from supreme_system_v5.app import (
        CostOptions,
        LookaheadOptions,
        read_parameters,
        run_lookahead,
    )
    from supreme_system_v5.backtest.lookahead_report import Verdict, blame, to_json, to_text

    # What a strategy prints goes to stderr: stdout is the report's.
    with progress_bar(wanted=not as_json) as progress, redirect_stdout(sys.stderr):
        report = run_lookahead(
            LookaheadOptions(
                files=files,
                strategy=strategy,
                parameters=read_parameters(parameters),
                costs=CostOptions(costs=costs),
                risk=risk,
                cuts=cuts,
                seed=seed,
            ),
            this_process(progress),
        )
    click.echo(to_json(report) if as_json else to_text(report))
    if report.verdict is not Verdict.CLEAN or report.strategy_errors:
        click.echo(f"Error: {blame(report)}", err=True)
        ctx.exit(1)
