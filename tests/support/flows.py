"""Made-up venues, markets and orders, and what must hold whatever happens.

A flow is drawn by hypothesis from one number, so that it is the same everywhere; `replay` plays it
and holds every report against what the market showed.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import NamedTuple

from hypothesis import strategies as st

from supreme_system_v5.domain import OrderKind, Report, VenueUnits
from supreme_system_v5.ports import Ledger
from tests.support.exchange_play import (
    BAR_NS,
    Bar,
    Cancel,
    CloseOut,
    Implementation,
    Play,
    Step,
    Submit,
    Trade,
    state_of,
)
from tests.support.plain_costs import charge, funding

__all__ = ["Flow", "Outcome", "flow_of", "flows", "replay"]

START_NS = 1_700_000_000 * 10**9 // BAR_NS * BAR_NS
FILLS = ("PARTIALLY_FILLED", "FILLED")
COSTS = ("fees", "spread", "slippage", "funding")
PLACES = 16


class Flow(NamedTuple):
    """A venue, an account, and what happens."""

    units: VenueUnits
    cash: int
    steps: Sequence[Step]


class Outcome(NamedTuple):
    """What came of a flow, the same for every implementation.

    Attributes:
        reports: Of each step.
        states: The ledger after each step.
        found: What cancellations were answered.
        record: Days, candles, drawdown and time in the market.
        ends: Time and price at the end.
    """

    reports: list[list[Report]]
    states: list[dict[str, int]]
    found: list[bool | None]
    record: tuple[object, ...]
    ends: tuple[int, int]


def flow_of(seed: int) -> Flow:
    """Return the flow of a number."""
    return _Author(random.Random(seed)).flow()


flows = st.integers(0, 2**32).map(flow_of)
"""Flows of all kinds, none smaller than another."""


class _Author:
    """Writes one flow: prices wander by ticks, orders are sent around them."""

    def __init__(self, rng: random.Random) -> None:
        self.rng = rng
        self.spot = rng.random() < 0.5
        self.units = self._units()
        self.price = self.units.tick * rng.choice((300, 5_000, 70_001))
        self.now_ns = START_NS + rng.randrange(8 * 3_600) * 10**9
        self.number = 0
        self.lots = rng.choice((1, 3, 50, 10_000))

    def _units(self) -> VenueUnits:
        rng = self.rng
        lot = rng.choice((1, 1, 10, 7))
        return VenueUnits(
            price_decimals=rng.choice((0, 1, 2, 5, 8)),
            size_decimals=rng.choice((0, 3, 5, 8, 12)),
            tick=rng.choice((1, 1, 5, 10)),
            lot=lot,
            min_quantity=lot * rng.choice((1, 1, 2)),
            min_notional=rng.choice((0, 0, 0, 1, 10**4)),
            band=rng.choice((10**8, 5 * 10**6, 10**5)),
            taker=rng.choice((0, 55_000, 100_000, 10**7)),
            maker=rng.choice((0, 20_000, -15_000, -(10**6))),
            spread=rng.choice((0, 1_000, 33_333)),
            slippage=rng.choice((0, 10_000)),
            stop_slippage=rng.choice((0, 50_000)),
            funding=0 if self.spot else rng.choice((0, 10_000, -7_777)),
            latency_ns=rng.choice((0, 1, 10**8, 5 * 10**9)),
            spot=self.spot,
            leverage=10**8 if self.spot else rng.choice((10**8, 3 * 10**8)),
        )

    def flow(self) -> Flow:
        rng = self.rng
        worth = self.lots * self.units.lot * self.price * 10**8
        worth //= 10 ** (self.units.price_decimals + self.units.size_decimals)
        cash = min(max(worth * rng.choice((1, 4, 100)), 1_000), 10**18)
        market = self.bar if rng.random() < 0.5 else self.trade
        steps: list[Step] = []
        for _ in range(rng.choice((20, 60))):
            steps += [self.submit() for _ in range(rng.choice((0, 0, 0, 1, 1, 2)))]
            if rng.random() < 0.1:
                steps.append(Cancel(max(self.number + rng.randrange(-8, 4), 0), self.now_ns))
            steps.append(market())
        if rng.random() < 0.7:
            steps.append(CloseOut())
        return Flow(self.units, cash, steps)

    def wander(self, ticks: int) -> int:
        """Move the price, sometimes off the ticks."""
        units = self.units
        self.price += self.rng.randrange(-ticks, ticks + 1) * units.tick
        if self.rng.random() < 0.05:
            self.price += self.rng.randrange(-units.tick, units.tick + 1)
        self.price = max(self.price, 60 * units.tick)
        return self.price

    def size(self) -> int:
        return max(1, round(self.rng.random() ** 3 * 3 * self.lots * self.units.lot))

    def trade(self) -> Trade:
        rng = self.rng
        gap = rng.random()
        if gap < 0.03:
            self.now_ns += rng.choice((20 * 60, 2 * 3_600, 9 * 3_600)) * 10**9
        elif gap < 0.8:
            self.now_ns += rng.choice((1, 10**8, 10**8 + 1, 10**9, 7 * 10**9))
        minute = self.now_ns // BAR_NS * BAR_NS
        back = rng.choice((1, 10**7, 2 * 10**9)) if rng.random() < 0.05 else 0
        return Trade(self.wander(6), self.size(), max(self.now_ns - back, minute))

    def bar(self) -> Bar:
        rng = self.rng
        self.now_ns = (self.now_ns // BAR_NS + 1) * BAR_NS
        if rng.random() < 0.03:
            self.now_ns += rng.choice((1, 20, 500)) * BAR_NS
        opened, *path = (self.wander(rng.choice((0, 3, 12))) for _ in range(4))
        prices = opened, *path
        bar = Bar(opened, max(prices), min(prices), path[-1], self.size() * 4, self.now_ns)
        self.now_ns += BAR_NS - 1  # known at its end: what is sent now meets the next one
        return bar

    def submit(self) -> Submit:
        rng, tick = self.rng, self.units.tick
        side, kind = rng.choice((1, 1, -1)), rng.choice(list(OrderKind))
        reduce_only = rng.random() < 0.15
        if rng.random() < 0.01:
            tick = 1
        near = self.price // tick * tick
        steps = rng.choice((0, 1, 3, 10)) * tick
        price = near + rng.choice((-1, 1)) * steps
        if kind is OrderKind.TRAILING:
            price = steps + tick
        carried = [0, 0, 0]
        if not reduce_only and rng.random() < 0.6:
            levels = (near - side * steps, near + side * (steps + tick), 2 * steps + tick)
            carried = [max(level, tick) * rng.choice((0, 1, 1)) for level in levels]
        lots = 1 + round(rng.random() ** 2 * 2 * self.lots)
        number = self.number + 1
        self.number = number + rng.choice((3, 3, 7))
        return Submit(
            number,
            side,
            kind,
            lots * self.units.lot + (rng.random() < 0.01),
            self.now_ns,
            0 if kind is OrderKind.MARKET else max(price, tick),
            reduce_only,
            *carried,
        )


def replay(flow: Flow, by: Implementation) -> Outcome:
    """Play a flow; return what came of it, having checked that it may be so."""
    play = Play(by, flow.units, flow.cash)
    exchange = play.exchange
    mirror: Ledger = by.ledger(flow.units, flow.cash)
    check = _Checks(flow)
    all_reports, states, found = [], [], []
    for step in flow.steps:
        if isinstance(step, Submit) and check.is_full():
            continue
        reports = list(play.do(step))
        for report in reports:
            mirror.apply(report)
            check.report(step, report)
        state = state_of(exchange.ledger)
        assert state == state_of(mirror)
        check.state(state)
        check.step(step)
        all_reports.append(reports)
        states.append(state)
        if isinstance(step, Cancel):
            found.append(play.found)
    assert (exchange.now_ns, exchange.last_price) == (check.now_ns, check.last_price)
    assert exchange.in_market_ns == check.in_market_ns
    record = list(exchange.days()), list(exchange.candles()), exchange.drawdown()
    ends = exchange.now_ns, exchange.last_price
    return Outcome(all_reports, states, found, (*record, exchange.in_market_ns), ends)


class _Checks:
    """What a flow sent and what the market showed, and what follows from them."""

    def __init__(self, flow: Flow) -> None:
        self.units, self.cash = flow.units, flow.cash
        self.sent: dict[int, Submit] = {}
        self.alive: dict[int, int] = {}  # places that orders take, by number
        self.filled: dict[int, int] = {}
        self.born_ns: dict[int, int] = {}
        self.position = self.now_ns = self.last_price = self.in_market_ns = 0

    def is_full(self) -> bool:
        """Whether there may be no place for another order."""
        return sum(self.alive.values()) + 4 > PLACES

    def step(self, step: Step) -> None:
        match step:
            case Submit():
                self.sent[step.number] = step
                carried = (step.stop, step.target, step.trail)
                self.alive[step.number] = 1 + sum(map(bool, carried))
            case Trade():
                self.now_ns, self.last_price = max(self.now_ns, step.time_ns), step.price
            case Bar():
                self.now_ns, self.last_price = step.open_ns + 59_999_000_000, step.close

    def report(self, step: Step, report: Report) -> None:
        number = report.number
        if report.status == "ACCEPTED" and number not in self.sent:  # a protection
            parent = max(sent for sent in self.sent if sent < number)
            self.alive[number] = self.alive[parent] = 1
            self.born_ns[number] = report.event_ns
        if report.status == "FUNDING":
            assert not self.units.spot
            assert report.event_ns % (8 * 3_600 * 10**9) == 0
            assert report.value == funding(self.units, self.position, self.last_price)
            return
        if report.status in FILLS:
            self.fill(step, report)
        if report.status in {"REJECTED", "CANCELLED", "FILLED"}:
            self.alive.pop(number, None)

    def fill(self, step: Step, fill: Report) -> None:
        number = fill.number
        self.filled[number] = self.filled.get(number, 0) + fill.quantity
        assert fill.quantity > 0
        assert number == 0 or fill.filled == self.filled[number]
        assert fill.quantity % self.units.lot == 0
        holding = fill.quantity * 10 ** (12 - self.units.size_decimals)
        self.position += fill.side * holding - fill.fee_base
        assert min(fill.spread, fill.slippage) >= 0
        self.costs(step, fill)
        order = self.sent.get(number)
        if order is not None:
            assert order.side == fill.side
            assert fill.filled <= order.quantity
            if fill.status == "FILLED" and not order.reduce_only:
                assert fill.filled == order.quantity
        if fill.maker:
            assert order is not None
            assert order.kind is OrderKind.LIMIT
            assert fill.price == order.price
            assert fill.spread == fill.slippage == 0
        self.shown(step, fill)
        self.in_time(step, fill)

    def costs(self, step: Step, fill: Report) -> None:
        """Every amount is what the page says, computed from price and quantity alone."""
        stops = {OrderKind.STOP, OrderKind.TRAILING}
        if fill.number in self.sent:
            stop = self.sent[fill.number].kind in stops
        else:  # a protection: its parent's number and 1, 2 or 3; or the close-out
            parent = max((sent for sent in self.sent if sent < fill.number), default=0)
            stop = fill.number > 0 and fill.number - parent in {1, 3}
        charged = charge(
            self.units,
            side=fill.side,
            price=fill.price,
            quantity=fill.quantity,
            maker=fill.maker,
            stop=stop,
            span=(step.low, step.high) if isinstance(step, Bar) else None,
        )
        told = (fill.value, fill.spread, fill.slippage, fill.fee, fill.fee_base)
        assert charged == told

    def shown(self, step: Step, fill: Report) -> None:
        """The market showed the price of a fill, to one who waited a better one."""
        match step:
            case Trade() if fill.maker:
                assert fill.side * (fill.price - step.price) > 0
                assert fill.quantity <= step.size
            case Trade():
                assert fill.price == step.price
            case Bar() if fill.maker:
                best = step.low if fill.side > 0 else step.high
                assert fill.side * (fill.price - best) > 0
                assert fill.quantity <= step.volume
            case Bar():
                assert step.low <= fill.price <= step.high
            case _:
                assert isinstance(step, CloseOut)
                assert (fill.number, fill.price) == (0, self.last_price)

    def in_time(self, step: Step, fill: Report) -> None:
        """Nothing is filled before its order arrived, or by what brought it about."""
        order = self.sent.get(fill.number)
        arrives_ns = 0 if order is None else order.sent_ns + self.units.latency_ns
        match step:
            case Trade():
                assert fill.event_ns == max(self.now_ns, step.time_ns)
                assert fill.event_ns > arrives_ns
                assert fill.event_ns > self.born_ns.get(fill.number, -1)
            case Bar():
                assert step.open_ns <= fill.event_ns < step.open_ns + BAR_NS
                assert fill.event_ns >= arrives_ns
                assert fill.event_ns >= self.born_ns.get(fill.number, -1)
            case _:
                assert fill.event_ns == self.now_ns
        if fill.trip is not None:
            assert fill.trip.exit_ns == fill.event_ns >= fill.trip.entry_ns
            self.in_market_ns += fill.trip.exit_ns - fill.trip.entry_ns

    def state(self, state: dict[str, int]) -> None:
        """No unit of money is lost, and the position is what was filled."""
        paid = sum(state[name] for name in COSTS)
        assert state["cash"] + state["cost"] + paid - state["gross"] == self.cash
        assert state["position"] == self.position
        lot = self.units.lot * 10 ** (12 - self.units.size_decimals)
        assert abs(state["whole"]) == abs(self.position) // lot * self.units.lot
        if self.units.spot:
            assert state["position"] >= 0
            assert state["cash"] >= 0
        assert sum(self.alive.values()) <= PLACES
