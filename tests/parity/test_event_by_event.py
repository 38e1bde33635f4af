"""Live and backtest: the same trades, and the same fills told when they came about, one event each.

The backtest takes columns with a paper exchange in them; a live run takes single events and is told
of its fills by the venue. Both must ask, decide and send the same.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from supreme_system_v5.backtest.runner import BacktestRunner
from supreme_system_v5.domain import (
    VENUES,
    Action,
    AnalyzerConfig,
    BarEvent,
    Flag,
    OrderUpdate,
    Report,
    Trade,
)
from supreme_system_v5.engine import TradingEngine
from supreme_system_v5.market_data import BarChunk, TradeChunk, synthetic_trades
from supreme_system_v5.risk import FixedFraction
from supreme_system_v5.strategies import MarketView, Signal
from tests.support.engine_runs import CASH, NATIVE, ORIGIN, Chunk, Rooms, cut, read, runner_of

UNITS = VENUES["okx-perp"].in_units(None)


class EveryThird:
    """Enters and leaves at every third minute, now at a limit, now with protections."""

    def __init__(self) -> None:
        self._asked = 0

    def decide(self, view: MarketView) -> Signal | None:
        self._asked += 1
        price = view.price
        if price is None or self._asked % 3:
            return None
        if view.position is not None:
            return Signal.exit("turn")
        turn = self._asked // 3 % 4
        if turn == 3:
            return Signal.enter("limit", limit=price * 0.9999, good_for_seconds=70.0)
        return Signal.enter("turn", stop=price * 0.999 if turn else None)


Heard = tuple[list[list[Action]], list[list[Report]]]


def listened(runner: BacktestRunner, rows: list[Chunk]) -> Heard:
    """Run row by row; return actions and reports of each row."""
    sent: list[list[Action]] = []
    told: list[list[Report]] = []
    perform, convert = runner._perform, runner._update

    def performing(actions: tuple[Action, ...]) -> None:
        sent[-1].extend(actions)
        perform(actions)

    def telling(report: Report) -> OrderUpdate:
        told[-1].append(report)
        return convert(report)

    runner._perform, runner._update = performing, telling  # type: ignore[method-assign] # a wire tap
    for row in rows:
        sent.append([])
        told.append([])
        runner.feed(row)
    return sent, told


def live_engine(rooms: Rooms, strategy: str | Callable[[], Any]) -> TradingEngine:
    named = isinstance(strategy, str)
    wakes = Flag(0) if named else Flag.BAR_1M | Flag.TIMER
    return TradingEngine(
        origin=ORIGIN,
        market=rooms.analyzer(AnalyzerConfig(wake_on=wakes)),
        ledger=rooms.ledger(UNITS, CASH),
        units=UNITS,
        risk=FixedFraction(Decimal("0.5"), UNITS),
        signals=rooms.signals(strategy, None) if named else None,
        new_strategy=None if isinstance(strategy, str) else strategy,
    )


def events_of(row: Chunk, seq: int) -> Iterator[Trade | BarEvent]:
    stamp = {"origin": ORIGIN, "seq": seq}
    time = {"event_ns": row.timestamps_ns[0], "receive_ns": row.timestamps_ns[0]}
    if isinstance(row, TradeChunk):
        yield Trade(**stamp, **time, price=row.prices[0], size=row.sizes[0], side=row.sides[0])  # type: ignore[arg-type]
        return
    prices = {
        "open": row.opens[0],
        "high": row.highs[0],
        "low": row.lows[0],
        "close": row.closes[0],
    }
    yield BarEvent(**stamp, **time, **prices, volume=row.volumes[0])  # type: ignore[arg-type]


def essence(actions: list[Action]) -> list[tuple[object, ...]]:
    """Return actions without the number of the event, which fills told as events shift."""
    return [
        (type(action).__name__, action.event_ns, *(getattr(action, name, None) for name in NAMES))
        for action in actions
    ]


NAMES = ("number", "side", "kind", "quantity", "price", "reduce_only", "stop", "target", "trail")


def assert_alike(rooms: Rooms, strategy: str | Callable[[], Any], rows: list[Chunk]) -> int:
    """Run both, and compare what they send after each row; return how much that was."""
    sent, told = listened(runner_of(rooms, strategy), rows)
    engine, seq, fills = live_engine(rooms, strategy), 0, 0
    for place, row in enumerate(rows):
        actions: list[Action] = []

        def tell(place: int, actions: list[Action]) -> None:
            nonlocal seq, fills
            for report in told[place]:
                seq, fills = seq + 1, fills + 1
                event = OrderUpdate(
                    origin=ORIGIN,
                    seq=seq,
                    event_ns=report.event_ns,
                    receive_ns=report.event_ns,
                    report=report,
                    fill_id=str(fills) if report.side else "",
                )
                actions += engine.on_event(event)

        if isinstance(row, BarChunk):  # filled on the way, before the bar is known
            tell(place, actions)
        for event in events_of(row, seq + 1):
            seq += 1
            actions += engine.on_event(event)
        if isinstance(row, TradeChunk):
            tell(place, actions)
        assert essence(actions) == essence(sent[place])
    return sum(map(len, sent))


@pytest.mark.parametrize("strategy", ["ema-cross", "scalping", EveryThird])
def test_trades(strategy: str | Callable[[], Any]) -> None:
    chunks: list[Chunk] = list(synthetic_trades(random.Random(5), minutes=360))
    assert assert_alike(NATIVE, strategy, list(cut(chunks, None))) > 5


@pytest.mark.parametrize("strategy", ["trend", "scalping", EveryThird])
def test_recorded_bars(data_dir: Path, strategy: str | Callable[[], Any]) -> None:
    path = data_dir / "bars" / "binance_spot_BTCUSDT_1m_20240726-20240808.csv.gz"
    assert assert_alike(NATIVE, strategy, list(cut(read(path), None))) > 5
