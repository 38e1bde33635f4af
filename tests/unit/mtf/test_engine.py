from __future__ import annotations

from array import array
from collections.abc import Sequence
from dataclasses import FrozenInstanceError, replace
from itertools import accumulate

import pytest
from hypothesis import given
from hypothesis import strategies as st

from supreme_system_v5 import optimized, reference
from supreme_system_v5.domain import (
    AnalyzerConfig,
    Flag,
    Seed,
    Timeframe,
    TimeframeWeights,
    ViewStatus,
)
from supreme_system_v5.mtf import Consensus, MultiTimeframeEngine, Vote
from supreme_system_v5.mtf.engine import KEPT
from supreme_system_v5.ports import TickAnalyzer

MINUTE = 60_000_000_000
BARS = Flag.BAR_1M | Flag.BAR_5M | Flag.BAR_15M | Flag.BAR_1H
# Soon mature, and with factors that are powers of two: mirror images stay exact for long.
QUICK = AnalyzerConfig(
    bar_emas=(1, 3, 7),
    bar_rsi=2,
    bar_macd=(1, 3, 3),
    bar_atr=1,
    bar_bollinger=4,
    bar_volatility=2,
)
MATURE_AFTER = 7
"""Bars until `QUICK` is mature: the longest EMA."""
START = 10_000.0

shares = st.tuples(*[st.integers(0, 100)] * 4).filter(any)
steps = st.lists(st.integers(-9, 9).filter(bool), min_size=40, max_size=40)
stretches = st.integers(1, 20)
"""Every step is drawn out to so many minutes: up to 13 hours."""


def weights_of(parts: tuple[int, ...]) -> TimeframeWeights:
    m1, m5, m15, h1 = (part / sum(parts) for part in parts)
    return TimeframeWeights(m1=m1, m5=m5, m15=m15, h1=h1)


def path_of(moves: Sequence[int], stretch: int) -> list[float]:
    return list(accumulate([move for move in moves for _ in range(stretch)], initial=START))


def new(weights: TimeframeWeights | None = None) -> MultiTimeframeEngine:
    return MultiTimeframeEngine(optimized.OptimizedTechnicalAnalyzer(QUICK), weights)


def feed(
    timeframes: MultiTimeframeEngine, market: TickAnalyzer, prices: Sequence[float], first: int = 0
) -> None:
    """Let minutes close at these prices."""
    close = array("d", prices)
    ones = array("d", [1.0] * len(close))
    times = array("q", [(first + minute) * MINUTE for minute in range(len(close))])
    position = 0
    while position < len(close):
        position, flags = market.advance_bars(close, close, close, close, ones, times, position)
        timeframes.on_closed(flags)


def after(prices: Sequence[float], weights: TimeframeWeights | None = None) -> MultiTimeframeEngine:
    market = optimized.OptimizedTechnicalAnalyzer(QUICK)
    timeframes = MultiTimeframeEngine(market, weights)
    feed(timeframes, market, prices)
    return timeframes


def cast(consensus: Consensus, weights: TimeframeWeights) -> list[tuple[float, Vote]]:
    """Return weight and vote of those who count."""
    return [
        (weights[name], vote)
        for name, vote in consensus.votes.items()
        if vote is not None and weights[name]
    ]


class TestConsensus:
    @given(shares, steps, stretches)
    def test_it_is_what_the_votes_say(
        self, parts: tuple[int, ...], moves: list[int], stretch: int
    ) -> None:
        weights = weights_of(parts)
        consensus = after(path_of(moves, stretch), weights).consensus()
        voters = cast(consensus, weights)
        net = sum(weight * vote.direction * vote.confidence for weight, vote in voters)
        assert consensus.direction == pytest.approx(net, abs=2e-9)
        assert -1 <= consensus.direction <= 1
        assert consensus.strength == abs(consensus.direction)
        sign = (consensus.direction > 0) - (consensus.direction < 0)
        total = sum(weight for weight, _ in voters)
        agree = sum(weight for weight, vote in voters if vote.direction == sign)
        assert consensus.agreement == pytest.approx(agree / total if total else 0, abs=1e-9)
        assert 0 <= consensus.agreement <= 1
        # A vote that is missing leaves a hole: nobody fills it.
        assert consensus.strength <= total + 1e-9

    @given(shares, steps, stretches)
    def test_its_status_says_who_is_missing(
        self, parts: tuple[int, ...], moves: list[int], stretch: int
    ) -> None:
        weights, prices = weights_of(parts), path_of(moves, stretch)
        consensus = after(prices, weights).consensus()
        mature = {name: len(prices) * 60 // name.seconds >= MATURE_AFTER for name in Timeframe}
        assert {name: vote is not None for name, vote in consensus.votes.items()} == mature
        counting = [mature[name] for name in Timeframe if weights[name]]
        expected = "ok" if all(counting) else "partial" if any(counting) else "no_data"
        assert consensus.status == expected
        ends = [vote.closed_ns for _, vote in cast(consensus, weights)]
        assert consensus.as_of_ns == (max(ends) if ends else None)
        for name, vote in consensus.votes.items():
            assert consensus.reasons[name] == (vote.reasons if vote else ("NOT_MATURE",))

    @given(shares, steps, stretches)
    def test_a_mirrored_market_has_the_opposite(
        self, parts: tuple[int, ...], moves: list[int], stretch: int
    ) -> None:
        weights, prices = weights_of(parts), path_of(moves, stretch)
        mirrored = [2 * START - price for price in prices]
        one, other = (after(path, weights).consensus() for path in (prices, mirrored))
        assert other.direction == -one.direction
        assert (other.strength, other.agreement) == (one.strength, one.agreement)
        assert (other.status, other.as_of_ns) == (one.status, one.as_of_ns)

    def test_before_the_first_vote_there_is_nothing_to_say(self) -> None:
        for minutes in (0, 6):
            consensus = after([100.0] * minutes).consensus()
            assert (consensus.direction, consensus.strength, consensus.agreement) == (0, 0, 0)
            assert consensus.status is ViewStatus.NO_DATA
            assert consensus.as_of_ns is None
            assert set(consensus.votes.values()) == {None}
            assert set(consensus.reasons.values()) == {("NOT_MATURE",)}

    def test_a_rise_step_by_step(self) -> None:
        """Every timeframe says up, one after the other; each adds its own weight, no more."""
        rise = [100.0 * 1.01**minute for minute in range(421)]
        seen = {minutes: after(rise[:minutes]).consensus() for minutes in (7, 35, 105, 419, 420)}
        assert {minutes: round(one.direction, 9) for minutes, one in seen.items()} == {
            7: 0.2, 35: 0.5, 105: 0.75, 419: 0.75, 420: 1.0
        }  # fmt: skip
        assert [one.status for one in seen.values()] == ["partial"] * 4 + ["ok"]
        assert {one.agreement for one in seen.values()} == {1.0}
        assert [one.as_of_ns for one in seen.values()] == [minutes * MINUTE for minutes in seen]

    def test_a_market_that_stands_still_is_neutral_and_says_so(self) -> None:
        """That is not the same as having no data; and rounding gives it no direction."""
        for price in (61_837.23, 0.1, 3e-8):
            consensus = after([price] * 420).consensus()
            assert (consensus.direction, consensus.agreement) == (0.0, 1.0)
            assert consensus.status is ViewStatus.OK
            assert set(consensus.reasons.values()) == {
                ("EMA_FLAT", "MACD_FLAT", "RSI_FLAT", "BAND_FLAT")
            }

    def test_votes_that_cancel_leave_no_rounding_behind(self) -> None:
        """1m falls with 0.2 * 0.75, 5m rises with 0.3 * 0.5: in doubles that is not quite 0."""
        assert 0.2 * 0.75 != 0.3 * 0.5
        timeframes = new()
        for name, direction, confidence in ((Timeframe.M1, -1, 0.75), (Timeframe.M5, 1, 0.5)):
            timeframes._votes[name].append(
                Vote(
                    timeframe=name, closed_ns=300, direction=direction, confidence=confidence,
                    reasons=(),
                )
            )  # fmt: skip
        consensus = timeframes.consensus()
        assert (consensus.direction, consensus.strength, consensus.agreement) == (0.0, 0.0, 0.0)

    def test_a_timeframe_without_weight_counts_for_nothing(self) -> None:
        weights = TimeframeWeights(m1=0.0, m5=1.0, m15=0.0, h1=0.0)
        early = after([100.0 * 1.01**minute for minute in range(34)], weights)
        assert early.consensus().votes[Timeframe.M1] is not None
        assert early.consensus().status is ViewStatus.NO_DATA
        late = after([100.0 * 1.01**minute for minute in range(37)], weights)
        assert (late.consensus().status, late.consensus().direction) == (ViewStatus.OK, 1.0)
        assert late.consensus().as_of_ns == 35 * MINUTE
        assert late.view().ttl_ns == 10 * MINUTE
        assert [reason[:3] for reason in late.view().reasons] == ["5m "] * 4

    def test_it_does_not_change(self) -> None:
        consensus = after([1.0] * 10).consensus()
        with pytest.raises(FrozenInstanceError):
            consensus.direction = 1.0  # type: ignore[misc]


class TestView:
    @given(shares, steps, stretches)
    def test_it_is_the_consensus(
        self, parts: tuple[int, ...], moves: list[int], stretch: int
    ) -> None:
        timeframes = after(path_of(moves, stretch), weights_of(parts))
        view, consensus = timeframes.view(), timeframes.consensus()
        assert view.direction in {-1.0, 0.0, 1.0}
        assert view.direction * view.confidence == consensus.direction
        assert view.confidence == consensus.strength
        assert (view.as_of_ns, view.status) == (consensus.as_of_ns, consensus.status)

    def test_without_data_it_says_so(self) -> None:
        view = new().view()
        assert (view.direction, view.confidence, view.as_of_ns) == (0.0, 0.0, None)
        assert (view.status, view.ttl_ns) == (ViewStatus.NO_DATA, 2 * MINUTE)
        assert view.reasons == tuple(f"{name} NOT_MATURE" for name in Timeframe)


class TestVotes:
    def test_one_for_each_closed_bar_and_a_hundred_at_most(self) -> None:
        timeframes = after(path_of([3, -2] * 100, 4))  # 801 minutes
        counts = {name: len(timeframes.votes(name)) for name in Timeframe}
        assert counts == {"1m": KEPT, "5m": KEPT, "15m": 53 - 6, "1h": 13 - 6}
        for name in Timeframe:
            ends = [vote.closed_ns for vote in timeframes.votes(name)]
            length = name.seconds * 1_000_000_000
            last = 801 * MINUTE // length * length
            assert ends == [last - length * back for back in reversed(range(len(ends)))]
            assert timeframes.consensus().votes[name] == timeframes.votes(name)[-1]

    @pytest.mark.parametrize("seed", ["first", "sma"])
    def test_none_before_every_indicator_is_mature(self, seed: Seed) -> None:
        """Also when all the numbers that a vote reads are there: 20 returns need 21 closes."""
        market = optimized.OptimizedTechnicalAnalyzer(
            replace(QUICK, bar_volatility=20, bar_seed=seed)
        )
        timeframes = MultiTimeframeEngine(market)
        feed(timeframes, market, path_of([3, -2], 12)[:20])
        assert market.read("ema_slow") is not None
        assert timeframes.votes(Timeframe.M1) == ()
        feed(timeframes, market, [START], first=20)
        assert [vote.closed_ns for vote in timeframes.votes(Timeframe.M1)] == [21 * MINUTE]

    def test_telling_a_flag_twice_or_for_nothing_changes_nothing(self) -> None:
        timeframes = after(path_of([3, -2] * 20, 4))
        before = [timeframes.votes(name) for name in Timeframe], timeframes.consensus()
        for flags in (BARS, Flag.BAR_1H, Flag.SIGNIFICANT | Flag.ORDER, 0):
            timeframes.on_closed(flags)
        assert ([timeframes.votes(name) for name in Timeframe], timeframes.consensus()) == before

    def test_only_who_was_told_votes(self) -> None:
        market = optimized.OptimizedTechnicalAnalyzer(QUICK)
        timeframes = MultiTimeframeEngine(market)
        for minute in range(40):
            price = [100.0 + minute]
            market.advance_bars(price, price, price, price, [1.0], [minute * MINUTE])
        timeframes.on_closed(Flag.BAR_5M)
        assert [len(timeframes.votes(name)) for name in Timeframe] == [0, 1, 0, 0]

    def test_what_the_market_knows_already_is_read_at_the_start(self) -> None:
        market = optimized.OptimizedTechnicalAnalyzer(QUICK)
        first = MultiTimeframeEngine(market)
        feed(first, market, path_of([3, -2, 5] * 10, 10))
        second = MultiTimeframeEngine(market)
        assert second.consensus() == first.consensus()

    def test_after_a_reset_nothing_is_remembered(self) -> None:
        market = reference.OptimizedTechnicalAnalyzer(QUICK)
        timeframes = MultiTimeframeEngine(market)
        feed(timeframes, market, range(100, 130))
        once = timeframes.consensus()
        market.reset()
        timeframes.reset()
        assert timeframes.consensus() == new().consensus()
        feed(timeframes, market, range(100, 130))
        assert timeframes.consensus() == once

    def test_a_market_that_was_reset_alone_loses_its_votes_with_its_next_bars(self) -> None:
        market = optimized.OptimizedTechnicalAnalyzer(QUICK)
        timeframes = MultiTimeframeEngine(market)
        feed(timeframes, market, range(100, 130))
        market.reset()
        feed(timeframes, market, range(100, 105), first=1_000)
        consensus = timeframes.consensus()
        assert (consensus.votes[Timeframe.M1], consensus.votes[Timeframe.M5]) == (None, None)


def test_who_was_told_of_no_bar_votes_when_asked() -> None:
    """The same consensus, whether it hears of every bar or is asked once."""
    config = replace(QUICK, wake_on=Flag(0))
    told_market = optimized.OptimizedTechnicalAnalyzer(QUICK)
    told = MultiTimeframeEngine(told_market)
    feed(told, told_market, range(100, 190))
    silent = optimized.OptimizedTechnicalAnalyzer(config)
    asked = MultiTimeframeEngine(silent)
    for minute, price in enumerate(range(100, 190)):
        column = [float(price)]
        silent.advance_bars(column, column, column, column, [1.0], [minute * 60 * 10**9])
    assert asked.consensus() == told.consensus()
