"""Rows of several answers become a past: in order, each once, and without contradiction."""

from __future__ import annotations

from collections.abc import Iterable

from supreme_system_v5.domain.feeds import FaultKind
from supreme_system_v5.domain.live import Candle, FeedTrade
from supreme_system_v5.errors import SourceError
from supreme_system_v5.exchanges.protocol import TradeHistory
from supreme_system_v5.exchanges.wire import NS_PER_MS, sound, trade_fault

__all__ = [
    "MOST_MISSING",
    "NS_PER_MINUTE",
    "candles_in_order",
    "minute_of",
    "numbered_between",
    "trades_in_order",
]

NS_PER_MINUTE = 60 * 1_000_000_000
MOST_MISSING = 20_000
"""How many missing trades are asked for; more, and the exchange's minutes are quicker."""


def minute_of(time_ns: int) -> int:
    """Return the begin of the minute that a time lies in, nanoseconds UTC."""
    return time_ns - time_ns % NS_PER_MINUTE


def candles_in_order(
    told: Iterable[Candle], start_ns: int, end_ns: int, venue: str
) -> tuple[Candle, ...]:
    """Return the closed minutes that begin in ``[start_ns, end_ns)``, oldest first, each once.

    Raises:
        SourceError: BAD_ITEM: one contradicts itself, or another telling of it.
    """
    found: dict[int, Candle] = {}
    for candle in told:
        if not candle.closed or not start_ns <= candle.open_ns < end_ns:
            continue
        if not sound(candle) or candle.open_ns % NS_PER_MINUTE:
            raise SourceError(f"{venue} tells an impossible minute: {candle}", FaultKind.BAD_ITEM)
        if found.setdefault(candle.open_ns, candle) != candle:
            raise SourceError(
                f"{venue} tells a minute in two ways: {found[candle.open_ns]} and {candle}",
                FaultKind.BAD_ITEM,
            )
    return tuple(found[open_ns] for open_ns in sorted(found))


def trades_in_order(
    told: Iterable[FeedTrade], venue: str, dropped: dict[str, int]
) -> tuple[FeedTrade, ...]:
    """Return trades, each once: by their numbers, and where they have none by their times.

    Args:
        told: Trades; those without numbers oldest first where their times are alike.
        venue: Named in messages.
        dropped: Counts those that are none, by reason.

    Raises:
        SourceError: BAD_ITEM: two of one id differ.
    """
    found: dict[str, FeedTrade] = {}
    for trade in told:
        fault = trade_fault(trade.price, trade.size, trade.time_ns // NS_PER_MS, trade.first or 0)
        if fault:
            dropped[fault] = dropped.get(fault, 0) + 1
        elif found.setdefault(trade.trade_id, trade) != trade:
            raise SourceError(
                f"{venue} tells a trade in two ways: {found[trade.trade_id]} and {trade}",
                FaultKind.BAD_ITEM,
            )
    return tuple(sorted(found.values(), key=_place))


def _place(trade: FeedTrade) -> int:
    return trade.time_ns if trade.first is None else trade.first


async def numbered_between(
    history: TradeHistory, after: FeedTrade | None, before: FeedTrade, venue: str
) -> tuple[FeedTrade, ...]:
    """Return the trades between two, by their numbers.

    Args:
        history: Where they are asked for.
        after: The last one that is there; None: from the begin of the minute of `before`.
        before: The first one that is there.
        venue: Named in messages.

    Raises:
        SourceError: TOO_LARGE: there are more than `MOST_MISSING` numbers between them.
    """
    end = before.first
    if end is None:
        raise SourceError(f"{venue} does not number its trades", FaultKind.UNEXPECTED)
    if after is None or after.last is None:
        last = await history.number_before(minute_of(before.time_ns))
    else:
        last = after.last
    if end - last - 1 > MOST_MISSING:
        raise SourceError(
            f"{venue}: {end - last - 1} trades are missing, at most {MOST_MISSING} are asked for; "
            "take the minutes instead",
            FaultKind.TOO_LARGE,
        )
    found: list[FeedTrade] = []
    while last + 1 < end and (page := await history.trades_after(last)):
        found += page
        last = _last_of(page)
    return tuple(trade for trade in found if _last_of((trade,)) < end)


def _last_of(trades: tuple[FeedTrade, ...]) -> int:
    last = trades[-1].last
    return -1 if last is None else last
