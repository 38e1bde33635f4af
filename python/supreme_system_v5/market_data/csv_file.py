r"""Blocks and the header of a CSV file, plain or gzip, in bounded memory.

The dialect is plain: one header line, fields separated by commas, no quoting, lines ended by
``\n`` or ``\r\n``, UTF-8. Empty lines are ignored. Everything behind the header is decoded by the
native core (`supreme_system_v5.optimized.decoders`).
"""

from __future__ import annotations

import gzip
import zlib
from itertools import chain
from typing import TYPE_CHECKING

from supreme_system_v5.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

__all__ = ["CsvFile", "header_names", "read_blocks"]

_BLOCK = 1 << 18
_LONGEST_LINE = 1 << 20
_SHOWN = 40


def read_blocks(path: Path, on_bytes: Callable[[int], None] | None = None) -> Iterator[bytes]:
    """Yield the content of a file in blocks; ``.gz`` is decompressed.

    Args:
        path: The file.
        on_bytes: Told the number of bytes read from disk since it was told last.

    Raises:
        DataError: If the file cannot be read or decompressed.
    """
    told = 0
    try:
        with path.open("rb") as raw:
            plain = gzip.GzipFile(fileobj=raw) if path.suffix == ".gz" else raw
            while block := plain.read(_BLOCK):
                position = raw.tell()
                if on_bytes is not None and position > told:
                    on_bytes(position - told)
                    told = position
                yield block
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise DataError(f"{path}: not a whole gzip file ({error}); fetch it again") from error
    except OSError as error:
        raise DataError(f"{path}: cannot be read ({error.strerror or error})") from error


class CsvFile:
    """A CSV file whose header was read.

    Args:
        path: The file.
        on_bytes: Told the number of bytes read from disk since it was told last.

    Attributes:
        names: The names of its columns.
        blocks: What follows the header line, once.

    Raises:
        DataError: If the file cannot be read, is empty, or does not begin with text.
    """

    __slots__ = ("_path", "blocks", "names")

    def __init__(self, path: Path, on_bytes: Callable[[int], None] | None = None) -> None:
        self._path = path
        blocks = read_blocks(path, on_bytes)
        header, rest = b"", b""
        for block in blocks:
            line, end, rest = block.partition(b"\n")
            header = (header + line)[: _LONGEST_LINE + 1]
            if end:
                break
        else:
            if not header:
                raise DataError(f"{path}: empty; the first line must name the columns")
        self.names = header_names(path, header.removesuffix(b"\r"))
        self.blocks = chain([rest], blocks)

    def places(self, required: Sequence[str], optional: str = "") -> list[int]:
        """Return where the columns of these names are, the optional one last if it is there.

        Raises:
            DataError: If the header lacks a required name or has one twice.
        """
        missing = [name for name in required if name not in self.names]
        if missing:
            raise DataError(
                f"{self._path}, line 1: the header lacks {', '.join(missing)}; "
                f"it must name {', '.join(required)}, in any order"
            )
        wanted = [*required, optional] if optional in self.names else [*required]
        repeated = [name for name in wanted if self.names.count(name) > 1]
        if repeated:
            raise DataError(
                f"{self._path}, line 1: the header names {', '.join(repeated)} more than once"
            )
        return [self.names.index(name) for name in wanted]


def header_names(path: Path, header: bytes) -> list[str]:
    """Return the column names in a header line.

    Raises:
        DataError: If it is not text.
    """
    allowed = ""
    if b"\0" in header:
        allowed = "text without NUL bytes"
    try:
        header.decode()
    except UnicodeDecodeError:
        allowed = "UTF-8 text"
    if allowed:
        shown = repr(header[:_SHOWN])[1:] + ("..." if len(header) > _SHOWN else "")
        raise DataError(f"{path}, line 1: no CSV header: the line is {shown}, allowed is {allowed}")
    return [
        name.strip() for name in header[:_LONGEST_LINE].decode("utf-8-sig", "ignore").split(",")
    ]
