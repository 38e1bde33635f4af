"""`supreme data`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from supreme_system_v5.cli.market_files import FILE, checked
from supreme_system_v5.cli.process import this_process
from supreme_system_v5.cli.progress import progress_bar
from supreme_system_v5.exchanges.protocol import VENUES

if TYPE_CHECKING:
    from supreme_system_v5.market_data.verifying import FileCheck

__all__ = ["data", "download", "verify"]

_INTERRUPTED = 130
_LONGEST_DAYS = 3_660


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def data() -> None:
    """Download recorded trades and minutes, or verify files of them."""


@data.command()
@click.option("--venue", type=click.Choice(VENUES), default=VENUES[0], show_default=True)
@click.option("--symbol", default="", metavar="BASE-QUOTE", help="[default: SINGLE_SYMBOL]")
@click.option(
    "--days",
    type=click.IntRange(0, _LONGEST_DAYS),
    default=1,
    show_default=True,
    help="So many whole days (UTC), and today so far.",
)
@click.option("--kind", type=click.Choice(["trades", "bars"]), default="bars", show_default=True)
@click.option(
    "-o",
    "--output",
    "folder",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path(),
    help="Folder for the files, one a day.  [default: this one]",
)
@click.option(
    "--feed-url",
    metavar="URL",
    help="http://HOST:PORT in place of the venue's hosts, for a proxy or a simulator.",
)
@click.pass_context
def download(
    ctx: click.Context,
    *,
    venue: str,
    symbol: str,
    days: int,
    kind: str,
    folder: Path,
    feed_url: str | None,
) -> None:
    """Download history into files that `supreme backtest` reads, and verify them.

    Run again it goes on where the files end. No key is needed, and the venue is asked half as often
    as it allows. Bybit keeps the last few trades only: of it there are bars.
    """
    from supreme_system_v5.app.data import DownloadKind, DownloadOptions, run_download
    from supreme_system_v5.clock import sleep_ns
    from supreme_system_v5.errors import InvalidInputError

    options = DownloadOptions(
        venue=venue,
        symbol=symbol,
        days=days,
        kind=DownloadKind(kind),
        folder=folder,
        feed_url=feed_url,
    )
    try:
        with progress_bar(wanted=True) as progress:
            files = run_download(options, this_process(progress), sleep_ns)
    except InvalidInputError as error:
        raise click.BadParameter(str(error), ctx, param_hint=f"--{error.name}") from error
    except KeyboardInterrupt:
        click.echo("Interrupted; what is there stays: run it again to go on.", err=True)
        ctx.exit(_INTERRUPTED)
    if not files:
        raise click.ClickException(f"{venue} has no {kind} of that time: ask for other days")
    for file in files:
        click.echo(f"{_line(file.check)}, {file.added} of them new")
        _tell_places(file.check)


@data.command()
@click.argument("files", nargs=-1, required=True, type=FILE, callback=checked)
@click.pass_context
def verify(ctx: click.Context, *, files: tuple[Path, ...]) -> None:
    """Find gaps, duplicates, rows out of order and differing minutes in FILES of one market.

    Trades and minutes may come together: the minutes are then compared with what the trades come
    to. Nothing is changed. Exit code 1 when something is wrong.
    """
    from supreme_system_v5.app.data import run_verify

    with progress_bar(wanted=True) as progress:
        checks = run_verify(files, this_process(progress))
    for check in checks:
        click.echo(_line(check))
        _tell_places(check)
    if any(check.faults for check in checks):
        ctx.exit(1)


def _line(check: FileCheck) -> str:
    faults = ", ".join(f"{fault} {count}" for fault, count in check.faults.items())
    unseen = "" if check.numbered else ", without numbers: missing trades do not show"
    return f"{check.path}: {check.rows} {check.kind}{unseen}, {faults or 'nothing wrong'}"


def _tell_places(check: FileCheck) -> None:
    for place in check.places:
        plain = "".join(sign if sign.isprintable() else "?" for sign in place)
        click.echo(f"  {plain}", err=True)
