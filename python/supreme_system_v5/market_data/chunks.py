"""What every reader yields, and the small tools the readers share."""

from __future__ import annotations

from array import array
from collections import deque
from dataclasses import dataclass, field
from math import floor, nan
from typing import TYPE_CHECKING, TypeVar

from supreme_system_v5.errors import DataError

if TYPE_CHECKING:
    from pathlib import Path

__all__ = [
    "CHUNK_ROWS",
    "MESSAGES_KEPT",
    "BarChunk",
    "ChunkBuilder",
    "Dropped",
    "DuplicateWindow",
    "Grid",
    "RowFault",
    "TradeChunk",
]

CHUNK_ROWS = 4096
"""Rows in a chunk: large enough to forget the cost of a call, small enough to stay in cache."""

MESSAGES_KEPT = 5
"""How many messages about bad rows are kept for people to read; all rows are counted."""

_SHOWN = 40
_LARGEST_UNITS = 2**53
_LARGEST_VALUE = 1e15
_DEFAULT_DECIMALS = 8


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


class RowFault(Exception):  # noqa: N818 - a fault of the data; `ChunkBuilder` turns it into an error
    """One row is malformed: which column, what it holds, what is allowed."""

    def __init__(self, column: str, value: bytes, allowed: str) -> None:
        """Build the message from its three parts; a long value is cut."""
        shown = repr(value[:_SHOWN])[1:] + ("..." if len(value) > _SHOWN else "")
        super().__init__(f"{column} is {shown}, allowed is {allowed}")


class Grid:
    """The grid that prices (or sizes) live on, as ``docs/definitions.md`` defines it.

    Args:
        decimals: Decimals of the grid; None is 8 decimals, to which values are rounded, whereas
            with a number of decimals a value off the grid is refused.
    """

    __slots__ = ("_high", "_low", "_scale", "_strict", "allowed")

    def __init__(self, decimals: int | None = None) -> None:
        self._strict = decimals is not None
        used = _DEFAULT_DECIMALS if decimals is None else decimals
        self._scale = float(10**used)
        self._low = 1.0 / self._scale
        self._high = min(_LARGEST_UNITS / self._scale, _LARGEST_VALUE)
        self.allowed = f"a number from {self._low:g} to {self._high:g}"
        if self._strict:
            self.allowed += f" with at most {used} decimals"

    def read(self, column: str, text: bytes) -> float:
        """Return the value in a field.

        Raises:
            RowFault: If it is not a number that the grid allows.
        """
        try:
            value = float(text)
        except ValueError:
            value = nan
        if not self._low <= value <= self._high or b"_" in text or self._is_off(value):
            raise RowFault(column, text, self.allowed)
        return value

    def _is_off(self, value: float) -> bool:
        if not self._strict:
            return False
        product = value * self._scale
        return abs(product - floor(product + 0.5)) > max(1e-6, product * 2.0**-52)

    def units(self, value: float) -> int:
        """Return an allowed value in units of the grid."""
        return floor(value * self._scale + 0.5)

    def value(self, units: int) -> float:
        """Return the value of so many units."""
        return units / self._scale


class DuplicateWindow:
    """Remembers the last `limit` keys, in bounded memory.

    Args:
        limit: Number of keys remembered.
    """

    __slots__ = ("_known", "_limit", "_order")

    def __init__(self, limit: int = 65_536) -> None:
        self._limit = limit
        self._order: deque[bytes] = deque()
        self._known: set[bytes] = set()

    def seen(self, key: bytes) -> bool:
        """Return whether the key is among the remembered ones, and remember it."""
        if key in self._known:
            return True
        self._known.add(key)
        self._order.append(key)
        if len(self._order) > self._limit:
            self._known.remove(self._order.popleft())
        return False


class ChunkBuilder:
    """Collects rows until they are a chunk.

    Args:
        rows: Rows in a full chunk.
        skip_bad_rows: Count malformed rows instead of raising.
    """

    __slots__ = (
        "_bad_rows",
        "_messages",
        "_prices",
        "_rows",
        "_sides",
        "_sizes",
        "_skip_bad_rows",
        "_timestamps_ns",
        "backward",
        "duplicates",
        "late",
    )

    def __init__(self, *, rows: int = CHUNK_ROWS, skip_bad_rows: bool = False) -> None:
        self._rows = rows
        self._skip_bad_rows = skip_bad_rows
        self._clear()

    def _clear(self) -> None:
        self._prices = array("d")
        self._sizes = array("d")
        self._timestamps_ns = array("q")
        self._sides = array("b")
        self._bad_rows = 0
        self._messages: list[str] = []
        self.duplicates = 0
        self.late = 0
        self.backward = 0

    @property
    def empty(self) -> bool:
        """True when there is nothing to tell: no rows, and none dropped."""
        return not (self._prices or self._bad_rows or self.duplicates or self.late)

    def add(self, price: float, size: float, timestamp_ns: int, side: int) -> bool:
        """Add one trade; return True when the chunk is full and should be taken."""
        self._prices.append(price)
        self._sizes.append(size)
        self._timestamps_ns.append(timestamp_ns)
        self._sides.append(side)
        return len(self._prices) >= self._rows

    def reject(self, path: Path, line: int, fault: RowFault) -> None:
        """Count a malformed row.

        Raises:
            DataError: If skipping was not asked for.
        """
        message = f"{path}, line {line}: {fault}"
        if not self._skip_bad_rows:
            hint = "--skip-bad-rows counts such rows and goes on"
            raise DataError(f"{message} ({hint})") from fault
        self._bad_rows += 1
        if len(self._messages) < MESSAGES_KEPT:
            self._messages.append(message)

    def take(self) -> TradeChunk:
        """Return what was collected and start anew."""
        chunk = TradeChunk(
            prices=self._prices,
            sizes=self._sizes,
            timestamps_ns=self._timestamps_ns,
            sides=self._sides,
            dropped=Dropped(
                bad_rows=self._bad_rows,
                duplicates=self.duplicates,
                late=self.late,
                backward=self.backward,
                messages=tuple(self._messages),
            ),
        )
        self._clear()
        return chunk
