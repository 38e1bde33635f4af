from __future__ import annotations

import math
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from supreme_system_v5.domain import Instrument, Side
from supreme_system_v5.errors import InvalidInputError, InvalidTypeError
from supreme_system_v5.reference._grid import Grid, MarketGrid

grid_points = st.integers(0, 12).flatmap(
    lambda d: st.tuples(st.just(d), st.integers(1, min(2**53, 10 ** (15 + d))))
)


def text(units: int, decimals: int) -> str:
    return f"{Decimal(units).scaleb(-decimals):f}"


@given(grid_points)
def test_every_point_of_the_grid_is_found_from_number_and_string(point: tuple[int, int]) -> None:
    decimals, units = point
    grid = Grid(decimals, strict=True)
    slack = 1 if units >= 2**51 else 0  # here a double and 0.5 more begin to run together
    for value in (text(units, decimals), grid.value(units)):
        assert abs(grid.units("price", value) - units) <= slack
    assert grid.value(units) == float(text(units, decimals))


@given(st.integers(0, 12), st.floats(1.0, 1e9), st.booleans())
def test_what_lies_between_is_refused_or_rounded(decimals: int, x: float, strict: bool) -> None:
    scaled = x * 10.0**decimals
    units = math.floor(scaled + 0.5)
    if units > min(2**53, 10 ** (15 + decimals)):
        return
    grid = Grid(decimals, strict=strict)
    if strict and abs(scaled - units) > max(1e-6, scaled * 2.0**-52):
        with pytest.raises(InvalidInputError, match="^price must be a multiple of"):
            grid.units("price", x)
    else:
        assert grid.units("price", x) == units


def test_half_a_unit_rounds_up() -> None:
    whole, grid = Grid(0, strict=False), Grid(8, strict=False)
    assert [whole.units("x", x) for x in (0.5, 1.5, 2.5)] == [1, 2, 3]
    assert grid.units("x", 0.5e-8) == 1
    with pytest.raises(
        InvalidInputError, match=r"^x must be a finite number from 1e-08 to 9007199"
    ):
        grid.units("x", 0.49e-8)


@pytest.mark.parametrize(("decimals", "most"), [(0, 10**15), (1, 2**53), (8, 2**53), (12, 2**53)])
def test_the_largest_value_is_the_largest_price_that_a_double_counts(
    decimals: int, most: int
) -> None:
    grid = Grid(decimals, strict=False)
    assert grid.units("price", grid.value(most)) == most
    with pytest.raises(InvalidInputError, match="^price must be a finite number from"):
        grid.units("price", grid.value(most + 2))


@pytest.mark.parametrize("bad", [math.nan, math.inf, -math.inf, 0.0, -1.0, 0, 1e300, 10**400])
def test_no_grid_has_these_numbers(bad: float) -> None:
    with pytest.raises(InvalidInputError, match="^price at index 3 must be a") as caught:
        Grid(2, strict=True).units("price", bad, 3)
    assert caught.value.index == 3


@pytest.mark.parametrize(
    "bad",
    ["", ".", "nan", "inf", "-inf", " 1", "1 ", "1_0", "1,0", "-1", "+1", "1e", "e3", "1e3.5",
     "0x1", "1.2.3", "\u0661", "1\n", "1\0"],
)  # fmt: skip
def test_strings_must_be_decimal_numbers(bad: str) -> None:
    with pytest.raises(InvalidInputError, match="^price must be a decimal number"):
        Grid(8, strict=False).units("price", bad)


def test_zero_is_no_price_in_a_string_either() -> None:
    with pytest.raises(InvalidInputError, match="^price must be a finite number from"):
        Grid(8, strict=False).units("price", "0.00")
    assert Grid(2, strict=True).units("price", "61837.63000000") == 6_183_763


@pytest.mark.parametrize("bad", [True, None, b"1", Decimal(1), [1.0]])
def test_other_types_are_refused(bad: object) -> None:
    with pytest.raises(InvalidTypeError, match="^price must be a number"):
        Grid(8, strict=False).units("price", bad)


def test_a_trade_carries_units_and_their_quotients() -> None:
    market = MarketGrid(Instrument(symbol="BTC-USDT", price_decimals=2, size_decimals=5))
    trade = market.trade("61837.63", 2, 5, Side.SELL)
    assert trade == (6_183_763, 200_000, 61837.63, 2.0, 5, -1)
    loose = MarketGrid(None).trade(0.1 + 0.2, "1", 5, 0)
    assert (loose.price_units, loose.price) == (30_000_000, 0.3)


def test_a_trade_is_checked_by_name() -> None:
    market = MarketGrid(Instrument(symbol="BTC-USDT", price_decimals=2, size_decimals=5))
    good: list[Any] = [1.0, 1.0, 0, 0]
    cases: list[tuple[int, Any, type[Exception], str]] = [
        (0, 1.001, InvalidInputError, "price"),
        (1, 1e-6, InvalidInputError, "size"),
        (2, -1, InvalidInputError, "timestamp_ns"),
        (2, 0.0, InvalidTypeError, "timestamp_ns"),
        (2, "0", InvalidTypeError, "timestamp_ns"),
        (3, 2, InvalidInputError, "side"),
        (3, True, InvalidTypeError, "side"),
        (3, "buy", InvalidTypeError, "side"),
    ]
    for place, bad, error, name in cases:
        row = [*good[:place], bad, *good[place + 1 :]]
        with pytest.raises(error, match=f"^{name} must be"):
            market.trade(*row)


def test_an_instrument_is_checked_by_name() -> None:
    for prices, sizes, name in ((-1, 0, "price_decimals"), (0, 13, "size_decimals")):
        with pytest.raises(InvalidInputError, match=f"^{name} must be an integer from 0 to 12"):
            MarketGrid(Instrument(symbol="X", price_decimals=prices, size_decimals=sizes))
    with pytest.raises(InvalidTypeError, match="^instrument must be an Instrument"):
        MarketGrid("BTC-USDT")  # type: ignore[arg-type]
