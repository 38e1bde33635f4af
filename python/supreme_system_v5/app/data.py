"""History of a venue into files, and what is wrong with files."""

from __future__ import annotations

import random
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

from supreme_system_v5.app.world import Progress, World, portion
from supreme_system_v5.domain.feeds import FaultKind
from supreme_system_v5.errors import InvalidInputError, SourceError
from supreme_system_v5.market_data.bars import BAR_COLUMNS
from supreme_system_v5.market_data.day_file import DayFile
from supreme_system_v5.market_data.trades import TRADE_COLUMNS
from supreme_system_v5.market_data.verifying import FileCheck, verify
from supreme_system_v5.ports import Sleep

if TYPE_CHECKING:
    from supreme_system_v5.domain.live import Candle, FeedTrade
    from supreme_system_v5.exchanges.protocol import TradeHistory, VenueRest

__all__ = [
    "DownloadKind",
    "DownloadOptions",
    "Downloaded",
    "run_download",
    "run_verify",
]

_NS_PER_MS = 1_000_000
_NS_PER_MINUTE = 60 * 1_000_000_000
_NS_PER_DAY = 86_400 * 1_000_000_000
_SIDES = {1: "buy", -1: "sell"}
_TRADES = (*TRADE_COLUMNS, "trade_id")


class DownloadKind(StrEnum):
    """What is downloaded."""

    TRADES = "trades"
    BARS = "bars"


@dataclass(frozen=True, slots=True, kw_only=True)
class DownloadOptions:
    """What `supreme data download` was asked for.

    Attributes:
        venue: One of `exchanges.protocol.VENUES`.
        symbol: ``BASE-QUOTE``; empty: that of the settings.
        days: So many whole days (UTC), and today so far.
        kind: Trades, or minutes.
        folder: Where the files go; it is made.
        feed_url: Takes the place of the venue's hosts; None: the venue itself.
    """

    venue: str
    symbol: str
    days: int
    kind: DownloadKind
    folder: Path
    feed_url: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Downloaded:
    """One file; `added` rows are new."""

    check: FileCheck
    added: int


@dataclass(frozen=True, slots=True)
class _Day:
    path: Path
    start_ns: int
    end_ns: int


def run_download(options: DownloadOptions, world: World, sleep: Sleep) -> tuple[Downloaded, ...]:
    """Download what is not there yet: one file a day, each gone on with where it ends.

    Args:
        options: What was asked for.
        world: Environment, files, clock and progress.
        sleep: Waits, within what the venue allows.

    Returns:
        The files that there are now, each verified; days of which the venue has nothing have none.

    Raises:
        InvalidInputError: The venue does not keep trades, or is not known.
        SettingsError: A setting is wrong, or the symbol.
        SourceError: The venue did not answer, or not well; what was downloaded stays.
        DataError: A file is there and is of another kind.
    """
    import asyncio

    from supreme_system_v5.exchanges.session import open_session
    from supreme_system_v5.exchanges.venues import venue_of
    from supreme_system_v5.settings import load_settings

    environment = dict(world.environment)
    if options.symbol:
        environment["SINGLE_SYMBOL"] = options.symbol
    symbol = load_settings(environment, world.dotenv_path).single_symbol
    _, make_rest = venue_of(options.venue, symbol, options.feed_url)
    options.folder.mkdir(parents=True, exist_ok=True)
    days = list(_days(options, symbol, world.clock.time_ns()))
    # Chance spreads the tries of many machines; a seed would make them all alike.
    chance = random.Random()  # noqa: S311 - not for secrets

    async def main() -> dict[Path, int]:
        async with open_session() as session:
            rest = make_rest(session, clock=world.clock, sleep=sleep, chance=chance)
            return await _download(rest, options, days, world.progress)

    added = asyncio.run(main())
    there = [day.path for day in days if day.path.exists()]
    checks = verify(there) if there else ()
    return tuple(Downloaded(check=check, added=added[check.path]) for check in checks)


def run_verify(files: Sequence[Path], world: World) -> tuple[FileCheck, ...]:
    """Say what is wrong with files of one market.

    Raises:
        DataError: One cannot be read, or is of no known kind.
    """
    total = sum(path.stat().st_size for path in files)
    return verify(files, portion(world.progress, total))


def _days(options: DownloadOptions, symbol: str, now_ns: int) -> Iterator[_Day]:
    today = now_ns - now_ns % _NS_PER_DAY
    last_ns = now_ns - now_ns % _NS_PER_MINUTE
    for back in range(options.days, -1, -1):
        start_ns = today - back * _NS_PER_DAY
        name = f"{datetime.fromtimestamp(start_ns // 10**9, UTC):%Y%m%d}"
        yield _Day(
            options.folder / f"{options.venue}_{symbol}_{options.kind}_{name}.csv",
            start_ns,
            min(start_ns + _NS_PER_DAY, last_ns),
        )


async def _download(
    rest: VenueRest, options: DownloadOptions, days: Sequence[_Day], progress: Progress | None
) -> dict[Path, int]:
    begin_ns, end_ns = days[0].start_ns, days[-1].end_ns

    def tell(time_ns: int) -> None:
        if progress is not None:
            progress(min(max(time_ns - begin_ns, 0) / max(end_ns - begin_ns, 1), 1.0))

    added = {}
    for day in days:
        columns = BAR_COLUMNS if options.kind is DownloadKind.BARS else _TRADES
        with DayFile(day.path, columns) as file:
            if options.kind is DownloadKind.BARS:
                await _bars(rest, day, file)
            else:
                async for time_ns in _trades(_history_of(rest, options.venue), day, file):
                    tell(time_ns)
            added[day.path] = file.added
        tell(day.end_ns)
    return added


def _history_of(rest: VenueRest, venue: str) -> TradeHistory:
    from supreme_system_v5.exchanges.protocol import TradeHistory

    if isinstance(rest, TradeHistory):
        return rest
    raise InvalidInputError(
        f"kind is 'trades', and {venue} keeps the last few trades only; allowed is bars",
        "kind",
        "trades",
        "bars",
    )


async def _bars(rest: VenueRest, day: _Day, file: DayFile) -> None:
    last_ms = file.last_number("timestamp_ms")
    start_ns = day.start_ns if last_ms is None else last_ms * _NS_PER_MS + _NS_PER_MINUTE
    if start_ns < day.end_ns:
        file.add(_bar_row(candle) for candle in await rest.candles(start_ns, day.end_ns))


def _bar_row(candle: Candle) -> tuple[object, ...]:
    values = (candle.open, candle.high, candle.low, candle.close, candle.volume)
    return (candle.open_ns // _NS_PER_MS, *map(repr, values))


async def _trades(history: TradeHistory, day: _Day, file: DayFile) -> AsyncIterator[int]:
    last = file.last_number("trade_id")
    if last is None:
        last = await history.number_before(day.start_ns)
    while page := await history.trades_after(last):
        within = [trade for trade in page if trade.time_ns < day.end_ns]
        file.add(_trade_row(trade) for trade in within)
        if len(within) < len(page):
            break
        last = page[-1].last or last
        yield page[-1].time_ns


def _trade_row(trade: FeedTrade) -> tuple[object, ...]:
    if trade.side not in _SIDES:
        raise SourceError(f"trade {trade.trade_id} was told without a side", FaultKind.BAD_ITEM)
    return (
        trade.time_ns // _NS_PER_MS,
        repr(trade.price),
        repr(trade.size),
        _SIDES[trade.side],
        trade.trade_id,
    )
