from __future__ import annotations

import math
from typing import Any

import pytest

from supreme_system_v5 import simulation
from supreme_system_v5.domain import VENUES
from supreme_system_v5.errors import InvalidInputError
from supreme_system_v5.risk import Sizing, SizingRules, TradeCosts
from supreme_system_v5.risk.sizing import size_of, tier_of, volatility_multiplier

UNITS = VENUES["okx-perp"].in_units(None)
UNIT = 10**8
PRICE = 20_000 * UNIT


def sized(stop: float, cash: int = 10_000, **given: Any) -> Sizing:  # noqa: ANN401
    options: dict[str, Any] = {
        "tier": 1.0,
        "volatility": 1.0,
        "rooms": (),
        "rules": SizingRules(),
        "ledger": simulation.Ledger(UNITS, cash * UNIT),
        "costs": TradeCosts(UNITS),
        "units": UNITS,
        **given,
    }
    return size_of(PRICE, round(stop * UNIT), **options)


def test_by_hand() -> None:
    """50 USDT over 5 % and its costs (6.05 bps and 10.05 bps of 95 %): 0.0484 BTC in lots."""
    size = sized(19_000)
    assert size.loss_bps == pytest.approx(500 + 6.05 + 10.05 * 0.95)
    assert size.quantity == 4_840_000
    assert size.steps == (("RISK", 4_840_000),)


def test_what_caps_it_is_told_step_by_step() -> None:
    tight = sized(19_990, rooms=(("DAILY_LOSS", 3 * UNIT),))
    assert [name for name, _ in tight.steps] == ["RISK", "DAILY_LOSS"]
    stake = sized(19_990)
    assert [name for name, _ in stake.steps] == ["RISK", "STAKE"]
    assert stake.quantity * 20_000 * (1 + 6.05e-4) / UNIT <= 3_300
    quantities = [quantity for _, quantity in stake.steps]
    assert quantities == sorted(quantities, reverse=True)


def test_calm_markets_never_risk_more_than_one_trade_may() -> None:
    calm = sized(19_000, volatility=1.5)
    assert calm.quantity == sized(19_000).quantity
    assert calm.steps[-1][0] == "RISK_PER_TRADE"
    assert sized(19_000, volatility=1.5, tier=0.5).quantity > sized(19_000, tier=0.5).quantity


@pytest.mark.parametrize("room", [0, -5 * UNIT])
def test_without_room_nothing_is_bought(room: int) -> None:
    assert sized(19_000, rooms=(("DRAWDOWN", room),)).quantity == 0


def test_tiers_rise_and_nothing_is_bet_below_the_lowest() -> None:
    confidences = [each / 1_000 for each in range(1_001)]
    tiers = [tier_of(each, calibrated=True) for each in confidences]
    assert tiers == sorted(tiers)
    assert {tier for tier, each in zip(tiers, confidences, strict=True) if each < 0.3} == {0.0}
    flat = [tier_of(each, calibrated=False) for each in confidences]
    assert set(flat) == {0.0, 0.25, 0.5}
    assert tier_of(math.nan, calibrated=True) == 0.0


@pytest.mark.parametrize(
    ("volatility", "multiplier"),
    [(None, 0.25), (math.nan, 0.25), (0.0, 1.5), (0.25, 1.5), (0.5, 1.0), (2.0, 0.25), (9, 0.25)],
)
def test_volatility_scales_within_bounds(volatility: float | None, multiplier: float) -> None:
    assert volatility_multiplier(volatility, SizingRules()) == multiplier


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("risk", 0.0),
        ("risk", 0.2),
        ("risk", math.nan),
        ("stake", 1.1),
        ("leverage", 11.0),
        ("leverage", -1.0),
        ("target_volatility", 0.0),
        ("least", 1.5),
        ("most", 0.5),
    ],
)
def test_rules_out_of_range_are_refused(name: str, value: float) -> None:
    with pytest.raises(InvalidInputError, match=f"^{name} is .*, allowed is above"):
        SizingRules(**{name: value})  # type: ignore[arg-type]
