"""The analyzer: bars, indicators, armed levels and the gate behind one call per tick."""

from __future__ import annotations

from array import array

from supreme_system_v5 import ports
from supreme_system_v5.domain import (
    AnalyzerConfig,
    AnalyzerSnapshot,
    ArmedLevels,
    GateCounters,
    TickView,
    Timeframe,
    TimeframeView,
)
from supreme_system_v5.reference import _numbers
from supreme_system_v5.reference._config import check_config
from supreme_system_v5.reference._indicator import Stateful
from supreme_system_v5.reference._numbers import Numbers
from supreme_system_v5.reference._partners import Partners
from supreme_system_v5.reference._states import (
    BAR_NUMBERS,
    BAR_RECENT,
    HISTORY_LENGTH,
    TICK_NUMBERS,
    TICK_RECENT,
    Histories,
    Kept,
    recent,
)
from supreme_system_v5.reference._watch import MarketWatch

__all__ = ["OptimizedTechnicalAnalyzer"]

_ALONE = Partners()
_PLACES = ["tick", *Timeframe]


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
        >>> from supreme_system_v5.domain import Flag
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

    __slots__ = ("_config", "_wake_on", "_watch")

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
        self._watch = MarketWatch(self._config)

    @property
    def now_ns(self) -> int:
        """When what was answered last became known; 0 before the first event.

        The end of a bar is known with the event that reveals it, at the latest 2 s after it.
        """
        return self._watch.now_ns

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
        trade = self._watch.read(price, size, timestamp_ns, side)
        flags = self._watch.pass_until(trade.timestamp_ns, _ALONE) | self._watch.take(trade, _ALONE)
        return flags & self._wake_on

    def watermark(self, timestamp_ns: int, /) -> int:
        """Let time pass without a trade and answer the flags raised, as `update` does.

        Raises:
            InvalidInputError: A time out of range or too far ahead; nothing changes.
            InvalidTypeError: Not an integer; nothing changes.
        """
        time = _numbers.timestamp("timestamp_ns", timestamp_ns)
        self._watch.assembly.check_gap(time)
        flags = self._watch.pass_until(time, _ALONE)
        self._watch.see(time)
        return flags & self._wake_on

    def elapse(self, timestamp_ns: int, *, signals: ports.SignalSource | None = None) -> int:
        """Let time pass up to the first instant that raises a flag; 0 when all of it passed.

        Args:
            timestamp_ns: Nanoseconds UTC.
            signals: Asked when bars close.

        Raises:
            InvalidInputError: A time out of range or too far ahead; nothing changes.
            InvalidTypeError: A value of the wrong type; nothing changes.
        """
        partners = Partners.of(signals)
        time = _numbers.timestamp("timestamp_ns", timestamp_ns)
        self._watch.assembly.check_gap(time)
        flags = self._watch.pass_to_flag(time, partners)
        if not flags:
            self._watch.see(time)
        return flags

    def advance(
        self,
        prices: Numbers,
        sizes: Numbers,
        timestamps_ns: Numbers,
        sides: Numbers | None = None,
        start: int = 0,
        *,
        signals: ports.SignalSource | None = None,
        exchange: ports.PaperExchange | None = None,
    ) -> tuple[int, int]:
        """Take trades until one raises a flag in `config.wake_on`, or a partner does.

        Args:
            prices: In quote currency, on the grid.
            sizes: In base currency; as many.
            timestamps_ns: Nanoseconds UTC; as many.
            sides: The takers' sides; as many, or None for unknown.
            start: Where to begin, 0 to the length.
            signals: Asked when bars close.
            exchange: Sees every trade that is not late, before the armed levels.

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
        partners = Partners.of(signals, exchange)
        for i in range(first, length):
            price, size, time, *side = (column[i] for column in columns)
            trade = self._watch.read(price, size, time, side[0] if side else 0, i)
            if flags := self._watch.pass_to_flag(trade.timestamp_ns, partners):
                return i, flags
            if flags := self._watch.answered(self._watch.take(trade, partners)):
                return i + 1, flags
        return length, 0

    def advance_bars(
        self,
        opens: Numbers,
        highs: Numbers,
        lows: Numbers,
        closes: Numbers,
        volumes: Numbers,
        timestamps_ns: Numbers,
        start: int = 0,
        *,
        signals: ports.SignalSource | None = None,
        exchange: ports.PaperExchange | None = None,
    ) -> tuple[int, int]:
        """Take whole 1-minute bars until one raises a flag, as `advance` does with trades.

        A bar closes its minute at once. Neither the indicators over ticks nor the gate see it.

        Args:
            opens: In quote currency, on the grid.
            highs: Highest prices; as many, as the following.
            lows: Lowest prices.
            closes: Last prices.
            volumes: In base currency, above 0, on the grid.
            timestamps_ns: When each bar opened: whole minutes, nanoseconds UTC.
            start: Where to begin, 0 to the length.
            signals: Asked when bars close.
            exchange: Walks every bar that is not late; what it reports comes before the bar is
                taken, with the index of the bar.

        Returns:
            The index to go on from and the flags; at the end the length and 0.

        Raises:
            InvalidInputError: Arrays of different length, `start` outside, or a row that is no bar,
                with its `index`; the bars before it were taken.
            InvalidTypeError: Not an array, or a value of the wrong type.
        """
        columns = _numbers.columns(
            opens=opens,
            highs=highs,
            lows=lows,
            closes=closes,
            volumes=volumes,
            timestamps_ns=timestamps_ns,
        )
        length = len(columns[0])
        first = _numbers.period("start", start, least=0, most=length)
        partners = Partners.of(signals, exchange)
        for i in range(first, length):
            bar = self._watch.assembly.read_minute([column[i] for column in columns], i)
            if flags := self._watch.pass_to_flag(bar.open_ns, partners):
                return i, flags
            if flags := self._watch.walk(bar, partners):
                return i, flags
            if flags := self._watch.answered(self._watch.take_bar(bar, partners)):
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
        self._watch.armed = ArmedLevels(**checked, wake_at_ns=wake_at_ns)

    def indicator_batch(self, prices: Numbers) -> tuple[array[float], ...]:
        """Return EMA, RSI, MACD, signal and histogram of the tick periods at each price.

        They start from a fresh state; NaN before warm-up.

        Raises:
            InvalidInputError: A price that `update` would refuse, with its `index`.
            InvalidTypeError: Not an array, or not of numbers.
        """
        return self._watch.tick.batch(prices)

    def snapshot(self) -> AnalyzerSnapshot:
        """Return everything known at this instant."""
        return AnalyzerSnapshot(
            watermark_ns=self._watch.assembly.watermark_ns,
            accepted=self._watch.accepted,
            late=self._watch.assembly.late,
            tick=self.tick(),
            timeframes={timeframe.value: self.timeframe(timeframe) for timeframe in Timeframe},
            gate=self.gate(),
            armed=self._watch.armed,
            last_hit=self._watch.last_hit,
        )

    def tick(self) -> TickView:
        """Return the indicators over ticks."""
        return self._watch.tick.view()

    def timeframe(self, timeframe: Timeframe | str, /) -> TimeframeView:
        """Return one timeframe, cheaper than the whole snapshot.

        Raises:
            InvalidInputError: No such timeframe.
            InvalidTypeError: Not a timeframe, nor the name of one.
        """
        chosen = Timeframe(_numbers.choice("timeframe", timeframe, list(Timeframe)))
        return self._watch.states[chosen].view(self._watch.assembly.forming(chosen))

    def gate(self) -> GateCounters:
        """Return the counters of the event gate."""
        gate = self._watch.gate
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
        histories = self._histories(_numbers.choice("timeframe", timeframe, _PLACES))
        return list(histories[_numbers.choice("name", name, histories)])

    def read(self, name: str, timeframe: Timeframe | str = "1m", /) -> float | None:
        """Return one number, None before it is there.

        Args:
            name: Of a bar length one of open, high, low, close, volume, ema_fast, ema, ema_slow,
                rsi, atr, vwap, volatility, macd, signal, histogram, upper, middle, lower,
                buy_volume, open_ns, trades, closed, mature, partial (of the last closed bar; the
                last two 1.0 or 0.0); for ``"tick"`` one of price, size, timestamp_ns, ema, rsi,
                macd, signal, histogram, mature.
            timeframe: ``"tick"``, ``"1m"``, ``"5m"``, ``"15m"`` or ``"1h"``.

        Raises:
            InvalidInputError: No such name or timeframe.
            InvalidTypeError: Not a string.
        """
        chosen = _numbers.choice("timeframe", timeframe, _PLACES)
        if chosen == "tick":
            return self._watch.tick.read(_numbers.choice("name", name, TICK_NUMBERS))
        return self._watch.states[Timeframe(chosen)].read(
            _numbers.choice("name", name, BAR_NUMBERS)
        )

    def recent(self, name: str, count: int, timeframe: Timeframe | str = "1m", /) -> list[float]:
        """Return up to `count` of the last values of one number, oldest first.

        Args:
            name: As in `read`, but for those of one bar only: buy_volume, open_ns, trades, closed,
                mature, partial; and for price, size, timestamp_ns.
            count: 1 to 50.
            timeframe: As in `read`.

        Raises:
            InvalidInputError: No such name or timeframe, or a count out of range.
            InvalidTypeError: A value of the wrong type.
        """
        chosen = _numbers.choice("timeframe", timeframe, _PLACES)
        name = _numbers.choice("name", name, TICK_RECENT if chosen == "tick" else BAR_RECENT)
        n = _numbers.integer("count", count)
        if not 1 <= n <= HISTORY_LENGTH:
            bound = f"from 1 to {HISTORY_LENGTH}: the last {HISTORY_LENGTH} are kept; "
            bound += "the future is not known"
            raise _numbers.refusal("count", n, bound, advice=_numbers.MEND_CALL)
        return recent(self._histories(chosen), name, n)

    def _histories(self, place: str) -> Histories:
        return (
            self._watch.tick.histories
            if place == "tick"
            else self._watch.states[Timeframe(place)].histories
        )

    def __repr__(self) -> str:
        return f"OptimizedTechnicalAnalyzer(config={self._config!r})"
