"""`supreme run`."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from supreme_system_v5.cli.process import this_process
from supreme_system_v5.cli.strategy_options import costs_option, parameters_option, strategy_option
from supreme_system_v5.errors import SupremeError

if TYPE_CHECKING:
    from supreme_system_v5.ports import Controls

__all__ = ["FEED_NAMES", "run"]

FEED_NAMES = ("okx", "binance", "binance-usdm", "bybit", "sim")
"""What `--feed` takes; named here so that help needs no import of the feeds."""


@click.command()
@click.option("--feed", type=click.Choice(FEED_NAMES), help="Which market.  [default: FEED, okx]")
@click.option(
    "--feed-url",
    metavar="http://HOST:PORT",
    help="A simulator, or a proxy, in place of the venue's hosts.",
)
@click.option(
    "--duration",
    type=click.FloatRange(0, min_open=True),
    metavar="SECONDS",
    help="How long.  [default: until Ctrl-C]",
)
@click.option(
    "--mode", type=click.Choice(("paper",)), default="paper", help="Orders stay on paper."
)
@click.option(
    "--metrics-port",
    type=click.IntRange(0, 65_535),
    metavar="PORT",
    help="Where a Prometheus may ask; 0: any.  [default: METRICS_PORT]",
)
@click.option(
    "--scenario",
    type=click.Choice(("calm", "normal", "volatile", "crash")),
    default="normal",
    show_default=True,
    help="Of --feed sim.",
)
@click.option("--seed", type=int, default=1, show_default=True, help="Of --feed sim.")
@strategy_option
@parameters_option
@costs_option
@click.option(
    "--risk",
    type=click.Choice(("dynamic", "fixed")),
    help="dynamic protects the account; fixed bets on every signal, to study it.",
)
@click.option("--json", "as_json", is_flag=True, help="Print the end as JSON.")
def run(  # noqa: PLR0913 - one for each option
    *,
    feed: str | None,
    feed_url: str | None,
    duration: float | None,
    mode: str,  # noqa: ARG001 - there is one
    metrics_port: int | None,
    scenario: str,
    seed: int,
    strategy: str | None,
    parameters: tuple[str, ...],
    costs: str | None,
    risk: str | None,
    as_json: bool,
) -> None:
    """Trade on paper on a live market, and report at the end.

    It warms up with the exchange's history, watches its trades, and decides as a backtest would.
    No order ever leaves this program. Ctrl-C ends it in order.

    Without a network, practise with --feed sim: an exchange inside this program.
    """
    from supreme_system_v5.app import read_parameters
    from supreme_system_v5.app.live import LiveHooks, LiveOptions, NotBegun, run_live
    from supreme_system_v5.backtest.report_text import to_text
    from supreme_system_v5.cli.live_text import begun_lines, ended_lines, live_json
    from supreme_system_v5.clock import sleep_ns
    from supreme_system_v5.control.live_line import LiveLine

    def begun(controls: Controls, metrics_url: str | None) -> None:
        for text in begun_lines(controls.status(), metrics_url):
            click.echo(text, err=True)

    options = LiveOptions(
        feed=feed,
        feed_url=feed_url,
        scenario=scenario,
        seed=seed,
        duration_s=duration,
        metrics_port=metrics_port,
        strategy=strategy,
        parameters=read_parameters(parameters),
        costs=costs,
        risk=risk,
    )
    with LiveLine(sys.stderr) as line:
        # Looked up here: the line puts what is written to stderr above itself.
        hooks = LiveHooks(stream=sys.stderr, line=line, begun=begun)
        try:
            finished = run_live(options, this_process(), sleep_ns, hooks)
        except NotBegun as early:
            click.echo(f"{early}.", err=True)
            return
    if as_json:
        click.echo(live_json(finished))
    elif finished.report is None:
        click.echo("Not one trade came, so there is nothing to report on.")
    else:
        click.echo(to_text(finished.report))
    if not as_json:
        click.echo("\n" + "\n".join(ended_lines(finished)))
    if finished.defect:
        raise SupremeError(
            f"a defect of this program ended the run ({finished.defect}); the log says where: "
            "please report it"
        )
