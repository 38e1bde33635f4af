"""A CSV file that rows are added to, also after whoever wrote it was interrupted."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from supreme_system_v5.errors import DataError

__all__ = ["DayFile"]

_TAIL = 1 << 16


class DayFile:
    """Rows of one day; the file is made with the first of them. To be entered with ``with``.

    Args:
        path: ``.csv``.
        columns: Names of its columns.

    Attributes:
        last: The last whole row there is, by column; None when there is none.
        added: Rows that were added.

    Raises:
        DataError: On entering, if the file is there and has other columns.
    """

    __slots__ = ("_columns", "_out", "_path", "added", "last")

    def __init__(self, path: Path, columns: Sequence[str]) -> None:
        self._path = path
        self._columns = tuple(columns)
        self._out: IO[bytes] | None = None
        self.last: dict[str, str] | None = None
        self.added = 0

    def __enter__(self) -> Self:
        if self._path.exists() and self._path.stat().st_size:
            out = self._path.open("r+b")
            try:
                self._go_on(out)
            except DataError:
                out.close()
                raise
            self._out = out
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._out is not None:
            self._out.close()
            self._out = None

    def add(self, rows: Iterable[Sequence[object]]) -> None:
        """Add rows, and hand them to the system before this returns."""
        lines = [f"{','.join(map(str, row))}\n" for row in rows]
        if not lines:
            return
        if self._out is None:
            self._out = self._path.open("w+b")
            self._out.write(self._header)
        self._out.write("".join(lines).encode("ascii"))
        self._out.flush()
        self.added += len(lines)

    @property
    def _header(self) -> bytes:
        return f"{','.join(self._columns)}\n".encode("ascii")

    def _go_on(self, out: IO[bytes]) -> None:
        """Find the last whole row, and cut off what was begun after it."""
        begin = out.read(len(self._header))
        if begin != self._header:
            if self._header.startswith(begin):  # interrupted before the first row
                out.seek(0)
                out.truncate()
                out.write(self._header)
                return
            raise DataError(
                f"{self._path}, line 1: other columns than {', '.join(self._columns)}; "
                "move the file away, or name another folder"
            )
        size = out.seek(0, os.SEEK_END)
        tail_at = max(len(self._header), size - _TAIL)
        out.seek(tail_at)
        tail = out.read()
        whole = tail[: tail.rfind(b"\n") + 1]
        out.seek(tail_at + len(whole))
        out.truncate()
        lines = whole.decode("ascii", "replace").splitlines()
        if lines:
            fields = lines[-1].split(",")
            if len(fields) != len(self._columns):
                raise DataError(
                    f"{self._path}: its last row is {lines[-1][:80]!r}, allowed is one field for "
                    f"each of {', '.join(self._columns)}; mend or move the file"
                )
            self.last = dict(zip(self._columns, fields, strict=True))

    def last_number(self, column: str) -> int | None:
        """Return the integer in a column of the last row; None when there is no row.

        Raises:
            DataError: It is none.
        """
        if self.last is None:
            return None
        try:
            return int(self.last[column])
        except ValueError as error:
            raise DataError(
                f"{self._path}: the last {column} is {self.last[column]!r}, allowed is an "
                "integer; mend or move the file"
            ) from error
