"""Files through a native decoder, chunk by chunk: the same for trades and bars."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, Protocol, TypeVar

from supreme_system_v5.errors import DataError
from supreme_system_v5.market_data.chunks import BarChunk, Dropped, TradeChunk
from supreme_system_v5.market_data.csv_file import CsvFile
from supreme_system_v5.market_data.parquet_file import Cells, ParquetFile

__all__ = ["FileReader", "column_names", "is_table"]

_Arrays = TypeVar("_Arrays")
_Arrays_co = TypeVar("_Arrays_co", covariant=True)
_Chunk = TypeVar("_Chunk", TradeChunk, BarChunk)

_HINT = "--skip-bad-rows counts such rows and goes on"


class _Decoder(Protocol[_Arrays_co]):
    """What the decoders of `supreme_system_v5.optimized` have in common."""

    def begin(self, places: list[int], width: int, lines_read: int) -> None: ...
    def push(self, block: bytes, /) -> None: ...
    def end(self) -> None: ...
    def fill(self) -> bool: ...
    def finish(self) -> None: ...
    @property
    def offer(self) -> Callable[..., int]: ...
    @property
    def bad_rows(self) -> int: ...
    def take(self) -> tuple[_Arrays_co, tuple[int, int, int, int, list[tuple[int, int, str]]]]: ...


def column_names(path: Path) -> list[str]:
    """Return the names of the columns of a file.

    Raises:
        DataError: If it cannot be read.
    """
    return ParquetFile(path).names if is_table(path) else CsvFile(path).names


def is_table(path: Path) -> bool:
    """Tell whether a file is a table, whose rows are counted, rather than text in lines."""
    return path.suffix == ".parquet"


@dataclass(frozen=True, slots=True, kw_only=True)
class FileReader(Generic[_Arrays, _Chunk]):
    """Reads files of one kind, once.

    Attributes:
        decoder: What decodes them.
        chunk: Makes a chunk of what the decoder gives.
        columns: The names of the columns that it needs.
        optional: The name of one more, or nothing.
        skip_bad_rows: Count malformed rows and go on.
        on_bytes: Told how many bytes were read from disk since it was told last.
    """

    decoder: _Decoder[_Arrays]
    chunk: Callable[[_Arrays, Dropped], _Chunk]
    columns: tuple[str, ...]
    optional: str = ""
    skip_bad_rows: bool
    on_bytes: Callable[[int], None] | None

    def read(self, paths: Iterable[Path]) -> Iterator[_Chunk]:
        """Yield the rows of the files, one file after the other, in O(1) memory.

        Raises:
            DataError: If a file cannot be read, or has a malformed row and skipping was not asked
                for.
        """
        known: list[Path] = []
        for path in paths:
            known.append(path)
            for full in self._rows(path) if is_table(path) else self._lines(path):
                self._stop_at_bad_rows(known)
                if full:
                    yield self._take(known)
        self.decoder.finish()
        self._stop_at_bad_rows(known)
        last = self._take(known)
        if len(last) or last.dropped.bad_rows or last.dropped.duplicates or last.dropped.late:
            yield last

    def _lines(self, path: Path) -> Iterator[bool]:
        """Decode a CSV file; yield True when a chunk is full, False when a block was decoded."""
        file = CsvFile(path, self.on_bytes)
        self.decoder.begin(file.places(self.columns, self.optional), len(file.names), 1)
        for block in file.blocks:
            self.decoder.push(block)
            yield from self._filled(path)
        self.decoder.end()
        yield from self._filled(path)

    def _rows(self, path: Path) -> Iterator[bool]:
        """Decode a table; yield True when a chunk is full, False when a batch was decoded."""
        self.decoder.begin([], 0, 0)
        for rows, columns in ParquetFile(path, self.on_bytes).columns(self.columns, self.optional):
            start = 0
            while (start := self._offered(path, columns, start)) < rows:
                yield True
            yield False

    def _offered(self, path: Path, columns: list[Cells], start: int) -> int:
        try:
            return self.decoder.offer(*columns, start=start)
        except DataError as error:
            raise DataError(f"{path}: {error}") from error

    def _filled(self, path: Path) -> Iterator[bool]:
        try:
            while self.decoder.fill():
                yield True
        except DataError as error:
            raise DataError(f"{path}: {error}") from error
        yield False

    def _take(self, known: list[Path]) -> _Chunk:
        arrays, (bad_rows, duplicates, late, backward, faults) = self.decoder.take()
        dropped = Dropped(
            bad_rows=bad_rows,
            duplicates=duplicates,
            late=late,
            backward=backward,
            messages=tuple(
                f"{known[file]}, {'row' if is_table(known[file]) else 'line'} {number}: {text}"
                for file, number, text in faults
            ),
        )
        return self.chunk(arrays, dropped)

    def _stop_at_bad_rows(self, known: list[Path]) -> None:
        if self.decoder.bad_rows and not self.skip_bad_rows:
            raise DataError(f"{self._take(known).dropped.messages[0]} ({_HINT})")
