"""A clock that stands still until a test moves it."""

from __future__ import annotations

from supreme_system_v5.errors import InvalidInputError

__all__ = ["ManualClock"]


class ManualClock:
    """Fulfils `supreme_system_v5.ports.Clock`; both times move together, by `advance_ns` only."""

    __slots__ = ("_monotonic_ns", "_time_ns")

    def __init__(self, time_ns: int = 1_700_000_000_000_000_000, monotonic_ns: int = 0) -> None:
        self._time_ns = time_ns
        self._monotonic_ns = monotonic_ns

    def time_ns(self) -> int:
        return self._time_ns

    def monotonic_ns(self) -> int:
        return self._monotonic_ns

    def advance_ns(self, duration_ns: int) -> None:
        """Let time pass."""
        if duration_ns < 0:
            raise InvalidInputError(f"duration_ns must be at least 0, got {duration_ns}")
        self._time_ns += duration_ns
        self._monotonic_ns += duration_ns
