from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from supreme_system_v5 import optimized, reference, simulation
from supreme_system_v5.app import CostOptions, parts
from supreme_system_v5.domain import (
    VENUES,
    AnalyzerConfig,
    Flag,
    Instrument,
    TimeframeWeights,
    ViewStatus,
)
from supreme_system_v5.errors import InvalidInputError, SettingsError
from supreme_system_v5.news_whale import AddressBook, FlowWeights, MoneyFlowAggregator
from supreme_system_v5.risk import DynamicRiskManager, FixedFraction
from supreme_system_v5.settings import Settings, load_settings

BY = {
    name: load_settings({"IMPLEMENTATION": name, "INITIAL_CASH": "123.45678901"})
    for name in ("rust", "python")
}
UNITS = VENUES["okx-spot"].in_units(None)
NOTHING = CostOptions()


class TestVenue:
    def test_without_changes_it_is_the_preset_itself(self) -> None:
        assert parts.venue(Settings(), NOTHING) is VENUES["okx-spot"]
        assert parts.venue(load_settings({"VENUE": "bybit-perp"}), NOTHING) is VENUES["bybit-perp"]

    def test_an_option_wins_over_a_setting_over_the_venue(self) -> None:
        settings = load_settings({"FEE_BPS": "7", "SLIPPAGE_BPS": "3", "LATENCY_MS": "5"})
        set_only = parts.venue(settings, NOTHING)
        assert (set_only.taker_bps, set_only.maker_bps) == (Decimal(7),) * 2
        assert (set_only.slippage_bps, set_only.latency_ms) == (Decimal(3), Decimal(5))
        options = CostOptions(costs="okx-perp", fee_bps=Decimal(0), latency_ms=Decimal("0.5"))
        told = parts.venue(settings, options)
        assert (told.taker_bps, told.maker_bps) == (Decimal(0),) * 2
        assert (told.slippage_bps, told.latency_ms) == (Decimal(3), Decimal("0.5"))
        assert told.name == "okx-perp, changed"

    def test_what_is_not_mentioned_stays_the_venue_s(self) -> None:
        preset = VENUES["okx-perp"]
        changed = parts.venue(
            Settings(), CostOptions(costs="okx-perp", funding_bps=Decimal("-0.5"))
        )
        assert changed == replace(preset, name="okx-perp, changed", funding_bps=Decimal("-0.5"))

    @pytest.mark.parametrize(
        ("options", "name"),
        [
            (CostOptions(fee_bps=Decimal(-1)), "taker_bps"),
            (CostOptions(slippage_bps=Decimal(1001)), "slippage_bps"),
            (CostOptions(latency_ms=Decimal("0.0000001")), "latency_ms"),
            (CostOptions(funding_bps=Decimal(1)), "funding_bps"),  # the venue is a spot one
        ],
    )
    def test_a_cost_out_of_range_is_refused_by_name(self, options: CostOptions, name: str) -> None:
        with pytest.raises(InvalidInputError, match=f"^{name} is ") as caught:
            parts.venue(Settings(), options)
        assert caught.value.name == name


def test_the_grid_is_that_of_the_settings() -> None:
    assert parts.instrument(Settings()) is None
    settings = load_settings(
        {"SINGLE_SYMBOL": "ETH-EUR", "PRICE_DECIMALS": "2", "SIZE_DECIMALS": "0"}
    )
    assert parts.instrument(settings) == Instrument(
        symbol="ETH-EUR", price_decimals=2, size_decimals=0
    )


@pytest.mark.parametrize(("name", "room"), [("rust", optimized), ("python", reference)])
def test_the_parts_are_of_the_implementation_that_is_set(name: str, room: object) -> None:
    settings, account = BY[name], simulation if name == "rust" else reference
    made = {
        "OptimizedTechnicalAnalyzer": parts.analyzer(settings, None, Flag(0)),
        "BarBuilder": parts.bar_source(settings, None, 60),
        "Signals": parts.signal_source(settings, "trend", {}),
    }
    for kind, part in made.items():
        assert type(part) is getattr(room, kind)
    ledger, exchange = parts.ledger(settings, UNITS), parts.paper_exchange(settings, UNITS)
    assert type(ledger) is account.Ledger
    assert type(exchange) is account.PaperExchange
    assert ledger.cash == ledger.initial_cash == exchange.ledger.cash == 12_345_678_901


@pytest.mark.parametrize("name", BY)
def test_settings_and_market_reach_the_analyzer(name: str) -> None:
    given = {
        "GATE_MIN_PRICE_CHANGE": "0.25", "GATE_VOLUME_MULTIPLE": "7", "GATE_VOLUME_WINDOW": "9",
        "GATE_MAX_IDLE_SECONDS": "11", "GATE_TARGET_SKIP_RATIO": "0.7",
        "GATING": "off", "IMPLEMENTATION": name,
    }  # fmt: skip
    market = Instrument(symbol="BTC-USDT", price_decimals=1, size_decimals=4)
    config = parts.analyzer(load_settings(given), market, Flag.BAR_5M).config
    assert config.instrument == market
    assert (config.min_price_change, config.volume_multiple) == (0.25, 7.0)
    assert (config.volume_window, config.max_idle_seconds) == (9, 11.0)
    assert config.target_skip_ratio == 0.7
    assert (config.gated, config.wake_on) == (False, Flag.BAR_5M)


@pytest.mark.parametrize("name", BY)
def test_the_weights_that_are_set_reach_the_timeframes(name: str) -> None:
    set_so = load_settings({"MTF_WEIGHTS": "0.4,0.3,0.2,0.1", "IMPLEMENTATION": name})
    market = parts.analyzer(set_so, None, AnalyzerConfig().wake_on)
    assert parts.timeframes(set_so, market).weights == TimeframeWeights(
        m1=0.4, m5=0.3, m15=0.2, h1=0.1
    )


@pytest.mark.parametrize("name", BY)
def test_a_signal_takes_its_parameters_and_refuses_strange_ones(name: str) -> None:
    parts.signal_source(BY[name], "trend", {"breakout": 12, "shorts": True})
    with pytest.raises(InvalidInputError, match="length"):
        parts.signal_source(BY[name], "trend", {"length": 12})


def test_whose_addresses_what_is_large_and_what_flows_are_worth_are_set(tmp_path: Path) -> None:
    table = tmp_path / "addresses.csv"
    table.write_text("address,label\n34xp4vRoCGJym3xR7yCVPFHoCNxv4Twseo,Binance\n")
    given = load_settings(
        {"EXCHANGE_ADDRESSES": str(table), "WHALE_TIERS_ETH": "1,2,3", "FLOW_WEIGHTS": "0,0,0.5"}
    )
    assert len(parts.address_book(given)) == 1
    assert parts.whale_tiers(given)["ETH"].mega == 3.0
    view = parts.whale_view(given).view(0)
    assert (view.status, view.reasons) == (ViewStatus.NO_DATA, ("STABLE: no data",))
    with pytest.raises(OSError, match=r"none\.csv"):
        parts.address_book(load_settings({"EXCHANGE_ADDRESSES": "none.csv"}))


def test_without_settings_flows_are_those_of_the_room_itself() -> None:
    assert FlowWeights(*Settings().flow_weights) == FlowWeights()
    trackers = MoneyFlowAggregator(AddressBook()).trackers
    assert {name: tracker.tiers for name, tracker in trackers.items()} == parts.whale_tiers(
        Settings()
    )


class TestLeverage:
    """By the venue that is charged, whoever named it."""

    LENT = load_settings({"RISK_LEVERAGE": "2"})

    @pytest.mark.parametrize(
        ("settings", "costs"),
        [
            (LENT, None),
            (LENT, "bybit-spot"),
            (load_settings({"RISK_LEVERAGE": "2", "VENUE": "okx-perp"}), "binance-spot"),
        ],
    )
    def test_nothing_is_lent_on_spot(self, settings: Settings, costs: str | None) -> None:
        options = CostOptions(costs=costs)
        units = parts.venue(settings, options).in_units(None)
        told = (
            f"RISK_LEVERAGE=2 with the venue {costs or 'okx-spot'}, allowed is at most 1, .*spot: "
        )
        with pytest.raises(SettingsError, match=told):
            parts.risk(settings, units, options, "trend", None)
        assert isinstance(parts.risk(settings, units, options, "trend", "fixed"), FixedFraction)

    @pytest.mark.parametrize(
        ("settings", "costs"),
        [(LENT, "okx-perp"), (load_settings({"RISK_LEVERAGE": "2", "VENUE": "okx-perp"}), None)],
    )
    def test_perpetuals_lend(self, settings: Settings, costs: str | None) -> None:
        options = CostOptions(costs=costs)
        units = parts.venue(settings, options).in_units(None)
        assert isinstance(parts.risk(settings, units, options, "trend", None), DynamicRiskManager)
