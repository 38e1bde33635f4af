"""The oracle is written from docs/definitions.md: averages in plain loops, and the law by which an
average forgets where it began: (1 - alpha) with each bar."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Sequence
from functools import partial
from random import Random
from statistics import median

import pytest

from supreme_system_v5 import optimized, reference
from supreme_system_v5.backtest.minutes import Minutes
from supreme_system_v5.backtest.warmup import (
    SCALES,
    Scale,
    Spread,
    TimeframeWarmup,
    ValueWarmup,
    compare,
    tolerance,
)
from supreme_system_v5.domain import NS_PER_SECOND, AnalyzerConfig, Flag, Timeframe
from supreme_system_v5.market_data import BarChunk
from supreme_system_v5.mtf import MultiTimeframeEngine, Vote
from supreme_system_v5.mtf.vote import side

MINUTE_NS = 60 * NS_PER_SECOND
MIDNIGHT_NS = 1_735_689_600 * NS_PER_SECOND
"""2025-01-01T00:00:00Z."""
ALL_BARS = Flag.BAR_1M | Flag.BAR_5M | Flag.BAR_15M | Flag.BAR_1H
EMAS = {"ema_fast": 5, "ema": 20, "ema_slow": 50}
WINDOWED = {"upper": 20, "middle": 20, "lower": 20, "volatility": 61}


def market(minutes: Sequence[int], seed: int = 7) -> Minutes:
    """Return a random walk at some minutes after midnight."""
    rng = Random(seed)
    rows, price = [], 50_000.0
    for _ in minutes:
        close = round(price * (1.0 + rng.gauss(0.0, 0.001)), 2)
        high, low = max(price, close) + rng.randrange(900) / 100, min(price, close)
        rows.append((price, round(high, 2), low, close, rng.randrange(1, 500) / 100))
        price = close
    opens, highs, lows, closes, volumes = (array("d", c) for c in zip(*rows, strict=True))
    held = Minutes()
    held.extend(
        BarChunk(
            opens=opens,
            highs=highs,
            lows=lows,
            closes=closes,
            volumes=volumes,
            timestamps_ns=array("q", [MIDNIGHT_NS + minute * MINUTE_NS for minute in minutes]),
        )
    )
    return held


def native(flags: Flag) -> optimized.OptimizedTechnicalAnalyzer:
    return optimized.OptimizedTechnicalAnalyzer(AnalyzerConfig(wake_on=flags))


def plain(flags: Flag) -> reference.OptimizedTechnicalAnalyzer:
    return reference.OptimizedTechnicalAnalyzer(AnalyzerConfig(wake_on=flags))


compared: Callable[..., TimeframeWarmup] = partial(
    compare, new_market=native, timeframes=MultiTimeframeEngine
)


def named(found: TimeframeWarmup, name: str) -> ValueWarmup:
    return next(value for value in found.values if value.name == name)


def at(value: ValueWarmup, found: TimeframeWarmup, length: int) -> Spread:
    spread = value.differences[found.lengths.index(length)]
    assert spread is not None
    return spread


def ema(closes: Sequence[float], period: int) -> list[float]:
    """Return the EMA of each bar from the first `period` on."""
    values = [sum(closes[:period]) / period]
    for close in closes[period:]:
        values.append(values[-1] + 2 / (period + 1) * (close - values[-1]))
    return values


# Recursive values

WALK = market(range(1_200))
CLOSES = list(WALK.columns[3])
STARTS = (150, 450, 750, 1_050)
"""Of four, with 150 bars before the first and 150 after the last."""


def offs(period: int, start: int) -> dict[int, float]:
    """Return by how much a fresh EMA is off at each bar, as a share of the close."""
    whole, fresh = ema(CLOSES, period), ema(CLOSES[start : start + 150], period)
    return {
        period + n: abs(value - whole[start + n]) / CLOSES[start + period + n - 1]
        for n, value in enumerate(fresh)
    }


@pytest.mark.parametrize(("name", "period"), EMAS.items())
def test_the_ladder_is_that_of_averages_in_plain_loops(name: str, period: int) -> None:
    found = compared(WALK, Timeframe.M1, lengths=(35, 61, 100, 150), starts=4)
    assert (found.bars, found.starts, found.lengths) == (1_200, 4, (35, 61, 100, 150))
    value = named(found, name)
    expected = [offs(period, start) for start in STARTS]
    for length in found.lengths:
        if length < period:
            continue
        told, plain = at(value, found, length), [each[length] for each in expected]
        assert told.starts == 4
        assert told.largest == pytest.approx(max(plain), rel=1e-6, abs=1e-14)
        assert told.median == pytest.approx(median(plain), rel=1e-6, abs=1e-14)
    beyond = max(n for each in expected for n, off in each.items() if off > 1e-4)
    assert value.within_from == beyond + 1
    assert value.first_bar == period


@pytest.mark.parametrize(("name", "period"), EMAS.items())
def test_an_ema_forgets_its_start_by_1_less_alpha_with_each_bar(name: str, period: int) -> None:
    lengths = tuple(range(period, period + 40, 10))
    found = compared(WALK, Timeframe.M1, lengths=lengths, starts=1)
    start = lengths[-1] + (1_200 - 2 * lengths[-1]) // 2
    errors = [
        at(named(found, name), found, length).largest * CLOSES[start + length - 1]
        for length in lengths
    ]
    for n, error in enumerate(errors):
        assert error == pytest.approx(errors[0] * (1 - 2 / (period + 1)) ** (10 * n), rel=1e-4)


def test_an_atr_forgets_its_start_by_13_of_14_with_each_bar() -> None:
    found = compared(WALK, Timeframe.M1, lengths=(20, 40, 60), starts=1)
    average = reference.AverageTrueRange(14)
    atrs = [average.update(*row) for row in zip(*(WALK.columns[n] for n in (1, 2, 3)), strict=True)]
    errors = [
        at(named(found, "atr"), found, length).largest * (atrs[600 + length - 1] or 0.0)
        for length in (20, 40, 60)
    ]
    assert errors[1] == pytest.approx(errors[0] * (13 / 14) ** 20, rel=1e-6)
    assert errors[2] == pytest.approx(errors[0] * (13 / 14) ** 40, rel=1e-6)


def test_a_smaller_tolerance_takes_longer_by_that_law() -> None:
    far, near = (
        named(compared(WALK, Timeframe.M1, lengths=(35, 300), within=within), "ema_slow")
        for within in (1e-4, 1e-6)
    )
    assert far.within_from is not None
    assert near.within_from is not None
    bars = 115.1  # log(100) / -log(1 - 2 / 51)
    assert near.within_from - far.within_from == pytest.approx(bars, abs=5)


# Values over a window


@pytest.mark.parametrize("timeframe", [Timeframe.M1, Timeframe.M5, Timeframe.M15])
def test_what_looks_through_a_window_is_exact_as_soon_as_it_is_full(timeframe: Timeframe) -> None:
    found = compared(market(range(2_700)), timeframe, starts=7)
    for name, window in WINDOWED.items():
        value = named(found, name)
        assert (value.first_bar, value.exact_from, value.within_from) == (window,) * 3
        assert {each.largest for each in value.differences if each is not None} == {0.0}
    assert found.mature_bar == 61
    assert all(value.at_mature is not None for value in found.values)


def test_vwap_is_exact_from_midnight_on() -> None:
    # With 2,880 minutes and 1,100 compared, a single start lies between 720 and 1,780.
    found = compared(market(range(2_880)), Timeframe.M1, lengths=(35, 1_100), starts=1)
    vwap = named(found, "vwap")
    assert vwap.first_bar == 1
    assert vwap.exact_from == 1_440 - 1_250 + 1
    assert at(vwap, found, 35).largest > 0.0
    assert at(vwap, found, 1_100).largest == 0.0


# Votes


def test_a_vote_is_there_when_the_timeframe_is_mature() -> None:
    vote = named(compared(WALK, Timeframe.M1, lengths=(35, 61, 150), starts=9), "vote")
    assert vote.scale is Scale.VOTE
    assert vote.first_bar == 61
    assert vote.differences[0] is None
    assert vote.at_mature == vote.differences[1]


def test_votes_are_those_of_an_engine_that_listened_all_the_time() -> None:
    found = compared(WALK, Timeframe.M1, lengths=(61, 80, 150), starts=4)
    whole = {vote.closed_ns: vote.direction for vote in all_votes(0)}
    assert len(whole) == 1_200 - 60
    for length in found.lengths:
        ends = [MIDNIGHT_NS + (start + length) * MINUTE_NS for start in STARTS]
        agree = [
            next(vote.direction == whole[end] for vote in all_votes(start) if vote.closed_ns == end)
            for start, end in zip(STARTS, ends, strict=True)
        ]
        assert at(named(found, "vote"), found, length).agree == sum(agree) / 4


def all_votes(row: int) -> list[Vote]:
    """Return the votes of the minutes from one on."""
    analyzer = native(ALL_BARS)
    engine = MultiTimeframeEngine(analyzer)
    told: list[Vote] = []
    flags = -1
    while flags:
        row, flags = analyzer.advance_bars(*WALK.columns, row)
        engine.on_closed(flags)
        told += engine.votes(Timeframe.M1)[-1:] if flags else ()
    return told


def test_the_consensus_is_that_of_engines_that_listened_all_the_time() -> None:
    walk = market(range(4_500), seed=3)
    found = compared(walk, Timeframe.H1, lengths=(2, 5, 30), starts=8)
    assert [value.name for value in found.values] == [*SCALES, "vote", "consensus"]
    assert (found.bars, found.starts) == (75, 8)
    consensus = named(found, "consensus")
    assert consensus.first_bar == 2  # 1m bars are mature after 61 minutes
    whole = directions(walk, 0)
    starts = [18 + 27 * n // 7 for n in range(8)]
    for length in (2, 5, 30):
        agree = [directions(walk, s)[length - 1] == whole[s + length - 1] for s in starts]
        assert at(consensus, found, length).agree == sum(agree) / 8
    assert 0.0 < at(consensus, found, 2).agree < 1.0


def directions(walk: Minutes, hour: int) -> list[int]:
    """Return the direction after each hour of an engine that is told of every bar from one on."""
    analyzer = native(ALL_BARS)
    engine = MultiTimeframeEngine(analyzer)
    row, flags, told = 60 * hour, -1, []
    while flags:
        row, flags = analyzer.advance_bars(*walk.columns, row)
        engine.on_closed(flags)
        if flags & Flag.BAR_1H:
            told.append(side(engine.consensus().direction, 1.0))
    return told


# Where the starts stand


def test_native_and_plain_find_the_same() -> None:
    walk = market(range(150))
    ours = compare(walk, Timeframe.M1, new_market=native, timeframes=MultiTimeframeEngine, starts=3)
    theirs = compare(
        walk, Timeframe.M1, new_market=plain, timeframes=MultiTimeframeEngine, starts=3
    )
    assert ours == theirs
    assert ours.lengths == (35, 61, 75)


def test_bars_are_whole_ones_though_the_data_begin_inside_one() -> None:
    found = compared(market(range(7, 507)), Timeframe.M5)
    assert (found.bars, found.lengths) == (99, (35, 49))
    found = compared(market(range(5, 505)), Timeframe.M5)
    assert found.bars == 100
    assert named(found, "middle").exact_from == 20


def test_a_start_hears_of_time_before_the_first_trade() -> None:
    late = [minute for minute in range(1_000) if minute % 5]  # each 5m bar begins in silence
    found = compared(market(late), Timeframe.M5)
    assert named(found, "middle").first_bar == named(found, "middle").exact_from == 20


def test_too_few_bars_are_not_compared() -> None:
    found = compared(market(range(69)), Timeframe.M1)
    assert (found.bars, found.starts, found.lengths, found.values) == (69, 0, (), ())
    assert compared(market(range(3)), Timeframe.H1).bars == 0


def test_what_is_not_there_by_the_last_bar_is_told() -> None:
    found = compared(market(range(70)), Timeframe.M1)
    slow = named(found, "ema_slow")
    assert (slow.first_bar, slow.within_from, slow.exact_from) == (None, None, None)
    assert slow.differences == (None,)
    assert found.mature_bar is None
    assert named(found, "macd").within_from is None  # it is there, and off


def test_starts_in_silence_move_to_the_next_trade_and_meet_there() -> None:
    silent = [minute for minute in range(1_000) if not 300 <= minute < 600]
    found = compared(market(silent), Timeframe.M1, lengths=(35, 100), starts=9)
    assert (found.bars, found.starts) == (1_000, 6)  # 300, 400 and 500 have become 600
    assert named(found, "middle").exact_from == 20
    assert all(at(value, found, 100).starts == 6 for value in found.values)


def test_silence_where_starts_would_be_is_told() -> None:
    silent = [*range(10), *range(990, 1_000)]
    found = compared(market(silent), Timeframe.M1, lengths=(35, 100))
    assert (found.bars, found.starts) == (1_000, 0)


def test_a_flat_market_differs_in_nothing() -> None:
    flat = market(range(200))
    for column in flat.columns[:4]:
        column[:] = array("d", [100.0] * 200)
    found = compared(flat, Timeframe.M1)
    off = {value.name for value in found.values if value.exact_from != value.first_bar}
    assert off == {"vwap"}  # sums of other volumes round otherwise
    assert named(found, "vwap").within_from == 1


def test_more_starts_than_bars_are_as_many_as_there_are() -> None:
    assert compared(market(range(100)), Timeframe.M1, starts=1_000).starts == 26


def test_the_tolerance_of_points_is_a_hundredfold_and_of_votes_none() -> None:
    assert tolerance(Scale.PRICE, 1e-4) == tolerance(Scale.ATR, 1e-4) == 1e-4
    assert tolerance(Scale.POINTS, 1e-4) == pytest.approx(0.01)
    assert tolerance(Scale.VOTE, 1e-4) == 0.0
