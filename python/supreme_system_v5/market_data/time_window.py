"""A part of the data, by time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from supreme_system_v5.errors import InvalidInputError
from supreme_system_v5.market_data.chunks import BarChunk, Dropped, TradeChunk

__all__ = ["TimeWindow"]


def _shown(time_ns: int) -> str:
    time = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=time_ns // 1_000)
    return time.isoformat().replace("+00:00", "Z")


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeWindow:
    """From a time on, up to another one.

    Attributes:
        from_ns: First nanosecond UTC that counts; None for the beginning of the data.
        to_ns: First nanosecond that does not count any more; None for the end.

    Raises:
        InvalidInputError: If it is empty.
    """

    from_ns: int | None = None
    to_ns: int | None = None

    def __post_init__(self) -> None:
        """Check that there is something in it."""
        if self.from_ns is not None and self.to_ns is not None and self.from_ns >= self.to_ns:
            raise InvalidInputError(
                f"the end, {_shown(self.to_ns)}, must be after the beginning, "
                f"{_shown(self.from_ns)}",
                "to_ns",
                self.to_ns,
                f"above {self.from_ns}",
            )

    def of(self, chunks: Iterable[TradeChunk | BarChunk]) -> Iterator[TradeChunk | BarChunk]:
        """Yield the rows within; what readers dropped is told as it is."""
        if self.from_ns is None and self.to_ns is None:
            yield from chunks
            return
        low = self.from_ns if self.from_ns is not None else 0
        high = self.to_ns if self.to_ns is not None else 2**63
        for chunk in chunks:
            times = chunk.timestamps_ns
            if not times or (low <= min(times) and max(times) < high):
                yield chunk
                continue
            rows = [index for index, time in enumerate(times) if low <= time < high]
            if rows or chunk.dropped != Dropped():
                yield chunk.rows(rows)
