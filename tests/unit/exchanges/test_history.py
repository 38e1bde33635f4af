from __future__ import annotations

import asyncio
import random

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from supreme_system_v5.domain.feeds import FaultKind
from supreme_system_v5.domain.live import Candle, FeedTrade
from supreme_system_v5.errors import SourceError
from supreme_system_v5.exchanges.history import (
    MOST_MISSING,
    NS_PER_MINUTE,
    candles_in_order,
    minute_of,
    numbered_between,
    trades_in_order,
)


def candle(place: int, *, closed: bool = True, volume: float = 1) -> Candle:
    return Candle(
        open_ns=place * NS_PER_MINUTE,
        open=5,
        high=7,
        low=4,
        close=6,
        volume=volume,
        closed=closed,
    )


def trade(number: int | None, *, time: int = 1, size: float = 1, name: str = "") -> FeedTrade:
    return FeedTrade(
        price=5,
        size=size,
        time_ns=time * 10**6,
        side=1,
        trade_id=name or str(number),
        first=number,
        last=number,
    )


def test_a_minute() -> None:
    assert minute_of(NS_PER_MINUTE * 5 + 1) == minute_of(NS_PER_MINUTE * 5) == NS_PER_MINUTE * 5


@given(st.lists(st.integers(1, 20)), st.integers(1, 20), st.integers(0, 20))
def test_minutes_in_order(places: list[int], start: int, length: int) -> None:
    found = candles_in_order(
        [candle(place, closed=place != 7) for place in places],
        start * NS_PER_MINUTE,
        (start + length) * NS_PER_MINUTE,
        "here",
    )
    expected = sorted({p for p in places if start <= p < start + length and p != 7})
    assert found == tuple(map(candle, expected))


@pytest.mark.parametrize(
    "wrong",
    [
        candle(3, volume=2),
        msgspec.structs.replace(candle(4), low=9),
        msgspec.structs.replace(candle(4), open_ns=4 * NS_PER_MINUTE + 1),
    ],
)
def test_minutes_that_cannot_be_believed(wrong: Candle) -> None:
    with pytest.raises(SourceError) as caught:
        candles_in_order([candle(3), wrong], 0, 9 * NS_PER_MINUTE, "here")
    assert caught.value.kind == FaultKind.BAD_ITEM


@given(st.lists(st.integers(1, 50)))
def test_trades_in_order_of_their_numbers(numbers: list[int]) -> None:
    found = trades_in_order(map(trade, numbers), "here", {})
    assert found == tuple(map(trade, sorted(set(numbers))))


def test_trades_without_numbers_stay_in_order_within_a_millisecond() -> None:
    told = [trade(None, time=time, name=name) for time, name in ((1, "a"), (2, "c"), (1, "b"))]
    found = trades_in_order(told, "here", {})
    assert [one.trade_id for one in found] == ["a", "b", "c"]


def test_what_is_no_trade_is_counted() -> None:
    dropped: dict[str, int] = {"zero": 1}
    told = [trade(1), trade(2, size=0), trade(3, size=float("nan"))]
    assert trades_in_order(told, "here", dropped) == (trade(1),)
    assert dropped == {"zero": 2, "bad": 1}


def test_two_trades_of_one_number_are_refused() -> None:
    with pytest.raises(SourceError, match="in two ways"):
        trades_in_order([trade(1), trade(1, size=2)], "here", {})


class Past:
    """Pages of trades, as `TradeHistory`."""

    def __init__(self, numbers: list[int], page: int) -> None:
        self.numbers, self.page, self.asked = sorted(numbers), page, 0

    async def number_before(self, time_ns: int) -> int:
        assert time_ns % NS_PER_MINUTE == 0
        return self.numbers[0] - 1

    async def trades_after(self, number: int) -> tuple[FeedTrade, ...]:
        self.asked += 1
        return tuple(trade(n) for n in self.numbers if n > number)[: self.page]


@given(
    st.sets(st.integers(1, 300), min_size=1),
    st.integers(0, 300),
    st.integers(1, 320),
    st.integers(1, 40),
)
def test_between_two_numbers(numbers: set[int], start: int, end: int, page: int) -> None:
    past = Past(list(numbers), page)
    found = asyncio.run(numbered_between(past, trade(start), trade(end), "here"))
    expected = [n for n in sorted(numbers) if start < n < end]
    assert found == tuple(map(trade, expected))
    assert past.asked <= len(expected) // page + 2


def test_since_the_minute_began() -> None:
    past = Past(random.Random(1).sample(range(5, 50), 30), 7)
    found = asyncio.run(numbered_between(past, None, trade(40), "here"))
    assert found == tuple(trade(n) for n in past.numbers if n < 40)


def test_what_is_too_much_or_not_numbered_is_refused() -> None:
    past = Past([1], 1)
    with pytest.raises(SourceError) as caught:
        asyncio.run(numbered_between(past, trade(0), trade(MOST_MISSING + 2), "here"))
    assert caught.value.kind == FaultKind.TOO_LARGE
    with pytest.raises(SourceError, match="does not number"):
        asyncio.run(numbered_between(past, trade(0), trade(None), "here"))
