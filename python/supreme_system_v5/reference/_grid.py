"""The grid that prices and sizes of a market live on, and trades put on it."""

from __future__ import annotations

import math
import re
from typing import NamedTuple

from supreme_system_v5.domain import Instrument, Side
from supreme_system_v5.reference import _numbers

__all__ = ["Grid", "MarketGrid", "Trade"]

_DECIMALS_MAX = 12
_DEFAULT_DECIMALS = 8
_TOLERANCE = 1e-6
_ULP = 2.0**-52
_DECIMAL = re.compile(r"([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?")


class Grid:
    """Whole multiples of 10**-decimals; a strict one refuses what lies between, another rounds."""

    __slots__ = ("_bound", "_most", "_strict", "scale")

    def __init__(self, decimals: int, *, strict: bool) -> None:
        self.scale = 10.0**decimals
        self._strict = strict
        self._most = min(2**53, int(_numbers.PRICE_MAX * self.scale))
        self._bound = f"a finite number from {1 / self.scale:g} to {self._most / self.scale!r}"

    def units(self, name: str, value: object, index: int | None = None) -> int:
        """Return a float, an integer or a decimal string in whole units."""
        if isinstance(value, str):
            if not _DECIMAL.fullmatch(value):
                raise _numbers.refusal(name, value, "a decimal number like '61837.63'", index)
            x = float(value)
        else:
            x = _numbers.real(name, value, index)
        scaled = x * self.scale
        units = math.floor(scaled + 0.5) if math.isfinite(scaled) else 0
        if not 1 <= units <= self._most:
            raise _numbers.refusal(name, value, self._bound, index)
        if self._strict and abs(scaled - units) > max(_TOLERANCE, scaled * _ULP):
            bound = f"a multiple of {1 / self.scale:g}, the grid of the instrument"
            raise _numbers.refusal(name, value, bound, index)
        return units

    def value(self, units: int) -> float:
        """Return units as a number."""
        return float(units) / self.scale


class Trade(NamedTuple):
    """A trade whose values were checked and put on the grid."""

    price_units: int
    size_units: int
    price: float
    size: float
    timestamp_ns: int
    side: int


class MarketGrid:
    """Price and size grid of an instrument, or steps of 1e-8 without one."""

    __slots__ = ("instrument", "price", "size")

    def __init__(self, instrument: Instrument | None) -> None:
        self.instrument = instrument
        if instrument is None:
            self.price = self.size = Grid(_DEFAULT_DECIMALS, strict=False)
            return
        if not isinstance(instrument, Instrument):
            raise _numbers.wrong_type("instrument", instrument, "an Instrument or None")
        self.price, self.size = (
            Grid(_numbers.period(name, decimals, least=0, most=_DECIMALS_MAX), strict=True)
            for name, decimals in (
                ("price_decimals", instrument.price_decimals),
                ("size_decimals", instrument.size_decimals),
            )
        )

    def trade(
        self,
        price: object,
        size: object,
        timestamp_ns: object,
        side: object,
        index: int | None = None,
    ) -> Trade:
        """Return a trade on the grid, or refuse it."""
        price_units = self.price.units("price", price, index)
        size_units = self.size.units("size", size, index)
        time = _numbers.timestamp("timestamp_ns", timestamp_ns, index)
        taker = _numbers.integer("side", side, index)
        if not Side.SELL <= taker <= Side.BUY:
            raise _numbers.refusal("side", taker, "-1 (sell), 0 (unknown) or 1 (buy)", index)
        return Trade(
            price_units,
            size_units,
            self.price.value(price_units),
            self.size.value(size_units),
            time,
            taker,
        )
