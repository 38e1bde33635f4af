"""`supreme sim`."""

from __future__ import annotations

from pathlib import Path

import click

from supreme_system_v5.cli.process import this_process

__all__ = ["sim"]


@click.command()
@click.option(
    "--port", type=click.IntRange(0, 65_535), default=0, help="0 for any free one.  [default: 0]"
)
@click.option(
    "--scenario",
    default="normal",
    show_default=True,
    metavar="NAME|FILE",
    help="calm, normal, volatile, crash, or a JSON file with a market and faults.",
)
@click.option("--seed", type=int, default=1, show_default=True, help="Of the invented market.")
@click.option(
    "--speed",
    type=click.FloatRange(0, 10_000, min_open=True),
    default=1.0,
    show_default=True,
    help="Pauses between trades are divided by it.",
)
@click.option(
    "--rate",
    type=click.FloatRange(0, 100_000, min_open=True),
    default=20.0,
    show_default=True,
    help="Trades a second of the invented market.",
)
@click.option(
    "--replay",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Recorded trades instead: CSV, or a raw capture; may be gzipped.",
)
@click.option(
    "--duration",
    type=click.FloatRange(0, min_open=True),
    metavar="SECONDS",
    help="How long.  [default: until Ctrl-C]",
)
@click.option("--no-limits", is_flag=True, help="Allow any number of connections and requests.")
def sim(
    *,
    port: int,
    scenario: str,
    seed: int,
    speed: float,
    rate: float,
    replay: Path | None,
    duration: float | None,
    no_limits: bool,
) -> None:
    """Serve a local exchange, to try the system on: OKX v5, Binance and Bybit v5 on one port.

    The first line is its address, for `supreme run --feed-url`. It listens on 127.0.0.1 only, and
    no order there costs money. Ctrl-C ends it.
    """
    from supreme_system_v5.app.sim import SimOptions, run_sim
    from supreme_system_v5.clock import sleep_ns

    options = SimOptions(
        scenario=scenario,
        port=port,
        seed=seed,
        speed=speed,
        rate=rate,
        replay=replay,
        duration_s=duration,
        limits=not no_limits,
    )
    run_sim(options, this_process(), sleep_ns, click.echo)
