"""What every reader yields, and what it is told about the market."""

from __future__ import annotations

from array import array
from dataclasses import dataclass, field
from typing import TypeVar

__all__ = [
    "CHUNK_ROWS",
    "MESSAGES_KEPT",
    "BarChunk",
    "ChunkBuilder",
    "Dropped",
    "Grid",
    "TradeChunk",
]

CHUNK_ROWS = 16_384
"""Rows in a chunk: large enough to forget the cost of a call, small enough to stay in cache."""

MESSAGES_KEPT = 5
"""How many messages about bad rows are kept for people to read; all rows are counted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dropped:
    """Rows that a reader read and did not pass on, and those that run backward.

    Attributes:
        bad_rows: Malformed rows; only ever above 0 when skipping them was asked for.
        duplicates: Rows that were already passed on.
        late: Bars at or before one already passed on. (Late *trades* are passed on: the analyzer
            counts them.)
        backward: Rows, passed on or not, whose time is below that of the row before in their file.
        messages: What was wrong with the first few bad rows.
    """

    bad_rows: int = 0
    duplicates: int = 0
    late: int = 0
    backward: int = 0
    messages: tuple[str, ...] = ()


_Number = TypeVar("_Number", int, float)


def _chosen(column: array[_Number], chosen: slice | list[int]) -> array[_Number]:
    if isinstance(chosen, slice):
        return column[chosen]
    return array(column.typecode, [column[index] for index in chosen])


@dataclass(frozen=True, slots=True, kw_only=True)
class TradeChunk:
    """Up to `CHUNK_ROWS` trades in the order of their source; four arrays of one length.

    Attributes:
        prices: ``array('d')``, quote currency.
        sizes: ``array('d')``, base currency.
        timestamps_ns: ``array('q')``, nanoseconds UTC.
        sides: ``array('b')``, values of `supreme_system_v5.domain.Side`.
        dropped: Rows dropped since the chunk before.
    """

    prices: array[float]
    sizes: array[float]
    timestamps_ns: array[int]
    sides: array[int]
    dropped: Dropped = field(default_factory=Dropped)

    def __len__(self) -> int:
        """Return the number of trades."""
        return len(self.prices)

    def rows(self, chosen: slice | list[int]) -> TradeChunk:
        """Return some of its rows; what was dropped is told with them."""
        return TradeChunk(
            prices=_chosen(self.prices, chosen),
            sizes=_chosen(self.sizes, chosen),
            timestamps_ns=_chosen(self.timestamps_ns, chosen),
            sides=_chosen(self.sides, chosen),
            dropped=self.dropped,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class BarChunk:
    """Up to `CHUNK_ROWS` 1-minute bars, each later than the one before; six arrays of one length.

    Attributes:
        opens: ``array('d')``, quote currency, as highs, lows and closes.
        highs: ``array('d')``, at least open and close.
        lows: ``array('d')``, at most open and close.
        closes: ``array('d')``.
        volumes: ``array('d')``, base currency, above 0.
        timestamps_ns: ``array('q')``, open times, nanoseconds UTC, whole minutes.
        dropped: Rows dropped since the chunk before.
    """

    opens: array[float]
    highs: array[float]
    lows: array[float]
    closes: array[float]
    volumes: array[float]
    timestamps_ns: array[int]
    dropped: Dropped = field(default_factory=Dropped)

    def __len__(self) -> int:
        """Return the number of bars."""
        return len(self.opens)

    def rows(self, chosen: slice | list[int]) -> BarChunk:
        """Return some of its rows; what was dropped is told with them."""
        return BarChunk(
            opens=_chosen(self.opens, chosen),
            highs=_chosen(self.highs, chosen),
            lows=_chosen(self.lows, chosen),
            closes=_chosen(self.closes, chosen),
            volumes=_chosen(self.volumes, chosen),
            timestamps_ns=_chosen(self.timestamps_ns, chosen),
            dropped=self.dropped,
        )


@dataclass(frozen=True, slots=True)
class Grid:
    """The grid that prices (or sizes) live on, as ``docs/definitions.md`` defines it.

    Attributes:
        decimals: Decimals of the grid; None is 8 decimals, to which values are rounded, whereas
            with a number of decimals a value off the grid is refused.
    """

    decimals: int | None = None


class ChunkBuilder:
    """Collects trades until they are a chunk.

    Args:
        rows: Trades in a full chunk.
    """

    __slots__ = ("_prices", "_rows", "_sides", "_sizes", "_timestamps_ns")

    def __init__(self, *, rows: int = CHUNK_ROWS) -> None:
        self._rows = rows
        self._clear()

    def _clear(self) -> None:
        self._prices = array("d")
        self._sizes = array("d")
        self._timestamps_ns = array("q")
        self._sides = array("b")

    @property
    def empty(self) -> bool:
        """True when there are no trades."""
        return not self._prices

    def add(self, price: float, size: float, timestamp_ns: int, side: int) -> bool:
        """Add one trade; return True when the chunk is full and should be taken."""
        self._prices.append(price)
        self._sizes.append(size)
        self._timestamps_ns.append(timestamp_ns)
        self._sides.append(side)
        return len(self._prices) >= self._rows

    def take(self) -> TradeChunk:
        """Return what was collected and start anew."""
        chunk = TradeChunk(
            prices=self._prices,
            sizes=self._sizes,
            timestamps_ns=self._timestamps_ns,
            sides=self._sides,
        )
        self._clear()
        return chunk
