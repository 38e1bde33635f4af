"""Any loss, repetition, disorder and answers end in each trade once, in order, or an honest gap."""

from __future__ import annotations

import gzip
import json
import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from supreme_system_v5.domain.live import FeedGap, FeedTrade
from supreme_system_v5.exchanges.trade_stream import (
    AskTrades,
    Doubt,
    StreamLimits,
    StreamOutput,
    TradeStream,
)
from tests.support.plain_venue import MINUTE, S, trade

BEGIN = 30_000_000 * MINUTE
MS = S // 1_000


@dataclass
class Told:
    """A stream, the time, and what became of everything."""

    stream: TradeStream
    now: int = 0
    trades: list[FeedTrade] = field(default_factory=list)
    gaps: list[FeedGap] = field(default_factory=list)
    doubts: list[Doubt] = field(default_factory=list)
    asked: list[AskTrades] = field(default_factory=list)

    @property
    def time(self) -> int:
        return BEGIN + self.now

    def keep(self, out: list[StreamOutput]) -> None:
        for item in out:
            match item:
                case FeedTrade():
                    self.trades.append(item)
                case FeedGap():
                    self.gaps.append(item)
                case Doubt():
                    self.doubts.append(item)
                case AskTrades():
                    self.asked.append(item)

    def take(self, *trades: FeedTrade) -> None:
        self.keep(self.stream.take(trades, self.now, self.time))

    def wait(self, duration_ns: int) -> None:
        self.now += duration_ns
        self.keep(self.stream.passed(self.now, self.time))

    def answer(self, rows: Sequence[FeedTrade], number: int | None = None) -> None:
        number = self.asked[-1].number if number is None else number
        self.keep(self.stream.answer(number, rows, self.now, self.time))

    @property
    def numbers(self) -> list[int | None]:
        return [one.last for one in self.trades]


def begun(*, numbered: bool = True, limits: StreamLimits | None = None) -> Told:
    """Return a stream that has told trade 100."""
    told = Told(TradeStream(limits))
    told.take(row(100, numbered=numbered))
    told.wait(S // 4)
    told.answer(())
    assert [one.trade_id for one in told.trades] == ["100"]
    told.doubts.clear()
    return told


def row(number: int, price: float = 100.0, *, count: int = 1, numbered: bool = True) -> FeedTrade:
    one = trade(number, price, 1.0, BEGIN + (number - 100) * MS, count=count)
    return one if numbered else msgspec.structs.replace(one, first=None, last=None)


def rows(*numbers: int, numbered: bool = True) -> list[FeedTrade]:
    return [row(number, numbered=numbered) for number in numbers]


def test_it_begins_with_what_was_traded_since_the_minute_began() -> None:
    told = Told(TradeStream())
    told.take(row(100), row(101))
    assert told.trades == []
    told.wait(S // 4)
    [question] = told.asked
    assert (question.after, question.before) == (None, row(100))
    told.answer(rows(97, 98, 99))
    assert told.numbers == [97, 98, 99, 100, 101]
    assert told.gaps == []
    assert told.doubts == [Doubt(start_ns=BEGIN, end_ns=BEGIN)]


def test_without_an_answer_it_begins_in_the_middle() -> None:
    told = Told(TradeStream())
    told.take(row(100), row(101))
    told.wait(S)
    told.stream.no_answer(told.asked[-1].number, told.now)
    told.wait(10 * S)
    assert told.numbers == [100, 101]
    assert told.gaps == []


def test_a_hole_that_closes_by_itself_is_not_told() -> None:
    told = begun()
    told.take(row(103))
    told.take(row(102), row(101))
    told.wait(S)
    assert told.numbers == [100, 101, 102, 103]
    assert (told.gaps, len(told.asked)) == ([], 1)


def test_a_hole_is_read_and_told_as_recovered() -> None:
    told = begun()
    told.take(row(105))
    assert told.numbers == [100]
    told.wait(S // 4)
    assert (told.asked[-1].after, told.asked[-1].before) == (row(100), row(105))
    told.answer(rows(101, 102, 103, 104, 105))
    assert told.numbers == [100, 101, 102, 103, 104, 105]
    [gap] = told.gaps
    assert (gap.missing, gap.recovered) == (4, 4)
    assert told.doubts == []


def test_an_answer_that_lags_is_asked_for_again_three_times() -> None:
    told = begun()
    told.take(row(105))
    for known in ([], [101], [101, 103]):
        told.wait(S)
        told.answer(rows(*known))
    assert len(told.asked) == 4
    assert told.numbers == [100, 101, 103, 105]
    [gap] = told.gaps
    assert (gap.missing, gap.recovered) == (4, 2)
    assert told.doubts == [
        Doubt(start_ns=row(101).time_ns, end_ns=row(103).time_ns),
        Doubt(start_ns=row(103).time_ns, end_ns=row(105).time_ns),
    ]
    told.take(row(102), row(103))
    assert (told.stream.dropped, told.stream.duplicates) == ({"late": 1}, 1)


def test_without_answers_a_hole_is_given_up_in_time() -> None:
    told = begun()
    told.take(row(105))
    for _ in range(9):
        told.wait(S)
        told.stream.no_answer(told.asked[-1].number, told.now)
    assert told.numbers == [100]
    told.wait(2 * S)
    assert told.numbers == [100, 105]
    assert [(gap.missing, gap.recovered) for gap in told.gaps] == [(4, 0)]


def test_when_asking_is_futile_it_rests_for_a_minute() -> None:
    told = begun()
    for number in (105, 110, 115):
        told.take(row(number))
        for _ in range(3):
            told.wait(S)
            told.answer(())
        assert told.numbers[-1] == number
    asked = len(told.asked)
    for number in range(120, 170, 5):
        told.take(row(number))
        told.wait(S // 4)
        assert told.numbers[-1] == number
    assert len(told.asked) == asked
    told.wait(60 * S)
    told.take(row(175))
    told.wait(S // 4)
    told.answer(rows(*range(166, 175)))
    assert told.numbers[-10:] == list(range(166, 176))


def test_too_late_an_answer_changes_nothing() -> None:
    told = begun()
    told.take(row(105))
    told.wait(S)
    told.wait(10 * S)
    told.answer(rows(101, 102))
    assert told.numbers == [100, 105]


def test_too_large_a_hole_is_not_asked_for() -> None:
    told = begun()
    told.now += 100 * S
    told.take(row(100_000), row(100_001), row(100_002))
    assert told.numbers == [100, 100_000, 100_001, 100_002]
    assert [(gap.missing, gap.recovered) for gap in told.gaps] == [(99_899, 0)]
    assert len(told.asked) == 1


def test_one_wrong_number_does_not_carry_the_stream_away() -> None:
    told = begun()
    told.take(row(10**9))
    for number in range(101, 110):
        told.take(row(number))
        told.wait(S)
    told.wait(2 * S)
    told.take(row(110))
    assert told.numbers == list(range(100, 111))
    assert told.stream.dropped == {"number": 1}
    assert told.gaps == []


def test_one_wrong_number_that_hides_a_right_one_is_only_a_hole_of_one() -> None:
    told = begun()
    told.take(row(101), row(10**9))  # it was 102
    for number in range(103, 120):
        told.take(row(number))
        told.wait(S)
        if told.asked[-1].before == row(103):
            told.answer(rows(102))
    assert told.numbers == list(range(100, 120))
    assert told.stream.dropped == {"number": 1}
    assert [(gap.missing, gap.recovered) for gap in told.gaps] == [(1, 1)]


def test_what_cannot_be_read_is_doubted_where_there_are_no_numbers() -> None:
    assert begun().stream.unread() == []
    assert Told(TradeStream()).stream.unread() == []
    doubted = Doubt(start_ns=row(100).time_ns, end_ns=row(100).time_ns)
    assert begun(numbered=False).stream.unread() == [doubted]


def test_when_too_many_wait_the_hole_is_given_up() -> None:
    told = begun(limits=StreamLimits(most_held=50))
    told.take(*rows(*range(102, 152)))
    assert told.numbers == [100]
    told.take(row(152))
    assert told.numbers == [100, *range(102, 153)]
    assert told.gaps[0].missing == 1


def test_one_question_is_for_all_holes_there_are() -> None:
    told = begun()
    told.take(row(102), row(104), row(107))
    told.wait(S // 4)
    assert (told.asked[-1].after, told.asked[-1].before) == (row(100), row(107))
    told.answer(rows(101, 102, 103, 104, 105, 106))
    assert told.numbers == list(range(100, 108))
    assert [(gap.missing, gap.recovered) for gap in told.gaps] == [(4, 4)]


def test_several_trades_told_as_one_count_as_several() -> None:
    told = begun()
    told.take(row(103, count=3), row(107, count=2))
    told.wait(S)
    told.answer(rows(104, 105))
    assert told.numbers == [100, 103, 104, 105, 107]
    assert (told.gaps[0].missing, told.gaps[0].recovered) == (2, 2)


def test_what_overlaps_is_left_out_and_its_minute_doubted() -> None:
    told = begun()
    told.take(row(101), row(103, count=3), row(104))
    assert told.numbers == [100, 101, 104]
    assert told.stream.dropped == {"overlap": 1}
    assert told.doubts


def test_an_exchange_that_counts_anew_is_followed() -> None:
    told = begun()
    anew = [trade(n, 100.0, 1.0, BEGIN + S + n) for n in (1, 2, 3, 4)]
    told.now += 2 * S
    told.take(*anew)
    assert told.numbers == [100, 1, 2, 3, 4]
    assert [gap.missing for gap in told.gaps] == [None]


def test_a_replay_of_old_trades_is_only_counted() -> None:
    told = begun()
    told.take(*rows(101, 102, 103))
    told.take(*rows(95, 96, 100, 101, 102, 103))
    assert told.numbers == [100, 101, 102, 103]
    assert told.stream.duplicates == 6


def test_absurd_prices_and_times_are_left_out_until_many_agree() -> None:
    told = begun()
    future = msgspec.structs.replace(row(103), time_ns=told.time + 6 * S)
    told.take(row(101, 79.0), row(102, 130.0), future, row(104, 100.5))
    assert told.numbers == [100, 104]
    assert told.stream.dropped == {"price": 2, "future": 1}
    assert len(told.doubts) == 3
    told.take(row(105, 70.0), row(106, 70.1), row(107, 70.2), row(108, 70.3))
    assert told.numbers == [100, 104], "one bad message may hold many"
    told.now += 6 * S
    told.take(msgspec.structs.replace(row(109, 70.3), time_ns=told.time), row(110, 70.0))
    assert told.numbers == [100, 104, 109, 110], "a market can fall"
    told.stream.belief.ahead_ns = 10 * S
    told.take(msgspec.structs.replace(row(111, 70.3), time_ns=told.time + 6 * S))
    assert told.numbers[-1] == 111
    told.stream.belief.reference = 100.0
    told.take(row(112, 100.0))
    assert told.numbers[-1] == 112, "quotes say the same"


def test_what_no_market_has_is_left_out_however_many_agree() -> None:
    told = begun()
    told.take(row(101, 1e9), row(102, 1e9), row(103, 1e9), row(104, 1e9))
    told.take(msgspec.structs.replace(row(105), size=1e9), row(106))
    assert told.numbers == [100, 106]
    assert told.stream.dropped == {"absurd": 5}
    assert len(told.doubts) == 5


def test_without_numbers_a_new_connection_is_a_hole_of_unknown_size() -> None:
    told = begun(numbered=False)
    told.take(row(101, numbered=False))
    told.stream.broken()
    told.take(*rows(101, 105, numbered=False))
    assert [one.trade_id for one in told.trades] == ["100", "101"]
    told.wait(S)
    assert told.asked[-1].after == row(101, numbered=False)
    told.answer(rows(101, 103, 104, 105, numbered=False))
    assert [one.trade_id for one in told.trades] == ["100", "101", "103", "104", "105"]
    [gap] = told.gaps
    assert (gap.missing, gap.recovered) == (None, 2)
    assert told.doubts == [Doubt(start_ns=row(101).time_ns, end_ns=row(105).time_ns)]
    assert told.stream.duplicates == 1


def test_without_numbers_two_holes_are_two_questions() -> None:
    told = begun(numbered=False)
    told.stream.broken()
    told.take(row(105, numbered=False))
    told.stream.broken()
    told.take(row(110, numbered=False))
    told.wait(S)
    told.answer(rows(103, numbered=False))
    assert [one.trade_id for one in told.trades] == ["100", "103", "105"]
    told.wait(S)
    told.answer(rows(108, numbered=False))
    assert [one.trade_id for one in told.trades] == ["100", "103", "105", "108", "110"]


def test_identities_are_remembered_within_bounds() -> None:
    told = begun(numbered=False, limits=StreamLimits(remembered=10))
    told.take(*rows(*range(101, 121), numbered=False))
    told.take(row(120, numbered=False), row(100, numbered=False))
    assert told.stream.duplicates == 1
    assert len(told.trades) == 22


class Rest:
    """Answers what a stream asks, after a while, as well as its memory allows."""

    def __init__(
        self, told: Told, history: list[FeedTrade], memory: str, chance: random.Random
    ) -> None:
        self.places = {one.trade_id: place for place, one in enumerate(history)}
        self._told, self._history, self._memory, self._chance = told, history, memory, chance
        self._waiting: list[tuple[int, AskTrades]] = []
        self._known = 0

    def step(self, duration_ns: int) -> None:
        """Let time pass, and answer what is due."""
        told = self._told
        told.wait(duration_ns)
        for question in told.asked[self._known :]:
            self._waiting.append((told.now + self._chance.randint(0, S), question))
        self._known = len(told.asked)
        for due in [pair for pair in self._waiting if pair[0] <= told.now]:
            self._waiting.remove(due)
            if self._memory == "silence":
                told.stream.no_answer(due[1].number, told.now)
            else:
                told.answer(self._found(due[1]), due[1].number)

    def _found(self, question: AskTrades) -> list[FeedTrade]:
        end = self.places[question.before.trade_id]
        begin = 0 if question.after is None else self.places[question.after.trade_id] + 1
        lag = 2 * S if self._memory == "lagging" else 0
        found = [one for one in self._history[begin:end] if one.time_ns <= self._told.time - lag]
        if self._memory == "some":
            return [one for one in found if self.places[one.trade_id] % 7]
        return [] if self._memory == "nothing" else found


def invented(chance: random.Random, *, numbered: bool) -> list[FeedTrade]:
    found, number, time = [], 100, BEGIN
    for _ in range(150):
        count = chance.choice([1, 1, 1, 3])
        number += count
        time += chance.choice([0, MS, 50 * MS, 400 * MS])
        one = trade(number, 100.0, 1.0, time, count=count)
        found.append(one if numbered else msgspec.structs.replace(one, first=None, last=None))
    return found


def count(one: FeedTrade) -> int:
    assert one.first is not None
    assert one.last is not None
    return one.last - one.first + 1


@pytest.mark.parametrize("numbered", [True, False])
@given(
    seed=st.integers(0, 2**32),
    loss=st.sampled_from([0.0, 0.05, 0.3]),
    twice=st.sampled_from([0.0, 0.2]),
    disorder=st.sampled_from([0, 3, 20]),
    memory=st.sampled_from(["all", "some", "nothing", "silence", "lagging"]),
)
@settings(max_examples=60, deadline=None)
def test_each_once_in_order_or_an_honest_gap(
    *, numbered: bool, seed: int, loss: float, twice: float, disorder: int, memory: str
) -> None:
    chance = random.Random(seed)
    history = invented(chance, numbered=numbered)
    sent = [one for one in history for _ in range(1 + (chance.random() < twice))]
    sent = [one for one in sent if chance.random() >= loss] or [history[-1]]
    if numbered:
        order = {n: n + chance.uniform(0, disorder) for n in range(len(sent))}
        sent = [sent[n] for n in sorted(order, key=order.__getitem__)]
    told = Told(TradeStream())
    rest = Rest(told, history, memory, chance)
    for one in sent:
        while told.time < one.time_ns:
            rest.step(min(100 * MS, one.time_ns - told.time))
        if not numbered and chance.random() < 0.05:
            told.stream.broken()
        told.take(one)
    for _ in range(400):
        rest.step(100 * MS)

    assert told.stream.held == 0
    assert told.stream.trades == len(told.trades)
    places = [rest.places[one.trade_id] for one in told.trades]
    assert places == sorted(set(places)), "each once, in order"
    came = {rest.places[one.trade_id] for one in sent}
    late = {n for n in came if n not in places and n > places[0]}
    assert not late or told.stream.dropped["late"], "what came is told, or came too late"
    if not numbered:
        assert set(told.stream.dropped) == set()
        return
    untold = set(range(places[0], max(came) + 1)) - set(places)
    assert sum(count(history[n]) for n in untold) == sum(
        (gap.missing or 0) - gap.recovered for gap in told.gaps
    )
    assert told.stream.missing == sum(gap.missing or 0 for gap in told.gaps)
    if memory == "all":
        assert untold == set()


@pytest.mark.parametrize("name", ["spot", "usdm"])
def test_recorded_trades_have_no_hole_and_are_all_told(data_dir: Path, name: str) -> None:
    told, sent = Told(TradeStream()), []
    path = data_dir / "ws" / f"binance_{name}_btcusdt_raw_20240808.txt.gz"
    with gzip.open(path, "rt") as lines:
        for line in lines:
            stamp, _, text = line.partition(" ")
            said = json.loads(text).get("data", {})
            if said.get("e") != "trade" or float(said["q"]) <= 0:
                continue
            one = FeedTrade(
                price=float(said["p"]),
                size=float(said["q"]),
                time_ns=said["T"] * MS,
                side=-1 if said["m"] else 1,
                trade_id=str(said["t"]),
                first=said["t"],
                last=said["t"],
            )
            now = int(stamp)
            told.keep(told.stream.take([one], now, now))
            told.keep(told.stream.passed(now, now))
            if told.asked and not told.trades:
                told.keep(told.stream.answer(told.asked[0].number, (), now, now))
            sent.append(one)
    assert len(sent) > 1_000
    assert told.trades == sent
    assert (told.gaps, told.stream.dropped, told.stream.duplicates) == ([], {}, 0)
