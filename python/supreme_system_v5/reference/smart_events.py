"""The event gate: which ticks are worth waking somebody for."""

from __future__ import annotations

import math

from supreme_system_v5.domain import NS_PER_SECOND, GateReason
from supreme_system_v5.reference import _numbers
from supreme_system_v5.reference._indicator import Stateful
from supreme_system_v5.reference.rolling_average import RollingSum

__all__ = ["SmartEventProcessor"]

_STEP = 0.05
_LEAST, _MOST = 1e-9, 0.05


class SmartEventProcessor(Stateful):
    """Lets a tick through for the first of these that holds, counted under its name.

    FIRST: nothing came before. PRICE: it moved by more than `min_price_change` since the last
    tick let through. VOLUME: it is larger than `volume_multiple` times the mean of the last
    `volume_window` sizes, once that many are known. IDLE: at least `max_idle_seconds` passed since
    the last tick let through. The analyzer adds UNGATED for ticks that it lets through regardless.

    Args:
        min_price_change: Relative price move, above 0.
        volume_multiple: Multiple of the mean recent size, above 0.
        volume_window: Number of recent sizes, 1 to 100 000.
        max_idle_seconds: Seconds, above 0; taken to the nearest nanosecond.
        target_skip_ratio: Share of ticks to skip, up to 0.99, that the threshold of PRICE follows
            the market towards, beginning with `min_price_change`; 0 leaves it there.

    Raises:
        InvalidInputError: A parameter out of range.
        InvalidTypeError: A parameter of the wrong type.

    Memory is proportional to `volume_window`; a tick takes constant time on average.
    Source: the event gate of ``docs/definitions.md``.

    Example:
        >>> gate = SmartEventProcessor()
        >>> [gate.should_process(p, 1.0, 0) for p in (100.0, 100.05, 100.2)]
        [True, False, True]
        >>> gate.last_reason, gate.skipped
        ('PRICE', 1)
    """

    __slots__ = (
        "_by_reason",
        "_distance",
        "_last_price",
        "_last_reason",
        "_last_time_ns",
        "_max_idle_ns",
        "_max_idle_seconds",
        "_min_price_change",
        "_seen",
        "_sizes",
        "_target",
        "_threshold",
        "_time_ns",
        "_volume_multiple",
        "_volume_window",
    )

    def __init__(
        self,
        min_price_change: float = 0.001,
        volume_multiple: float = 2.0,
        volume_window: int = 20,
        max_idle_seconds: float = 60.0,
        target_skip_ratio: float = 0.0,
    ) -> None:
        self._min_price_change = _numbers.positive("min_price_change", min_price_change)
        self._volume_multiple = _numbers.positive("volume_multiple", volume_multiple)
        self._volume_window = _numbers.period("volume_window", volume_window)
        self._max_idle_seconds = _numbers.positive("max_idle_seconds", max_idle_seconds)
        self._max_idle_ns = math.floor(self._max_idle_seconds * NS_PER_SECOND + 0.5)
        self._target = _numbers.fraction(
            "target_skip_ratio", target_skip_ratio, most=_numbers.MOST_SKIPPED
        )
        self.reset()

    def reset(self) -> None:
        """Forget all ticks and counts."""
        self._seen = 0
        self._threshold = self._min_price_change
        self._sizes = RollingSum(self._volume_window)
        self._time_ns = 0
        self._last_price = 0.0
        self._distance = 0.0
        self._last_time_ns = 0
        self._last_reason = GateReason.NONE
        self._by_reason = {
            reason.value: 0 for reason in GateReason if reason is not GateReason.NONE
        }

    @property
    def min_price_change(self) -> float:
        """Relative price move that is significant."""
        return self._min_price_change

    @property
    def volume_multiple(self) -> float:
        """Multiple of the mean recent size that is significant."""
        return self._volume_multiple

    @property
    def volume_window(self) -> int:
        """Number of recent sizes in that mean."""
        return self._volume_window

    @property
    def max_idle_seconds(self) -> float:
        """Seconds without a significant tick until the next one is."""
        return self._max_idle_seconds

    @property
    def target_skip_ratio(self) -> float:
        """Share of ticks that the threshold moves towards skipping; 0 for none."""
        return self._target

    @property
    def threshold(self) -> float:
        """Relative price move that is significant now."""
        return self._threshold

    @property
    def seen(self) -> int:
        """Number of ticks taken."""
        return self._seen

    @property
    def processed(self) -> int:
        """Number of ticks let through."""
        return sum(self._by_reason.values())

    @property
    def skipped(self) -> int:
        """Number of ticks not let through."""
        return self._seen - self.processed

    @property
    def skip_ratio(self) -> float:
        """Share of ticks not let through, 0 to 1; 0.0 before the first."""
        return self.skipped / self._seen if self._seen else 0.0

    @property
    def by_reason(self) -> dict[str, int]:
        """Number of ticks let through for each reason."""
        return dict(self._by_reason)

    @property
    def last_reason(self) -> str:
        """Why the last tick was let through, ``"NONE"`` if it was not."""
        return self._last_reason.value

    def should_process(self, price: float, volume: float, timestamp_ns: int) -> bool:
        """Take one tick.

        Args:
            price: In quote currency, 1e-15 to 1e15.
            volume: Size of the trade in base currency, 1e-15 to 1e15.
            timestamp_ns: Nanoseconds UTC, up to the year 2100; one that goes backward counts as
                the latest before it.

        Returns:
            True when the tick is significant; `last_reason` says why.

        Raises:
            InvalidInputError: A value out of range; nothing changes.
            InvalidTypeError: A value of the wrong type; nothing changes.
        """
        reason = self._take(
            _numbers.price("price", price),
            _numbers.price("volume", volume),
            _numbers.timestamp("timestamp_ns", timestamp_ns),
            gated=True,
        )
        return reason is not GateReason.NONE

    def _take(self, price: float, size: float, timestamp_ns: int, *, gated: bool) -> GateReason:
        """Take a tick that was checked before; without `gated`, let it through in any case."""
        self._seen += 1
        self._time_ns = max(self._time_ns, timestamp_ns)
        reason = self._judge(price, size)
        if reason is GateReason.NONE and not gated:
            reason = GateReason.UNGATED
        self._sizes.add(size)
        if self._target and self._seen > 1:
            self._follow(skipped=reason in (GateReason.NONE, GateReason.UNGATED))
        if reason is not GateReason.NONE:
            self._last_price = price
            self._distance = self._threshold * price
            self._last_time_ns = self._time_ns
            self._by_reason[reason.value] += 1
        self._last_reason = reason
        return reason

    def _follow(self, *, skipped: bool) -> None:
        """Move the threshold, so that as many ticks are skipped as wanted."""
        if skipped:
            self._threshold = max(self._threshold * (1.0 - _STEP * (1.0 - self._target)), _LEAST)
            self._distance = self._threshold * self._last_price
        else:
            self._threshold = min(self._threshold * (1.0 + _STEP * self._target), _MOST)

    def _judge(self, price: float, size: float) -> GateReason:
        """Return the first reason that holds, before the tick has entered."""
        if self._seen == 1:
            return GateReason.FIRST
        if abs(price - self._last_price) > self._distance:
            return GateReason.PRICE
        share = self._volume_multiple / self._volume_window
        if self._sizes.full and size > self._sizes.total * share:
            return GateReason.VOLUME
        if self._time_ns - self._last_time_ns >= self._max_idle_ns:
            return GateReason.IDLE
        return GateReason.NONE

    def __repr__(self) -> str:
        return (
            f"SmartEventProcessor(min_price_change={self._min_price_change!r}, "
            f"volume_multiple={self._volume_multiple!r}, volume_window={self._volume_window}, "
            f"max_idle_seconds={self._max_idle_seconds!r}, target_skip_ratio={self._target!r})"
        )
