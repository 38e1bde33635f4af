"""Mends minutes in which trades are missing, by the exchange's own candle.

Pure, and behind a `TradeStream`. A minute is in doubt when trades may be missing in it: a hole that
was not filled, a begin in its middle, a trade that was not believed. When such a minute ends, the
trades after it are held until its closed candle is there, told or read; then trades are made up so
that a bar built of everything that was passed on equals the candle: the missing high and low, the
rest of the volume, the close last. They have no identity, no side, and a time in the minute.
Minutes that are lost as a whole are made up as a whole. Without a candle in time the stream goes
on, and the minute counts as unrepaired. A minute beyond doubt is never held.

While a minute is in doubt its latest trade is kept back until the next one comes, or for a moment,
so that what is made up can come before it, and the close stays what it was.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from math import gcd

from supreme_system_v5.domain.live import Candle, FeedGap, FeedTrade
from supreme_system_v5.exchanges._repair_values import (
    AskCandles,
    Minute,
    RepairLimits,
    Wait,
    units_of,
)
from supreme_system_v5.exchanges._stream_values import Doubt

__all__ = ["AskCandles", "MinuteRepair", "RepairLimits", "RepairOutput"]

_S = 1_000_000_000
_MINUTE = 60 * _S
_UNIT = 10**8
_NEVER = 2**63 - 1
_KNOWN_CANDLES = 256


RepairOutput = FeedTrade | FeedGap | AskCandles
"""What is answered, in order."""


class MinuteRepair:
    """Passes trades on, and makes up what a candle shows to be missing.

    Times named `now_ns` are of a clock that never goes back, those named `time_ns` nanoseconds UTC.

    Args:
        limits: How long to hold trades.
        lot: Step of sizes, base currency; None: the largest step that all sizes seen are whole
            numbers of.

    Attributes:
        repaired: Minutes for which trades were made up.
        verified: Minutes in doubt that turned out to be whole.
        unrepaired: Minutes in doubt for which there was no candle in time, or one that cannot be
            reached by more trades.
        late: Trades dropped because their minute was over.
    """

    def __init__(self, limits: RepairLimits | None = None, lot: float | None = None) -> None:
        self.repaired = self.verified = self.unrepaired = self.late = 0
        self._limits = limits or RepairLimits()
        self._lot_units = units_of(lot) if lot is not None else 0
        self._step_units = 0
        self._minute: Minute | None = None
        self._floor_ns: int | None = None
        self._doubt: Doubt | None = None
        self._kept: tuple[FeedTrade, int] | None = None
        self._wait: Wait | None = None
        self._queue: deque[FeedTrade | Doubt] = deque()
        self._closed: dict[int, Candle] = {}
        self._forming: dict[int, Candle] = {}
        self._out: list[RepairOutput] = []

    @property
    def held(self) -> int:
        """Return how many trades wait."""
        return len(self._queue) + (self._kept is not None)

    @property
    def unsettled_ns(self) -> int | None:
        """Return the begin of the minute of which something may still come; None: none is.

        Who lets time pass downstream must not close that minute yet.
        """
        minute = self._minute
        # One that is known not to be whole is made up with the next trade, however late.
        open_ended = minute is not None and (not minute.overdue or minute.open_ns in self._closed)
        if minute is not None and ((minute.doubt and open_ended) or self._queue):
            return minute.open_ns
        return self._floor_ns if self._queue else None

    def set_lot(self, lot: float) -> None:
        """Take the step of sizes, base currency, once it is known."""
        self._lot_units = units_of(lot)

    def take(
        self, items: Sequence[FeedTrade | FeedGap | Doubt], now_ns: int, time_ns: int
    ) -> list[RepairOutput]:
        """Take what a `TradeStream` answered, but for what it asks."""
        for item in items:
            if isinstance(item, FeedGap):
                self._out.append(item)
            else:
                self._queue.append(item)
        return self.passed(now_ns, time_ns)

    def candle(self, candle: Candle, now_ns: int, time_ns: int) -> list[RepairOutput]:
        """Take a minute of the exchange, open or closed, told or read."""
        known = self._closed if candle.closed else self._forming
        known[candle.open_ns] = candle
        if len(known) > _KNOWN_CANDLES:
            del known[min(known)]
        return self.passed(now_ns, time_ns)

    def passed(self, now_ns: int, time_ns: int) -> list[RepairOutput]:
        """Take that time has passed; to be called at `next_ns`, or a little later."""
        while self._queue and self._process(self._queue[0], now_ns):
            self._queue.popleft()
        minute = self._minute
        if not self._queue and minute is not None and minute.doubt:
            over_ns = minute.open_ns + _MINUTE + self._limits.grace_ns
            if time_ns >= over_ns and not minute.overdue:
                self._end_in_silence(minute, now_ns)
            if self._kept is not None and now_ns >= self._kept[1] + self._limits.keep_ns:
                self._let_go()
        out, self._out = self._out, []
        return out

    def next_ns(self, now_ns: int, time_ns: int) -> int:
        """Return when there is something to do without a trade or a candle."""
        times = [_NEVER]
        minute = self._minute
        overdue = minute is not None and minute.overdue and not self._queue
        if self._wait is not None and not overdue:
            times += [self._wait.deadline_ns, max(self._wait.ask_ns, now_ns)]
        elif minute is not None and minute.doubt and not overdue:
            over_ns = minute.open_ns + _MINUTE + self._limits.grace_ns
            times.append(now_ns + max(over_ns - time_ns, 0))
        if self._kept is not None and not self._queue:
            times.append(max(self._kept[1] + self._limits.keep_ns, now_ns))
        return min(times)

    def _process(self, item: FeedTrade | Doubt, now_ns: int) -> bool:
        """Take the next in the queue; return whether it need not wait."""
        if isinstance(item, Doubt):
            self._take_doubt(item)
            return True
        open_ns = item.time_ns - item.time_ns % _MINUTE
        if self._floor_ns is not None and open_ns < self._floor_ns:
            self.late += 1
            if self._minute is not None:  # its time may be wrong, and it of the minute that is open
                self._minute.doubt = True
            return True
        if (self._minute is None or open_ns > self._minute.open_ns) and not (
            self._finish(open_ns, now_ns) and self._begin(item, open_ns, now_ns)
        ):
            return False
        self._doubt = None
        self._pass_on(item, now_ns)
        return True

    def _take_doubt(self, doubt: Doubt) -> None:
        minute = self._minute
        if minute is not None and doubt.start_ns < minute.open_ns + _MINUTE:
            minute.doubt = True
        if self._doubt is not None:
            start_ns = min(doubt.start_ns, self._doubt.start_ns)
            doubt = Doubt(start_ns=start_ns, end_ns=max(doubt.end_ns, self._doubt.end_ns))
        self._doubt = doubt

    def _pass_on(self, trade: FeedTrade, now_ns: int) -> None:
        minute = self._minute
        if minute is None:
            return
        self._let_go()
        minute.add(trade)
        self._step_units = gcd(self._step_units, units_of(trade.size))
        if minute.doubt:
            self._kept = trade, now_ns
        else:
            self._out.append(trade)

    def _let_go(self) -> None:
        if self._kept is not None:
            self._out.append(self._kept[0])
            self._kept = None

    def _needed(self, until_ns: int) -> Iterator[int]:
        """Yield the minutes before one whose candles are needed."""
        start = self._floor_ns if self._floor_ns is not None else until_ns
        if self._minute is not None:
            if self._minute.doubt:
                yield self._minute.open_ns
            start = self._minute.open_ns + _MINUTE
        doubt = self._doubt
        if doubt is None:
            return
        first = max(start, doubt.start_ns - doubt.start_ns % _MINUTE)
        last = min(until_ns, doubt.end_ns + 1)
        if last - first > self._limits.most_minutes * _MINUTE:
            self.unrepaired += (last - first) // _MINUTE - self._limits.most_minutes
            first = last - last % _MINUTE - self._limits.most_minutes * _MINUTE
            self._doubt = Doubt(start_ns=first, end_ns=doubt.end_ns)
        yield from range(first, last, _MINUTE)

    def _end_in_silence(self, minute: Minute, now_ns: int) -> None:
        """See to a minute in doubt that is over by the clock, but for its trades.

        Nothing is made up before a later trade has come: what is missing may be under way.
        """
        candle = self._closed.get(minute.open_ns)
        if candle is not None and minute.equals(candle):
            self._finish(minute.open_ns + _MINUTE, now_ns)
        elif not self._is_patient(now_ns):
            minute.overdue, self._wait = True, None
        elif candle is None:
            self._ask(minute.open_ns, minute.open_ns, now_ns)

    def _ask(self, first_ns: int, last_ns: int, now_ns: int) -> None:
        wait = self._wait
        if wait is not None and now_ns >= wait.ask_ns:
            wait.ask_ns = now_ns + self._limits.again_ns
            self._out.append(AskCandles(start_ns=first_ns, end_ns=last_ns + _MINUTE))

    def _is_patient(self, now_ns: int) -> bool:
        """Return whether to wait on; the first time, waiting begins."""
        if self._wait is None:
            limits = self._limits
            self._wait = Wait(now_ns + limits.hold_ns, now_ns + limits.ask_ns)
        return now_ns < self._wait.deadline_ns and len(self._queue) <= self._limits.most_waiting

    def _finish(self, until_ns: int, now_ns: int) -> bool:
        """End the minutes before one; return False while a candle is waited for."""
        if self._minute is None and self._floor_ns == until_ns:
            return True
        needed = list(self._needed(until_ns))
        absent = [open_ns for open_ns in needed if not self._is_known(open_ns)]
        if absent and self._is_patient(now_ns):
            self._ask(absent[0], absent[-1], now_ns)
            return False
        self._wait = None
        for open_ns in needed:
            candle = self._closed.get(open_ns)
            if candle is None:
                self.unrepaired += 1
            elif self._minute is not None and open_ns == self._minute.open_ns:
                self._mend(self._minute, candle)
            else:
                self._make_up(candle)
        self._let_go()
        self._minute, self._floor_ns = None, until_ns
        return True

    def _is_known(self, open_ns: int) -> bool:
        """Return whether a closed candle is there that is not behind what was passed on."""
        candle, minute = self._closed.get(open_ns), self._minute
        if candle is None or minute is None or minute.open_ns != open_ns:
            return candle is not None
        return units_of(candle.volume) >= minute.units

    def _begin(self, trade: FeedTrade, open_ns: int, now_ns: int) -> bool:
        """Begin a minute; return False while its first price is waited for."""
        doubt = self._doubt
        if doubt is None or doubt.end_ns < open_ns:
            self._minute = Minute(open_ns, doubt=False)
            return True
        candle = self._closed.get(open_ns) or self._forming.get(open_ns)
        if candle is None and self._is_patient(now_ns):
            return False
        self._wait = None
        self._minute = Minute(open_ns, doubt=True)
        if candle is not None and candle.open != trade.price and candle.volume > 0:
            first = self._made_up(candle.open, self._lot(units_of(candle.volume)), open_ns)
            self._minute.add(first)
            self._out.append(first)
        return True

    def _lot(self, units: int) -> int:
        return self._lot_units or gcd(self._step_units, units)

    def _mend(self, minute: Minute, candle: Candle) -> None:
        """Make up what is missing in a minute of which some trades were passed on."""
        kept = self._kept is not None
        extremes = [candle.high] if candle.high > minute.high else []
        extremes += [candle.low] if candle.low < minute.low else []
        extremes = [price for price in extremes if price != candle.close]
        rest = units_of(candle.volume) - minute.units
        closing = minute.close != candle.close or (not kept and bool(extremes or rest))
        before: list[float] = []
        if kept and minute.trades == 1:  # nothing of the minute was passed on yet
            if minute.open != candle.open or (extremes and not closing):
                before = [candle.open]
                extremes = [price for price in extremes if price != candle.open]
            minute.open = candle.open
        if not closing:  # what is kept is the last: all goes before it
            before, extremes = before + extremes, []
            if rest > 0 and not before:
                before = [minute.close]
        after = extremes + [candle.close] * closing
        sizes = self._split(rest, len(before) + len(after))
        if sizes is None:
            self.unrepaired += 1
            return
        made = [
            self._made_up(price, units, minute.last_ns)
            for price, units in zip(before + after, sizes, strict=True)
        ]
        self._out += made[: len(before)]
        self._let_go()
        self._out += made[len(before) :]
        reached = (
            candle.open == minute.open and candle.high >= minute.high and candle.low <= minute.low
        )
        if not reached:
            self.unrepaired += 1
        elif made:
            self.repaired += 1
        else:
            self.verified += 1

    def _make_up(self, candle: Candle) -> None:
        """Make up a minute of which no trade was passed on."""
        if candle.volume <= 0:  # nobody traded: nothing is missing
            self.verified += 1
            return
        prices = [candle.open]
        prices += [candle.high] if candle.high > candle.open else []
        prices += [candle.low] if candle.low < candle.open else []
        if prices[-1] != candle.close:
            # The close comes last; where it is the high, that need not come before it as well.
            prices = [price for n, price in enumerate(prices) if n == 0 or price != candle.close]
            prices.append(candle.close)
        sizes = self._split(units_of(candle.volume), len(prices))
        if sizes is None:
            self.unrepaired += 1
            return
        for number, (price, units) in enumerate(zip(prices, sizes, strict=True)):
            self._out.append(self._made_up(price, units, candle.open_ns + number))
        self.repaired += 1

    def _split(self, units: int, parts: int) -> list[int] | None:
        """Return sizes of so many trades that make up a volume; None when there are none."""
        lot = self._lot(units)
        if units < 0 or (parts == 0) != (units == 0) or units < parts * lot:
            return None
        return [lot] * (parts - 1) + [units - lot * (parts - 1)] if parts else []

    def _made_up(self, price: float, units: int, time_ns: int) -> FeedTrade:
        return FeedTrade(price=price, size=units / _UNIT, time_ns=time_ns, side=0, trade_id="")
