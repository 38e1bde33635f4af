"""Closed trades as CSV, written as they come, whole or not at all."""

from __future__ import annotations

import csv
from dataclasses import fields
from decimal import Decimal
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from supreme_system_v5.backtest.report import iso
from supreme_system_v5.backtest.results import ClosedTrade

__all__ = ["TradeFile"]

_COLUMNS = tuple(field.name for field in fields(ClosedTrade))


class TradeFile:
    """A context that writes to a temporary name and puts it in place when all went well.

    Times are written in UTC, ISO 8601; numbers in plain decimals.

    Args:
        path: The file; an older one is replaced.

    Raises:
        OSError: It cannot be written.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._unfinished = path.with_name(f"{path.name}.unfinished")
        self._out: IO[str] | None = None

    def __enter__(self) -> Self:
        self._out = self._unfinished.open("w", encoding="utf-8", newline="")
        csv.writer(self._out).writerow(_COLUMNS)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._out is not None:
            self._out.close()
        if kind is None:
            self._unfinished.replace(self._path)
        else:
            self._unfinished.unlink(missing_ok=True)

    def write(self, trade: ClosedTrade) -> None:
        """Write one trade."""
        if self._out is None:
            raise ValueError("the file is not open; use it in a with statement")
        csv.writer(self._out).writerow([_shown(name, getattr(trade, name)) for name in _COLUMNS])


def _shown(name: str, value: object) -> str:
    if name.endswith("_ns") and isinstance(value, int):
        return iso(value)
    return f"{value:f}" if isinstance(value, Decimal) else str(value)
