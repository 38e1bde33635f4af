"""History before the first live trade."""

from __future__ import annotations

import pytest

from supreme_system_v5.clock import sleep_ns
from supreme_system_v5.domain.live import Candle
from supreme_system_v5.errors import SourceError
from supreme_system_v5.orchestrator.warm_up import History, read_history, told_meanwhile
from tests.fakes.clock import ManualClock
from tests.fakes.market_feed import FakeFeed
from tests.support.live_runs import MINUTE, SECOND, candle
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


class Faulty(FakeFeed):
    """Tells the oldest minutes, as many as it has, and fails ever after."""

    async def candles(self, start_ns: int, end_ns: int) -> tuple[Candle, ...]:
        if self.asked:
            raise SourceError("okx answered with status 503.")
        return await super().candles(start_ns, end_ns)


def test_without_an_answer_it_says_what_to_do_unless_no_history_is_wanted() -> None:
    feed = FakeFeed(ManualClock(), history=SourceError("okx answered with status 503."))
    with pytest.raises(SourceError) as caught:
        read(feed, 10)
    told = str(caught.value)
    assert told.startswith("only 0 of 10 minutes of history came (okx answered with status 503): ")
    assert "WARMUP_MINUTES=0" in told
    assert read(feed, 0) == History((), 0, 0, "okx answered with status 503.")
    assert read(FakeFeed(ManualClock()), 0) == History((), 0, 0, "")


@pytest.mark.parametrize("there", range(10))
def test_after_a_fault_it_goes_on_with_half_and_not_with_less(there: int) -> None:
    oldest = [candle(UNTIL - n * MINUTE) for n in range(10, 10 - there, -1)]
    feed = Faulty(ManualClock(), history=oldest)
    if 2 * there < 10:
        with pytest.raises(SourceError, match=f"only {there} of 10"):
            read(feed, 10)
    else:
        assert read(feed, 10) == History(
            tuple(oldest), 10, 10 - there, "okx answered with status 503."
        )


def test_an_exchange_that_has_little_and_says_so_is_no_fault() -> None:
    feed = FakeFeed(ManualClock(), history=[candle(UNTIL - MINUTE)])
    assert read(feed, 1_000).missing == 999


def test_while_it_is_read_somebody_is_told_every_three_seconds() -> None:
    notes: list[tuple[str, dict[str, object]]] = []

    async def reading() -> History:
        await sleep_ns(10 * SECOND)
        return History((), 7, 7, "")

    async def main() -> History:
        return await told_meanwhile(
            reading(), lambda event, **more: notes.append((event, more)), 7, sleep_ns
        )

    assert run_virtual(main()) == History((), 7, 7, "")
    assert notes == [("reading_history", {"minutes": 7, "since_s": n}) for n in (3, 6, 9)]
