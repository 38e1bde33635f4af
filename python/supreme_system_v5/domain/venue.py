"""What a venue charges and allows. Check the figures with your venue before you rely on them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from decimal import Decimal
from types import MappingProxyType
from typing import NamedTuple

from supreme_system_v5.domain.market import Instrument
from supreme_system_v5.errors import InvalidInputError

__all__ = ["VENUES", "Venue", "VenueUnits"]

_RATE = 10**4  # units of 1e-8 in a basis point
_MONEY = 10**8
_NS_PER_MS = 10**6


class VenueUnits(NamedTuple):
    """A venue in the integers of one market: see ``docs/trading.md``, "Units".

    Attributes:
        price_decimals: Of the market's price grid.
        size_decimals: Of the market's size grid.
        tick: Price units.
        lot: Size units.
        min_quantity: Size units.
        min_notional: Money.
        band: Rate.
        taker: Rate, as the following.
        maker: Below 0 a rebate.
        spread: Taker pays half of it.
        slippage: Of takers.
        stop_slippage: Of stops, where it is more than `slippage`.
        funding: Per 8 h; 0 on spot.
        latency_ns: From sending to arriving.
        spot: Fees of buys in base, no short positions, nothing borrowed.
        leverage: Largest position, in 1e-8 of the equity; of perpetuals only.
    """

    price_decimals: int
    size_decimals: int
    tick: int
    lot: int
    min_quantity: int
    min_notional: int
    band: int
    taker: int
    maker: int
    spread: int
    slippage: int
    stop_slippage: int
    funding: int
    latency_ns: int
    spot: bool
    leverage: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Venue:
    """Costs and rules of one venue, for one market.

    Attributes:
        name: For reports, for example ``"okx-spot"``.
        spot: True for spot: a buyer pays his fee in base, nothing is sold that is not there.
        taker_bps: Fee of a taker, 0 to 1 000, at most 4 decimals (as all rates here).
        maker_bps: Fee of a maker, -100 to 1 000.
        spread_bps: Spread, 0 to 1 000; a taker pays half of it.
        slippage_bps: Slippage of a taker, 0 to 1 000.
        stop_slippage_bps: Least slippage of a stop, 0 to 1 000.
        funding_bps: Funding of a perpetual per 8 hours, -1 000 to 1 000.
        latency_ms: From sending an order to its arrival, 0 to 60 000.
        leverage: Largest position over equity, of a perpetual, above 0, at most 10.
        tick: Step of order prices, quote currency.
        lot: Step of quantities, base currency.
        min_quantity: Smallest quantity, base currency.
        min_notional: Smallest value of an order, quote currency.
        band_bps: How far from the last price a limit may be, up to 10 000.

    Raises:
        InvalidInputError: A value out of its range.
    """

    name: str
    spot: bool
    taker_bps: Decimal
    maker_bps: Decimal
    spread_bps: Decimal = Decimal("0.1")
    slippage_bps: Decimal = Decimal(1)
    stop_slippage_bps: Decimal = Decimal(5)
    funding_bps: Decimal = Decimal(0)
    latency_ms: Decimal = Decimal(100)
    leverage: Decimal = Decimal(1)
    tick: Decimal
    lot: Decimal
    min_quantity: Decimal
    min_notional: Decimal = Decimal(0)
    band_bps: Decimal = Decimal(10_000)

    def __post_init__(self) -> None:
        """Check the ranges."""
        for field in fields(self):
            if field.name in _RANGES:
                low, high, places = _RANGES[field.name]
                _check(field.name, getattr(self, field.name), low, high, places)
        if self.spot and self.funding_bps:
            raise InvalidInputError(
                f"funding_bps is {self.funding_bps}, allowed is 0: spot knows no funding",
                "funding_bps",
                self.funding_bps,
                "0",
            )

    def in_units(self, instrument: Instrument | None) -> VenueUnits:
        """Return it in the integers of a market's grids; without an instrument, 8 decimals each.

        A tick or lot finer than the market's grid becomes one step of that.

        >>> VENUES["okx-perp"].in_units(None).taker
        50000
        """
        decimals = (instrument.price_decimals, instrument.size_decimals) if instrument else (8, 8)
        price_unit, size_unit = (Decimal(1).scaleb(-places) for places in decimals)
        lot = _steps(self.lot, size_unit)
        return VenueUnits(
            price_decimals=decimals[0],
            size_decimals=decimals[1],
            tick=_steps(self.tick, price_unit),
            lot=lot,
            min_quantity=max(_steps(self.min_quantity, size_unit), lot),
            min_notional=int(self.min_notional * _MONEY),
            band=int(self.band_bps * _RATE),
            taker=int(self.taker_bps * _RATE),
            maker=int(self.maker_bps * _RATE),
            spread=int(self.spread_bps * _RATE),
            slippage=int(self.slippage_bps * _RATE),
            stop_slippage=int(self.stop_slippage_bps * _RATE),
            funding=int(self.funding_bps * _RATE),
            latency_ns=int(self.latency_ms * _NS_PER_MS),
            spot=self.spot,
            leverage=int(self.leverage * _MONEY),
        )


_RANGES: Mapping[str, tuple[Decimal, Decimal, int]] = MappingProxyType(
    {
        name: (Decimal(low), Decimal(high), places)
        for name, low, high, places in (
            ("taker_bps", "0", "1000", 4),
            ("maker_bps", "-100", "1000", 4),
            ("spread_bps", "0", "1000", 4),
            ("slippage_bps", "0", "1000", 4),
            ("stop_slippage_bps", "0", "1000", 4),
            ("funding_bps", "-1000", "1000", 4),
            ("latency_ms", "0", "60000", 6),
            ("leverage", "0.01", "10", 8),
            ("tick", "1e-12", "1e6", 12),
            ("lot", "1e-12", "1e6", 12),
            ("min_quantity", "1e-12", "1e9", 12),
            ("min_notional", "0", "1e9", 8),
            ("band_bps", "1", "10000", 4),
        )
    }
)


def _check(name: str, value: Decimal, low: Decimal, high: Decimal, places: int) -> None:
    if value.is_finite() and low <= value <= high and value == round(value, places):
        return
    bound = f"a decimal number from {low:f} to {high:f} with at most {places} decimals"
    raise InvalidInputError(f"{name} is {value}, allowed is {bound}", name, value, bound)


def _steps(size: Decimal, unit: Decimal) -> int:
    """Return how many units a step has, at least one."""
    return max(int((size / unit).to_integral_value()), 1)


def _spot(
    name: str,
    taker: str,
    maker: str,
    *,
    tick: str,
    lot: str,
    least: str,
    notional: str,
    band: int = 10_000,
) -> Venue:
    return Venue(
        name=name,
        spot=True,
        taker_bps=Decimal(taker),
        maker_bps=Decimal(maker),
        tick=Decimal(tick),
        lot=Decimal(lot),
        min_quantity=Decimal(least),
        min_notional=Decimal(notional),
        band_bps=Decimal(band),
    )


def _perp(name: str, taker: str, *, lot: str, notional: str, band: int = 10_000) -> Venue:
    return Venue(
        name=name,
        spot=False,
        taker_bps=Decimal(taker),
        maker_bps=Decimal(2),
        funding_bps=Decimal(1),
        tick=Decimal("0.1"),
        lot=Decimal(lot),
        min_quantity=Decimal(lot),
        min_notional=Decimal(notional),
        band_bps=Decimal(band),
    )


VENUES: Mapping[str, Venue] = MappingProxyType(
    {
        venue.name: venue
        for venue in (
            _spot(
                "okx-spot", "10", "8", tick="0.1", lot="1e-8", least="1e-5", notional="0", band=1500
            ),
            _perp("okx-perp", "5", lot="0.0001", notional="0", band=1500),
            _spot("binance-spot", "10", "10", tick="0.01", lot="1e-5", least="1e-5", notional="5"),
            _perp("binance-perp", "5", lot="0.001", notional="100", band=500),
            _spot("bybit-spot", "10", "10", tick="0.1", lot="1e-6", least="1.1e-5", notional="5"),
            _perp("bybit-perp", "5.5", lot="0.001", notional="5"),
        )
    }
)
"""The presets, by name. Rules are those of BTC-USDT."""
