"""`supreme news fetch`."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from supreme_system_v5.cli.process import this_process

if TYPE_CHECKING:
    from supreme_system_v5.app.news_fetch import NewsFetched
    from supreme_system_v5.domain.feeds import Item, SourceHealth

__all__ = ["fetch"]

_NS_PER_MICROSECOND = 1_000
_NS_PER_SECOND = 10**9
_WIDE = 100


@click.command()
@click.option("--once", is_flag=True, help="Ask once and end; needed.")
@click.option(
    "--json", "as_json", is_flag=True, help="Print JSON lines: the items, then how the sources are."
)
@click.option(
    "--source",
    "sources",
    multiple=True,
    metavar="NAME",
    help="Only this one, such as fear-greed; may be repeated.",
)
@click.pass_context
def fetch(ctx: click.Context, *, once: bool, as_json: bool, sources: tuple[str, ...]) -> None:
    """Ask the sources and print what they tell, and how they are.

    Without --source all that need no key: the feeds of NEWS_FEEDS, fear-greed, forex-factory,
    coin-metrics and blockchair.

    What --json prints can be kept, appended to, and read again: by `supreme news classify`,
    `supreme whales`, and `supreme backtest --news FILE --whales FILE`.

    Exit code 1 when none of them answered.
    """
    from supreme_system_v5.app.news_fetch import NewsFetchOptions, run_news_fetch
    from supreme_system_v5.clock import sleep_ns
    from supreme_system_v5.domain.view import ViewStatus
    from supreme_system_v5.errors import InvalidInputError

    if not once:
        raise click.UsageError("write --once: sources are asked once and no more")
    try:
        fetched = run_news_fetch(
            NewsFetchOptions(sources=sources),
            this_process(),
            sleep_ns,
        )
    except InvalidInputError as error:
        raise click.BadParameter(str(error), ctx, param_hint="--source") from error
    _print_json(fetched) if as_json else _print_text(fetched)
    failed = [health for health in fetched.coverage.sources if health.last_success_ns is None]
    for health in failed:
        click.echo(f"{health.source}: {health.last_fault}", err=True)
    if fetched.coverage.status is ViewStatus.NO_DATA:
        which = "the source did not answer"
        if len(failed) > 1:
            which = f"none of {len(failed)} sources answered"
        click.echo(f"Error: {which}: there is no data", err=True)
        ctx.exit(1)


def _print_json(fetched: NewsFetched) -> None:
    import msgspec

    for told in (*fetched.items, fetched.coverage):
        click.echo(msgspec.json.encode(told).decode())


def _print_text(fetched: NewsFetched) -> None:
    for item in fetched.items:
        click.echo(_line(item))
    age = f"{fetched.coverage.age_ns / _NS_PER_SECOND:.1f} s"
    heard = f"nothing was heard for {age}"
    if any(health.last_success_ns is not None for health in fetched.coverage.sources):
        heard = f"the newest answer is {age} old"
    click.echo(f"\ncoverage {fetched.coverage.status}: {heard}")
    for health in fetched.coverage.sources:
        click.echo(f"  {_health(health)}")


def _time(time_ns: int | None) -> str:
    if time_ns is None:
        return "no time         "
    microseconds = time_ns // _NS_PER_MICROSECOND
    return f"{datetime.fromtimestamp(microseconds / 1e6, UTC):%Y-%m-%d %H:%M}"


def _line(item: Item) -> str:
    from supreme_system_v5.domain.feeds import CalendarEntry, ChainTransfer, NewsItem

    match item:
        case NewsItem():
            when, text = item.published_ns, item.title
        case ChainTransfer():
            owners = f"{item.sender_owner or '?'} -> {item.receiver_owner or '?'}"
            when, text = item.happened_ns, f"{item.amount} {item.asset} {owners} {item.status}"
        case CalendarEntry():
            told = " ".join(
                f"{name} {value}"
                for name, value in (("forecast", item.forecast), ("previous", item.previous))
                if value
            )
            when, text = item.due_ns, f"{item.impact} {item.country} {item.title} {told}"
        case _:
            name = f"{item.asset} {item.metric}".strip()
            when, text = item.as_of_ns, f"{name} {item.value} {item.label}"
    # What strangers wrote must not steer the terminal.
    plain = "".join(sign if sign.isprintable() else "\N{REPLACEMENT CHARACTER}" for sign in text)
    return f"{_time(when)}  {item.source:<24} {plain.strip()[:_WIDE]}"


def _health(health: SourceHealth) -> str:
    faults = ", ".join(f"{kind} {count}" for kind, count in health.faults.items())
    state = "no data" if health.last_success_ns is None else f"{health.items} items"
    return f"{health.source:<24} {state}{f'; faults: {faults}' if faults else ''}"
