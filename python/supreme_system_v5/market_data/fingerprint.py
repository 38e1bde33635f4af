"""Which data these are: a hash of their rows, alike however they are cut into chunks and files."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from hashlib import blake2b

from supreme_system_v5.market_data.chunks import BarChunk, TradeChunk

__all__ = ["Fingerprint"]

_DAY_NS = 86_400_000_000_000


class Fingerprint:
    """Takes all chunks of some data in order; some 40 ms for 2 million trades.

    Trades are told apart by their times and prices, bars by their times, highs, lows and closes.

    Attributes:
        rows: How many there were.
        first_ns: Time of the first one, nanoseconds UTC; 0 before it.
        last_ns: Latest time, at which a row was; 0 before it.
        days: UTC days since 1970 that have rows.
    """

    __slots__ = ("_hashes", "days", "first_ns", "last_ns", "rows")

    def __init__(self) -> None:
        self._hashes = [blake2b(digest_size=16) for _ in range(4)]
        self.rows = 0
        self.first_ns = 0
        self.last_ns = 0
        self.days: set[int] = set()

    def take(self, chunk: TradeChunk | BarChunk) -> None:
        """Take the next rows."""
        times = chunk.timestamps_ns
        if not times:
            return
        prices = [chunk.prices] if isinstance(chunk, TradeChunk) else _prices(chunk)
        self._hashes[0].update(times)
        for known, column in zip(self._hashes[1:], prices, strict=False):
            known.update(column)
        if not self.rows:
            self.first_ns = times[0]
        self.rows += len(times)
        self.last_ns = max(self.last_ns, times[-1])
        self._count_days(times)

    def _count_days(self, times: array[int]) -> None:
        at = 0
        while at < len(times):
            day = times[at] // _DAY_NS
            self.days.add(day)
            at = bisect_left(times, (day + 1) * _DAY_NS, at + 1)

    def hexdigest(self) -> str:
        """Return the hash of all rows so far, 32 hexadecimal digits."""
        whole = blake2b(digest_size=16)
        for known in self._hashes:
            whole.update(known.digest())
        return whole.hexdigest()


def _prices(chunk: BarChunk) -> list[array[float]]:
    return [chunk.highs, chunk.lows, chunk.closes]
