"""The records of a run as JSON lines: written as they come, read to be explained."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import IO, Self

import msgspec

from supreme_system_v5.backtest.report import printable
from supreme_system_v5.backtest.whole_file import WholeFile
from supreme_system_v5.domain import Record
from supreme_system_v5.errors import DataError

__all__ = ["RecordFile", "RunHead", "head_of", "read_records"]

_FORMAT = 1
_FAULTS = (msgspec.MsgspecError, UnicodeDecodeError, RecursionError)
"""What bytes that are no record do to the decoder."""
_ALLOWED = "allowed is a file that supreme backtest --records wrote"


class RunHead(msgspec.Struct, frozen=True, kw_only=True):
    """The first line: what the records are about.

    Attributes:
        strategy: Its name and parameters.
        source: What the data were.
        venue: Whose costs and rules.
        symbol: The market.
        price_decimals: Of its price grid.
        size_decimals: Of its size grid.
        format: Of the file.
    """

    strategy: str
    source: str
    venue: str
    symbol: str
    price_decimals: int
    size_decimals: int
    format: int = _FORMAT


class _Format(msgspec.Struct):
    """What every version of the first line has."""

    format: int


class RecordFile(WholeFile):
    """Writes records, one a line.

    Args:
        path: The file; an older one is replaced.
        head: What they are about.
    """

    def __init__(self, path: Path, head: RunHead) -> None:
        super().__init__(path)
        self._head = head
        self._encode = msgspec.json.Encoder().encode

    def __enter__(self) -> Self:
        super().__enter__()
        self._line(self._head)
        return self

    def write(self, record: Record) -> None:
        """Write one record."""
        self._line(record)

    def _line(self, value: RunHead | Record) -> None:
        try:
            line = self._encode(value)
        except UnicodeEncodeError:  # the name of a file, or a message about one
            line = self._encode(_printable(msgspec.to_builtins(value)))
        self.out.write(line.decode())
        self.out.write("\n")


def _printable(value: object) -> object:
    if isinstance(value, str):
        return printable(value)
    if isinstance(value, Mapping):
        return {printable(name): _printable(each) for name, each in value.items()}
    return [_printable(each) for each in value] if isinstance(value, list | tuple) else value


def head_of(path: Path) -> RunHead:
    """Return what the records of a file are about.

    Raises:
        DataError: The file cannot be read, or holds something else.
    """
    with _opened(path) as lines:
        line = lines.readline()
    if not line:
        raise DataError(f"{path} is empty; {_ALLOWED}")
    try:
        found = msgspec.json.decode(line, type=_Format).format
        if found != _FORMAT:
            raise DataError(
                f"{path}, line 1: records of format {found}, allowed is {_FORMAT}, which this "
                "version writes; run it once more"
            )
        return msgspec.json.decode(line, type=RunHead)
    except _FAULTS as error:
        raise _strange(path, 1, error) from error


def read_records(path: Path) -> Iterator[Record]:
    """Yield the records of a file, in order.

    Raises:
        DataError: The file cannot be read, or holds something else.
    """
    decode = msgspec.json.Decoder(Record).decode
    with _opened(path) as lines:
        for number, line in enumerate(lines, 1):
            if number == 1:
                continue
            try:
                yield decode(line)
            except _FAULTS as error:
                raise _strange(path, number, error) from error


def _opened(path: Path) -> IO[bytes]:
    try:
        return path.open("rb")
    except OSError as error:
        raise DataError(f"{path} cannot be read ({error.strerror})") from error


def _strange(path: Path, number: int, error: Exception) -> DataError:
    return DataError(f"{path}, line {number}: is no record of a run ({error}); {_ALLOWED}")
