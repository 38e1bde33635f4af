"""Whatever is lost, bars of what is passed on are the exchange's, or counted as not mended."""

from __future__ import annotations

import random
from dataclasses import dataclass, field

from hypothesis import given, settings
from hypothesis import strategies as st

from supreme_system_v5.domain import Timeframe
from supreme_system_v5.domain.live import Candle, FeedGap, FeedTrade
from supreme_system_v5.exchanges.minute_repair import (
    AskCandles,
    MinuteRepair,
    RepairLimits,
    RepairOutput,
)
from supreme_system_v5.exchanges.trade_stream import Doubt
from supreme_system_v5.reference import BarBuilder
from tests.support.plain_venue import MINUTE, S, candle, trade

BEGIN = 30_000_000 * MINUTE
MS = S // 1_000
Row = tuple[float, float, float, float, float]


def bars(trades: list[FeedTrade]) -> dict[int, Row]:
    """Return the minutes of these trades."""
    builder = BarBuilder()
    found = []
    for one in trades:
        found += builder.update(one.price, one.size, one.time_ns, one.side)
    found += builder.watermark(trades[-1].time_ns + MINUTE)
    assert builder.late == 0
    return {
        bar.open_ns: (bar.open, bar.high, bar.low, bar.close, bar.volume)
        for bar in found
        if bar.timeframe is Timeframe.M1
    }


def candles_of(trades: list[FeedTrade]) -> dict[int, Candle]:
    """Return the exchange's own minutes."""
    return {
        open_ns: candle(open_ns, *row[:4], volume=row[4], closed=True)
        for open_ns, row in bars(trades).items()
    }


@dataclass
class Bench:
    repair: MinuteRepair
    now: int = 0
    trades: list[FeedTrade] = field(default_factory=list)
    asked: list[AskCandles] = field(default_factory=list)
    answered: int = 0
    gaps: list[FeedGap] = field(default_factory=list)

    @property
    def time(self) -> int:
        return BEGIN + self.now

    def keep(self, out: list[RepairOutput]) -> None:
        for item in out:
            match item:
                case FeedTrade():
                    self.trades.append(item)
                case AskCandles():
                    self.asked.append(item)
                case FeedGap():
                    self.gaps.append(item)

    def take(self, *items: FeedTrade | Doubt | FeedGap) -> None:
        self.keep(self.repair.take(items, self.now, self.time))

    def know(self, *candles: Candle) -> None:
        for one in candles:
            self.keep(self.repair.candle(one, self.now, self.time))

    def wait(self, duration_ns: int) -> None:
        self.now += duration_ns
        self.keep(self.repair.passed(self.now, self.time))

    def answer(self, truth: dict[int, Candle], duration_ns: int) -> None:
        """Let time pass, and answer what was asked."""
        self.wait(duration_ns)
        for question in self.asked[self.answered :]:
            self.know(*(c for t, c in truth.items() if question.start_ns <= t < question.end_ns))
        self.answered = len(self.asked)

    def until(self, time_ns: int) -> None:
        self.wait(max(time_ns - self.time, 0))


def bench(limits: RepairLimits | None = None) -> Bench:
    return Bench(MinuteRepair(limits, lot=0.00001))


def at(number: int, price: float, size: float, seconds: float) -> FeedTrade:
    return trade(number, price, size, BEGIN + round(seconds * S))


def doubt(start_s: float, end_s: float) -> Doubt:
    return Doubt(start_ns=BEGIN + round(start_s * S), end_ns=BEGIN + round(end_s * S))


def prices(trades: list[FeedTrade]) -> list[tuple[float, float]]:
    return [(one.price, one.size) for one in trades]


def test_a_minute_beyond_doubt_is_never_held() -> None:
    told = bench()
    for number, seconds in enumerate([1, 30, 59, 60, 61, 185]):
        told.take(at(number, 100.0, 1.0, seconds))
        assert len(told.trades) == number + 1
    assert told.repair.unsettled_ns is None
    assert told.asked == []


def test_what_is_missing_is_made_up_before_the_last_trade() -> None:
    told = bench(RepairLimits(keep_ns=10**15))
    told.take(at(1, 100.0, 1.0, 1), doubt(1, 30), at(9, 101.0, 2.0, 30))
    assert prices(told.trades) == [(100.0, 1.0)], "the last trade of a doubted minute is kept"
    told.until(BEGIN + 61 * S)
    told.take(at(10, 102.0, 1.0, 61))
    assert told.repair.unsettled_ns == BEGIN
    told.know(candle(BEGIN, 100.0, 103.0, 99.0, 101.0, volume=4.5, closed=True))
    assert prices(told.trades) == [
        (100.0, 1.0),
        (103.0, 0.00001),
        (99.0, 1.49999),
        (101.0, 2.0),
        (102.0, 1.0),
    ]
    made = [one for one in told.trades if one.trade_id == ""]
    assert all((one.side, one.first, one.last) == (0, None, None) for one in made)
    assert all(BEGIN <= one.time_ns < BEGIN + MINUTE for one in made)
    assert (told.repair.repaired, told.repair.unrepaired) == (1, 0)


def test_a_kept_trade_is_let_go_after_a_moment() -> None:
    told = bench()
    told.take(at(1, 100.0, 1.0, 1), doubt(1, 2), at(2, 100.0, 1.0, 2))
    assert (len(told.trades), told.repair.held) == (1, 1)
    assert told.repair.next_ns(told.now, told.time) == S
    told.wait(S)
    assert (len(told.trades), told.repair.held) == (2, 0)


def test_the_candle_is_asked_for_and_when_none_comes_the_stream_goes_on() -> None:
    told = bench()
    told.take(at(1, 100.0, 1.0, 1), doubt(1, 30), at(2, 100.0, 1.0, 30))
    told.until(BEGIN + 61 * S)
    assert told.asked == []
    told.wait(S // 2)
    assert told.asked == [AskCandles(start_ns=BEGIN, end_ns=BEGIN + MINUTE)]
    told.take(at(3, 100.0, 1.0, 60.5))
    told.wait(S)
    assert len(told.asked) == 2
    told.wait(3 * S // 2)
    assert len(told.trades) == 3
    assert told.repair.unrepaired == 1
    assert told.repair.unsettled_ns is None


def test_in_silence_nothing_is_made_up_and_the_wait_ends() -> None:
    told = bench()
    told.take(at(1, 100.0, 1.0, 1), doubt(1, 30), at(2, 100.0, 1.0, 30))
    told.until(BEGIN + 61 * S)
    told.know(candle(BEGIN, 100.0, 101.0, 100.0, 101.0, volume=5.0, closed=True))
    assert told.repair.unsettled_ns == BEGIN
    told.wait(3 * S)
    assert told.repair.unsettled_ns == BEGIN, "it is known not to be whole"
    assert len(told.trades) == 2
    told.take(at(3, 100.5, 1.0, 59), at(4, 100.0, 1.0, 61))
    assert prices(told.trades)[2:] == [(100.5, 1.0), (101.0, 2.0), (100.0, 1.0)]
    assert (told.repair.repaired, told.repair.unrepaired, told.repair.late) == (1, 0, 0)


def test_a_candle_that_is_faster_than_the_last_trade_does_not_shut_it_out() -> None:
    told = bench()
    told.take(at(1, 100.0, 1.0, 1), doubt(1, 30), at(2, 100.0, 1.0, 30))
    told.until(BEGIN + 60 * S + MS)
    told.know(candle(BEGIN, 100.0, 101.0, 100.0, 101.0, volume=3.0, closed=True))
    told.take(at(3, 101.0, 1.0, 59.9))
    told.until(BEGIN + 61 * S)
    assert len(told.trades) == 3
    assert (told.repair.verified, told.repair.late) == (1, 0)


def test_a_doubted_minute_that_is_whole_is_only_verified() -> None:
    told = bench()
    told.take(at(1, 100.0, 1.0, 1), doubt(1, 30), at(2, 100.0, 1.0, 30))
    told.until(BEGIN + 61 * S)
    told.know(candle(BEGIN, 100.0, 100.0, 100.0, 100.0, volume=2.0, closed=True))
    assert (told.repair.verified, len(told.trades)) == (1, 2)


def test_a_begin_in_the_middle_gets_the_first_price_of_the_minute() -> None:
    told = bench()
    told.take(doubt(0, 20), at(5, 101.0, 1.0, 20))
    assert told.trades == []
    told.know(candle(BEGIN, 100.0, 102.0, 99.0, 101.0, volume=7.0, closed=False))
    told.take(at(6, 101.5, 1.0, 21))
    assert prices(told.trades) == [(100.0, 0.00001), (101.0, 1.0)]
    told.until(BEGIN + 61 * S)
    told.know(candle(BEGIN, 100.0, 102.0, 99.0, 101.5, volume=9.0, closed=True))
    told.take(at(7, 101.5, 1.0, 60))
    assert bars(told.trades)[BEGIN] == (100.0, 102.0, 99.0, 101.5, 9.0)


def test_without_a_candle_it_begins_all_the_same() -> None:
    told = bench()
    told.take(doubt(0, 20), at(5, 101.0, 1.0, 20))
    told.wait(3 * S)
    told.wait(S)
    assert prices(told.trades) == [(101.0, 1.0)]


def test_minutes_lost_as_a_whole_are_made_up() -> None:
    told = bench()
    told.take(at(1, 100.0, 1.0, 1), doubt(1, 190), at(99, 100.0, 1.0, 190))
    told.wait(S // 2)
    [question] = told.asked
    assert question == AskCandles(start_ns=BEGIN, end_ns=BEGIN + 3 * MINUTE)
    told.know(
        candle(BEGIN, 100.0, 100.0, 100.0, 100.0, volume=1.0, closed=True),
        candle(BEGIN + MINUTE, 100.0, 103.0, 98.0, 103.0, volume=5.0, closed=True),
        candle(BEGIN + 2 * MINUTE, 103.0, 103.0, 103.0, 103.0, volume=0.0, closed=True),
        candle(BEGIN + 3 * MINUTE, 103.0, 103.0, 100.0, 100.0, volume=2.0, closed=False),
    )
    told.until(BEGIN + 241 * S)
    told.know(candle(BEGIN + 3 * MINUTE, 103.0, 103.0, 100.0, 100.0, volume=2.0, closed=True))
    told.take(at(100, 100.0, 1.0, 241))
    assert bars(told.trades) == {
        BEGIN: (100.0, 100.0, 100.0, 100.0, 1.0),
        BEGIN + MINUTE: (100.0, 103.0, 98.0, 103.0, 5.0),
        BEGIN + 2 * MINUTE: (103.0, 103.0, 103.0, 103.0, 0.0),
        BEGIN + 3 * MINUTE: (103.0, 103.0, 100.0, 100.0, 2.0),
        BEGIN + 4 * MINUTE: (100.0, 100.0, 100.0, 100.0, 1.0),
    }
    assert (told.repair.repaired, told.repair.verified) == (2, 2)


def test_a_week_that_was_missed_is_not_made_up_whole() -> None:
    told = bench(RepairLimits(most_minutes=3))
    told.take(at(1, 100.0, 1.0, 1), doubt(1, 6_001), at(99, 100.0, 1.0, 6_001))
    told.wait(S)
    assert told.asked[-1].end_ns - told.asked[-1].start_ns <= 101 * MINUTE
    told.wait(3 * S)
    told.wait(3 * S)
    told.wait(S)
    assert len(told.trades) == 2
    assert told.repair.unrepaired == 100


def test_a_candle_that_more_trades_cannot_reach_is_counted() -> None:
    for wrong in (
        candle(BEGIN, 100.0, 100.0, 100.0, 100.0, volume=1.5, closed=True),
        candle(BEGIN, 100.0, 100.0, 100.0, 99.0, volume=2.0, closed=True),
        candle(BEGIN, 99.0, 100.0, 99.0, 100.0, volume=3.0, closed=True),
    ):
        told = bench()
        told.take(at(1, 100.0, 1.0, 1), doubt(1, 30), at(2, 100.0, 1.0, 30))
        told.until(BEGIN + 61 * S)
        told.know(wrong)
        told.take(at(3, 100.0, 1.0, 62))
        told.wait(3 * S)
        assert told.repair.unrepaired == 1
        assert [one.trade_id for one in told.trades if one.trade_id] == ["1", "2", "3"]


def test_a_candle_that_is_behind_is_not_taken_for_the_last_word() -> None:
    told = bench()
    told.take(at(1, 100.0, 1.0, 1), doubt(1, 30), at(2, 100.0, 1.0, 30), at(3, 100.0, 1.0, 61))
    told.know(candle(BEGIN, 100.0, 100.0, 100.0, 100.0, volume=1.0, closed=True))
    assert len(told.trades) == 1
    told.wait(S // 2)
    assert told.asked == [AskCandles(start_ns=BEGIN, end_ns=BEGIN + MINUTE)]
    told.know(candle(BEGIN, 100.0, 100.0, 100.0, 100.0, volume=2.0, closed=True))
    assert len(told.trades) == 3
    assert told.repair.verified == 1


def test_a_trade_of_a_minute_that_is_over_is_counted() -> None:
    told = bench()
    told.take(at(1, 100.0, 1.0, 1), at(2, 100.0, 1.0, 61), at(3, 100.0, 1.0, 2))
    assert (len(told.trades), told.repair.late) == (2, 1)
    assert told.repair.unsettled_ns == BEGIN + MINUTE, "its time may be wrong"
    told.until(BEGIN + 121 * S)
    told.know(candle(BEGIN + MINUTE, 100.0, 100.0, 100.0, 100.0, volume=2.0, closed=True))
    told.take(at(4, 101.0, 1.0, 121))
    assert prices(told.trades)[2:] == [(100.0, 1.0), (101.0, 1.0)], (
        "its time was wrong: it was missing here"
    )
    assert told.repair.repaired == 1


def test_gaps_are_passed_on_and_waiting_is_bounded() -> None:
    told = bench(RepairLimits(most_waiting=2))
    gap = FeedGap(missing=1, recovered=0, start_ns=1, end_ns=2, receive_ns=3)
    told.take(at(1, 100.0, 1.0, 1), doubt(1, 30), gap, at(2, 100.0, 1.0, 30))
    told.take(at(3, 100.0, 1.0, 61), at(4, 100.0, 1.0, 62))
    assert len(told.trades) == 1
    told.take(at(5, 100.0, 1.0, 63))
    assert len(told.trades) == 5
    assert told.gaps == [gap]


def lossy(chance: random.Random, loss: float) -> tuple[list[FeedTrade], list[bool]]:
    """Return trades of some minutes, and which of them come; the first and the last do."""
    trades, time, price = [], BEGIN + chance.randrange(50 * S), 1_000
    for number in range(chance.randint(5, 120)):
        trades.append(trade(number, price / 10, chance.randint(1, 5) / 100_000, time))
        time += chance.choice([0, MS, 300 * MS, 3 * S, 30 * S])
        price += chance.randint(-3, 3)
    trades.append(trade(9_999, price / 10, 1.0, time + 3 * MINUTE))
    come, kept = [], True
    for _ in trades:
        kept = chance.random() >= (loss if kept else 0.6)  # losses come in runs
        come.append(kept)
    come[-1] = True
    return trades, come


def forming(trades: list[FeedTrade]) -> Candle:
    """Return the open minute of these trades."""
    minute = trades[-1].time_ns - trades[-1].time_ns % MINUTE
    inside = [one for one in trades if one.time_ns >= minute]
    row = [one.price for one in inside]
    volume = sum(round(one.size * 10**8) for one in inside) / 10**8
    return candle(minute, row[0], max(row), min(row), row[-1], volume=volume, closed=False)


@given(
    seed=st.integers(0, 2**32),
    loss=st.sampled_from([0.02, 0.2, 0.7]),
    keep_ns=st.sampled_from([S, 10**15]),
    channel=st.booleans(),
)
@settings(max_examples=100, deadline=None)
def test_bars_of_what_is_passed_on_are_the_exchanges(
    *, seed: int, loss: float, keep_ns: int, channel: bool
) -> None:
    chance = random.Random(seed)
    trades, come = lossy(chance, loss)
    truth = candles_of(trades)
    told = bench(RepairLimits(keep_ns=keep_ns))
    before: FeedTrade | None = None
    for place, (one, comes) in enumerate(zip(trades, come, strict=True)):
        while told.time < one.time_ns:
            told.answer(truth, min(200 * MS, one.time_ns - told.time))
            over = told.time - told.time % MINUTE - MINUTE
            if channel and over in truth:
                told.know(truth[over])
        told.know(forming(trades[: place + 1]))
        if not comes:
            continue
        if before is None:
            told.take(Doubt(start_ns=one.time_ns - one.time_ns % MINUTE, end_ns=one.time_ns))
        elif not come[place - 1]:
            told.take(Doubt(start_ns=before.time_ns, end_ns=one.time_ns))
        told.take(one)
        before = one
    for _ in range(350):
        told.answer(truth, 200 * MS)
    first = min(one.time_ns for one, comes in zip(trades, come, strict=True) if comes)
    first -= first % MINUTE
    expected = {t: row for t, row in bars(trades).items() if t >= first}
    found = bars(told.trades)
    differing = [t for t, row in expected.items() if found.get(t) != row]
    assert len(differing) <= told.repair.unrepaired
    if keep_ns > S:
        assert told.repair.unrepaired == 0
    assert told.repair.late == 0
    real = [one.trade_id for one in told.trades if one.trade_id]
    assert real == [one.trade_id for one, comes in zip(trades, come, strict=True) if comes]
