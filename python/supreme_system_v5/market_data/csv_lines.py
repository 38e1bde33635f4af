r"""Lines and fields of a CSV file, plain or gzip, in bounded memory.

The dialect is plain: one header line, fields separated by commas, no quoting, lines ended by
``\n`` or ``\r\n``, UTF-8. Empty lines are ignored.
"""

from __future__ import annotations

import gzip
import zlib
from typing import TYPE_CHECKING

from supreme_system_v5.errors import DataError
from supreme_system_v5.market_data.chunks import RowFault

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

__all__ = ["LONGEST_LINE", "Columns", "header_names", "read_lines", "timestamp_ns"]

LONGEST_LINE = 1 << 20
"""Bytes in a line; longer ones are cut to one byte more than this, which no row check accepts."""

_BLOCK = 1 << 16
_NS_PER_MS = 1_000_000
_LAST_MS = 4_102_444_800_000


def read_lines(
    path: Path, on_bytes: Callable[[int], None] | None = None
) -> Iterator[tuple[int, bytes]]:
    """Yield (line number, line without its end) of a file; ``.gz`` is decompressed.

    Args:
        path: The file.
        on_bytes: Told the number of bytes read from disk since it was told last.

    Raises:
        DataError: If the file cannot be read or decompressed.
    """
    line_number, tail, told = 0, b"", 0
    for position, block in _read_blocks(path):
        if on_bytes is not None and position > told:
            on_bytes(position - told)
            told = position
        *lines, tail = (tail + block).split(b"\n")
        tail = tail[: LONGEST_LINE + 1]
        for line in lines:
            line_number += 1
            yield line_number, line.removesuffix(b"\r")
    if tail:
        yield line_number + 1, tail.removesuffix(b"\r")


def _read_blocks(path: Path) -> Iterator[tuple[int, bytes]]:
    """Yield (position in the file on disk, decompressed block)."""
    try:
        with path.open("rb") as raw:
            plain = gzip.GzipFile(fileobj=raw) if path.suffix == ".gz" else raw
            while block := plain.read(_BLOCK):
                yield raw.tell(), block
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise DataError(f"{path}: not a whole gzip file ({error}); fetch it again") from error
    except OSError as error:
        raise DataError(f"{path}: cannot be read ({error.strerror or error})") from error


class Columns:
    """Where the named columns of a file are.

    Args:
        path: The file, for messages.
        header: Its first line, or None if it has none.
        required: Names that must be there, in the order `split` shall return them.
        optional: One more name that may be there; its field is ``b""`` where it is not.

    Raises:
        DataError: If the header lacks a required name or has one twice.
    """

    __slots__ = ("_places", "_width")

    def __init__(
        self, path: Path, header: bytes | None, required: Sequence[str], optional: str = ""
    ) -> None:
        names = header_names(path, header)
        missing = [name for name in required if name not in names]
        if missing:
            raise DataError(
                f"{path}, line 1: the header lacks {', '.join(missing)}; "
                f"it must name {', '.join(required)}, in any order"
            )
        wanted = [*required, optional] if optional in names else [*required]
        repeated = [name for name in wanted if names.count(name) > 1]
        if repeated:
            raise DataError(
                f"{path}, line 1: the header names {', '.join(repeated)} more than once"
            )
        self._places = [names.index(name) for name in wanted]
        self._width = len(names)

    def split(self, line: bytes) -> list[bytes]:
        """Return the named fields of a line.

        Raises:
            RowFault: If the line is not a row of this file.
        """
        if len(line) > LONGEST_LINE:
            raise RowFault("the line", line, f"at most {LONGEST_LINE} bytes")
        if not line.isascii() or b"\0" in line:
            _check_text(line)
        fields = line.split(b",")
        if len(fields) != self._width:
            raise RowFault("the number of columns", b"%d" % len(fields), str(self._width))
        return [fields[place] for place in self._places]


def header_names(path: Path, header: bytes | None) -> list[str]:
    """Return the column names in a header line.

    Raises:
        DataError: If there is none, or it is not text.
    """
    if header is None:
        raise DataError(f"{path}: empty; the first line must name the columns")
    try:
        _check_text(header)
    except RowFault as fault:
        raise DataError(f"{path}, line 1: no CSV header: {fault}") from fault
    return [name.strip() for name in header[:LONGEST_LINE].decode("utf-8-sig", "ignore").split(",")]


def _check_text(line: bytes) -> None:
    if b"\0" in line:
        raise RowFault("the line", line, "text without NUL bytes")
    try:
        line.decode()
    except UnicodeDecodeError as error:
        raise RowFault("the line", line, "UTF-8 text") from error


def timestamp_ns(column: str, text: bytes) -> int:
    """Return the time in a field of whole milliseconds, in nanoseconds.

    Raises:
        RowFault: If it is not an integer between the years 1970 and 2100.
    """
    try:
        if b"_" not in text and 0 <= (milliseconds := int(text)) <= _LAST_MS:
            return milliseconds * _NS_PER_MS
    except ValueError:
        pass
    raise RowFault(column, text, f"whole milliseconds from 0 to {_LAST_MS}")
