from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from supreme_system_v5.domain import VENUES, Instrument, Venue
from supreme_system_v5.errors import InvalidInputError

MINUTE = Instrument(symbol="BTC-USDT", price_decimals=2, size_decimals=5)
OKX_SPOT = VENUES["okx-spot"]


def test_the_presets_are_the_table_of_the_page() -> None:
    table = {
        venue.name: (
            venue.taker_bps,
            venue.maker_bps,
            venue.spread_bps,
            venue.slippage_bps,
            venue.stop_slippage_bps,
            venue.funding_bps,
            venue.spot,
            venue.tick,
            venue.lot,
            venue.min_quantity,
            venue.min_notional,
            venue.band_bps,
        )
        for venue in VENUES.values()
    }
    shared = tuple(map(Decimal, ("0.1", "1", "5")))
    d = Decimal
    assert table == {
        "okx-spot": (
            10, 8, *shared, 0, True, d("0.1"), d("0.00000001"), d("0.00001"), 0, 1_500,
        ),
        "okx-perp": (5, 2, *shared, 1, False, d("0.1"), d("0.0001"), d("0.0001"), 0, 1_500),
        "binance-spot": (
            10, 10, *shared, 0, True, d("0.01"), d("0.00001"), d("0.00001"), 5, 10_000,
        ),
        "binance-perp": (5, 2, *shared, 1, False, d("0.1"), d("0.001"), d("0.001"), 100, 500),
        "bybit-spot": (
            10, 10, *shared, 0, True, d("0.1"), d("0.000001"), d("0.000011"), 5, 10_000,
        ),
        "bybit-perp": (d("5.5"), 2, *shared, 1, False, d("0.1"), d("0.001"), d("0.001"), 5, 10_000),
    }  # fmt: skip
    assert all(name == venue.name for name, venue in VENUES.items())


def test_in_units_of_a_market() -> None:
    units = VENUES["binance-perp"].in_units(MINUTE)
    assert units._asdict() == {
        "price_decimals": 2,
        "size_decimals": 5,
        "tick": 10,  # 0.1 in cents
        "lot": 100,  # 0.001 in 1e-5
        "min_quantity": 100,
        "min_notional": 100 * 10**8,
        "band": 5 * 10**6,  # 5 % in 1e-8
        "taker": 50_000,
        "maker": 20_000,
        "spread": 1_000,
        "slippage": 10_000,
        "stop_slippage": 50_000,
        "funding": 10_000,
        "latency_ns": 100 * 10**6,
        "spot": False,
        "leverage": 10**8,
    }


def test_without_an_instrument_both_grids_have_eight_decimals() -> None:
    units = OKX_SPOT.in_units(None)
    assert (units.price_decimals, units.size_decimals) == (8, 8)
    assert (units.tick, units.lot, units.min_quantity) == (10**7, 1, 1_000)


def test_a_step_finer_than_the_grid_is_one_step_of_it() -> None:
    coarse = Instrument(symbol="BTC-USDT", price_decimals=0, size_decimals=2)
    for venue in VENUES.values():
        units = venue.in_units(coarse)
        assert (units.tick, units.lot, units.min_quantity) == (1, 1, 1)


def test_half_a_basis_point_is_exact() -> None:
    assert VENUES["bybit-perp"].in_units(MINUTE).taker == 55_000


@pytest.mark.parametrize(
    ("field", "least", "most"),
    [
        ("taker_bps", "0", "1000"),
        ("maker_bps", "-100", "1000"),
        ("spread_bps", "0", "1000"),
        ("slippage_bps", "0", "1000"),
        ("stop_slippage_bps", "0", "1000"),
        ("latency_ms", "0", "60000"),
        ("leverage", "0.01", "10"),
        ("tick", "1e-12", "1e6"),
        ("lot", "1e-12", "1e6"),
        ("min_quantity", "1e-12", "1e9"),
        ("min_notional", "0", "1e9"),
        ("band_bps", "1", "10000"),
    ],
)
def test_ranges_include_their_ends_and_nothing_beyond(field: str, least: str, most: str) -> None:
    low, high = Decimal(least), Decimal(most)
    for value in (low, high):
        assert getattr(changed(field, value), field) == value
    for value in (low - Decimal("1e-12"), high + 1, Decimal("nan"), Decimal("inf")):
        with pytest.raises(InvalidInputError, match=f"^{field} is ") as caught:
            changed(field, value)
        assert caught.value.name == field


def test_more_decimals_than_the_units_hold_are_refused() -> None:
    for field, value in (("taker_bps", "0.00001"), ("min_notional", "0.000000001")):
        with pytest.raises(InvalidInputError, match="decimals"):
            changed(field, Decimal(value))


def test_spot_knows_no_funding_and_a_perpetual_may_have_either_sign() -> None:
    with pytest.raises(InvalidInputError, match="spot knows no funding"):
        changed("funding_bps", Decimal(1))
    perp = replace(VENUES["okx-perp"], funding_bps=Decimal("-0.25"))
    assert perp.in_units(None).funding == -2_500


def changed(field: str, value: Decimal) -> Venue:
    fields: dict[str, Any] = {field: value}
    return replace(OKX_SPOT, **fields)
