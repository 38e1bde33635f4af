"""Protocols at every boundary: what a room needs from the outside, never who provides it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol, runtime_checkable

if TYPE_CHECKING:
    from typing_extensions import Buffer

    from supreme_system_v5.domain import (
        AnalyzerConfig,
        AnalyzerSnapshot,
        Bar,
        GateCounters,
        Timeframe,
        TimeframeView,
    )

__all__ = ["BarSource", "Clock", "TickAnalyzer"]


@runtime_checkable
class Clock(Protocol):
    """Reads time. Real: `supreme_system_v5.clock.SystemClock`."""

    def time_ns(self) -> int:
        """Return wall-clock time in nanoseconds UTC since 1970."""
        ...

    def monotonic_ns(self) -> int:
        """Return a time in nanoseconds that never goes backward."""
        ...


class TickAnalyzer(Protocol):
    """Ticks in, wake-up flags out; native and reference implementations fulfil it bit for bit.

    The semantics are those of ``docs/definitions.md``.
    """

    @property
    def config(self) -> AnalyzerConfig:
        """The parameters it was built with."""
        ...

    def update(
        self, price: float | str, size: float | str, timestamp_ns: int, side: int = 0
    ) -> int:
        """Take one trade and answer the flags it raised, 0 for none."""
        ...

    def watermark(self, timestamp_ns: int, /) -> int:
        """Let time pass without a trade and answer the flags raised."""
        ...

    def advance(
        self,
        prices: Buffer,
        sizes: Buffer,
        timestamps_ns: Buffer,
        sides: Buffer | None = None,
        start: int = 0,
    ) -> tuple[int, int]:
        """Take trades until one raises a flag; answer the next index and the flags."""
        ...

    def arm(
        self,
        *,
        stop_below: float | None = None,
        stop_above: float | None = None,
        limit_below: float | None = None,
        limit_above: float | None = None,
        wake_at_ns: int | None = None,
    ) -> None:
        """Replace the armed levels and the timer."""
        ...

    def snapshot(self) -> AnalyzerSnapshot:
        """Return everything known at this instant."""
        ...

    def timeframe(self, timeframe: Timeframe | str, /) -> TimeframeView:
        """Return one timeframe, cheaper than the whole snapshot."""
        ...

    def gate(self) -> GateCounters:
        """Return the counters of the event gate."""
        ...

    def reset(self) -> None:
        """Forget everything but the configuration."""
        ...


class BarSource(Protocol):
    """Trades in, closed bars out."""

    @property
    def late(self) -> int:
        """Number of trades refused as late."""
        ...

    def update(
        self, price: float | str, size: float | str, timestamp_ns: int, side: int = 0
    ) -> Sequence[Bar]:
        """Take one trade and return the bars it closed, in time order, short before long."""
        ...

    def watermark(self, timestamp_ns: int, /) -> Sequence[Bar]:
        """Let time pass without a trade and return the bars that closed."""
        ...

    def forming(self, timeframe: Timeframe, /) -> Bar | None:
        """Return the open bar, or None before the first trade."""
        ...
