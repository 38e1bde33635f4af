"""History before the first live trade."""

from __future__ import annotations

from supreme_system_v5.clock import sleep_ns
from supreme_system_v5.domain.live import Candle
from supreme_system_v5.errors import SourceError
from supreme_system_v5.orchestrator.warm_up import History, read_history
from tests.fakes.clock import ManualClock
from tests.fakes.market_feed import FakeFeed
from tests.support.live_runs import MINUTE, candle
from tests.support.virtual_loop import run_virtual

UNTIL = 28_333_334 * MINUTE


def read(feed: FakeFeed, minutes: int) -> History:
    async def main() -> History:
        return await read_history(feed.candles, UNTIL, minutes, sleep_ns)

    return run_virtual(main())


def test_as_many_minutes_as_wanted_up_to_the_last_one() -> None:
    feed = FakeFeed(ManualClock(), history=[candle(UNTIL - n * MINUTE) for n in range(20, -1, -1)])
    history = read(feed, 10)
    assert [each.open_ns for each in history.candles] == [
        UNTIL - n * MINUTE for n in range(10, 0, -1)
    ]
    assert (history.wanted, history.missing, history.fault) == (10, 0, "")
    assert feed.asked == [(UNTIL - 10 * MINUTE, UNTIL)]


def test_the_last_minute_is_waited_for_and_only_it_is_asked_for_again() -> None:
    class Late(FakeFeed):
        async def candles(self, start_ns: int, end_ns: int) -> tuple[Candle, ...]:
            if len(self.asked) == 2:
                self._history.append(candle(UNTIL - MINUTE))  # type: ignore[union-attr]
            return await super().candles(start_ns, end_ns)

    feed = Late(ManualClock(), history=[candle(UNTIL - n * MINUTE) for n in range(5, 1, -1)])
    assert read(feed, 5).missing == 0
    assert feed.asked == [(UNTIL - 5 * MINUTE, UNTIL), *[(UNTIL - MINUTE, UNTIL)] * 2]


def test_what_the_exchange_does_not_have_is_counted() -> None:
    history = [candle(UNTIL - n * MINUTE) for n in (9, 7, 3, 1)]
    assert read(FakeFeed(ManualClock(), history=history), 10).missing == 6


def test_without_an_answer_it_says_why_and_goes_on() -> None:
    feed = FakeFeed(ManualClock(), history=SourceError("okx answered with status 503"))
    assert read(feed, 10) == History((), 10, 10, "okx answered with status 503")
    assert read(FakeFeed(ManualClock()), 0) == History((), 0, 0, "")
