from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from supreme_system_v5.app import CostsOptions, World, run_costs
from supreme_system_v5.app.costs import DEFAULT_CASH, DEFAULT_STOPS
from supreme_system_v5.app.costs_report import CostsReport, Offer, VenueCosts
from supreme_system_v5.domain import VENUES
from supreme_system_v5.errors import InvalidInputError, SettingsError
from tests.fakes.clock import ManualClock
from tests.support.runs import world


def look(options: dict[str, Any] | None = None, **environment: str) -> CostsReport:
    return run_costs(CostsOptions(**(options or {})), world(**environment))


def offers(report: CostsReport, venue: str, cash: int | Decimal) -> list[Offer]:
    (found,) = (each for each in report.venues if each.venue == venue)
    (account,) = (each for each in found.accounts if each.cash == cash)
    return list(account.offers)


def test_all_venues_accounts_and_stops() -> None:
    report = look()
    assert [venue.venue for venue in report.venues] == list(VENUES)
    for venue in report.venues:
        assert tuple(account.cash for account in venue.accounts) == DEFAULT_CASH
        for account in venue.accounts:
            assert tuple(offer.stop_bps for offer in account.offers) == DEFAULT_STOPS
    assert (report.symbol, report.price, report.target_bps) == ("BTC-USDT", Decimal(60_000), None)


def test_costs_by_hand() -> None:
    """Taker fee, half the spread of 0.1 and a slippage of 1, twice; three times that away."""
    for venue in look().venues:
        assert venue.round_trip_bps == 2 * (float(venue.taker_bps) + 0.05 + 1)
        assert venue.needed_bps == pytest.approx(3 * venue.round_trip_bps)


def test_an_offer_by_hand() -> None:
    """200 USDT on okx-perp, 0.5 %: 33 % with the costs of the entry are 65.96, ten lots of 6."""
    near = offers(look(), "okx-perp", 200)[0]
    assert near == Offer(
        stop_bps=Decimal(50),
        smallest=Decimal(6),
        allowed=(Decimal(66) / Decimal("1.000605") / 60_000).quantize(Decimal("1e-8"), "ROUND_DOWN")
        * 60_000,
        limited_by="STAKE",
        quantity=Decimal("0.001"),
        value=Decimal(60),
        refused=None,
        fees=Decimal("0.06"),
        fees_of_account=0.0003,
        entries_per_day=11,
        stopped_by="FEE_BLEED",
    )


def test_200_usdt_are_too_few_for_binance_perp() -> None:
    """In steps of 60 USDT: 120 could not be sold again for 120, so that it takes 180."""
    refused = offers(look(), "binance-perp", 200)
    assert [offer.refused for offer in refused] == ["MIN_NOTIONAL", *["TOO_SMALL"] * 3]
    assert {offer.smallest for offer in refused} == {Decimal(180)}
    assert all(offer.allowed < 66 for offer in refused)


def test_the_amounts_are_those_of_the_price_and_the_market_s_grid() -> None:
    report = look(
        {"price": Decimal("0.5"), "venues": ("okx-perp",), "stops": (Decimal(2_000),)},
        PRICE_DECIMALS="4",
        SIZE_DECIMALS="1",
    )
    (offer,) = offers(report, "okx-perp", 10_000)
    # 25 USDT over 2 000 + 6.05 + 10.05 * 0.8 bps are 124.13; a lot is one step of the grid, 0.1.
    assert offer.quantity == Decimal("248.2")
    assert offer.value == Decimal("124.1")


def test_a_finer_grid_changes_nothing_at_a_round_price() -> None:
    coarse = look(PRICE_DECIMALS="2", SIZE_DECIMALS="8")
    assert coarse == look()


def test_native_and_plain_say_the_same() -> None:
    assert look(IMPLEMENTATION="python") == look(IMPLEMENTATION="rust")


class TestSettings:
    def test_the_policy_that_is_set_does_not_matter(self) -> None:
        assert look(RISK_POLICY="fixed", INITIAL_CASH="5") == look()

    def test_risk_and_stake(self) -> None:
        half = look(RISK_PER_TRADE="0.0025", MAX_STAKE="0.05")
        for stop, (lower, whole) in enumerate(
            zip(offers(half, "okx-spot", 10_000), offers(look(), "okx-spot", 10_000), strict=True)
        ):
            assert lower.limited_by == (None, "STAKE", "STAKE", "RISK")[stop]
            assert float(lower.allowed) == pytest.approx(
                min(float(whole.allowed) / 2, 500 / 1.001105), abs=0.01
            )

    def test_the_cost_gate(self) -> None:
        assert look(COST_MULTIPLE="1").venues[0].needed_bps == 22.1
        assert offers(look(COST_MULTIPLE="1"), "okx-spot", 200)[0].refused is None

    def test_fees_of_the_user_are_everybody_s(self) -> None:
        report = look(FEE_BPS="1")
        assert report.venues[0].venue == "okx-spot, changed"
        assert {venue.round_trip_bps for venue in report.venues} == {4.1}

    def test_fee_bleed_and_entries(self) -> None:
        day = [offer.entries_per_day for offer in offers(look(), "okx-spot", 10_000)]
        assert day == [0, 8, 14, 32]
        more = look(MAX_FEE_BLEED="0.006", MAX_ENTRIES_PER_DAY="20")
        assert [
            (offer.entries_per_day, offer.stopped_by) for offer in offers(more, "okx-spot", 10_000)
        ] == [(0, None), (16, "FEE_BLEED"), (20, "ENTRIES_PER_DAY"), (20, "ENTRIES_PER_DAY")]

    def test_the_target_volatility_is_taken_whole(self) -> None:
        assert look(TARGET_VOLATILITY="2") == look()

    def test_weights_on_what_has_no_data_yet_change_nothing(self) -> None:
        assert look(CONFIDENCE_WEIGHTS="0,0,1") == look()

    @pytest.mark.parametrize("venue", ["okx-perp", "okx-spot"])
    def test_leverage_where_nothing_is_lent_is_told_for_those_venues_alone(
        self, venue: str
    ) -> None:
        report = look(RISK_LEVERAGE="2", VENUE=venue)
        spot = [venue for venue in report.venues if "spot" in venue.venue]
        assert spot == [
            VenueCosts(
                venue=name,
                taker_bps=Decimal(10),
                impossible="leverage is 2 on spot, allowed is at most 1: nothing is lent there",
            )
            for name in ("okx-spot", "binance-spot", "bybit-spot")
        ]
        assert all(venue.accounts for venue in report.venues if venue not in spot)

    @pytest.mark.parametrize(
        ("environment", "told"),
        [
            ({"RISK_PER_TRADE": "0.05"}, "more than a day may lose"),
            ({"MAX_DRAWDOWN": "0.005"}, "less than a day may lose"),
            ({"MAX_STAKE": "2"}, "MAX_STAKE='2'"),
        ],
    )
    def test_what_contradicts_is_refused(self, environment: dict[str, str], told: str) -> None:
        with pytest.raises(SettingsError, match=told):
            look(None, **environment)

    def test_the_file_is_read(self, tmp_path: Any) -> None:  # noqa: ANN401 - pytest's
        dotenv = tmp_path / ".env"
        dotenv.write_text("COST_MULTIPLE=0\n", encoding="utf-8")
        process = World(environment={}, dotenv_path=dotenv, clock=ManualClock())
        assert run_costs(CostsOptions(), process).venues[0].needed_bps == 0.0


class TestOptions:
    def test_a_target_opens_the_gate_for_a_near_stop(self) -> None:
        near = {"stops": (Decimal(50),), "venues": ("okx-spot",)}
        assert offers(look(near), "okx-spot", 200)[0].refused == "COST"
        assert offers(look({**near, "target": Decimal(66)}), "okx-spot", 200)[0].refused == "COST"
        found = offers(look({**near, "target": Decimal("66.3")}), "okx-spot", 200)[0]
        assert found.refused is None

    @pytest.mark.parametrize(
        ("options", "name", "told"),
        [
            ({"price": Decimal(0)}, "price", "price is 0, allowed is above 0"),
            ({"price": Decimal(-1)}, "price", "price is -1, allowed is above 0"),
            ({"price": Decimal("nan")}, "price", "price is NaN, allowed is above 0"),
            ({"price": Decimal("inf")}, "price", "price is Infinity, allowed is above 0"),
            ({"price": Decimal(10**9)}, "price", "1000000000, .* to 90,071,993 on this market"),
            ({"price": Decimal("1e-9")}, "price", "0.000000001, .* at most 8 decimals"),
            ({"stops": (Decimal(0),)}, "stop", "stop is 0, allowed is above 0 and below 10000"),
            ({"stops": (Decimal(10_000),)}, "stop", "stop is 10000, allowed is above 0 and below"),
            ({"stops": (Decimal("nan"),)}, "stop", "stop is NaN"),
            ({"stops": (Decimal("9999.99999999"),)}, "stop", "nearer: .* no tick above 0"),
            ({"stops": ()}, "stop", "stop is missing, allowed is at least one"),
            ({"target": Decimal(0)}, "target", "target is 0, allowed is above 0"),
            ({"cash": ()}, "cash", "cash is missing"),
            ({"cash": (Decimal(0),)}, "cash", "cash is 0, allowed is above 0, at most 1,000,000"),
            ({"cash": (Decimal("0.000000001"),)}, "cash", "with at most 8 decimals"),
            ({"cash": (Decimal(10**9 + 1),)}, "cash", "at most 1,000,000,000"),
            ({"venues": ("nowhere",)}, "venue", "nowhere, allowed is okx-spot or"),
        ],
    )
    def test_out_of_range_is_refused(self, options: dict[str, Any], name: str, told: str) -> None:
        with pytest.raises(InvalidInputError, match=told) as caught:
            look(options)
        assert caught.value.name == name

    def test_the_smallest_and_the_largest_account(self) -> None:
        report = look({"cash": (Decimal("0.00000001"), Decimal(10**9))})
        assert {offer.refused for offer in offers(report, "okx-perp", Decimal("0.00000001"))} == {
            "TOO_SMALL"
        }
        assert all(offer.refused is None for offer in offers(report, "okx-perp", 10**9))
