from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest

from supreme_system_v5.app import CostsOptions, run_costs
from supreme_system_v5.app.costs import DEFAULT_STOPS
from supreme_system_v5.app.costs_report import to_json, to_text
from supreme_system_v5.risk import MEANINGS
from tests.support.runs import world

PRINTED = """
okx-perp: a round trip costs 12.10 bps, a target has to be 36.30 bps away or more
  account   stop  smallest  allowed  limit  order USDT     BTC    fees           a day
      200  0.5 %      6.00    65.96  STAKE       60.00   0.001  0.0600  0.030 %    11
             5 %      6.00     9.70  RISK         6.00  0.0001  0.0060  0.003 %    50*

binance-perp: a round trip costs 12.10 bps, a target has to be 36.30 bps away or more
  account   stop  smallest  allowed  limit  order USDT     BTC    fees           a day
      200  0.5 %    180.00    65.96  STAKE    no: MIN_NOTIONAL
             5 %    180.00     9.70  RISK     no: TOO_SMALL

MIN_NOTIONAL: what may be risked is worth less than the venue's smallest order.
TOO_SMALL: what may be risked does not buy the smallest quantity.
200 USDT cannot trade on binance-perp at all: risk allows 65.96 USDT at most (STAKE), and the
  smallest order that can be sold again is 180.00.
Cheapest there and back: okx-perp and binance-perp with 12.10 bps; a target nearer than 36.30 bps is
  not worth that (3 round trips).
Fees and rules are presets for BTC-USDT, not what your venue charges you today: check them there,
  and set FEE_BPS to yours."""


def text(options: dict[str, Any] | None = None, **environment: str) -> str:
    return to_text(run_costs(CostsOptions(**(options or {})), world(**environment)))


def few(*venues: str, stops: tuple[int, ...] = (100,), cash: tuple[int, ...] = (200,)) -> Any:  # noqa: ANN401
    return {
        "venues": venues,
        "stops": tuple(map(Decimal, stops)),
        "cash": tuple(map(Decimal, cash)),
    }


def test_a_table_as_it_is_printed() -> None:
    printed = text(few("okx-perp", "binance-perp", stops=(50, 500)))
    assert printed.partition("entries\n")[2] == PRINTED


@pytest.mark.parametrize("cash", [(200, 1_000, 10_000), (1,), (1_000_000,)])
@pytest.mark.parametrize("price", ["60000", "0.98", "250000.5"])
def test_no_line_is_wider_than_100_columns(cash: tuple[int, ...], price: str) -> None:
    # With ticks of 0.1 only a far stop is on one below 0.98.
    stops = (Decimal(5_000),) if price == "0.98" else DEFAULT_STOPS
    options = {"price": Decimal(price), "cash": tuple(map(Decimal, cash)), "stops": stops}
    printed = text(options)
    assert max(map(len, printed.splitlines())) <= 100


def test_the_legend_tells_the_settings_and_the_price() -> None:
    printed = text(
        {"target": Decimal("75.5")}, RISK_PER_TRADE="0.002", MAX_STAKE="0.5", MAX_FEE_BLEED="0.01"
    )
    assert printed.startswith("What an account can trade: BTC-USDT at 60,000 USDT\n")
    assert "  target    0.755 % above the price\n" in printed
    assert "included, is 0.2 % of the account at most" in printed
    assert "worth 50 % of the account" in printed
    assert "than 1 % of it paid as fees in 24 h, or (marked *) 50 entries" in printed


def test_nobody_is_shut_out() -> None:
    printed = text(few("okx-perp", "okx-spot", cash=(10_000,)))
    assert "Every account can trade on every venue, at one of these stops at least." in printed
    assert "Cheapest there and back: okx-perp with 12.10 bps; a target nearer than" in printed


def test_one_venue_is_not_every_venue_nor_the_cheapest() -> None:
    printed = text(few("okx-perp", cash=(1_000, 10_000)))
    assert "Every account can trade on okx-perp, at one of these stops at least." in printed
    told = (
        "There and back okx-perp costs 12.10 bps; a target nearer than 36.30 bps is not worth that"
    )
    assert told in printed.replace("\n  ", " ")
    assert "every venue" not in printed
    assert "Cheapest" not in printed


def test_those_that_the_settings_forbid_are_not_spoken_for() -> None:
    one = text(few("okx-spot", "okx-perp"), RISK_LEVERAGE="2")
    assert "Every account can trade on okx-perp, at one" in one
    assert "Cheapest" not in one
    three = few("okx-spot", "okx-perp", "bybit-perp", cash=(10_000,))
    two = text(three, RISK_LEVERAGE="2")
    assert "Every account can trade on every venue that the settings allow, at one" in two
    assert "Cheapest there and back: okx-perp" in two


def test_where_nothing_is_worth_its_costs_one_line_says_so() -> None:
    printed = text(few("okx-spot", "bybit-spot", stops=(50,), cash=(200, 1_000)))
    assert f"COST: {MEANINGS['COST']}.\n" in printed
    told = "No account can trade on okx-spot and bybit-spot at all: every stop is refused (COST)."
    assert printed.count(told) == 1
    assert "200 USDT cannot" not in printed


def test_a_venue_that_the_settings_forbid() -> None:
    printed = text(few("okx-spot"), RISK_LEVERAGE="2")
    assert (
        "okx-spot: not with these settings: leverage is 2 on spot, allowed is at most 1" in printed
    )
    assert "Cheapest" not in printed
    assert "Every account" not in printed


def test_changed_costs_are_told_as_changed() -> None:
    printed = text(few("okx-spot"), FEE_BPS="1")
    assert "okx-spot, changed: a round trip costs 4.10 bps" in printed
    assert "There and back okx-spot costs 4.10 bps" in printed


def test_another_symbol_is_told_that_the_rules_are_not_its_own() -> None:
    printed = text(few("okx-perp"), SINGLE_SYMBOL="ETH-EUR")
    assert "order EUR" in printed
    assert printed.splitlines()[-1].startswith("ETH-EUR has lots and smallest orders of its own")


def test_as_json() -> None:
    report = run_costs(CostsOptions(**few("okx-perp", "okx-spot", stops=(50,))), world())
    found = json.loads(to_json(report))
    assert (found["price"], found["target_bps"]) == (60_000, None)
    perp, spot = found["venues"]
    assert (perp["venue"], perp["round_trip_bps"], perp["impossible"]) == ("okx-perp", 12.1, None)
    (offer,) = perp["accounts"][0]["offers"]
    assert offer == {
        "stop_bps": 50,
        "smallest": 6.0,
        "allowed": pytest.approx(65.96, abs=0.01),
        "limited_by": "STAKE",
        "quantity": 0.001,
        "value": 60.0,
        "refused": None,
        "fees": 0.06,
        "fees_of_account": 0.0003,
        "entries_per_day": 11,
        "stopped_by": "FEE_BLEED",
    }
    assert spot["accounts"][0]["offers"][0]["refused"] == "COST"
    assert "\n" not in to_json(report)
