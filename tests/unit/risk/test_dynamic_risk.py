"""What risk promises, on 100 000 random accounts, markets and stops, and one by one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from random import Random
from typing import Any, NamedTuple

import pytest

from supreme_system_v5 import simulation
from supreme_system_v5.domain import VENUES, Flag, Instrument, Report, Venue, VenueUnits, View
from supreme_system_v5.errors import InvalidInputError
from supreme_system_v5.risk import (
    ApprovedOrder,
    ConfidenceWeights,
    DynamicRiskManager,
    Entry,
    Refusal,
    RiskRules,
    RiskState,
    SizingRules,
)
from tests.support.scenes import NOW_NS, PlainScene, told

RATE = MONEY = 10**8
CASES = 100_000
PERP = VENUES["okx-perp"].in_units(None)
PRICE = 20_000 * MONEY
SURE = {"technical": told(1, 1), "mtf": told(1, 1)}


class Case(NamedTuple):
    """An account, a market and an entry."""

    units: VenueUnits
    cash: int
    entry: Entry
    confidence: float
    volatility: float
    calibrated: bool

    def reviewed(
        self,
        *,
        vetoes: tuple[str, ...] = (),
        views: dict[str, View] | None = None,
        confidence: float | None = None,
        volatility: float | None = None,
    ) -> ApprovedOrder | Refusal:
        rules = RiskRules(
            weights=ConfidenceWeights(vetoes=vetoes),
            sizing=SizingRules(calibrated=self.calibrated),
        )
        sure = told(self.entry.side, self.confidence if confidence is None else confidence)
        scene = PlainScene(
            given={"technical": sure, "mtf": sure, **(views or {})},
            volatility=self.volatility if volatility is None else volatility,
        )
        risk = DynamicRiskManager(rules, self.units, self.cash)
        return risk.review(self.entry, scene, simulation.Ledger(self.units, self.cash))

    def value(self, quantity: int, price: int) -> Fraction:
        scale = 10 ** (self.units.size_decimals + self.units.price_decimals)
        return Fraction(quantity * price * MONEY, scale)

    def loss(self, quantity: int) -> Fraction:
        """Return what it loses at its stop, by the venue's costs: written apart from the code."""
        units = self.units
        half = Fraction(units.spread, 2 * RATE)
        slip, stop_slip = units.slippage, max(units.slippage, units.stop_slippage)
        fee = Fraction(units.taker, RATE)
        paid = self.value(quantity, self.entry.price)
        entry_costs = paid * (half + Fraction(slip, RATE) + (0 if units.spot else fee))
        left = self.value(quantity, self.entry.first_stop) * (1 - (fee if units.spot else 0))
        exit_costs = left * (half + Fraction(stop_slip, RATE) + fee)
        return self.entry.side * (paid - left) + entry_costs + exit_costs


def cases(count: int, seed: int) -> Iterator[Case]:
    """Yield accounts from 10 to 10 million, on every venue, with any grid."""
    rng = Random(seed)
    venues = list(VENUES.values())
    grids: dict[tuple[str, int, int], VenueUnits] = {}
    for _ in range(count):
        venue = rng.choice(venues)
        key = (venue.name, rng.randrange(2, 9), rng.randrange(3, 9))
        if key not in grids:
            _, price_decimals, size_decimals = key
            market = Instrument(
                symbol="X", price_decimals=price_decimals, size_decimals=size_decimals
            )
            grids[key] = venue.in_units(market)
        units = grids[key]
        price = round(10 ** rng.uniform(0, 5) * 10**units.price_decimals)
        side = 1 if units.spot else rng.choice([1, -1])
        stop = max(price - side * max(round(price * 10 ** rng.uniform(-3.5, -0.3)), 1), 1)
        yield Case(
            units=units,
            cash=round(10 ** rng.uniform(1, 7) * MONEY),
            entry=Entry(side, price, stop),
            confidence=rng.choice([rng.random(), 0.3, 0.5, 0.65, 0.8, 1.0]),
            volatility=10 ** rng.uniform(-2, 1),
            calibrated=rng.random() < 0.5,
        )


def quantity_of(verdict: ApprovedOrder | Refusal) -> int:
    return verdict.quantity if isinstance(verdict, ApprovedOrder) else 0


def test_no_size_breaks_a_promise_on_100_000_accounts() -> None:
    """At least 0, whole lots, under every cap, and at the stop at most 0.5 % of the equity lost."""
    approved = 0
    reasons: Counter[str] = Counter()
    for case in cases(CASES, seed=1):
        verdict = case.reviewed()
        if isinstance(verdict, Refusal):
            reasons[verdict.reason] += 1
            continue
        approved += 1
        units, quantity, price = case.units, verdict.quantity, case.entry.price
        worth = case.value(quantity, price)
        assert quantity >= units.min_quantity > 0
        assert quantity % units.lot == 0
        assert worth >= units.min_notional
        assert worth <= Fraction(33, 100) * case.cash
        assert case.loss(quantity) <= Fraction(5, 1_000) * case.cash
        assert case.confidence >= 0.3
        assert not simulation.Ledger(units, case.cash).trapped(
            quantity, price, case.entry.first_stop
        )
    assert approved > CASES // 5
    assert reasons.keys() >= {"COST", "CONFIDENCE", "TOO_SMALL", "MIN_NOTIONAL"}


def test_surer_or_calmer_is_never_smaller_on_100_000_accounts() -> None:
    """Monotone in confidence and in 1/volatility; a silent veto changes nothing, a blind one never
    raises; each account is asked two ways."""
    rng = Random(2)
    larger = 0
    for number, case in enumerate(cases(CASES, seed=3)):
        here = quantity_of(case.reviewed())
        match number % 4:
            case 0:
                surer = case.confidence + (1 - case.confidence) * rng.random()
                there = quantity_of(case.reviewed(confidence=surer))
                assert there >= here
            case 1:
                there = quantity_of(case.reviewed(volatility=case.volatility * rng.random()))
                assert there >= here
            case 2:
                silent = {"news": told(rng.choice([0.0, case.entry.side * rng.random()]), 0.5)}
                there = quantity_of(case.reviewed(vetoes=("news",), views=silent))
                assert there == here
            case _:
                there = quantity_of(case.reviewed(vetoes=("whales",)))
                assert there <= here
        larger += there != here
    assert larger > CASES // 100


def test_below_the_lowest_tier_nothing_is_bet() -> None:
    for case in cases(2_000, seed=4):
        assert quantity_of(case.reviewed(confidence=0.2999)) == 0


@pytest.mark.parametrize(("side", "blocked"), [(1, "longs"), (-1, "shorts")])
def test_a_side_that_the_news_block_is_refused_and_says_which_claim(
    side: int, blocked: str
) -> None:
    sure = {name: told(side, 1) for name in ("technical", "mtf")}
    claim = replace(told(0, 0), blocks=side, reasons=("story 3 is not confirmed",))
    entry = Entry(side, PRICE, PRICE - side * 200 * MONEY)
    weights = ConfidenceWeights(vetoes=("news",))
    refused = reviewed(entry, views={**sure, "news": claim}, weights=weights)
    assert (refused.reason, refused.value) == ("BLOCKED", "story 3 is not confirmed")
    assert refused.limit == f"{blocked} that news does not block"
    assert refused.review.judged.confidence == 0.0
    assert isinstance(reviewed(entry, views={**sure, "news": claim}), ApprovedOrder)
    other = replace(claim, blocks=-side)
    assert isinstance(
        reviewed(entry, views={**sure, "news": other}, weights=weights), ApprovedOrder
    )


def reviewed(entry: Entry, units: VenueUnits = PERP, cash: int = 10_000, **given: Any) -> Any:  # noqa: ANN401
    views = given.pop("views", SURE)
    risk = DynamicRiskManager(RiskRules(**given), units, cash * MONEY)
    return risk.review(entry, PlainScene(given=views), simulation.Ledger(units, cash * MONEY))


@pytest.mark.parametrize(
    ("entry", "given", "reason"),
    [
        (Entry(1, PRICE, 0), {}, "NO_STOP"),
        (Entry(1, PRICE, 2 * PRICE), {}, "WRONG_SIDE"),
        (Entry(-1, PRICE, PRICE // 2), {}, "WRONG_SIDE"),
        (Entry(1, PRICE, 19_000 * MONEY, PRICE // 2), {}, "WRONG_SIDE"),
        (Entry(1, 0, 0), {}, "NOT_A_PRICE"),
        (Entry(2, PRICE, 19_000 * MONEY), {}, "NOT_A_PRICE"),
        (Entry(1, PRICE, 19_900 * MONEY, 20_020 * MONEY), {}, "COST"),
        (Entry(1, PRICE, 19_990 * MONEY), {}, "COST"),
        (Entry(-1, PRICE, 20_200 * MONEY), {}, "CONFIDENCE"),
        (Entry(1, PRICE, 19_800 * MONEY), {"views": {}}, "CONFIDENCE"),
        (Entry(1, PRICE, 19_800 * MONEY), {"cash": 1}, "TOO_SMALL"),
        (
            Entry(-1, PRICE, 20_200 * MONEY),
            {"units": VENUES["okx-spot"].in_units(None)},
            "NO_SHORTS",
        ),
    ],
)
def test_each_refusal_says_why_with_limit_value_and_how(
    entry: Entry, given: dict[str, Any], reason: str
) -> None:
    refusal = reviewed(entry, **given)
    assert isinstance(refusal, Refusal)
    assert refusal.reason == reason
    assert refusal.limit is not None
    assert refusal.value is not None
    assert refusal.review is not None


def test_a_target_has_to_be_three_round_trips_away() -> None:
    """The round trip on okx-perp is 12.1 bps: 36.3 bps of 20 000 are 72.6."""
    stop = 19_000 * MONEY
    assert reviewed(Entry(1, PRICE, stop, PRICE + 7_259 * MONEY // 100)).reason == "COST"
    order = reviewed(Entry(1, PRICE, stop, PRICE + 7_260 * MONEY // 100))
    assert isinstance(order, ApprovedOrder)
    assert order.review is not None
    assert order.review.costs is not None
    assert order.review.costs.aim == "target"


def test_the_trailing_stop_is_a_stop_and_the_nearer_one_counts() -> None:
    near, far = 200 * MONEY, 400 * MONEY
    by_stop = reviewed(Entry(1, PRICE, PRICE - near)).quantity
    assert reviewed(Entry(1, PRICE, 0, 0, near)).quantity == by_stop
    assert reviewed(Entry(1, PRICE, PRICE - far, 0, near)).quantity == by_stop
    assert reviewed(Entry(1, PRICE, PRICE - near, 0, far)).quantity == by_stop


def fill(side: int, price: int, quantity: int, at_ns: int, *, fee: int = 0) -> Report:
    value = price * quantity // MONEY
    return Report("FILLED", 1, at_ns, "", side, price, quantity, quantity, value, 0, 0, fee)


class TestAccount:
    def test_losses_are_counted_and_then_it_waits(self) -> None:
        risk = DynamicRiskManager(RiskRules(), PERP, 10_000 * MONEY)
        ledger = simulation.Ledger(PERP, 10_000 * MONEY)
        entry, scene = Entry(1, PRICE, 19_000 * MONEY), PlainScene(given=SURE)
        for number in range(3):
            at_ns = NOW_NS + number
            assert isinstance(risk.review(entry, scene, ledger), ApprovedOrder)
            risk.sent(at_ns)
            for side, price in ((1, PRICE), (-1, PRICE - MONEY)):
                ledger.apply(fill(side, price, MONEY // 100, at_ns))
                risk.filled(at_ns, price, ledger)
        assert risk.review(entry, scene, ledger).reason == "COOL_DOWN"  # type: ignore[union-attr]
        later = replace(scene, now_ns=NOW_NS + 15 * 60 * 10**9 + 2)
        fresh = {name: replace(view, as_of_ns=later.now_ns) for name, view in SURE.items()}
        assert isinstance(risk.review(entry, replace(later, given=fresh), ledger), ApprovedOrder)

    def test_it_watches_only_what_is_open(self) -> None:
        risk = DynamicRiskManager(RiskRules(), PERP, 10_000 * MONEY)
        ledger = simulation.Ledger(PERP, 10_000 * MONEY)
        assert risk.watch(ledger) is None
        ledger.apply(fill(1, PRICE, MONEY // 10, NOW_NS))
        risk.filled(NOW_NS, PRICE, ledger)
        watch = risk.watch(ledger)
        assert watch is not None
        assert watch.below is not None
        assert watch.above is not None
        assert watch.below < PRICE < watch.above
        assert watch.wake_at_ns is not None
        assert watch.wake_at_ns % (86_400 * 10**9) == 0
        assert risk.close_reason is None
        risk.look(NOW_NS, watch.below, watch.below, ledger)
        assert str(risk.state) == "REDUCE_ONLY"
        assert risk.close_reason == "DAILY_LOSS"

    def test_a_short_is_watched_the_other_way_round(self) -> None:
        risk = DynamicRiskManager(RiskRules(), PERP, 10_000 * MONEY)
        ledger = simulation.Ledger(PERP, 10_000 * MONEY)
        ledger.apply(fill(-1, PRICE, MONEY // 10, NOW_NS))
        risk.filled(NOW_NS, PRICE, ledger)
        watch = risk.watch(ledger)
        assert watch is not None
        assert watch.above is not None
        risk.look(NOW_NS, watch.above - MONEY, watch.above - MONEY, ledger)
        assert risk.close_reason is None
        risk.look(NOW_NS, watch.above, watch.above, ledger)
        assert risk.close_reason == "DAILY_LOSS"

    def test_a_day_that_begins_with_a_position_counts_from_its_first_price(self) -> None:
        """Worth 10 500 at midnight: the day may lose 105, and what it gained before is kept."""
        risk = DynamicRiskManager(RiskRules(), PERP, 10_000 * MONEY)
        ledger = simulation.Ledger(PERP, 10_000 * MONEY)
        ledger.apply(fill(1, PRICE, MONEY // 10, NOW_NS))
        risk.filled(NOW_NS, PRICE, ledger)
        midnight = risk.watch(ledger)
        assert midnight is not None
        assert midnight.wake_at_ns is not None
        higher = 25_000 * MONEY
        risk.look(midnight.wake_at_ns, higher, higher, ledger)
        began = risk.protections.worth
        assert began > 10_490 * MONEY
        assert dict(risk.protections.rooms())["DAILY_LOSS"] == began // 100
        after = risk.watch(ledger)
        assert after is not None
        assert after.below is not None
        assert after.below > 23_900 * MONEY

    def test_the_first_fill_of_a_day_finds_what_was_open_at_its_worth(self) -> None:
        """Funding at midnight, before anybody looked: the day begins with what there is then."""
        risk = DynamicRiskManager(RiskRules(), PERP, 10_000 * MONEY)
        ledger = simulation.Ledger(PERP, 10_000 * MONEY)
        ledger.apply(fill(1, PRICE, MONEY // 10, NOW_NS))
        risk.filled(NOW_NS, PRICE, ledger)
        tomorrow = NOW_NS + 86_400 * 10**9
        lower = 19_100 * MONEY
        ledger.apply(Report("FUNDING", 0, tomorrow, value=MONEY))
        risk.filled(tomorrow, lower, ledger)
        assert risk.close_reason is None
        rooms = dict(risk.protections.rooms())
        assert rooms["DAILY_LOSS"] == risk.protections.worth // 100

    def test_without_a_price_it_does_not_look(self) -> None:
        risk = DynamicRiskManager(RiskRules(), PERP, 10_000 * MONEY)
        ledger = simulation.Ledger(PERP, 10_000 * MONEY)
        ledger.apply(fill(1, PRICE, MONEY // 10, NOW_NS))
        risk.filled(NOW_NS, PRICE, ledger)
        risk.look(NOW_NS + 1, 0, 0, ledger)
        assert risk.close_reason is None

    def test_its_state_outlives_it(self) -> None:
        risk = DynamicRiskManager(RiskRules(), PERP, 10_000 * MONEY)
        ledger = simulation.Ledger(PERP, 8_000 * MONEY)
        risk.filled(NOW_NS, PRICE, ledger)
        assert risk.close_reason == "DRAWDOWN"
        state = risk.protections.restored(risk.protections.saved())
        again = DynamicRiskManager(RiskRules(), PERP, 10_000 * MONEY, state)
        assert (again.state, again.close_reason) == (RiskState.HALTED, "DRAWDOWN")
        again.rearm(NOW_NS, PRICE, ledger)
        assert again.close_reason is None

    def test_what_it_has_to_be_told_of(self) -> None:
        assert DynamicRiskManager.wakes == Flag.LEVEL | Flag.TIMER


class TestRules:
    def test_an_instrument_without_a_tick_is_refused(self) -> None:
        with pytest.raises(InvalidInputError, match=r"^tick of the venue is 0, allowed is above 0"):
            DynamicRiskManager(RiskRules(), PERP._replace(tick=0), MONEY)
        with pytest.raises(InvalidInputError, match=r"^lot of the venue is 0, allowed is above 0"):
            DynamicRiskManager(RiskRules(), PERP._replace(lot=0), MONEY)

    def test_nothing_is_lent_on_spot(self) -> None:
        rules = RiskRules(sizing=SizingRules(leverage=2.0))
        with pytest.raises(InvalidInputError, match="leverage is 2 on spot"):
            DynamicRiskManager(rules, VENUES["okx-spot"].in_units(None), MONEY)

    def test_leverage_is_capped_by_the_rules_and_by_the_venue(self) -> None:
        venue: Venue = replace(VENUES["okx-perp"], leverage=Decimal(10))
        rules: dict[str, Any] = {"sizing": SizingRules(leverage=0.01, stake=1.0)}
        order = reviewed(Entry(1, PRICE, 19_900 * MONEY), venue.in_units(None), **rules)
        assert order.review.size.steps[-1][0] == "LEVERAGE"
        assert order.quantity * 20_000 <= 100 * MONEY

    @pytest.mark.parametrize("multiple", [-1.0, 101.0, float("nan")])
    def test_a_multiple_out_of_range_is_refused(self, multiple: float) -> None:
        with pytest.raises(InvalidInputError, match="^cost_multiple is"):
            RiskRules(cost_multiple=multiple)

    def test_one_risk_for_size_and_limits(self) -> None:
        with pytest.raises(InvalidInputError, match="one and the same"):
            RiskRules(sizing=SizingRules(risk=0.001))
