from __future__ import annotations

from fractions import Fraction

import pytest

from supreme_system_v5 import reference, simulation
from supreme_system_v5.domain import VENUES, Instrument, OrderKind, VenueUnits
from supreme_system_v5.ports import Ledger
from supreme_system_v5.risk import (
    Affordable,
    ApprovedOrder,
    DynamicRiskManager,
    Entry,
    ProtectionLimits,
    RiskRules,
    affordable,
)
from supreme_system_v5.risk.affordable import smallest_order
from supreme_system_v5.risk.venue_rules import refused_by_venue
from tests.support.scenes import PlainScene, told

MONEY = 10**8
PRICE = 60_000 * MONEY
STOPS = (50, 100, 200, 500, 2_000)
CASHES = (200, 1_000, 10_000)


def asked(
    venue: str | VenueUnits,
    cash: int,
    stop_bps: int,
    *,
    side: int = 1,
    target: int = 0,
    rules: RiskRules | None = None,
) -> Affordable:
    units = VENUES[venue].in_units(None) if isinstance(venue, str) else venue
    goes_by = rules or RiskRules()

    def new_risk(units: VenueUnits) -> DynamicRiskManager:
        return DynamicRiskManager(goes_by, units, cash * MONEY)

    def new_ledger(units: VenueUnits) -> Ledger:
        return simulation.Ledger(units, cash * MONEY)

    stop = PRICE - side * PRICE * stop_bps // 10_000
    return affordable(
        Entry(side, PRICE, stop, target),
        new_risk=new_risk,
        new_ledger=new_ledger,
        units=units,
        volatility=goes_by.sizing.target_volatility,
    )


class TestByHand:
    def test_what_may_be_lost(self) -> None:
        """10 000 USDT, okx-perp, 1 %: 25 USDT (half of 0.5 %) over 100 + 6.05 + 10.05 * 0.99 bps
        is 2 155.18 USDT, in lots of 6 USDT 2 154, whose fees are 2.154; 30 may be paid a day."""
        found = asked("okx-perp", 10_000, 100)
        assert found.allowed == pytest.approx(25 / (0.01 + 6.05e-4 + 10.05e-4 * 0.99) / 6e-4, abs=1)
        assert (found.limited_by, found.quantity) == ("RISK", 3_590_000)
        assert (found.value, found.fees) == (2_154 * MONEY, 215_400_000)
        assert (found.entries, found.stopped_by) == (14, "FEE_BLEED")
        assert found.gate is not None
        assert (found.gate.round_trip_bps, found.gate.needed_bps) == (12.1, 36.3)

    def test_what_may_be_staked(self) -> None:
        """200 USDT, 0.5 %: 0.5 USDT over 0.66 % were 76 USDT, 33 % with entry costs are 66."""
        found = asked("okx-perp", 200, 50)
        assert found.limited_by == "STAKE"
        assert found.allowed == int(66 * MONEY / (1 + 6.05e-4) / 60_000)
        assert found.quantity == 100_000

    def test_the_entries_of_a_day(self) -> None:
        """The fees of 0.06 USDT, ten times, are 0.3 % of 200 and no more than that: one goes on."""
        found = asked("okx-perp", 200, 50)
        assert (found.fees, found.entries, found.stopped_by) == (6_000_000, 11, "FEE_BLEED")
        rules = RiskRules(limits=ProtectionLimits(entries_per_day=3))
        few = asked("okx-perp", 200, 50, rules=rules)
        assert (few.entries, few.stopped_by) == (3, "ENTRIES_PER_DAY")

    @pytest.mark.parametrize(
        ("venue", "cash", "stop_bps", "reason", "limited_by"),
        [
            ("okx-spot", 10_000, 50, "COST", None),  # 66.3 bps are needed
            ("binance-perp", 200, 50, "MIN_NOTIONAL", "STAKE"),  # 0.001 BTC are 60 USDT, not 100
            ("binance-perp", 200, 100, "TOO_SMALL", "RISK"),  # not one lot of 60 USDT
            ("bybit-perp", 200, 100, "TOO_SMALL", "RISK"),
            (
                "binance-perp",
                1_000,
                180,
                "EXIT_TRAP",
                "RISK",
            ),  # 0.002 BTC are 120, no 120 at a stop
        ],
    )
    def test_why_there_is_none(
        self, venue: str, cash: int, stop_bps: int, reason: str, limited_by: str | None
    ) -> None:
        found = asked(venue, cash, stop_bps)
        assert found.refusal is not None
        assert (found.refusal.reason, found.limited_by) == (reason, limited_by)
        assert (found.quantity, found.value, found.fees, found.entries) == (0, 0, 0, 0)
        assert (found.allowed > 0) is (limited_by is not None)

    def test_a_target_far_enough_opens_the_gate_for_a_near_stop(self) -> None:
        """25 USDT over 50 + 11.05 + 15.05 * 0.995 bps are 3 288 USDT, less than 33 %."""
        found = asked("okx-spot", 10_000, 50, target=PRICE + PRICE * 67 // 10_000)
        assert found.refusal is None
        assert found.limited_by == "RISK"
        assert found.value // MONEY == 3_288

    def test_a_short_on_spot(self) -> None:
        found = asked("okx-spot", 10_000, 100, side=-1)
        assert found.refusal is not None
        assert (found.refusal.reason, found.gate, found.allowed) == ("NO_SHORTS", None, 0)

    def test_a_short_on_a_perpetual(self) -> None:
        found = asked("okx-perp", 10_000, 100, side=-1)
        assert found.refusal is None
        assert found.quantity == 3_580_000  # the stop's costs are those of 101 %


@pytest.mark.parametrize("venue", VENUES)
@pytest.mark.parametrize("cash", CASHES)
@pytest.mark.parametrize("stop_bps", STOPS)
def test_it_is_what_risk_approves_and_what_the_venue_takes(
    venue: str, cash: int, stop_bps: int
) -> None:
    units = VENUES[venue].in_units(None)
    found = asked(venue, cash, stop_bps)
    sure = {name: told(1, 1) for name in ("technical", "mtf")}
    stop = PRICE - PRICE * stop_bps // 10_000
    ledger = simulation.Ledger(units, cash * MONEY)
    verdict = DynamicRiskManager(RiskRules(), units, cash * MONEY).review(
        Entry(1, PRICE, stop), PlainScene(given=sure), ledger
    )
    if isinstance(verdict, ApprovedOrder):
        assert (found.quantity, found.refusal) == (verdict.quantity, None)
        assert found.smallest is not None
        assert found.smallest <= found.quantity <= found.allowed
        assert found.allowed - found.quantity < units.lot
        assert found.quantity % units.lot == 0
        assert Fraction(found.quantity * 60_000, MONEY) >= VENUES[venue].min_notional
    else:
        assert found.quantity == 0
        assert found.refusal is not None
        assert found.refusal.reason == verdict.reason
        if verdict.reason != "COST":
            assert found.smallest is not None
            assert found.allowed < found.smallest


@pytest.mark.parametrize("name", VENUES)
@pytest.mark.parametrize("stop_bps", [*STOPS, 10_000])
@pytest.mark.parametrize("grid", [None, (1, 3), (4, 2), (0, 0)])
def test_one_lot_less_than_the_smallest_order_breaks_a_rule(
    name: str, stop_bps: int, grid: tuple[int, int] | None
) -> None:
    """By the venue's own words: whole lots, the least that can be sold for 1.2 of the notional."""
    venue = VENUES[name]
    market = grid and Instrument(symbol="X", price_decimals=grid[0], size_decimals=grid[1])
    units = venue.in_units(market or None)
    price = 60_000 * 10**units.price_decimals
    stop = price - price * stop_bps // 10_000
    ledger = simulation.Ledger(units, 10**12)
    found = smallest_order(price, stop, ledger, units)
    assert found is not None
    assert found % units.lot == 0
    assert refused_by_venue(found, price, stop, ledger, units) is None

    def breaks(quantity: int) -> bool:
        base = Fraction(quantity, 10**units.size_decimals)
        fee = Fraction(venue.taker_bps) / 10_000
        arrives = base * (1 - fee) if venue.spot else base
        lot = Fraction(units.lot, 10**units.size_decimals)
        sold = arrives // lot * lot
        left = sold * (Fraction(stop, 10**units.price_decimals) or 60_000) * (1 - fee)
        least = Fraction(units.min_quantity, 10**units.size_decimals)
        return (
            base < least
            or base * 60_000 < venue.min_notional
            or sold < least
            or left < Fraction(12, 10) * Fraction(venue.min_notional)
        )

    assert not breaks(found)
    assert breaks(found - units.lot)


def test_where_nothing_could_be_sold_again_there_is_no_smallest_order() -> None:
    units = VENUES["binance-spot"].in_units(None)._replace(min_notional=10**17)
    ledger = simulation.Ledger(units, 10**12)
    assert smallest_order(1, 0, ledger, units) is None


def test_a_venue_without_fees_is_stopped_by_the_entries_alone() -> None:
    free = VENUES["okx-perp"].in_units(None)._replace(taker=0)
    found = asked(free, 1_000, 100)
    assert (found.fees, found.entries, found.stopped_by) == (0, 50, "ENTRIES_PER_DAY")


@pytest.mark.parametrize("venue", VENUES)
def test_the_fees_are_those_of_the_paper_exchange(venue: str) -> None:
    """Bought and sold at one price; on spot the dust that a lot leaves is not sold."""
    units = VENUES[venue].in_units(None)
    found = asked(venue, 10_000, 100)
    exchange = reference.PaperExchange(units, 10_000 * MONEY)
    exchange.submit(1, 1, OrderKind.MARKET, found.quantity, 0)
    for at_ns in (1, 10**12):
        exchange.on_trade(PRICE, MONEY, at_ns)
    exchange.close_out()
    ledger = exchange.ledger
    assert (ledger.whole, ledger.gross) == (0, 0)
    assert found.fees * 0.998 <= ledger.fees <= found.fees
    if not units.spot:
        assert ledger.fees == found.fees
