"""Whether an account was told what happened: each trade of the tape once, and its minutes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from supreme_system_v5.domain.live import FeedHealth, FeedTrade
from supreme_system_v5.exchanges.simulator.bybit_rest import trade_name
from supreme_system_v5.exchanges.simulator.market import Market
from supreme_system_v5.exchanges.simulator.tape import Minute, price_text, size_text
from supreme_system_v5.orchestrator.live_trader import LiveTrader
from tests.support.fault_case import NUMBERED, FaultCase
from tests.support.virtual_loop import START_NS

__all__ = ["TapeCheck", "longest_pause_s", "minute_problems"]

_UNIT = 10**8
_MINUTE_MS = 60_000
_BYBIT_READ = 35
"""Of the 60 trades that Bybit gives back, those that cannot be pushed out before it was asked."""
_REFUSED = ("absurd", "price", "future", "late")
_LIVE_NS = 500_000_000
_UNDER_WAY_NS = 3_000_000_000


class _Traded(NamedTuple):
    price: float
    units: int
    time_ms: int
    side: int


class TapeCheck:
    """Compares what was told with the tape, trade by trade as the venue counts them.

    Args:
        venue: Which.
        market: The simulated one.
    """

    def __init__(self, venue: str, market: Market) -> None:
        self._venue = venue
        self._tape: dict[str, _Traded] = dict(self._rows(market))
        self._places = {name: place for place, name in enumerate(self._tape)}
        self._names = list(self._tape)

    def _rows(self, market: Market) -> Iterator[tuple[str, _Traded]]:
        for told in market.trades.last(len(market.trades)):
            side = 1 if told.buy else -1
            if self._venue.startswith("binance"):
                price = float(price_text(told.price))
                yield str(told.serial), _Traded(price, told.size, told.time_ms, side)
                continue
            for match in told.matches():
                name = str(match.number)
                if self._venue == "bybit":
                    name = trade_name(match.number, spot=True)
                price = float(price_text(match.price))
                yield name, _Traded(price, match.size, told.time_ms, side)

    def problems(
        self, trades: Sequence[tuple[FeedTrade, int]], health: FeedHealth, case: FaultCase
    ) -> list[str]:
        """Return what is wrong with trades, of which each was so many nanoseconds under way."""
        found: list[str] = []
        places: list[int] = []
        read: set[int] = set()
        for trade, late_ns in trades:
            names = self._names_of(trade)
            if any(name not in self._places for name in names):
                found.append(f"a trade that never was: {trade}")
                continue
            told = [self._tape[name] for name in names]
            made = _Traded(
                trade.price, round(trade.size * _UNIT), trade.time_ns // 10**6, trade.side
            )
            true = told[0]._replace(units=sum(one.units for one in told))
            if made != (true._replace(time_ms=made.time_ms) if case.skewed else true):
                found.append(f"told as {trade}, was {told[0]}")
            places += [self._places[name] for name in names]
            if late_ns > _LIVE_NS:
                read.update(places[-len(names) :])
        found = found[:3]
        if not places:
            return [*found, "no trade was told"]
        if len(set(places)) < len(places):
            found.append(f"{len(places) - len(set(places))} trades were told twice")
        if places != sorted(places) and self._venue in NUMBERED:
            found.append("trades were told out of order")
        found += self._lost(set(places), read, health, case)
        last = self._tape[self._names[-1]].time_ms - self._tape[self._names[max(places)]].time_ms
        if last * 10**6 > _UNDER_WAY_NS:
            found.append(f"the last {last} ms were not told")
        return found

    def _names_of(self, trade: FeedTrade) -> list[str]:
        if trade.first is None or trade.last is None:
            return [trade.trade_id]
        return [str(number) for number in range(trade.first, trade.last + 1)]

    def _lost(
        self, told: set[int], read: set[int], health: FeedHealth, case: FaultCase
    ) -> list[str]:
        lost = [place for place in range(min(told), max(told)) if place not in told]
        numbered = self._venue in NUMBERED
        counted = sum(health.dropped.get(why, 0) for why in _REFUSED)
        admitted = health.missing - health.recovered
        if not lost or (case.refused and counted):
            return []
        if numbered and not case.lossy:
            return [f"{len(lost)} trades were lost, first {self._names[lost[0]]}"]
        if numbered and len(lost) != admitted:
            return [f"{len(lost)} trades were lost, but {admitted} told as lost"]
        if numbered or case.lossy or case.unseen:
            return []
        ends = [place + 1 for place in lost if place + 1 in told]
        if all(read.issuperset(range(end, end + _BYBIT_READ)) for end in ends):
            return []
        return [f"{len(lost)} trades were lost, also of those that could be read"]


def longest_pause_s(market: Market, monotonic_ns: int) -> float:
    """Return the longest time without a trade since then: an invented market can be that quiet."""
    since_ns = monotonic_ns + START_NS
    times = [one.time_ns for one in market.trades.last(len(market.trades))]
    pauses = [after - before for before, after in pairwise(times) if after > since_ns]
    return max(pauses, default=0) / 10**9


def minute_problems(trader: LiveTrader, market: Market) -> tuple[int, list[str]]:
    """Return how many minutes were compared, and which of the account's are not the exchange's."""
    read, recent = trader.session.market.read, trader.session.market.recent
    count = int(read("closed") or 0)
    last_ns = int(read("open_ns") or 0)
    names = ("open", "high", "low", "close", "volume")
    columns = [recent(name, count) for name in names]
    ours = {
        last_ns // 10**6 - (len(columns[0]) - 1 - place) * _MINUTE_MS: values
        for place, values in enumerate(zip(*columns, strict=True))
    }
    first_ms = min(ours, default=0)
    compared, found = 0, []
    for minute in market.candles.between(first_ms + 1, market.candles.open.open_ms):
        theirs = _values(minute)
        mine = ours.get(minute.open_ms)
        if mine is None:
            if minute.count and minute.open_ms <= max(ours, default=0):
                found.append(f"minute {minute.open_ms} is missing")
            continue
        compared += 1
        near = abs(mine[4] - theirs[4]) <= 1e-6 * max(theirs[4], 1.0)
        if tuple(mine[:4]) != theirs[:4] or not near:
            found.append(f"minute {minute.open_ms} is {tuple(mine)}, was {theirs}")
    return compared, found


def _values(minute: Minute) -> tuple[float, ...]:
    prices = (minute.open, minute.high, minute.low, minute.close)
    return (*(float(price_text(price)) for price in prices), float(size_text(minute.volume)))
