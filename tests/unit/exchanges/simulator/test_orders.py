"""Orders are matched as they should be, and no money is made or lost."""

from __future__ import annotations

import random
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from supreme_system_v5.exchanges.simulator.account import Account
from supreme_system_v5.exchanges.simulator.core import Core
from supreme_system_v5.exchanges.simulator.faults import Faults
from supreme_system_v5.exchanges.simulator.market import Market
from supreme_system_v5.exchanges.simulator.orders import MAKER, TAKER, Fill, Order, OrderDesk
from supreme_system_v5.exchanges.simulator.sources import InventedMarket
from supreme_system_v5.exchanges.simulator.tape import CENTS, UNITS, Print
from tests.fakes.clock import ManualClock
from tests.support.simulated import sleep_virtual

S = 10**9
CASH = {"USDT": Decimal(100_000), "BTC": Decimal(1)}


class Scene:
    """A desk in a market, and all that it told."""

    def __init__(self, cash: dict[str, Decimal] | None = None) -> None:
        self.clock = ManualClock()
        chance = random.Random(3)
        self.market = Market(InventedMarket("normal", chance), start_ns=self.clock.time_ns())
        core = Core(
            clock=self.clock,
            sleep=sleep_virtual,
            chance=chance,
            market=self.market,
            faults=Faults(self.clock, chance),
        )
        self.account = Account(CASH if cash is None else cash)
        self.trades: list[Print] = []
        self.told: list[tuple[int, str, int]] = []
        self.fills: list[Fill] = []
        self.desk = OrderDesk(
            core, self.account, on_trade=self.trades.append, on_order=self._changed
        )

    def _changed(self, order: Order, fill: Fill | None) -> None:
        self.told.append((order.number, order.state, order.filled))
        if fill is not None:
            self.fills.append(fill)

    def place(self, *, buy: bool, kind: str, ticks: int, size: int, **how: Any) -> Order | None:  # noqa: ANN401 - of a fault
        """Place an order so many ticks beyond the other side's best price."""
        price = None
        if kind != "market":
            price = self.market.ask + ticks * 10 if buy else self.market.bid - ticks * 10
        order = Order(
            number=self.desk.number(), client_id="", buy=buy, kind=kind, size=size, price=price
        )
        if not self.desk.hold(order):
            return None
        self.desk.place(order, **how)
        return order

    def advance(self, seconds: float) -> None:
        self.clock.advance_ns(int(seconds * S))
        for event in self.market.advance(self.clock.time_ns()):
            if isinstance(event, Print):
                self.on_print(event)

    def on_print(self, told: Print) -> None:
        before = len(self.fills)
        resting = self.desk.open_orders
        self.desk.on_print(told)
        new = self.fills[before:]
        assert sum(fill.size for fill in new) <= told.size
        for fill in new:
            assert fill.price == fill.order.price
            assert not fill.taker
            # Whoever was better placed, and not only waiting behind others, got all of his.
            for other in resting:
                if other.buy is fill.order.buy and _better(other, fill.order):
                    assert not other.open or other.price == told.price


def _better(one: Order, other: Order) -> bool:
    assert one.price is not None
    assert other.price is not None
    if one.price != other.price:
        return one.price > other.price if one.buy else one.price < other.price
    return one.number < other.number and one.ahead == 0


ACTIONS = st.lists(
    st.one_of(
        st.tuples(
            st.just("place"),
            st.booleans(),
            st.sampled_from(["limit", "market", "ioc", "fok", "post_only"]),
            st.integers(-30, 20),
            st.integers(1_000, UNITS),
        ),
        st.tuples(st.just("cancel"), st.integers(0, 20)),
        st.tuples(st.just("advance"), st.floats(0.05, 5)),
    ),
    min_size=1,
    max_size=25,
)


@settings(max_examples=60)
@given(ACTIONS)
def test_no_money_is_made_or_lost(actions: list[Any]) -> None:
    scene = Scene()
    for action, *how in actions:
        match action:
            case "place":
                buy, kind, ticks, size = how
                scene.place(buy=buy, kind=kind, ticks=ticks, size=size)
            case "cancel":
                for order in scene.desk.open_orders[how[0] : how[0] + 1]:
                    scene.desk.cancel(order)
            case _:
                scene.advance(how[0])
        account, fills = scene.account, scene.fills
        bought = sum(
            (Decimal(f.size) / UNITS * (1 if f.order.buy else -1) for f in fills), Decimal(0)
        )
        paid = sum(
            (Decimal(f.size) / UNITS * f.price / CENTS * (1 if f.order.buy else -1) for f in fills),
            Decimal(0),
        )
        fees = {
            name: sum((f.fee for f in fills if f.fee_currency == name), Decimal(0)) for name in CASH
        }
        assert account.cash["BTC"] == 1 + bought + fees["BTC"]
        assert account.cash["USDT"] == 100_000 - paid + fees["USDT"]
        for name in CASH:
            held = [o.held for o in scene.desk.open_orders if o.held_in == name]
            assert account.frozen[name] == sum(held, Decimal(0))
            assert account.available(name) >= 0
        for fill in fills:
            base = Decimal(fill.size) / UNITS
            value = base if fill.order.buy else base * fill.price / CENTS
            assert fill.fee == -value * (TAKER if fill.taker else MAKER)
            if fill.order.price is not None:
                limit = fill.order.price
                assert fill.price <= limit if fill.order.buy else fill.price >= limit
    for order in scene.desk.open_orders:
        scene.desk.cancel(order)
    assert set(scene.account.frozen.values()) == {Decimal(0)}
    # Fills only grow, and what ended stays as it is.
    for number in {number for number, _, _ in scene.told}:
        states = [(state, filled) for n, state, filled in scene.told if n == number]
        assert [filled for _, filled in states] == sorted(filled for _, filled in states)
        assert all(state in ("live", "partially_filled") for state, _ in states[:-1])


def test_a_taker_walks_the_book_and_is_on_the_tape() -> None:
    scene = Scene({"USDT": Decimal(10**9), "BTC": Decimal(0)})
    scene.advance(1)
    levels = scene.market.ladder(bids=False, depth=3)
    size = levels[0].size + levels[1].size // 2
    order = scene.place(buy=True, kind="limit", ticks=5, size=size)
    assert order is not None
    assert order.state == "filled"
    assert [(t.price, t.size, t.buy) for t in scene.trades] == [
        (levels[0].price, levels[0].size, True),
        (levels[1].price, levels[1].size // 2, True),
    ]
    assert [fill.trade for fill in scene.fills] == [trade.last for trade in scene.trades]


def test_a_resting_order_waits_behind_what_is_displayed() -> None:
    scene = Scene()
    scene.advance(1)
    order = scene.place(buy=True, kind="limit", ticks=-1, size=UNITS // 100)
    assert order is not None
    assert order.price == scene.market.bid
    ahead = order.ahead
    assert ahead == scene.market.level(scene.market.bid).size
    sell = Print(1, 1, 1, order.price, ahead + 400_000, False, 0)
    scene.on_print(sell)
    assert (order.filled, order.state) == (400_000, "partially_filled")
    through = Print(2, 2, 1, order.price - 10, UNITS, False, 0)
    scene.on_print(through)
    assert order.state == "filled"
    buyer = Print(3, 3, 1, order.price - 10, UNITS, True, 0)
    scene.on_print(buyer)  # who buys does not meet buyers
    assert len(scene.fills) == 2


@pytest.mark.parametrize(
    ("kind", "size", "states"),
    [
        ("post_only", 1_000_000, ["canceled"]),
        ("fok", 50 * UNITS, ["canceled"]),
        ("ioc", 1_000_000, ["filled"]),
    ],
)
def test_kinds_end_as_they_should(kind: str, size: int, states: list[str]) -> None:
    scene = Scene({"USDT": Decimal(10**9), "BTC": Decimal(0)})
    scene.advance(1)
    scene.place(buy=True, kind=kind, ticks=0, size=size)
    assert [state for _, state, _ in scene.told] == states


def test_an_ioc_gets_what_there_is() -> None:
    scene = Scene({"USDT": Decimal(10**9), "BTC": Decimal(0)})
    scene.advance(1)
    there = scene.market.level(scene.market.ask).size
    order = scene.place(buy=True, kind="ioc", ticks=0, size=there + UNITS)
    assert order is not None
    assert (order.state, order.filled) == ("canceled", there)


def test_pieces_and_bands() -> None:
    scene = Scene()
    scene.advance(1)
    order = scene.place(buy=True, kind="market", ticks=0, size=2_000_000, pieces=4)
    assert order is not None
    assert len(scene.fills) >= 4
    assert order.state == "filled"
    cut = scene.place(buy=True, kind="market", ticks=0, size=2_000_000, share=0.25)
    assert cut is not None
    assert (cut.state, cut.filled) == ("canceled", 500_000)


def test_money_to_spend_is_spent_but_for_dust() -> None:
    scene = Scene()
    scene.advance(1)
    order = Order(
        number=scene.desk.number(),
        client_id="",
        buy=True,
        kind="market",
        size=0,
        price=None,
        spend=Decimal(100),
    )
    assert scene.desk.hold(order)
    scene.desk.place(order)
    assert order.state == "filled"
    assert Decimal("99.99") < order.value <= 100
    assert scene.account.frozen["USDT"] == 0


def test_our_own_resting_order_is_cancelled_before_we_meet_it() -> None:
    scene = Scene()
    scene.advance(1)
    mine = scene.place(buy=False, kind="limit", ticks=-1, size=1_000_000)
    scene.place(buy=True, kind="limit", ticks=0, size=1_000_000)
    assert mine is not None
    assert mine.state == "canceled"


def test_sizes_are_changed_if_the_account_has_enough() -> None:
    scene = Scene()
    scene.advance(1)
    order = scene.place(buy=True, kind="limit", ticks=-20, size=1_000_000)
    assert order is not None
    assert order.price is not None
    assert scene.desk.resize(order, 2_000_000, order.price)
    assert scene.account.frozen["USDT"] == Decimal(order.price) / CENTS * 2 / 100
    assert not scene.desk.resize(order, 100 * UNITS, order.price)
    assert order.size == 2_000_000


def test_unfilled_orders_are_forgotten_after_two_hours() -> None:
    scene = Scene()
    order = scene.place(buy=True, kind="limit", ticks=-20, size=1_000_000)
    assert order is not None
    scene.desk.cancel(order)
    assert scene.desk.find(order.number) is order
    scene.clock.advance_ns(7_201 * S)
    assert scene.desk.find(order.number) is None


def test_what_crashed_forgets_and_frees() -> None:
    scene = Scene()
    scene.place(buy=True, kind="limit", ticks=-20, size=1_000_000)
    scene.desk.lose_all()
    assert scene.desk.open_orders == []
    assert scene.account.frozen["USDT"] == 0
