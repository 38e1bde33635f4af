from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from decimal import ROUND_DOWN, Decimal
from random import Random

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from supreme_system_v5.backtest.account import Account, Costs
from supreme_system_v5.backtest.runner import WAKE_ON, BacktestRunner, RunResult
from supreme_system_v5.domain import AnalyzerConfig
from supreme_system_v5.market_data import TradeChunk, synthetic_trades
from supreme_system_v5.reference import OptimizedTechnicalAnalyzer
from supreme_system_v5.strategies import Action, ScalpingStrategy, Signal, Strategy
from tests.fakes.strategy import ScriptedStrategy
from tests.fakes.trades import SECOND_NS, chunk_of, cut

CONFIG = AnalyzerConfig(wake_on=WAKE_ON, max_gap_seconds=600)
ENTER = Signal(action=Action.ENTER, reason="test", stop=90.0, target=110.0)
EXIT = Signal(action=Action.EXIT, reason="test")
FREE = Costs(fee_bps=Decimal(0), slippage_bps=Decimal(0))
COSTS = Costs(fee_bps=Decimal(10), slippage_bps=Decimal(2))


def run(
    strategy: Strategy,
    chunks: Iterable[TradeChunk],
    *,
    costs: Costs = FREE,
    config: AnalyzerConfig = CONFIG,
    walked_bars: bool = False,
) -> RunResult:
    runner = BacktestRunner(
        analyzer=OptimizedTechnicalAnalyzer(config),
        strategy=strategy,
        account=Account(initial_cash=Decimal(1000), costs=costs),
        fraction=Decimal("0.1"),
        walked_bars=walked_bars,
    )
    for chunk in chunks:
        runner.feed(chunk)
    return runner.finish()


def trades(script: dict[int, Signal], *rows: tuple[float, float]) -> tuple[Decimal, RunResult]:
    """Return the gross PnL and the result of a script over (seconds, price)."""
    result = run(ScriptedStrategy(script), [chunk_of(rows)])
    return result.desk.account.gross, result


class TestOrders:
    def test_an_order_fills_at_the_first_trade_after_the_bar(self) -> None:
        """Sent at 60 s, when 100 was known; bought at 102 (0.98039 of it), sold at the end."""
        gross, result = trades({1: ENTER}, (0, 99), (59, 100), (61, 102), (62, 104))
        assert gross == Decimal("0.98039") * 2
        assert result.closed_at_end

    def test_the_trade_that_closes_the_bar_is_the_first_after_it(self) -> None:
        _, result = trades({1: ENTER, 2: EXIT}, (0, 100), (60, 105), (120, 100), (121, 90))
        assert result.desk.account.gross == Decimal("0.95238") * -5
        assert not result.closed_at_end
        assert result.desk.in_market_ns == 60 * SECOND_NS

    def test_a_late_trade_fills_nothing(self) -> None:
        """The stop is hit at 85; the trade after it belongs to a closed minute."""
        gross, result = trades({1: ENTER}, (0, 100), (61, 100), (62, 85), (59, 500), (63, 80))
        assert gross == -20
        assert result.late == 1
        assert not result.closed_at_end

    def test_a_late_trade_is_not_the_last_price(self) -> None:
        gross, result = trades({1: ENTER}, (0, 100), (61, 100), (62, 105), (59, 500))
        assert result.last_price == 105
        assert gross == 5

    def test_an_order_waits_through_silence_and_nobody_is_asked(self) -> None:
        strategy = ScriptedStrategy({1: ENTER, 2: ENTER, 3: EXIT})
        result = run(strategy, [chunk_of([(0, 100), (300, 105), (301, 106)])])
        assert [closed for closed, _ in strategy.asked] == [1]
        assert result.bars_1m == 5
        assert result.desk.account.gross == Decimal("0.95238") * 1

    def test_an_entry_too_small_for_a_lot_leaves_no_levels(self) -> None:
        gross, result = trades({1: ENTER}, (0, 100), (61, 9e7), (62, 80), (63, 80))
        assert gross == 0
        assert result.desk.too_small == 1
        assert result.desk.tally.trades == 0


class TestLevels:
    def test_a_stop_fills_at_the_trade_after_the_hit(self) -> None:
        gross, result = trades(
            {1: ENTER}, (0, 100), (61, 100), (62, 90.01), (63, 90), (64, 85), (65, 200)
        )
        assert gross == -15
        assert result.desk.tally.trades == 1

    def test_a_target_is_hit_when_traded_through(self) -> None:
        gross, _ = trades({1: ENTER}, (0, 100), (61, 100), (62, 110), (63, 110.01), (64, 112))
        assert gross == 12

    def test_the_trade_that_fills_the_entry_may_hit_its_stop(self) -> None:
        gross, result = trades({1: ENTER}, (0, 100), (61, 80), (62, 82), (63, 500))
        assert gross == Decimal("1.25") * 2
        assert result.desk.in_market_ns == SECOND_NS

    def test_what_is_left_is_disarmed(self) -> None:
        """The target must not sell the second position, whose own stands at 110 again."""
        again = replace(ENTER, stop=50.0, target=200.0)
        gross, result = trades(
            {1: ENTER, 2: EXIT, 3: again}, (0, 100), (61, 100), (121, 100), (181, 100), (182, 111)
        )
        assert gross == 11
        assert result.desk.tally.trades == 2
        assert result.closed_at_end

    def test_a_hit_on_the_last_trade_is_closed_there(self) -> None:
        gross, result = trades({1: ENTER}, (0, 100), (61, 100), (62, 90))
        assert gross == -10
        assert result.closed_at_end


Prices = tuple[float, float, float, float]
"""Open, high, low, close."""

FLAT = (100.0, 100.0, 100.0, 100.0)


def walked(*bars: Prices) -> TradeChunk:
    """Return minutes as their reader walks them: open, low, high, close."""
    return chunk_of(
        [
            (60 * minute + at, price)
            for minute, (first, high, low, close) in enumerate(bars)
            for at, price in ((0, first), (15, low), (30, high), (59.999, close))
        ]
    )


class TestWalkedBars:
    """One unit is bought at 100, the open of the second minute; the stop is 90, the target 110."""

    @pytest.mark.parametrize(
        ("bars", "slippage_bps", "gross", "slippage"),
        [
            # inside: 90 - (90 * 5 bps + 25 % of 100 - 84) = 85.955
            ([(100, 101, 84, 95)], 0, "-10", "4.045"),
            ([FLAT, (98, 101, 88, 99)], 0, "-10", "2"),  # 2.545 would be below the low
            # 15 % of 90 is 13.5, more than 4.045 + 4, and the low is 70
            ([(100, 101, 70, 95)], 1500, "-10", "13.5"),
            ([FLAT, (80, 101, 75, 101)], 0, "-20", "0"),  # a gap: at the open, nothing is lower yet
            ([FLAT, (90, 101, 75, 101)], 0, "-10", "0"),  # touched by the open
            ([FLAT, (90.01, 101, 90, 101)], 0, "-10", "0"),  # touched by the low: never below it
        ],
    )
    def test_a_stop_by_hand(
        self, bars: list[Prices], slippage_bps: int, gross: str, slippage: str
    ) -> None:
        costs = Costs(fee_bps=Decimal(0), slippage_bps=Decimal(slippage_bps))
        chunk = walked(FLAT, *bars, (500, 500, 500, 500))
        result = run(ScriptedStrategy({1: ENTER}), [chunk], costs=costs, walked_bars=True)
        account = result.desk.account
        quantity = Decimal(1) if not slippage_bps else Decimal("0.86956")  # for 100 at 115
        entry = quantity * slippage_bps / 100
        assert account.gross == quantity * Decimal(gross)
        assert account.slippage == entry + quantity * Decimal(slippage)
        assert account.cash == 1000 + account.gross - account.slippage
        assert not result.closed_at_end

    def test_a_target_sells_at_the_close(self) -> None:
        bars = walked(FLAT, FLAT, (100, 112, 99, 105), (500, 500, 500, 500))
        account = run(ScriptedStrategy({1: ENTER}), [bars], walked_bars=True).desk.account
        assert account.gross == 5
        assert account.slippage == 0

    def test_the_stop_is_looked_at_before_the_target(self) -> None:
        bars = walked(FLAT, (100, 120, 89, 100))
        account = run(ScriptedStrategy({1: ENTER}), [bars], walked_bars=True).desk.account
        assert account.gross == -10

    def test_the_last_bar_is_whole(self) -> None:
        strategy = ScriptedStrategy({3: ENTER})
        result = run(strategy, [walked(FLAT, FLAT, FLAT)], walked_bars=True)
        assert result.bars_1m == 3
        assert result.unfilled_at_end
        assert result.desk.tally.trades == 0

    @given(
        st.lists(st.lists(st.integers(5_000, 15_000), min_size=4, max_size=4), max_size=20),
        st.decimals(0, 2000, places=1),
    )
    def test_a_stop_sells_neither_above_itself_nor_below_the_bar(
        self, rows: list[list[int]], slippage_bps: Decimal
    ) -> None:
        bars: list[Prices] = []
        for row in rows:
            low, first, close, high = (cents / 100 for cents in sorted(row))
            bars.append((first, high, low, close))
        stopped = replace(ENTER, stop=95.0, target=None)
        costs = Costs(fee_bps=Decimal(0), slippage_bps=slippage_bps)
        chunk = walked(FLAT, FLAT, *bars)
        result = run(ScriptedStrategy({1: stopped}), [chunk], costs=costs, walked_bars=True)
        hit = next((bar for bar in bars if bar[2] <= 95.0), None)
        assert result.closed_at_end is (hit is None)
        if hit is not None:
            account = result.desk.account
            worse = 1 + slippage_bps / 10_000
            quantity = (100 / (100 * worse)).quantize(Decimal("0.00001"), ROUND_DOWN)
            got = (account.cash - 1000) / quantity + 100 * worse
            assert Decimal(str(hit[2])) - Decimal("1e-6") <= got
            assert got <= min(Decimal(95), Decimal(str(hit[0]))) + Decimal("1e-6")


class TestRestart:
    def test_position_and_levels_outlive_a_jump_in_time(self) -> None:
        rows = [(0.0, 100.0), (61.0, 100.0), (5000.0, 100.0), (5001.0, 89.0), (5002.0, 88.0)]
        result = run(ScriptedStrategy({1: ENTER}), [chunk_of(rows)])
        assert result.restarts == 1
        assert result.quality.gaps == 2
        assert result.desk.account.gross == -12
        assert not result.closed_at_end

    def test_an_order_under_way_outlives_it_too(self) -> None:
        chunk = chunk_of([(0, 100), (60, 100), (119, 100), (120, 100), (5000, 104), (5001, 105)])
        first, second = cut(chunk, [4, 2])
        result = run(ScriptedStrategy({2: ENTER}), [first, second])
        assert result.restarts == 1
        assert result.desk.account.gross == 5

    def test_counters_add_up_over_it(self) -> None:
        rows = [(0.0, 100.0), (60.0, 100.0), (10.0, 1.0), (5000.0, 100.0), (5060.0, 100.0)]
        result = run(ScriptedStrategy({}), [chunk_of([*rows, (5010.0, 1.0)])])
        assert (result.ticks, result.late, result.bars_1m, result.restarts) == (6, 2, 2, 1)
        assert result.gate.seen == 4
        assert result.gate.by_reason["FIRST"] == 2
        assert sum(result.gate.by_reason.values()) == result.gate.processed
        assert result.gate.seen == result.gate.processed + result.gate.skipped


def outcome(result: RunResult) -> tuple[object, ...]:
    """Return everything a result says, as comparable values."""
    desk, quality = result.desk, result.quality
    return (
        desk.account.cash,
        desk.account.gross,
        desk.account.fees,
        desk.account.slippage,
        desk.tally,
        desk.drawdown.quote,
        desk.drawdown.fraction,
        desk.in_market_ns,
        desk.too_small,
        (quality.gaps, quality.longest_gap_ns, quality.first_ns, quality.latest_ns),
        (result.ticks, result.late, result.bars_1m, result.first_price, result.last_price),
        (result.restarts, result.closed_at_end, result.unfilled_at_end),
        result.gate,
    )


STEP = st.tuples(
    st.one_of(st.integers(0, 20_000), st.sampled_from([-90_000, -1, 60_000, 200_000, 700_000])),
    st.integers(8_500, 11_500),
)
"""Milliseconds since the trade before, which may run backward, and the price in cents."""


def market(steps: Sequence[tuple[int, int]]) -> TradeChunk:
    rows, now = [], 0
    for pause, cents in steps:
        now = max(now + pause, 0)
        rows.append((now / 1000, cents / 100))
    return chunk_of(rows)


@settings(deadline=None)
@given(
    steps=st.lists(STEP, min_size=1, max_size=150),
    lengths=st.lists(st.integers(1, 40), min_size=1, max_size=5),
    every=st.integers(1, 5),
    walked_bars=st.booleans(),
)
@example(steps=[(0, 10_000), (60_000, 8_500), (0, 11_500)], lengths=[1], every=1, walked_bars=True)
@example(
    steps=[(0, 10_000), (700_000, 8_500), (700_000, 11_500)],
    lengths=[2, 1],
    every=1,
    walked_bars=False,
)
def test_how_the_data_are_cut_changes_nothing(
    steps: list[tuple[int, int]], lengths: list[int], every: int, walked_bars: bool
) -> None:
    script = {1: replace(ENTER, stop=95.0, target=104.0), 3: EXIT}
    whole = market(steps)

    def run_over(chunks: Iterable[TradeChunk]) -> RunResult:
        return run(ScriptedStrategy(script, every), chunks, costs=COSTS, walked_bars=walked_bars)

    expected = run_over([whole])
    account = expected.desk.account
    assert account.cash == 1000 + account.gross - account.fees - account.slippage
    assert account.position == 0
    for pieces in (lengths, [1]):
        result = run_over(cut(whole, pieces))
        assert outcome(result) == outcome(expected)


@pytest.fixture(scope="module")
def day() -> list[TradeChunk]:
    return list(synthetic_trades(Random(7), minutes=12 * 60))


def test_the_example_strategy_trades_and_no_gate_changes_that(day: list[TradeChunk]) -> None:
    gated = run(ScalpingStrategy(), day, costs=COSTS)
    free = run(ScalpingStrategy(), day, costs=COSTS, config=replace(CONFIG, gated=False))
    assert gated.desk.tally.trades > 5
    assert outcome(gated)[:-1] == outcome(free)[:-1]
    assert gated.gate.skipped > 0
    assert free.gate.skipped == 0
    assert free.gate.by_reason["UNGATED"] > 0


def test_equity_is_sampled_at_bars_and_fills_only() -> None:
    """The dip to 50 inside the minute is not sampled, the one at its end is."""
    rows = [(0.0, 100.0), (61.0, 100.0), (62.0, 50.0), (63.0, 100.0), (119.0, 80.0), (121.0, 100.0)]
    wide = replace(ENTER, stop=1.0, target=1000.0)
    result = run(ScriptedStrategy({1: wide}), [chunk_of(rows)])
    assert result.desk.drawdown.quote == 20


def test_nothing_at_all_is_a_result_too() -> None:
    result = run(ScriptedStrategy({}), [])
    assert (result.ticks, result.first_price, result.last_price) == (0, None, None)
    assert result.gate.skip_ratio == 0.0
