"""`supreme backtest`."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from contextlib import redirect_stdout
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path

import click

from supreme_system_v5.cli.market_files import FILE, checked
from supreme_system_v5.cli.process import this_process
from supreme_system_v5.cli.progress import progress_bar
from supreme_system_v5.cli.strategy_options import costs_option, parameters_option, strategy_option

__all__ = ["backtest", "check_outputs"]

_NS_PER_MICROSECOND = 1_000


class _Time(click.ParamType[int]):
    """A UTC date or time, as nanoseconds."""

    name = "DATE"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> int:
        if isinstance(value, int):
            return value
        try:
            time = datetime.fromisoformat(str(value))
        except ValueError:
            self.fail(
                f"{value!r} is no date; write 2024-08-05 or 2024-08-05T14:30 (UTC)", param, ctx
            )
        time = time.replace(tzinfo=UTC) if time.tzinfo is None else time.astimezone(UTC)
        since = time - datetime(1970, 1, 1, tzinfo=UTC)
        return (
            (since.days * 86_400 + since.seconds) * 10**6 + since.microseconds
        ) * _NS_PER_MICROSECOND


class _Number(click.ParamType[Decimal]):
    """A decimal number between two others."""

    name = "NUMBER"

    def __init__(self, low: str, high: str) -> None:
        self._low, self._high = Decimal(low), Decimal(high)

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> Decimal:
        try:
            number = Decimal(str(value))
        except InvalidOperation:
            number = Decimal("nan")
        if not (number.is_finite() and self._low <= number <= self._high):
            self.fail(f"{value!r} is no number from {self._low} to {self._high}", param, ctx)
        return number


_BPS = _Number("0", "1000")
_OUT = click.Path(dir_okay=False, writable=True, path_type=Path)


@click.command()
@click.argument("files", nargs=-1, type=FILE, callback=checked, metavar="[FILES]...")
@strategy_option
@parameters_option
@click.option("--from", "from_ns", type=_Time(), help="First day or time (UTC) to run over.")
@click.option("--to", "to_ns", type=_Time(), help="Day or time (UTC) to stop before.")
@costs_option
@click.option(
    "--risk",
    type=click.Choice(["dynamic", "fixed"]),
    help="dynamic protects the account; fixed bets on every signal, to study it.",
)
@click.option("--news", type=FILE, help="Recorded headlines, told as they were received.")
@click.option("--whales", type=FILE, help="Recorded transfers, likewise.")
@click.option("--fee-bps", type=_BPS, help="Fee of every fill, instead of the venue's.")
@click.option("--spread-bps", type=_BPS, help="Spread; takers pay half of it, likewise.")
@click.option("--slippage-bps", type=_BPS, help="Slippage of market orders, likewise.")
@click.option("--latency-ms", type=_Number("0", "60000"), help="From sending to arrival, likewise.")
@click.option("--funding-bps", type=_Number("-1000", "1000"), help="Of perpetuals, per 8 h.")
@click.option("--trades-out", type=_OUT, help="Write closed trades to this CSV file.")
@click.option("--records", "records_out", type=_OUT, help="Write every decision, to be explained.")
@click.option("--report", "page_out", type=_OUT, help="Write a page to this HTML file.")
@click.option("--json", "as_json", is_flag=True, help="Print the report as JSON.")
@click.option(
    "--seed",
    type=click.IntRange(min=0),
    help="Of the synthetic market, without FILES.  [default: 42]",
)
@click.option("--skip-bad-rows", is_flag=True, help="Count malformed rows and go on.")
@click.pass_context
def backtest(  # noqa: PLR0913 - one for each option
    ctx: click.Context,
    files: tuple[Path, ...],
    *,
    strategy: str | None,
    parameters: tuple[str, ...],
    from_ns: int | None,
    to_ns: int | None,
    costs: str | None,
    risk: str | None,
    news: Path | None,
    whales: Path | None,
    fee_bps: Decimal | None,
    spread_bps: Decimal | None,
    slippage_bps: Decimal | None,
    latency_ms: Decimal | None,
    funding_bps: Decimal | None,
    trades_out: Path | None,
    records_out: Path | None,
    page_out: Path | None,
    as_json: bool,
    seed: int | None,
    skip_bad_rows: bool,
) -> None:
    """Run a strategy over FILES and print a report.

    FILES are recorded trades or 1-minute bars (.csv, .csv.gz or .parquet); they run one after the
    other in order of time. Without FILES an invented market is run, and the report says so.

    Exit code 1 when the strategy raised an error; the report is printed all the same.
    """
    from supreme_system_v5.app import (
        BacktestOptions,
        CostOptions,
        read_parameters,
        run_backtest,
    )
    from supreme_system_v5.backtest.report import to_json
    from supreme_system_v5.backtest.report_text import to_text
    from supreme_system_v5.market_data import TimeWindow

    if files and seed is not None:
        raise click.UsageError("--seed belongs to the synthetic market; FILES have none.")
    read = (*files, *(path for path in (news, whales) if path), Path(strategy or ""))
    check_outputs(read, trades_out, records_out, page_out)
    # What a strategy prints goes to stderr: stdout is the report's.
    with progress_bar(wanted=not as_json) as progress, redirect_stdout(sys.stderr):
        finished = run_backtest(
            BacktestOptions(
                files=files,
                seed=seed,
                skip_bad_rows=skip_bad_rows,
                strategy=strategy,
                parameters=read_parameters(parameters),
                window=TimeWindow(from_ns=from_ns, to_ns=to_ns),
                costs=CostOptions(
                    costs=costs,
                    fee_bps=fee_bps,
                    spread_bps=spread_bps,
                    slippage_bps=slippage_bps,
                    latency_ms=latency_ms,
                    funding_bps=funding_bps,
                ),
                risk=risk,
                news=news,
                whales=whales,
                trades_out=trades_out,
                records_out=records_out,
                page_out=page_out,
            ),
            this_process(progress),
        )
    click.echo(to_json(finished.report) if as_json else to_text(finished.report))
    if finished.result.strategy_errors:
        ctx.exit(1)


def check_outputs(inputs: Iterable[Path], *outputs: Path | None) -> None:
    """Refuse to write where nothing can be, or where something stands that was read.

    Raises:
        click.UsageError: It names the file.
    """
    taken = {path.resolve() for path in inputs}
    for path in outputs:
        if path is None:
            continue
        if not path.parent.is_dir():
            folder = path.parent
            raise click.UsageError(f"{path} cannot be written: make the folder {folder} first.")
        if path.resolve() in taken:
            raise click.UsageError(f"{path} is read, or written already; choose another name.")
        taken.add(path.resolve())
