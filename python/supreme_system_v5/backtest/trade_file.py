"""Closed trades as CSV, written as they come, whole or not at all."""

from __future__ import annotations

import csv
from dataclasses import fields
from decimal import Decimal
from typing import Self

from supreme_system_v5.backtest.report import iso
from supreme_system_v5.backtest.results import ClosedTrade
from supreme_system_v5.backtest.whole_file import WholeFile

__all__ = ["TradeFile"]

_COLUMNS = tuple(field.name for field in fields(ClosedTrade))


class TradeFile(WholeFile):
    """Writes closed trades, one a row.

    Times are written in UTC, ISO 8601; numbers in plain decimals.
    """

    def __enter__(self) -> Self:
        super().__enter__()
        csv.writer(self.out).writerow(_COLUMNS)
        return self

    def write(self, trade: ClosedTrade) -> None:
        """Write one trade."""
        csv.writer(self.out).writerow([_shown(name, getattr(trade, name)) for name in _COLUMNS])


def _shown(name: str, value: object) -> str:
    if name.endswith("_ns") and isinstance(value, int):
        return iso(value)
    return f"{value:f}" if isinstance(value, Decimal) else str(value)
