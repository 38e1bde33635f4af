from __future__ import annotations

import math
from random import Random

import pytest

from supreme_system_v5.evidence.deflated_sharpe import DayStatistics
from supreme_system_v5.evidence.random_entries import MinuteBars
from supreme_system_v5.evidence.report import Tries
from supreme_system_v5.evidence.trades import DAY_NS, TradeRecord
from supreme_system_v5.evidence.verdict import Verdict
from supreme_system_v5.evidence.walk_forward import split, walk_forward
from supreme_system_v5.evidence.weighing import (
    daily_sums,
    deflate,
    holding,
    market_returns,
    sample_of,
    weigh,
)
from tests.support.evidence import (
    MINUTE_NS,
    START_NS,
    bars_of,
    material,
    random_walk,
    record,
    weighed,
)

FIRST = START_NS // DAY_NS
DAYS = 60
SHORT = 10
"""Bars from one trade to the next."""


def momentum(bars: MinuteBars, lookback: int, cost_bps: float) -> list[TradeRecord]:
    """Trade each tenth bar in the direction of the last bars, for as long."""
    trades = []
    for at in range(SHORT, len(bars.opens) - lookback - 1, SHORT):
        side = 1 if bars.closes[at - 1] > bars.closes[at - 1 - lookback] else -1
        gross = side * (bars.opens[at + lookback] / bars.opens[at] - 1) * 10_000
        trades.append(
            TradeRecord(
                side=side,
                entry_ns=bars.times_ns[at],
                exit_ns=bars.times_ns[at + lookback],
                gross_bps=gross,
                net_bps=gross - 2 * cost_bps,
            )
        )
    return trades


def verdict(closes: list[float], cost_bps: float) -> Verdict:
    """Return what is said of it over 240 bars of six minutes a day."""
    bars = bars_of(closes, step_ns=6 * MINUTE_NS)
    variants = [momentum(bars, lookback, cost_bps) for lookback in (3, 2, 6)]
    return weigh(material(variants, len(closes) // 240, bars), Random(1), 2).judgement.verdict


class TestVerdicts:
    def test_a_planted_edge_is_found(self) -> None:
        assert verdict(random_walk(Random(1), DAYS * 240, momentum=0.3), 0.1) is Verdict.EDGE

    def test_costs_above_it_leave_none(self) -> None:
        assert verdict(random_walk(Random(1), DAYS * 240, momentum=0.3), 10.0) is Verdict.NONE

    def test_random_walks_without_costs_are_no_edge(self) -> None:
        """At most 5 of 100: without costs the truth is a mean of exactly 0."""
        walks = (random_walk(Random(seed), DAYS * 240) for seed in range(100))
        assert sum(verdict(closes, 0.0) is Verdict.EDGE for closes in walks) <= 5

    def test_the_choice_of_the_best_of_many_is_no_edge(self) -> None:
        """In sample the best of 30 worthless variants looks good; out of sample it does not."""
        edges = 0
        for seed in range(12):
            rng = Random(seed)
            variants = [
                [record(rng.gauss(0.0, 10.0), day=n / 8) for n in range(8 * DAYS)]
                for _ in range(30)
            ]
            variants.sort(key=lambda trades: -sum(trade.net_bps for trade in trades))
            edges += weigh(material(variants, DAYS), Random(1), 2).judgement.verdict == "EDGE"
        assert edges <= 1


def test_what_is_judged_is_out_of_sample() -> None:
    good_then_bad = [record(5.0 if n < 14 else -5.0, day=n + 0.5) for n in range(DAYS)]
    steady = [record(1.0, day=n + 0.5) for n in range(DAYS)]
    found = weighed(steady, DAYS, good_then_bad)
    assert [each.variant for each in found.periods] == [None, "n=1", "", ""]
    assert found.given.trades == DAYS
    assert found.judged.trades == DAYS - 15
    assert found.judged.days == DAYS - 15
    assert not found.fixed
    assert found.out_of_sample


def test_one_period_and_a_choice_is_in_sample() -> None:
    trades = [record(-5.0 + n % 3, day=n + 0.5) for n in range(14)]
    found = weighed(trades, 14, trades)
    assert not found.out_of_sample
    assert found.judged.trades == 14
    assert found.judgement.verdict is Verdict.NONE
    gains = [record(5.0 + n % 3, day=n + 0.5) for n in range(14)]
    assert weighed(gains, 14, gains).judgement.verdict is Verdict.UNPROVEN


@pytest.mark.parametrize("count", [0, 1, 3])
def test_little_is_unproven(count: int) -> None:
    trades = [record(50.0 + n, day=n + 0.5) for n in range(count)]
    assert weighed(trades, DAYS).judgement.verdict is Verdict.UNPROVEN


def test_confidence_is_weighed_where_it_was_given() -> None:
    trades = [record(n % 2 - 0.5, day=n / 4, confidence=0.5 if n > 9 else None) for n in range(100)]
    found = weighed(trades, DAYS).calibration
    assert found is not None
    assert (found.trades, found.base_rate, found.ece) == (90, 0.5, 0.0)
    assert weighed(trades[:9], DAYS).calibration is None


class TestSample:
    def test_costs_by_hand(self) -> None:
        """Two trades: gross 10 and -4, turnover 2 each, funding 1 on the first."""
        trades = [
            record(10.0, day=0.5)._replace(net_bps=3.0, funding_bps=1.0),
            record(-4.0, day=1.5)._replace(net_bps=-10.0),
        ]
        sample = sample_of(trades, 2, (0.0, 2.5), Random(1))
        assert sample.gross is not None
        assert sample.net is not None
        assert (sample.gross.mean, sample.net.mean) == (3.0, -3.5)
        assert [step.net.mean for step in sample.net_at] == [2.5, -2.5]
        assert sample.break_even_bps == 5 / 4
        assert sample.charged_bps == (6 - -7 - 1) / 4

    def test_at_break_even_nothing_is_left(self) -> None:
        rng = Random(2)
        trades = [record(rng.gauss(3, 9), day=n)._replace(turnover=2.01) for n in range(9)]
        even = sample_of(trades, 9, (), Random(1)).break_even_bps
        assert even is not None
        [step] = sample_of(trades, 9, (even,), Random(1)).net_at
        assert step.net.mean == pytest.approx(0.0, abs=1e-12)


def test_daily_sums_have_silent_days() -> None:
    trades = [record(1.0, day=0.5), record(2.0, day=0.6), record(4.0, day=2.5), record(8.0, day=9)]
    assert daily_sums(trades, [FIRST, FIRST + 1, FIRST + 2]) == [3.0, 0.0, 12.0]
    assert daily_sums(trades[:1], [FIRST + 3]) == [1.0]
    assert daily_sums([], []) == []


def test_the_variance_is_that_of_chance_at_least() -> None:
    seen = DayStatistics(days=101, sharpe=0.3, skew=0.0, kurtosis=3.0)
    found = deflate(seen, Tries(variants=10, variance=None, counted=True, note=""))
    assert found is not None
    assert found.variance == 0.01
    assert found.p > 1 - 0.5 * math.erfc(-3 / math.sqrt(2))
    for known, used in ((0.0001, 0.01), (0.04, 0.04)):
        found = deflate(seen, Tries(variants=10, variance=known, counted=True, note=""))
        assert found is not None
        assert found.variance == used
    assert deflate(None, Tries(variants=1, variance=None, counted=True, note="")) is None


def test_more_tries_make_it_worth_less() -> None:
    seen = DayStatistics(days=101, sharpe=0.3, skew=0.0, kurtosis=3.0)
    p = [
        found.p
        for variants in (1, 10, 1_000)
        if (found := deflate(seen, Tries(variants=variants, variance=None, counted=True, note="")))
    ]
    assert p == sorted(p)
    assert p[0] < 0.01
    assert p[2] > 0.05


def test_holding_by_hand() -> None:
    """28 days in two periods: up 1 % with a long for a tenth of the time, down 2 % with a short."""
    half = 14 * 1_440
    bars = bars_of([100.0] * (half - 1) + [101.0] * half + [98.98])
    periods = split(START_NS, START_NS + 28 * DAY_NS)
    long = record(day=1, minutes=half / 10)
    short = record(day=15, minutes=half / 5, side=-1)
    steps = walk_forward([[long, short]], periods).judged
    returns = market_returns(steps, [bars])
    assert returns == pytest.approx([0.01, -0.02])
    found = holding(steps, returns)
    assert found is not None
    assert found.exposure == pytest.approx((0.1 - 0.2) / 2)
    assert found.market_bps == pytest.approx(-100)
    assert found.held_bps == pytest.approx(0.1 * 100 + 0.2 * 200)
    assert found.per_trade_bps == pytest.approx(25)
    assert holding((), ()) is None


def test_a_period_without_bars_has_no_return() -> None:
    steps = walk_forward([[]], split(START_NS, START_NS + DAY_NS)).judged
    assert market_returns(steps, [bars_of([1.0, 2.0], START_NS - 2 * MINUTE_NS)]) == [0.0]
