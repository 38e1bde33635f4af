"""Columns of a Parquet file, batch by batch, in bounded memory.

The columns have the names and meanings that they have in a CSV file. Times are integers of
milliseconds, or timestamps of any unit, cut to milliseconds, in a column that may also be called
``timestamp``. Prices, sizes and volumes are float64, or anything that has a decimal text: float32
(its shortest text), decimal, text. ``side`` is text, 1 or -1, or true for a buy. What is missing is
what an empty field is in a CSV file.

Needs pyarrow, which is loaded when the first such file is opened, because it takes long.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from supreme_system_v5.errors import DataError

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["Cells", "ParquetFile"]

Cells: TypeAlias = memoryview | tuple[memoryview, bytes] | None
"""A column for the native decoders: numbers, texts, or nothing."""

_BATCH_ROWS = 16_384
_READ_AHEAD = 1 << 18
"""Bytes read at once from each column; unless told, pyarrow keeps all that it read of a file."""
_MISSING = -(2**63)
"""What the decoders take for no integer."""

_TIME = "timestamp_ms"
_OTHER_TIME = "timestamp"


class ParquetFile:
    """A Parquet file whose schema was read.

    Args:
        path: The file.
        on_bytes: Told the number of bytes on disk that were read since it was told last, counted by
            rows.

    Attributes:
        names: The names of its columns; that of the time is always ``timestamp_ms``.

    Raises:
        DataError: If pyarrow is not installed, or the file cannot be read.
    """

    __slots__ = ("_arrow", "_on_bytes", "_path", "_stored", "names")

    def __init__(self, path: Path, on_bytes: Callable[[int], None] | None = None) -> None:
        self._arrow = _pyarrow(path)
        self._path = path
        self._on_bytes = on_bytes
        with self._opened() as file:
            self._stored: list[str] = file.schema_arrow.names
        self.names = list(self._stored)
        if _TIME not in self.names:
            self.names = [_TIME if name == _OTHER_TIME else name for name in self.names]

    def columns(
        self, required: Sequence[str], optional: str = ""
    ) -> Iterator[tuple[int, list[Cells]]]:
        """Yield a number of rows and their columns of these names, the optional one last.

        Raises:
            DataError: If one is missing, is there twice, or holds what has no text.
        """
        missing = [name for name in required if name not in self.names]
        if missing:
            raise DataError(
                f"{self._path}: the table lacks {', '.join(missing)}; "
                f"it must have {', '.join(required)}, in any order"
            )
        wanted = [*required, optional] if optional in self.names else [*required]
        repeated = [name for name in wanted if self.names.count(name) > 1]
        if repeated:
            raise DataError(f"{self._path}: the table has {', '.join(repeated)} more than once")
        stored = [self._stored[self.names.index(name)] for name in wanted]
        for batch in self._batches(stored):
            cells: list[Cells] = [
                self._cells(name, batch.column(name)) for name in stored[: len(required)]
            ]
            if optional:
                there = len(stored) > len(required)
                cells.append(self._texts(stored[-1], batch.column(stored[-1])) if there else None)
            yield batch.num_rows, cells

    def _batches(self, stored: list[str]) -> Iterator[pa.RecordBatch]:
        with self._opened() as file:
            size, rows = self._path.stat().st_size, file.metadata.num_rows
            done, told = 0, 0
            batches = file.iter_batches(_BATCH_ROWS, columns=stored, use_threads=False)
            while (batch := self._next(batches)) is not None:
                done += batch.num_rows
                if self._on_bytes is not None and (position := size * done // rows) > told:
                    self._on_bytes(position - told)
                    told = position
                if batch.num_rows:
                    yield batch
            if self._on_bytes is not None and size > told:
                self._on_bytes(size - told)

    def _opened(self) -> pa.parquet.ParquetFile:
        try:
            return self._arrow.parquet.ParquetFile(
                self._path, buffer_size=_READ_AHEAD, pre_buffer=False
            )
        except self._arrow.ArrowException as error:
            raise self._broken(error) from error
        except OSError as error:
            raise DataError(f"{self._path}: cannot be read ({error.strerror or error})") from error

    def _next(self, batches: Iterator[pa.RecordBatch]) -> pa.RecordBatch | None:
        try:
            return next(batches, None)
        except (self._arrow.ArrowException, OSError) as error:
            raise self._broken(error) from error

    def _broken(self, error: Exception) -> DataError:
        return DataError(f"{self._path}: not a whole Parquet file ({error}); fetch it again")

    def _cells(self, name: str, column: pa.Array) -> Cells:
        """Return a column as numbers where that loses nothing, as texts otherwise."""
        types = self._arrow.types
        kind = column.type
        if types.is_timestamp(kind):
            return self._integers(self._cast(name, column, self._arrow.timestamp("ms", kind.tz)))
        if types.is_integer(kind) and kind != self._arrow.uint64():
            return self._integers(column)
        if types.is_boolean(kind):
            signs = self._arrow.compute.if_else(column, 1, -1)
            return self._integers(signs)
        if types.is_float64(kind):
            return _numbers(column.fill_null(float("nan")), "d")
        return self._texts(name, column)

    def _integers(self, column: pa.Array) -> memoryview:
        return _numbers(column.cast(self._arrow.int64()).fill_null(_MISSING), "q")

    def _texts(self, name: str, column: pa.Array) -> tuple[memoryview, bytes]:
        texts = self._cast(name, column, self._arrow.large_string()).fill_null("")
        _, offsets, data = texts.buffers()
        places = _slice(texts, offsets, "q", len(texts) + 1)
        start, end = places[0], places[-1]
        return places, data.slice(start, end - start).to_pybytes() if end > start else b""

    def _cast(self, name: str, column: pa.Array, wanted: pa.DataType) -> pa.Array:
        options = self._arrow.compute.CastOptions(wanted, allow_time_truncate=True)
        try:
            return column.cast(options=options)
        except self._arrow.ArrowException as error:
            raise DataError(
                f"{self._path}: {name} is a column of {column.type}, "
                f"which cannot be read as {wanted} ({error}); write it as numbers or text"
            ) from error


def _numbers(column: pa.Array, code: str) -> memoryview:
    return _slice(column, column.buffers()[1], code, len(column))


def _slice(column: pa.Array, buffer: pa.Buffer, code: str, length: int) -> memoryview:
    """Return so many numbers of a buffer, from where the column begins in it."""
    return memoryview(buffer).cast(code)[column.offset : column.offset + length]  # type: ignore[call-overload,no-any-return] # the code is one of those allowed


def _pyarrow(path: Path) -> Any:  # noqa: ANN401 - a module without types
    try:
        import pyarrow  # noqa: PLC0415, ICN001 - optional, and slow to load
        import pyarrow.compute  # noqa: PLC0415 - same
        import pyarrow.parquet  # noqa: PLC0415 - same
    except ImportError as error:
        raise DataError(
            f"{path}: Parquet needs pyarrow; pip install 'supreme-system-v5[parquet]', "
            "or give the file as .csv"
        ) from error
    return pyarrow
