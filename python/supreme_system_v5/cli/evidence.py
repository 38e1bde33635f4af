"""`supreme evidence`."""

from __future__ import annotations

import sys
from contextlib import redirect_stdout
from pathlib import Path

import click

from supreme_system_v5.cli.backtest import check_outputs
from supreme_system_v5.cli.market_files import FILE, checked
from supreme_system_v5.cli.process import this_process
from supreme_system_v5.cli.progress import progress_bar
from supreme_system_v5.cli.strategy_options import (
    costs_option,
    parameters_option,
    risk_option,
    strategy_option,
)

__all__ = ["evidence"]


@click.command()
@click.argument("files", nargs=-1, required=True, type=FILE, callback=checked)
@strategy_option
@parameters_option
@click.option(
    "--variant",
    "variants",
    multiple=True,
    metavar="NAME=VALUE,...",
    help="Other parameters to choose from, instead of the declared neighbours.",
)
@click.option("--fixed", is_flag=True, help="Choose nothing: run the given parameters alone.")
@costs_option
@risk_option
@click.option(
    "--draws",
    type=click.IntRange(min=2, max=100_000),
    default=1000,
    show_default=True,
    help="Of random entries.",
)
@click.option(
    "--seed", type=click.IntRange(min=0), default=42, show_default=True, help="Of all draws."
)
@click.option(
    "--report",
    "page_out",
    type=click.Path(dir_okay=False, writable=True, path_type=Path),
    help="Write a page to this Markdown file.",
)
@click.option("--json", "as_json", is_flag=True, help="Print the report as JSON.")
@click.option("--patterns", is_flag=True, help="Measure candlestick patterns, not a strategy.")
@click.option(
    "--horizon",
    type=click.IntRange(min=1, max=10_000),
    help="Of --patterns: bars until which the price is followed.  [default: 10]",
)
@click.pass_context
def evidence(  # noqa: PLR0913 - one for each option
    ctx: click.Context,
    files: tuple[Path, ...],
    *,
    strategy: str | None,
    parameters: tuple[str, ...],
    variants: tuple[str, ...],
    fixed: bool,
    costs: str | None,
    risk: str,
    draws: int,
    seed: int,
    page_out: Path | None,
    as_json: bool,
    patterns: bool,
    horizon: int | None,
) -> None:
    """Find out whether a strategy has an edge, or whether it was chance.

    FILES are recorded trades or 1-minute bars of one market. The strategy and its neighbours are
    run over them, the parameters for each period are chosen from what was before it, and what came
    of that is judged: EDGE, NONE or UNPROVEN.

    With --patterns no strategy is run: what followed each candlestick pattern is measured, and what
    is left of chance is the confidence that it has earned.

    Exit code 1 when the strategy raised an error; the report is printed all the same.
    """
    if patterns:
        if strategy or parameters or variants or fixed or page_out:
            raise click.UsageError(
                "--patterns runs no strategy: give FILES, --horizon, --seed and --json alone."
            )
        _measure_patterns(files, horizon=horizon, seed=seed, as_json=as_json)
        return
    if horizon is not None:
        raise click.UsageError("--horizon belongs to --patterns.")
    from supreme_system_v5.app import (
        CostOptions,
        EvidenceOptions,
        read_parameters,
        run_evidence,
    )
    from supreme_system_v5.evidence.report import to_json
    from supreme_system_v5.evidence.report_text import to_markdown, to_text

    if fixed and variants:
        raise click.UsageError(
            "--fixed chooses nothing, so there is nothing for --variant; keep one."
        )
    check_outputs((*files, Path(strategy or "")), page_out)
    # What a strategy prints goes to stderr: stdout is the report's.
    with progress_bar(wanted=not as_json) as progress, redirect_stdout(sys.stderr):
        report = run_evidence(
            EvidenceOptions(
                files=files,
                strategy=strategy,
                parameters=read_parameters(parameters),
                variants=tuple(read_parameters(tuple(each.split(","))) for each in variants),
                fixed=fixed,
                costs=CostOptions(costs=costs),
                risk=risk,
                draws=draws,
                seed=seed,
            ),
            this_process(progress),
        )
    if page_out is not None:
        page_out.write_text(to_markdown(report), encoding="utf-8")
    click.echo(to_json(report) if as_json else to_text(report))
    if report.strategy_errors:
        ctx.exit(1)


def _measure_patterns(
    files: tuple[Path, ...], *, horizon: int | None, seed: int, as_json: bool
) -> None:
    from supreme_system_v5.app import DEFAULT_HORIZON, PatternOptions, run_pattern_evidence
    from supreme_system_v5.evidence.pattern_report import patterns_to_json, patterns_to_text

    with progress_bar(wanted=not as_json) as progress:
        report = run_pattern_evidence(
            PatternOptions(files=files, horizon=horizon or DEFAULT_HORIZON, seed=seed),
            this_process(progress),
        )
    click.echo(patterns_to_json(report) if as_json else patterns_to_text(report))
