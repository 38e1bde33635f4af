"""The analyzer: bars, indicators, armed levels and the gate behind one call per tick."""

# ruff: noqa: SLF001 - `_take` is how this package passes on values that were checked before

from __future__ import annotations

from array import array
from dataclasses import replace

from supreme_system_v5.domain import (
    AnalyzerConfig,
    AnalyzerSnapshot,
    ArmedLevels,
    Flag,
    GateCounters,
    GateReason,
    TickView,
    Timeframe,
    TimeframeView,
)
from supreme_system_v5.reference import _numbers
from supreme_system_v5.reference._assembly import BarAssembly
from supreme_system_v5.reference._config import check_config
from supreme_system_v5.reference._grid import Trade
from supreme_system_v5.reference._indicator import Stateful
from supreme_system_v5.reference._numbers import Numbers
from supreme_system_v5.reference._states import Histories, Kept, TickState, TimeframeState
from supreme_system_v5.reference.smart_events import SmartEventProcessor

__all__ = ["OptimizedTechnicalAnalyzer"]


class OptimizedTechnicalAnalyzer(Stateful):
    """Ticks in, wake-up flags out; fulfils `supreme_system_v5.ports.TickAnalyzer`.

    Every tick goes, in this order, through: timers and bar ends up to its time; the check for
    being late; the armed levels; its minute and the tick indicators; the gate. The gate decides
    only who is woken.

    Args:
        config: Parameters of all parts; None stands for the defaults.

    Raises:
        InvalidInputError: A parameter out of range.
        InvalidTypeError: A parameter of the wrong type.

    Constant memory. A tick takes constant time, a closed bar time proportional to the periods of
    the Bollinger Bands and of realised volatility.
    Source: ``docs/definitions.md``, "One tick at time t, in this order".

    Example:
        >>> analyzer = OptimizedTechnicalAnalyzer()
        >>> Flag(analyzer.update(100.0, 1.0, 0))
        <Flag.SIGNIFICANT: 1>
        >>> analyzer.update(100.05, 1.0, 1_000_000_000)
        0
        >>> Flag(analyzer.watermark(60_000_000_000))
        <Flag.BAR_1M: 2>
        >>> analyzer.snapshot().timeframes["1m"].bar.close
        100.05
    """

    __slots__ = (
        "_accepted",
        "_armed",
        "_assembly",
        "_config",
        "_gate",
        "_last_hit",
        "_states",
        "_tick",
        "_wake_on",
    )

    def __init__(self, config: AnalyzerConfig | None = None) -> None:
        self._config = AnalyzerConfig() if config is None else config
        check_config(self._config)
        self._wake_on = int(self._config.wake_on)
        self.reset()

    @property
    def config(self) -> AnalyzerConfig:
        """The parameters it was built with."""
        return self._config

    def reset(self) -> None:
        """Forget everything but the configuration."""
        config = self._config
        self._assembly = BarAssembly(config.instrument, config.max_gap_seconds)
        self._tick = TickState(config)
        self._states = {timeframe: TimeframeState(timeframe, config) for timeframe in Timeframe}
        self._gate = SmartEventProcessor(
            config.min_price_change,
            config.volume_multiple,
            config.volume_window,
            config.max_idle_seconds,
        )
        self._armed = ArmedLevels()
        self._last_hit: tuple[str, ...] = ()
        self._accepted = 0

    def update(
        self, price: float | str, size: float | str, timestamp_ns: int, side: int = 0
    ) -> int:
        """Take one trade and answer the flags it raised, 0 for none.

        Args:
            price: In quote currency, as number or decimal string, on the grid.
            size: In base currency, likewise.
            timestamp_ns: Nanoseconds UTC, up to the year 2100.
            side: The taker's side, -1 sell, 0 unknown, 1 buy.

        Returns:
            The sum of the `Flag` values raised that are in `config.wake_on`.

        Raises:
            InvalidInputError: A value out of range, off the grid or too far ahead; nothing changes.
            InvalidTypeError: A value of the wrong type; nothing changes.
        """
        trade = self._read(price, size, timestamp_ns, side)
        flags = self._pass_until(trade.timestamp_ns) | self._take(trade)
        return flags & self._wake_on

    def watermark(self, timestamp_ns: int, /) -> int:
        """Let time pass without a trade and answer the flags raised, as `update` does.

        Raises:
            InvalidInputError: A time out of range or too far ahead; nothing changes.
            InvalidTypeError: Not an integer; nothing changes.
        """
        time = _numbers.timestamp("timestamp_ns", timestamp_ns)
        self._assembly.check_gap(time)
        flags = self._pass_until(time)
        self._assembly.see(time)
        return flags & self._wake_on

    def advance(
        self,
        prices: Numbers,
        sizes: Numbers,
        timestamps_ns: Numbers,
        sides: Numbers | None = None,
        start: int = 0,
    ) -> tuple[int, int]:
        """Take trades until one raises a flag in `config.wake_on`.

        Args:
            prices: In quote currency, on the grid.
            sizes: In base currency; as many.
            timestamps_ns: Nanoseconds UTC; as many.
            sides: The takers' sides; as many, or None for unknown.
            start: Where to begin, 0 to the length.

        Returns:
            The index to go on from and the flags. A trade that makes a bar or a timer due is not
            taken yet, one that raises flags itself is. At the end the length and 0.

        Raises:
            InvalidInputError: Arrays of different length, `start` outside, or a value that
                `update` would refuse, with its `index`; the trades before it were taken.
            InvalidTypeError: Not an array, or a value of the wrong type.
        """
        arrays = {"prices": prices, "sizes": sizes, "timestamps_ns": timestamps_ns}
        if sides is not None:
            arrays["sides"] = sides
        columns = _numbers.columns(**arrays)
        length = len(columns[0])
        first = _numbers.period("start", start, least=0, most=length)
        for i in range(first, length):
            price, size, time, *side = (column[i] for column in columns)
            trade = self._read(price, size, time, side[0] if side else 0, i)
            while raised := self._pass_instant(trade.timestamp_ns):
                if flags := raised & self._wake_on:
                    return i, flags
            if flags := self._take(trade) & self._wake_on:
                return i + 1, flags
        return length, 0

    def arm(
        self,
        *,
        stop_below: float | None = None,
        stop_above: float | None = None,
        limit_below: float | None = None,
        limit_above: float | None = None,
        wake_at_ns: int | None = None,
    ) -> None:
        """Replace the armed levels and the timer; None disarms.

        Args:
            stop_below: Hit by a price at or below it.
            stop_above: Hit by a price at or above it.
            limit_below: Hit by a price below it.
            limit_above: Hit by a price above it.
            wake_at_ns: Time of the timer, nanoseconds UTC.

        Raises:
            InvalidInputError: A level outside 1e-15 to 1e15, or no valid time; nothing changes.
            InvalidTypeError: A value of the wrong type; nothing changes.
        """
        levels = {
            "stop_below": stop_below,
            "stop_above": stop_above,
            "limit_below": limit_below,
            "limit_above": limit_above,
        }
        checked = {
            name: None if level is None else _numbers.price(name, level)
            for name, level in levels.items()
        }
        if wake_at_ns is not None:
            wake_at_ns = _numbers.timestamp("wake_at_ns", wake_at_ns)
        self._armed = ArmedLevels(**checked, wake_at_ns=wake_at_ns)

    def indicator_batch(self, prices: Numbers) -> tuple[array[float], ...]:
        """Return EMA, RSI, MACD, signal and histogram of the tick periods at each price.

        They start from a fresh state; NaN before warm-up.

        Raises:
            InvalidInputError: A price that `update` would refuse, with its `index`.
            InvalidTypeError: Not an array, or not of numbers.
        """
        return self._tick.batch(prices)

    def snapshot(self) -> AnalyzerSnapshot:
        """Return everything known at this instant."""
        return AnalyzerSnapshot(
            watermark_ns=self._assembly.watermark_ns,
            accepted=self._accepted,
            late=self._assembly.late,
            tick=self.tick(),
            timeframes={timeframe.value: self.timeframe(timeframe) for timeframe in Timeframe},
            gate=self.gate(),
            armed=self._armed,
            last_hit=self._last_hit,
        )

    def tick(self) -> TickView:
        """Return the indicators over ticks."""
        return self._tick.view()

    def timeframe(self, timeframe: Timeframe | str, /) -> TimeframeView:
        """Return one timeframe, cheaper than the whole snapshot.

        Raises:
            InvalidInputError: No such timeframe.
            InvalidTypeError: Not a timeframe, nor the name of one.
        """
        chosen = Timeframe(_numbers.choice("timeframe", timeframe, list(Timeframe)))
        return self._states[chosen].view(self._assembly.forming(chosen))

    def gate(self) -> GateCounters:
        """Return the counters of the event gate."""
        gate = self._gate
        return GateCounters(
            seen=gate.seen,
            processed=gate.processed,
            skipped=gate.skipped,
            skip_ratio=gate.skip_ratio,
            by_reason=gate.by_reason,
        )

    def history(self, name: str, timeframe: str = "tick") -> list[Kept]:
        """Return the last 50 values at most, oldest first.

        Args:
            name: For ``"tick"`` one of ema, rsi, macd; for a bar length one of bar, ema_fast, ema,
                ema_slow, rsi, macd, atr, bollinger, vwap, volatility.
            timeframe: ``"tick"``, ``"1m"``, ``"5m"``, ``"15m"`` or ``"1h"``.

        Raises:
            InvalidInputError: No such name or timeframe.
            InvalidTypeError: Not a string.
        """
        chosen = _numbers.choice("timeframe", timeframe, ["tick", *Timeframe])
        histories: Histories
        if chosen == "tick":
            histories = self._tick.histories
        else:
            histories = self._states[Timeframe(chosen)].histories
        return list(histories[_numbers.choice("name", name, histories)])

    def _read(
        self,
        price: object,
        size: object,
        timestamp_ns: object,
        side: object,
        index: int | None = None,
    ) -> Trade:
        trade = self._assembly.grid.trade(price, size, timestamp_ns, side, index)
        self._assembly.check_gap(trade.timestamp_ns, index)
        return trade

    def _pass_until(self, timestamp_ns: int) -> int:
        """Handle everything due at or before a time; answer its flags."""
        flags = 0
        while raised := self._pass_instant(timestamp_ns):
            flags |= raised
        return flags

    def _pass_instant(self, timestamp_ns: int) -> int:
        """Handle what is due at the next instant, if not after a time: bars, then the timer.

        Answers the flags raised, which are never 0 when something was due.
        """
        bar_end, timer = self._assembly.minute_end_ns, self._armed.wake_at_ns
        due = [t for t in (bar_end, timer) if t is not None and t <= timestamp_ns]
        if not due:
            return 0
        instant = min(due)
        flags = 0
        if bar_end == instant:
            for bar in self._assembly.close_minute():
                self._states[bar.timeframe].take(bar)
                flags |= bar.timeframe.flag
        if timer == instant:
            self._armed = replace(self._armed, wake_at_ns=None)
            self._assembly.pass_instant(instant)
            flags |= Flag.TIMER
        return int(flags)

    def _take(self, trade: Trade) -> int:
        """Take a tick for whose time everything due was handled."""
        if self._assembly.is_late(trade):
            self._assembly.late += 1
            return int(Flag.LATE)
        flags = 0
        if hit := _hit(self._armed, trade.price):
            self._armed = replace(self._armed, **dict.fromkeys(hit))
            self._last_hit = hit
            flags |= Flag.LEVEL
        self._assembly.add(trade)
        self._tick.take(trade)
        self._accepted += 1
        reason = self._gate._take(
            trade.price, trade.size, trade.timestamp_ns, gated=self._config.gated
        )
        if reason is not GateReason.NONE:
            flags |= Flag.SIGNIFICANT
        return int(flags)

    def __repr__(self) -> str:
        return f"OptimizedTechnicalAnalyzer(config={self._config!r})"


def _hit(armed: ArmedLevels, price: float) -> tuple[str, ...]:
    """Return the names of the levels that a price hits: a stop by touch, a limit by passing."""
    below, above, under, over = (
        armed.stop_below,
        armed.stop_above,
        armed.limit_below,
        armed.limit_above,
    )
    hits = {
        "stop_below": below is not None and price <= below,
        "stop_above": above is not None and price >= above,
        "limit_below": under is not None and price < under,
        "limit_above": over is not None and price > over,
    }
    return tuple(name for name, hit in hits.items() if hit)
