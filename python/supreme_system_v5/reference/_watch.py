"""What happens in the analyzer, one instant, one trade, one bar at a time."""

# ruff: noqa: SLF001 - `_take` is how this package passes on values that were checked before

from __future__ import annotations

from dataclasses import replace

from supreme_system_v5.domain import (
    NS_PER_SECOND,
    AnalyzerConfig,
    ArmedLevels,
    Flag,
    GateReason,
    Side,
    Timeframe,
)
from supreme_system_v5.reference._assembly import BarAssembly, OpenBar
from supreme_system_v5.reference._grid import Trade
from supreme_system_v5.reference._partners import Partners
from supreme_system_v5.reference._states import TickState, TimeframeState
from supreme_system_v5.reference.smart_events import SmartEventProcessor

__all__ = ["MarketWatch"]

_SILENCE_NS = 2 * NS_PER_SECOND  # after which the end of a bar is known without a trade


class MarketWatch:
    """Bars, indicators, levels, gate and time of an analyzer.

    Attributes:
        assembly: The open bars.
        tick: The indicators over ticks.
        states: The indicators over bars.
        gate: The event gate.
        armed: Levels and timer.
        last_hit: Names of the levels that were hit last.
        accepted: Number of ticks that entered.
        now_ns: When what was answered last became known.
    """

    __slots__ = (
        "_answers",
        "_gated",
        "_walked_ns",
        "accepted",
        "armed",
        "assembly",
        "gate",
        "last_hit",
        "now_ns",
        "states",
        "tick",
    )

    def __init__(self, config: AnalyzerConfig) -> None:
        self.assembly = BarAssembly(config.instrument, config.max_gap_seconds)
        self.tick = TickState(config)
        self.states = {timeframe: TimeframeState(timeframe, config) for timeframe in Timeframe}
        self.gate = SmartEventProcessor(
            config.min_price_change,
            config.volume_multiple,
            config.volume_window,
            config.max_idle_seconds,
            config.target_skip_ratio,
        )
        self.armed = ArmedLevels()
        self.last_hit: tuple[str, ...] = ()
        self.accepted = 0
        self.now_ns = 0
        self._gated = config.gated
        self._answers = config.wake_on | Flag.SIGNAL | Flag.ORDER
        self._walked_ns: int | None = None  # the bar that the exchange has walked already

    def read(
        self,
        price: object,
        size: object,
        timestamp_ns: object,
        side: object,
        index: int | None = None,
    ) -> Trade:
        """Return a trade that may come in now, or refuse it."""
        trade = self.assembly.grid.trade(price, size, timestamp_ns, side, index)
        self.assembly.check_gap(trade.timestamp_ns, index)
        return trade

    def answered(self, flags: int) -> int:
        """Return the flags that are answered: the chosen ones, and those of the partners."""
        return int(flags & self._answers)

    def see(self, timestamp_ns: int) -> None:
        """Let an event for whose time everything due was handled move the time."""
        self.assembly.see(timestamp_ns)
        self.now_ns = max(self.now_ns, timestamp_ns)

    def pass_until(self, timestamp_ns: int, partners: Partners) -> int:
        """Handle everything due at or before a time; answer its flags."""
        flags = 0
        while raised := self._pass_instant(timestamp_ns, partners):
            flags |= raised
        return flags

    def pass_to_flag(self, timestamp_ns: int, partners: Partners) -> int:
        """Handle what is due up to the first instant that is answered; answer its flags."""
        while raised := self._pass_instant(timestamp_ns, partners):
            if flags := self.answered(raised):
                return flags
        return 0

    def _pass_instant(self, timestamp_ns: int, partners: Partners) -> int:
        """Handle what is due at the next instant, if not after a time: bars, then the timer.

        Answers the flags raised, which are never 0 when something was due.
        """
        bar_end, timer = self.assembly.minute_end_ns, self.armed.wake_at_ns
        due = [t for t in (bar_end, timer) if t is not None and t <= timestamp_ns]
        if not due:
            return 0
        instant = known = min(due)
        flags = 0
        if bar_end == instant:
            known = min(timestamp_ns, instant + _SILENCE_NS)
            for bar in self.assembly.close_minute():
                self.states[bar.timeframe].take(bar)
                flags |= bar.timeframe.flag
            if self.assembly.closed is not None:
                flags |= partners.close(self.assembly.closed, flags, self.states)
        if timer == instant:
            self.armed = replace(self.armed, wake_at_ns=None)
            self.assembly.pass_instant(instant)
            flags |= Flag.TIMER
        self.now_ns = max(self.now_ns, known)
        return int(flags)

    def take(self, trade: Trade, partners: Partners) -> int:
        """Take a tick for whose time everything due was handled."""
        self.now_ns = max(self.now_ns, trade.timestamp_ns)
        if self.assembly.is_late(trade.timestamp_ns):
            self.assembly.late += 1
            return int(Flag.LATE)
        flags = partners.trade(trade)
        flags |= self._hit_levels(trade.price, trade.price)
        self.assembly.add(trade)
        self.tick.take(trade)
        self.accepted += 1
        reason = self.gate._take(trade.price, trade.size, trade.timestamp_ns, gated=self._gated)
        if reason is not GateReason.NONE:
            flags |= Flag.SIGNIFICANT
        return int(flags)

    def walk(self, bar: OpenBar, partners: Partners) -> int:
        """Let the exchange walk a bar that is not late, once; answer its flag."""
        if self._walked_ns == bar.open_ns or self.assembly.is_late(bar.open_ns):
            return 0
        self._walked_ns = bar.open_ns
        return partners.walk(bar)

    def take_bar(self, bar: OpenBar, partners: Partners) -> int:
        """Take a whole minute for whose opening time everything due was handled."""
        self._walked_ns = None
        if self.assembly.is_late(bar.open_ns):
            self.assembly.late += 1
            return int(Flag.LATE)
        grid = self.assembly.grid
        flags = self._hit_levels(grid.price.value(bar.low), grid.price.value(bar.high))
        close, volume = grid.price.value(bar.close), grid.size.value(bar.volume)
        self.assembly.add_minute(bar)
        self.tick.show(Trade(bar.close, bar.volume, close, volume, bar.open_ns, Side.UNKNOWN))
        return flags | self.pass_until(bar.close_ns, partners)

    def _hit_levels(self, low: float, high: float) -> int:
        """Disarm the levels that a range of prices hits; answer a flag."""
        hit = _hit(self.armed, low, high)
        if not hit:
            return 0
        self.armed = replace(self.armed, **dict.fromkeys(hit))
        self.last_hit = hit
        return int(Flag.LEVEL)


def _hit(armed: ArmedLevels, low: float, high: float) -> tuple[str, ...]:
    """Return the names of the levels that prices hit: a stop by touch, a limit by passing."""
    below, above, under, over = (
        armed.stop_below,
        armed.stop_above,
        armed.limit_below,
        armed.limit_above,
    )
    hits = {
        "stop_below": below is not None and low <= below,
        "stop_above": above is not None and high >= above,
        "limit_below": under is not None and low < under,
        "limit_above": over is not None and high > over,
    }
    return tuple(name for name, hit in hits.items() if hit)
