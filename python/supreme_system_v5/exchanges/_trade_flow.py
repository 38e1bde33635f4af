"""The way of trades from the connections to who receives them, and what is read meanwhile."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from typing import Any

from supreme_system_v5.domain.live import Candle, FeedCandle, FeedGap, FeedTrade, FeedTrades
from supreme_system_v5.errors import SourceError
from supreme_system_v5.exchanges._event_queue import EventQueue
from supreme_system_v5.exchanges.minute_repair import (
    AskCandles,
    MinuteRepair,
    RepairLimits,
    RepairOutput,
)
from supreme_system_v5.exchanges.protocol import VenueRest
from supreme_system_v5.exchanges.trade_stream import (
    AskTrades,
    Doubt,
    StreamLimits,
    StreamOutput,
    TradeStream,
)
from supreme_system_v5.ports import Clock, Sleep

__all__ = ["TradeFlow"]

_S = 1_000_000_000

Spawn = Callable[[Coroutine[Any, Any, None], str], object]


class TradeFlow:
    """Leads trades through a `TradeStream` and a `MinuteRepair` into a queue.

    Args:
        rest: Answers what they ask.
        queue: Takes what they tell.
        clock: Tells the time.
        spawn: Begins a task that asks.
        drop: Counts what was not passed on, or failed.
        rest_ns: A question may take so long.
        stream: How long a hole may be open.
        repair: How long trades are held for a minute in doubt.

    Attributes:
        stream: Puts trades in order.
        repair: Mends minutes.
    """

    def __init__(
        self,
        rest: VenueRest,
        queue: EventQueue,
        clock: Clock,
        *,
        spawn: Spawn,
        drop: Callable[[str], None],
        rest_ns: int,
        stream: StreamLimits,
        repair: RepairLimits,
    ) -> None:
        self.stream = TradeStream(stream)
        self.repair = MinuteRepair(repair)
        self._rest = rest
        self._queue = queue
        self._clock = clock
        self._spawn = spawn
        self._drop = drop
        self._rest_ns = rest_ns
        self._received_ns = clock.time_ns()

    def unsettled_ns(self, *, fresh: bool) -> int | None:
        """Return the begin of the earliest minute of which trades may still be told."""
        found = [self.repair.unsettled_ns]
        if not fresh or self.stream.held:
            found.append(self.stream.last_minute_ns)
        return min((open_ns for open_ns in found if open_ns is not None), default=None)

    def next_ns(self) -> int:
        """Return when there is something to do without a message."""
        now, time = self._now()
        return min(self.stream.next_ns(), self.repair.next_ns(now, time))

    def received(self, time_ns: int) -> None:
        """Take that a frame or an answer was there at `time_ns`, before anybody read it.

        What is told from now on counts as received then, also trades that were held until it came.
        """
        self._received_ns = time_ns

    def take(self, trades: Sequence[FeedTrade]) -> None:
        """Take trades as a connection tells them."""
        now, time = self._clock.monotonic_ns(), self._clock.time_ns()
        self._order(self.stream.take(trades, now, time))

    def unread(self) -> None:
        """Take that something could not be read, or no trade could be made of it."""
        self._order(self.stream.unread())

    def take_candles(self, candles: Sequence[Candle]) -> None:
        """Take minutes as a connection tells them."""
        for candle in candles:
            self.stream.belief.reference = candle.close
            self._know(candle)
            self._queue.put(FeedCandle(candle=candle, receive_ns=self._received_ns))

    def passed(self) -> None:
        """Take that time has passed."""
        now, time = self._clock.monotonic_ns(), self._clock.time_ns()
        self._order(self.stream.passed(now, time))
        self._tell(self.repair.passed(*self._now()))

    async def learn(self, sleep: Sleep, every_ns: int) -> None:
        """Know the step of sizes, and how far the exchange's clock is ahead, now and later."""
        while True:
            pause = every_ns
            try:
                async with asyncio.timeout(self._rest_ns / _S):
                    # A clock behind ours is no reason to believe less.
                    self.stream.belief.ahead_ns = max((await self._rest.clock()).ahead_ns, 0)
                    self.repair.set_lot(float((await self._rest.rules()).lot))
            except (SourceError, TimeoutError):
                pause = every_ns // 10
            except Exception:  # noqa: BLE001 - one answer must not end the feed
                self._drop("defect")
            await sleep(pause)

    def _now(self) -> tuple[int, int]:
        """Return the time for durations, and the time by the exchange's clock."""
        return self._clock.monotonic_ns(), self._clock.time_ns() + self.stream.belief.ahead_ns

    def _know(self, candle: Candle) -> None:
        self._tell(self.repair.candle(candle, *self._now()))

    def _order(self, items: list[StreamOutput]) -> None:
        """Hand what the stream answers on to the repair, and ask what it asks."""
        told: list[FeedTrade | FeedGap | Doubt] = []
        for item in items:
            if isinstance(item, AskTrades):
                self._spawn(self._backfill(item), "backfill")
            else:
                told.append(item)
        if told:
            self._tell(self.repair.take(told, *self._now()))

    def _tell(self, items: list[RepairOutput]) -> None:
        """Queue what is to be told, trades together, and ask what the repair asks."""
        time = self._received_ns
        trades: list[FeedTrade] = []
        for item in items:
            if isinstance(item, FeedTrade):
                trades.append(item)
            elif isinstance(item, AskCandles):
                self._spawn(self._read_candles(item), "candles")
            else:
                if trades:
                    self._queue.put(FeedTrades(trades=tuple(trades), receive_ns=time))
                    trades = []
                self._queue.put(item)
        if trades:
            self._queue.put(FeedTrades(trades=tuple(trades), receive_ns=time))

    async def _backfill(self, question: AskTrades) -> None:
        rows: tuple[FeedTrade, ...] | None = None
        try:
            async with asyncio.timeout(self._rest_ns / _S):
                rows = await self._rest.trades_between(question.after, question.before)
        except (SourceError, TimeoutError):
            self._drop("backfill_failed")
        except Exception:  # noqa: BLE001 - one answer must not end the feed
            self._drop("defect")
        now, time = self._clock.monotonic_ns(), self._clock.time_ns()
        self.received(time)
        if rows is None:
            self.stream.no_answer(question.number, now)
        else:
            self._order(self.stream.answer(question.number, rows, now, time))

    async def _read_candles(self, question: AskCandles) -> None:
        try:
            async with asyncio.timeout(self._rest_ns / _S):
                candles = await self._rest.candles(question.start_ns, question.end_ns)
        except (SourceError, TimeoutError):
            self._drop("candle_failed")
        except Exception:  # noqa: BLE001 - one answer must not end the feed
            self._drop("defect")
        else:
            self.received(self._clock.time_ns())
            for candle in candles:
                self._know(candle)
