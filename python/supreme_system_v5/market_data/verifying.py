"""What is wrong with recorded trades and minutes, row by row: found, counted, and left as it is."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from pathlib import Path

from supreme_system_v5.errors import DataError
from supreme_system_v5.market_data.bars import BAR_COLUMNS
from supreme_system_v5.market_data.csv_file import CsvFile
from supreme_system_v5.market_data.files import DataKind, MarketFiles
from supreme_system_v5.market_data.trades import TRADE_COLUMNS

__all__ = ["FileCheck", "RowFault", "verify"]

_PLACES_KEPT = 5
_REMEMBERED = 65_536
_MINUTE_MS = 60_000
_MOST = 10**15  # what the core counts up to
_SIDES = ("buy", "sell")


class RowFault(StrEnum):
    """What can be wrong.

    BAD: no row of its kind. DUPLICATE: a row again. DIFFERING: another telling of a trade or a
    minute; also a minute that is not what its trades come to. LATE: it belongs before a row that
    stands before it. BACKWARD: its time is below that of the row before. MISSING: trades by their
    numbers, or minutes, that are not there.
    """

    BAD = "bad"
    DUPLICATE = "duplicate"
    DIFFERING = "differing"
    LATE = "late"
    BACKWARD = "backward"
    MISSING = "missing"


@dataclass(slots=True)
class FileCheck:
    """One file.

    Attributes:
        path: Which.
        kind: What it holds.
        rows: How many.
        faults: How often each fault; only those there are.
        places: Where the first five are, for people.
        numbered: Whether its trades have numbers, so that missing ones show.
    """

    path: Path
    kind: DataKind
    rows: int = 0
    faults: dict[RowFault, int] = field(default_factory=dict)
    places: list[str] = field(default_factory=list)
    numbered: bool = True

    def add(self, fault: RowFault, line: int, text: str, count: int = 1) -> None:
        """Count a fault."""
        self.faults[fault] = self.faults.get(fault, 0) + count
        if len(self.places) < _PLACES_KEPT:
            self.places.append(f"line {line}: {text}")


@dataclass(slots=True)
class _Minute:
    open: Decimal
    high: Decimal
    low: Decimal
    close: Decimal
    volume: Decimal
    sure: bool = True

    @property
    def told(self) -> tuple[Decimal, ...]:
        return (self.open, self.high, self.low, self.close, self.volume)


def verify(
    paths: Sequence[Path], on_bytes: Callable[[int], None] | None = None
) -> tuple[FileCheck, ...]:
    """Check files of one market: what stands in each, and how they go on from one to the next.

    Where there are trades and minutes of the same time, the minutes are compared with what the
    trades come to; the first and the last minute of the trades may be parts, and are not.

    Args:
        paths: ``.csv`` or ``.csv.gz``, in any order.
        on_bytes: Told how many bytes were read from disk since it was told last.

    Returns:
        One for each file, trades before minutes, each kind in order of time.

    Raises:
        DataError: One cannot be read, or is of no known kind.
    """
    kinds: dict[DataKind, list[Path]] = {DataKind.TRADES: [], DataKind.BARS: []}
    for path in paths:
        if path.suffix == ".parquet":
            raise DataError(f"{path}: only CSV is verified; save the table as one")
        kinds[MarketFiles.find([path]).kind].append(path)
    trades, minutes = _Trades(), _Minutes()
    checks = [trades.check(path, on_bytes) for path in _in_order(kinds[DataKind.TRADES])]
    minutes.built = trades.whole_minutes()
    checks += [minutes.check(path, on_bytes) for path in _in_order(kinds[DataKind.BARS])]
    return tuple(checks)


def _in_order(paths: list[Path]) -> tuple[Path, ...]:
    return MarketFiles.find(paths).paths if paths else ()


class _Trades:
    """A stream of trades over several files."""

    def __init__(self) -> None:
        self._seen: OrderedDict[str, tuple[str, ...]] = OrderedDict()
        self._newest: int | None = None
        self._time_ms = 0
        self._minutes: dict[int, _Minute] = {}

    def check(self, path: Path, on_bytes: Callable[[int], None] | None) -> FileCheck:
        found = FileCheck(path, DataKind.TRADES)
        for line, row in _rows(path, TRADE_COLUMNS, "trade_id", on_bytes):
            found.rows += 1
            numbers = _numbers(row[:3])
            if numbers is None or min(numbers) <= 0 or row[3] not in _SIDES:
                found.add(RowFault.BAD, line, f"no trade: {','.join(row)}")
                continue
            self._take(found, line, tuple(row), numbers)
        return found

    def _take(
        self, found: FileCheck, line: int, row: tuple[str, ...], numbers: list[Decimal]
    ) -> None:
        time_ms = int(numbers[0])
        name = row[4] if len(row) > 4 else ""  # noqa: PLR2004 - after the four that must be there
        late = False
        if not name:
            found.numbered = False
        else:
            if (before := self._seen.get(name)) is not None:
                fault = RowFault.DUPLICATE if before == row else RowFault.DIFFERING
                found.add(fault, line, f"trade {name} again: {','.join(row)}")
                return
            self._seen[name] = row
            if len(self._seen) > _REMEMBERED:
                self._seen.popitem(last=False)
            late = self._numbered(found, line, name)
        if time_ms < self._time_ms:
            found.add(RowFault.BACKWARD, line, f"{time_ms} after {self._time_ms}")
        self._time_ms = time_ms
        self._build(time_ms, numbers[1], numbers[2], late=late)

    def _numbered(self, found: FileCheck, line: int, name: str) -> bool:
        """Look at a number; return whether it is late."""
        if not (name.isascii() and name.isdecimal()):
            found.numbered = False
            return False
        number, newest = int(name), self._newest
        if newest is not None and number < newest:
            found.add(RowFault.LATE, line, f"trade {number} after {newest}")
            return True
        if newest is not None and number > newest + 1:
            count = number - newest - 1
            found.add(RowFault.MISSING, line, f"{count} trades after {newest}", count)
        self._newest = number
        return False

    def _build(self, time_ms: int, price: Decimal, size: Decimal, *, late: bool) -> None:
        begin = time_ms - time_ms % _MINUTE_MS
        minute = self._minutes.get(begin)
        if minute is None:
            self._minutes[begin] = _Minute(price, price, price, price, size, not late)
            return
        minute.high, minute.low = max(minute.high, price), min(minute.low, price)
        minute.close = price
        minute.volume += size
        minute.sure = minute.sure and not late

    def whole_minutes(self) -> dict[int, _Minute]:
        """Return the minutes that all trades are there of."""
        ends = {min(self._minutes), max(self._minutes)} if self._minutes else set()
        return {
            begin: minute
            for begin, minute in self._minutes.items()
            if minute.sure and begin not in ends
        }


class _Minutes:
    """A stream of minutes over several files."""

    def __init__(self) -> None:
        self.built: dict[int, _Minute] = {}
        self._seen: dict[int, tuple[Decimal, ...]] = {}
        self._newest: int | None = None
        self._time_ms = 0

    def check(self, path: Path, on_bytes: Callable[[int], None] | None) -> FileCheck:
        found = FileCheck(path, DataKind.BARS)
        for line, row in _rows(path, BAR_COLUMNS, "", on_bytes):
            found.rows += 1
            numbers = _numbers(row)
            if numbers is None or not _is_minute(numbers):
                found.add(RowFault.BAD, line, f"no minute: {','.join(row)}")
                continue
            self._take(found, line, int(numbers[0]), tuple(numbers[1:]))
        return found

    def _take(self, found: FileCheck, line: int, begin: int, told: tuple[Decimal, ...]) -> None:
        if begin < self._time_ms:
            found.add(RowFault.BACKWARD, line, f"{begin} after {self._time_ms}")
        self._time_ms = begin
        if (before := self._seen.get(begin)) is not None:
            fault = RowFault.DUPLICATE if before == told else RowFault.DIFFERING
            found.add(fault, line, f"minute {begin} again")
            return
        self._seen[begin] = told
        newest = self._newest
        if newest is not None and begin < newest:
            found.add(RowFault.LATE, line, f"minute {begin} after {newest}")
        else:
            if newest is not None and begin > newest + _MINUTE_MS:
                count = (begin - newest) // _MINUTE_MS - 1
                found.add(RowFault.MISSING, line, f"{count} minutes after {newest}", count)
            self._newest = begin
        built = self.built.get(begin)
        if built is not None and built.told != told:
            shown = ", ".join(map(str, built.told))
            found.add(RowFault.DIFFERING, line, f"minute {begin}: its trades come to {shown}")


def _is_minute(numbers: list[Decimal]) -> bool:
    time_ms, begin, high, low, end, volume = numbers
    return (
        time_ms > 0
        and time_ms % _MINUTE_MS == 0
        and 0 < low <= min(begin, end)
        and max(begin, end) <= high
        and volume >= 0
    )


def _numbers(row: Sequence[str]) -> list[Decimal] | None:
    try:
        numbers = [Decimal(text) for text in row]
        within = all(-_MOST < number < _MOST for number in numbers)
    except InvalidOperation:  # no number, or NaN, which cannot be compared
        return None
    return numbers if within and numbers[0] % 1 == 0 else None


def _rows(
    path: Path, columns: Sequence[str], optional: str, on_bytes: Callable[[int], None] | None
) -> Iterator[tuple[int, list[str]]]:
    """Yield line numbers and the fields that are asked for; a short row has empty ones."""
    file = CsvFile(path, on_bytes)
    places = file.places(columns, optional)
    line, rest = 1, b""
    for block in file.blocks:
        *whole, rest = (rest + block).split(b"\n")
        for text in whole:
            line += 1
            if text.strip():
                yield line, _fields(text, places)
    if rest.strip():
        yield line + 1, _fields(rest, places)


def _fields(text: bytes, places: list[int]) -> list[str]:
    fields = text.decode("utf-8", "replace").rstrip("\r").split(",")
    return [fields[place] if place < len(fields) else "" for place in places]
