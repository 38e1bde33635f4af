"""What a feed tells becomes what the engine knows, and decides what a backtest decides."""

from __future__ import annotations

import math
from itertools import pairwise
from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from supreme_system_v5.backtest.decision_log import DecisionLog
from supreme_system_v5.backtest.runner import BacktestRunner
from supreme_system_v5.domain import Record
from supreme_system_v5.domain.live import (
    FeedCandle,
    FeedChange,
    FeedEvent,
    FeedGap,
    FeedQuote,
    FeedTrade,
    FeedTrades,
)
from supreme_system_v5.orchestrator.activity import Activity
from supreme_system_v5.orchestrator.live_trader import LiveTrader, together
from tests.support.engine_runs import Chunk, read
from tests.support.live_runs import LIVE, MINUTE, SECOND, candle, session_of, told, trade

START = 28_333_334 * MINUTE


def trader() -> LiveTrader:
    return LiveTrader(session_of(Activity()), LIVE)


def lives(chunks: list[Chunk], rng: Random, live: LiveTrader) -> None:
    """Tell recorded trades as a feed does, with the ends of silent minutes between them."""
    waiting: list[FeedTrade] = []
    for chunk in chunks:
        rows = zip(chunk.prices, chunk.sizes, chunk.timestamps_ns, chunk.sides, strict=True)  # type: ignore[union-attr]
        for price, size, time_ns, side in rows:
            if waiting and rng.random() < 0.3:
                live.take(told(waiting), waiting[-1].time_ns)
                waiting = []
            if not waiting and live.last_trade_ns is not None:
                silent_ns = time_ns - live.last_trade_ns
                for step in range(1, silent_ns // SECOND):  # what is told comes a second later
                    now_ns = live.last_trade_ns + step * SECOND
                    live.silence(now_ns - 2 * SECOND, now_ns)
            waiting.append(
                FeedTrade(price=price, size=size, time_ns=time_ns, side=side, trade_id="1")
            )
    live.take(told(waiting), waiting[-1].time_ns)


@pytest.mark.parametrize("name", ["binance_usdm_BTCUSDT_20240808", "binance_spot_BTCUSDT_20230405"])
def test_recorded_trades_lead_to_what_a_backtest_decides(data_dir: Path, name: str) -> None:
    chunks = read(data_dir / "trades" / f"{name}.csv.gz")
    log = DecisionLog()
    run: BacktestRunner = session_of(Activity(), log=log)
    for chunk in chunks:
        run.feed(chunk)
    live = trader()
    lives(chunks, Random(1), live)
    assert log.entries > 100
    # The number of an event counts ends of minutes too; what is decided is the same.
    assert _decided(run) == _decided(live.session)
    assert run.engine.ledger.cash == live.session.engine.ledger.cash
    assert live.session.market.gate().seen == sum(len(chunk) for chunk in chunks)
    assert live.bad == 0


def _decided(run: object) -> list[tuple[int, str, str, object]]:
    records: list[Record] = run.engine.notes.records  # type: ignore[attr-defined]
    assert len(records) < 4_096
    return [(each.event_ns, each.kind, each.reason, each.details) for each in records]


@given(st.lists(st.integers(0, 3), max_size=30))
def test_trades_that_follow_each_other_are_told_as_one_and_nothing_changes_place(
    kinds: list[int],
) -> None:
    events: list[FeedEvent] = []
    for number, kind in enumerate(kinds):
        at_ns = START + number * SECOND
        if kind:
            events.append(told([trade(at_ns + each, number=1 + each) for each in range(kind)]))
        else:
            events.append(FeedCandle(candle=candle(START), receive_ns=at_ns))
    found = together(events)

    def flat(some: list[FeedEvent]) -> list[object]:
        return [
            each
            for event in some
            for each in (event.trades if isinstance(event, FeedTrades) else [event])
        ]

    assert flat(found) == flat(events)
    pairs = pairwise(found)
    assert not any(
        isinstance(one, FeedTrades) and isinstance(two, FeedTrades) for one, two in pairs
    )
    last = [event.receive_ns for event in found if isinstance(event, FeedTrades)]
    assert set(last) <= {event.receive_ns for event in events if isinstance(event, FeedTrades)}


def test_no_trade_that_is_none_reaches_the_market_and_all_others_do() -> None:
    live = trader()
    bad = [
        trade(START + 1, price=math.nan),
        trade(START + 2, price=0.0),
        trade(START + 3, size=-1.0),
        trade(START + 4, price=math.inf),
        trade(START + 5, size=1e300),
        trade(-5),
    ]
    live.take(told([trade(START), *bad, trade(START + 9)]), START)
    assert (live.session.market.gate().seen, live.bad) == (2, len(bad))
    live.take(FeedTrades(trades=tuple(bad), receive_ns=1), START)
    assert (live.session.market.gate().seen, live.bad) == (2, 2 * len(bad))


def test_silent_minutes_end_once_nothing_of_them_can_come() -> None:
    live = trader()
    live.silence(START + MINUTE, START)  # nothing was traded yet: no minute to end
    live.take(told([trade(START + SECOND)]), START)
    closed = live.session.market.read
    live.silence(START + MINUTE - 1, START)
    assert not closed("closed")
    live.silence(START + MINUTE, START)
    assert closed("closed") == 1
    live.silence(START + MINUTE + SECOND, START)
    assert closed("closed") == 1
    live.silence(START + 3 * MINUTE, START)
    assert closed("closed") == 3
    assert live.session.engine.seq == 3  # a trade, and two ends


def test_what_the_feed_says_of_itself_is_a_condition() -> None:
    live = trader()
    stale = FeedChange(fresh=False, reason="silent for 31 s", since_ns=1, receive_ns=2)
    live.take(stale, START)
    [record] = live.session.engine.notes.records
    assert (record.kind, record.reason, record.details["why"]) == (
        "feed", "STALE", "silent for 31 s",
    )  # fmt: skip
    assert live.session.engine.not_in_order() == {"trades": "silent for 31 s"}
    live.take(FeedChange(fresh=True, reason="", since_ns=3, receive_ns=3), START)
    assert live.session.engine.not_in_order() == {}


def test_quotes_and_minutes_move_no_market() -> None:
    live = trader()
    quote = FeedQuote(bid=1.0, bid_size=1.0, ask=2.0, ask_size=1.0, receive_ns=3)
    live.take(quote, START)
    live.take(FeedCandle(candle=candle(START), receive_ns=1), START)
    live.take(FeedGap(missing=3, recovered=3, start_ns=1, end_ns=2, receive_ns=3), START)
    live.take(FeedTrades(trades=(), receive_ns=1), START)
    assert live.price is None
    assert live.session.engine.seq == 0


def test_the_owner_and_the_driver_speak_in_events() -> None:
    live = trader()
    live.take(told([trade(START)]), START)
    live.timer("technical", START + 1)
    live.interval("news", 20 * MINUTE, "busy", START + 2)
    live.flatten(START + 3)
    live.rearm(START + 4)
    live.condition("owner", fresh=False, reason="lunch", now_ns=START + 5)
    told_of = [(record.kind, record.reason) for record in live.session.engine.notes.records]
    assert told_of == [("pace", "news"), ("order", "FLATTEN"), ("feed", "STALE")]
    assert live.session.engine.seq == 6


def test_history_warms_up_and_its_silent_minutes_are_filled() -> None:
    live = trader()
    minutes = [candle(START + number * MINUTE, 60_000.0 + number) for number in range(30)]
    del minutes[7]
    live.warm_up(minutes)
    live.warm_up([])
    assert live.session.market.read("closed") == 30
    assert live.session.market.read("close") == 60_030.0
