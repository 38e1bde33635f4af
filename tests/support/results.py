"""Made-up results of runs, for those who turn results into numbers and pages."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_DOWN, Decimal

from supreme_system_v5.backtest.metrics import underwater
from supreme_system_v5.backtest.results import (
    Candle,
    ClosedTrade,
    Costs,
    CostTotals,
    Drawdown,
    Funnel,
    Labels,
    Quality,
    RunResult,
    Side,
    TradeTally,
)
from supreme_system_v5.domain import NS_PER_SECOND, GateCounters
from supreme_system_v5.market_data import DataKind

__all__ = ["DAY_NS", "START_NS", "idle_run", "made_up_run", "tally_of", "trade"]

DAY_NS = 86_400 * NS_PER_SECOND
START_NS = 1_714_521_600 * NS_PER_SECOND  # 2024-05-01
_CASH = Decimal(10_000)
_BPS = Decimal(10_000)
_LABELS = Labels(
    source="trades_2024-05.csv.gz, trades_2024-06.csv.gz",
    data_kind=DataKind.TRADES,
    implementation="rust",
    gated=True,
    symbol="BTC-USDT",
    seed=None,
    strategy="scalping",
)
_COSTS = Costs(
    name="okx-spot",
    taker_bps=Decimal(10),
    maker_bps=Decimal(8),
    spread_bps=Decimal("0.5"),
    slippage_bps=Decimal(1),
    stop_slippage_bps=Decimal(5),
    funding_bps=Decimal(1),
    latency_ms=Decimal(150),
)


def money(amount: Decimal) -> Decimal:
    return amount.quantize(Decimal("1e-8"))


def trade(
    net: str = "1",
    *,
    number: int = 1,
    side: Side = "long",
    held_ns: int = 60 * NS_PER_SECOND,
    value: str = "100",
) -> ClosedTrade:
    """Return a trade without costs of this value at the entry, in one unit."""
    entry, gain = Decimal(value), Decimal(net)
    return ClosedTrade(
        number=number,
        side=side,
        entry_ns=START_NS,
        exit_ns=START_NS + held_ns,
        quantity=Decimal(1),
        entry_price=entry,
        exit_price=entry + (gain if side == "long" else -gain),
        gross=gain,
        fees=Decimal(0),
        spread=Decimal(0),
        slippage=Decimal(0),
        funding=Decimal(0),
        net=gain,
        entry_reason="test",
        exit_reason="test",
    )


def tally_of(trades: Sequence[ClosedTrade]) -> TradeTally:
    tally = TradeTally()
    for each in trades:
        tally.add(each)
    return tally


def idle_run() -> RunResult:
    """Return a run over one day that traded nothing: its one signal was refused."""
    return RunResult(
        labels=_LABELS,
        start_ns=START_NS,
        end_ns=START_NS + DAY_NS,
        bars_1m=1_440,
        initial_cash=_CASH,
        final_equity=_CASH,
        gross=Decimal(0),
        costs=CostTotals(
            fees=Decimal(0), spread=Decimal(0), slippage=Decimal(0), funding=Decimal(0)
        ),
        charged=_COSTS,
        turnover=Decimal(0),
        daily=((START_NS + DAY_NS, _CASH),),
        candles=(Candle(open_ns=START_NS, open=50, high=60, low=40, close=55, equity=10_000),),
        trades=(),
        tally=TradeTally(),
        drawdown=Drawdown(fraction=0.0, quote=Decimal(0), longest_ns=0),
        in_market_ns=0,
        first_price=Decimal(50),
        last_price=Decimal(55),
        funnel=Funnel(
            ticks=1_000,
            significant=100,
            bars=1_440,
            signals=1,
            approved=0,
            filled=0,
            refusals={"too small for one lot": 1},
        ),
        gate=GateCounters(
            seen=1_000, processed=100, skipped=900, skip_ratio=0.9, by_reason={"price": 100}
        ),
        quality=Quality(
            bad_rows=0, late=0, backward=0, duplicates=0, gaps=0, longest_gap_ns=0, restarts=0
        ),
        strategy_errors=(),
        newest_refusals=(),
        notes=(),
    )


@dataclass
class _Book:
    """Cash, the trades that moved it, and the equity at each candle."""

    cash: Decimal = _CASH
    turnover: Decimal = Decimal(0)
    trades: list[ClosedTrade] = field(default_factory=list)
    equities: list[float] = field(default_factory=list)

    def take(self, entry: Candle, held: Sequence[Candle], side: Side, reason: str) -> None:
        """Trade from the close of one candle to that of the last of the candles `held`."""
        entry_price, exit_price = Decimal(repr(entry.close)), Decimal(repr(held[-1].close))
        quantity = (self.cash / 3 / entry_price).quantize(Decimal("1e-5"), ROUND_DOWN)
        sign = 1 if side == "long" else -1
        values = money(quantity * entry_price) + money(quantity * exit_price)
        gross = sign * (money(quantity * exit_price) - money(quantity * entry_price))
        paid = {
            name: money(values * bps / _BPS)
            for name, bps in (
                ("fees", _COSTS.taker_bps),
                ("spread", _COSTS.spread_bps),
                ("slippage", _COSTS.slippage_bps),
                ("funding", Decimal(sign) / 2),
            )
        }
        self.equities += [
            float(self.cash) + sign * float(quantity) * (each.close - entry.close) for each in held
        ]
        net = gross - sum(paid.values())
        self.cash += net
        self.turnover += values
        self.equities[-1] = float(self.cash)
        self.trades.append(
            ClosedTrade(
                number=len(self.trades) + 1,
                side=side,
                entry_ns=entry.open_ns,
                exit_ns=held[-1].open_ns,
                quantity=quantity,
                entry_price=entry_price,
                exit_price=exit_price,
                gross=gross,
                net=net,
                entry_reason=reason,
                exit_reason="target" if gross > 0 else "stop",
                confidence=None,
                **paid,
            )
        )


def _candles(chance: random.Random, count: int, width_ns: int) -> Iterator[Candle]:
    price = 60_000.0
    for index in range(count):
        steps = [price]
        for _ in range(8):
            steps.append(steps[-1] * (1 + chance.gauss(0.00001, 0.0015)))
        price = round(steps[-1], 2)
        yield Candle(
            open_ns=START_NS + index * width_ns,
            open=round(steps[0], 2),
            high=round(max(steps), 2),
            low=round(min(steps), 2),
            close=price,
            equity=0.0,
        )


def _longest_fall(falls: Sequence[float]) -> int:
    longest = now = 0
    for fall in falls:
        now = now + 1 if fall < 0 else 0
        longest = max(longest, now)
    return longest


def made_up_run(*, days: int = 61, seed: int = 7) -> RunResult:
    """Return a run of whole days that looks like a real one, and whose money adds up."""
    chance = random.Random(seed)
    per_day = max(2_000 // days, 1)
    width_ns = DAY_NS // per_day
    candles, book = list(_candles(chance, days * per_day, width_ns)), _Book()
    index = 0
    while index < len(candles):
        wait = chance.randint(3, 12)
        book.equities += [float(book.cash)] * len(candles[index : index + wait])
        index += wait
        held = candles[index : index + chance.randint(2, 10)]
        if held:
            side: Side = "long" if chance.random() < 0.7 else "short"
            book.take(candles[index - 1], held, side, "breakout above the band")
            index += len(held)
    equities = [round(equity, 8) for equity in book.equities]
    equities[-1] = float(book.cash)
    falls = underwater(float(_CASH), equities)
    trades = book.trades
    totals = {
        name: sum((getattr(each, name) for each in trades), Decimal(0))
        for name in ("fees", "spread", "slippage", "funding")
    }
    return RunResult(
        labels=_LABELS,
        start_ns=START_NS,
        end_ns=START_NS + days * DAY_NS,
        bars_1m=days * 1_440,
        initial_cash=_CASH,
        final_equity=book.cash,
        gross=sum((each.gross for each in trades), Decimal(0)),
        costs=CostTotals(**totals),
        charged=_COSTS,
        turnover=book.turnover,
        daily=tuple(
            (START_NS + (day + 1) * DAY_NS, Decimal(repr(equities[(day + 1) * per_day - 1])))
            for day in range(days)
        ),
        candles=tuple(
            Candle(
                open_ns=candle.open_ns,
                open=candle.open,
                high=candle.high,
                low=candle.low,
                close=candle.close,
                equity=equity,
            )
            for candle, equity in zip(candles, equities, strict=True)
        ),
        trades=tuple(trades),
        tally=tally_of(trades),
        drawdown=Drawdown(
            fraction=-min(falls),
            quote=money(Decimal(max(equities) * -min(falls))),
            longest_ns=_longest_fall(falls) * width_ns,
        ),
        in_market_ns=sum(each.exit_ns - each.entry_ns for each in trades),
        first_price=Decimal(repr(candles[0].open)),
        last_price=Decimal(repr(candles[-1].close)),
        funnel=Funnel(
            ticks=4_120_000,
            significant=311_204,
            bars=days * 1_440,
            signals=len(trades) + 97,
            approved=len(trades) + 12,
            filled=len(trades),
            refusals={
                "a stop within the costs": 51,
                "three losses in a row": 34,
                "the price moved away": 12,
            },
        ),
        gate=GateCounters(
            seen=4_120_000,
            processed=311_204,
            skipped=3_808_796,
            skip_ratio=3_808_796 / 4_120_000,
            by_reason={"price": 201_100, "volume": 90_104, "idle": 20_000},
        ),
        quality=Quality(
            bad_rows=3,
            late=2,
            backward=17,
            duplicates=40,
            gaps=5,
            longest_gap_ns=181_500_000_000,
            restarts=0,
        ),
        strategy_errors=(),
        newest_refusals=(),
        notes=("A position was open at the end of the data and was closed at the last price.",),
    )
