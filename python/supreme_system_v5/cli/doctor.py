"""`supreme doctor`."""

from __future__ import annotations

import click

from supreme_system_v5.cli.process import this_process

__all__ = ["doctor"]


@click.command()
@click.option(
    "--feed",
    type=click.Choice(["okx", "binance", "binance-usdm", "bybit", "sim"]),
    default=None,
    help="Where prices would come from; FEED unless given.",
)
@click.option(
    "--feed-url", metavar="URL", help="Takes the place of the venue's hosts: a simulator, a proxy."
)
@click.option("--json", "as_json", is_flag=True, help="Print the checks as JSON.")
@click.pass_context
def doctor(ctx: click.Context, *, feed: str | None, feed_url: str | None, as_json: bool) -> None:
    """Check settings, machine, feed, clock, keys and account, and say how to mend what is wrong.

    Each check is ok, warn or fail. Nothing is ordered, and nothing is changed but that the folder
    of what is kept is made. Exit codes: 0 nothing failed; 1 something did.
    """
    from supreme_system_v5.app.doctor import to_json, to_text
    from supreme_system_v5.app.doctor_run import DoctorOptions, run_doctor
    from supreme_system_v5.clock import sleep_ns

    options = DoctorOptions(feed=feed, feed_url=feed_url)
    diagnosis = run_doctor(options, this_process(), sleep_ns)
    click.echo(to_json(diagnosis) if as_json else to_text(diagnosis))
    if not diagnosis.ok:
        ctx.exit(1)
