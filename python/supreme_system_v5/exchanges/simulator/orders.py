"""Orders of the one account, matched against the simulated market.

A taker walks the book's levels, and what it does is put on the tape. A resting order waits behind
what is displayed at its price, and is met by the tape's takers: better prices first, then older
orders, never for more than the taker's size.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import ROUND_FLOOR, Decimal

from supreme_system_v5.exchanges.simulator.account import Account
from supreme_system_v5.exchanges.simulator.core import Core
from supreme_system_v5.exchanges.simulator.tape import CENTS, NS_PER_MS, UNITS, Print, decimal_of

__all__ = ["MAKER", "TAKER", "Fill", "Order", "OrderDesk"]

TAKER, MAKER = Decimal("0.001"), Decimal("0.0008")
"""Fees, as fractions."""

_BAND = Decimal("0.05")
_FORGOTTEN_MS = 2 * 3_600 * 1_000
_KEPT = 5_000
_MOST_LEVELS = 5_000
_ZERO = Decimal(0)


@dataclass(slots=True, kw_only=True)
class Order:
    """An order, and what became of it.

    Attributes:
        size: Units of the base currency; of a market order in quote currency 0.
        spend: Of a market order in quote currency: how much.
        price: Cents; None at the market.
        filled: Units.
        value: Quote currency of all fills.
        ahead: Units that wait before it at its price.
        held: What it holds of the account, in `held_in`.
        last: Its newest fill; None before.
        hidden_until_ms: It cannot be queried before.
    """

    number: int
    client_id: str
    buy: bool
    kind: str
    size: int
    price: int | None
    spend: Decimal = _ZERO
    asked: str = ""
    target: str = ""
    tag: str = ""
    state: str = "live"
    filled: int = 0
    value: Decimal = _ZERO
    fee: Decimal = _ZERO
    created_ms: int = 0
    updated_ms: int = 0
    ahead: int = 0
    held: Decimal = _ZERO
    held_in: str = ""
    last: Fill | None = None
    cancel_source: str = ""
    hidden_until_ms: int = 0
    foreign: bool = False

    @property
    def open(self) -> bool:
        """Whether it may still be filled."""
        return self.state in ("live", "partially_filled")

    @property
    def left(self) -> int:
        """Units that are not filled."""
        return self.size - self.filled


@dataclass(frozen=True, slots=True, kw_only=True)
class Fill:
    """A part of an order that was filled; `fee` is below 0 when it costs."""

    bill: int
    trade: int
    order: Order
    price: int
    size: int
    taker: bool
    fee: Decimal
    fee_currency: str
    rate: Decimal
    time_ms: int


class OrderDesk:
    """Takes, matches and cancels.

    Args:
        core: Time and market.
        account: Whose orders they are.
        on_trade: Told of the trades that takers make.
        on_order: Told of each change of an order; and whether this is a fill.
    """

    def __init__(
        self,
        core: Core,
        account: Account,
        *,
        on_trade: Callable[[Print], None],
        on_order: Callable[[Order, Fill | None], None],
    ) -> None:
        self.account = account
        self.orders: dict[int, Order] = {}
        self.fills: deque[Fill] = deque(maxlen=_KEPT)
        self._core = core
        self._on_trade = on_trade
        self._on_order = on_order
        self._numbered = 2_500_000_000_000_000_000
        self._billed = 2_600_000_000_000_000_000
        self._open: dict[int, Order] = {}

    @property
    def open_orders(self) -> list[Order]:
        """Orders that may still be filled, oldest first."""
        return list(self._open.values())

    def number(self) -> int:
        """Return the number of the next order."""
        self._numbered += 64
        return self._numbered

    def find(self, number: int | None, client_id: str = "") -> Order | None:
        """Return an order by its number, or the newest one with a client's id."""
        self._forget()
        if number is not None:
            return self.orders.get(number)
        found = [order for order in self.orders.values() if order.client_id == client_id]
        return found[-1] if found else None

    def hold(self, order: Order) -> bool:
        """Hold what an order may cost; return whether the account has it."""
        core = self._core
        if not order.buy:
            order.held_in, order.held = core.base, decimal_of(order.size, UNITS)
        elif order.price is not None:
            order.held_in, order.held = core.quote, _value(order.price, order.size)
        elif order.spend:
            order.held_in, order.held = core.quote, order.spend
        else:
            steps = self._walk(order, order.size, _ZERO)
            order.held_in, order.held = core.quote, sum((_value(p, s) for p, s in steps), _ZERO)
        return self.account.freeze(order.held_in, order.held)

    def place(self, order: Order, *, pieces: int = 1, share: float = 1.0) -> None:
        """Take an order for which `hold` was true.

        Args:
            order: New.
            pieces: In how many parts a taker is filled at each price.
            share: How much of it a taker gets; the rest is cancelled.
        """
        order.created_ms = order.updated_ms = self._core.server_ms()
        self.orders[order.number] = self._open[order.number] = order
        steps = list(self._walk(order, order.size, order.spend))
        if steps and order.kind == "post_only":
            self._end(order, "canceled", "31")
            return
        if order.kind == "fok" and sum(size for _, size in steps) < order.size:
            self._end(order, "canceled", "14")
            return
        if order.kind in ("limit", "post_only"):
            self._on_order(order, None)
        self._cancel_own(order, steps)
        if share < 1.0:
            whole = sum(size for _, size in steps)
            steps = list(_first(steps, int(whole * share)))
        for price, size in steps:
            for part in _parts(size, pieces):
                self._take(order, price, part)
        self._settle(order, cut=share < 1.0)

    def cancel(self, order: Order, source: str = "1") -> None:
        """End an order that is open."""
        self._end(order, "canceled", source)

    def on_print(self, told: Print) -> None:
        """Let the tape's taker meet resting orders."""
        left = told.size
        for order in self._resting(buys=not told.buy):
            price = order.price
            if left <= 0 or price is None:
                return
            through = told.price < price if order.buy else told.price > price
            if not through and told.price != price:
                return  # the following have worse prices
            if not through:
                waited = min(order.ahead, left)
                order.ahead -= waited
                left -= waited
            size = min(order.left, left)
            if size > 0:
                left -= size
                self._fill(order, price, size, trade=told.last, taker=False)
                self._settle(order)

    def fill_now(self, order: Order) -> None:
        """Fill all of a resting order, as when a taker is faster than its cancellation."""
        price = self._core.market.last if order.price is None else order.price
        trade = self._core.market.print_at(
            price, order.left, buy=not order.buy, time_ns=self._core.clock.time_ns()
        )
        self._on_trade(trade)
        if order.open and order.left:
            self._fill(order, price, order.left, trade=trade.last, taker=False)
            self._settle(order)

    def lose_all(self) -> None:
        """Forget all orders, as an exchange that crashed; what they held is free."""
        for order in self.open_orders:
            self._free(order)
        self._open.clear()
        self.orders.clear()

    def resize(self, order: Order, size: int, price: int) -> bool:
        """Change size and price of a resting order; return whether the account has enough."""
        before = (order.size, order.price, order.held, order.held_in)
        self.account.release(order.held_in, order.held)
        order.size, order.price = size, price
        left = decimal_of(order.left, UNITS)
        order.held = _value(price, order.left) if order.buy else left
        if not self.account.freeze(order.held_in, order.held):
            order.size, order.price, order.held, order.held_in = before
            self.account.freeze(order.held_in, order.held)
            return False
        order.ahead = self._ahead(order)
        order.updated_ms = self._core.server_ms()
        for at, part in list(self._walk(order, order.left, _ZERO)):
            self._take(order, at, part)
        self._settle(order)
        return True

    def _resting(self, *, buys: bool) -> list[Order]:
        found = [order for order in self._open.values() if order.buy is buys and order.price]
        found.sort(key=lambda order: ((-1 if buys else 1) * (order.price or 0), order.number))
        return found

    def _walk(self, order: Order, size: int, spend: Decimal) -> Iterator[tuple[int, int]]:
        """Yield prices and sizes that a taker would get now."""
        market = self._core.market
        tick = market.rules.tick
        price = market.ask if order.buy else market.bid
        worst = Decimal(market.last) * (1 + _BAND if order.buy else 1 - _BAND)
        limit = order.price if order.price is not None else int(worst)
        for _ in range(_MOST_LEVELS):
            if price <= 0 or (price > limit if order.buy else price < limit):
                return
            there = market.level(price).size
            if spend:
                affordable = spend * CENTS / price * UNITS
                part = min(there, int(affordable.to_integral_value(ROUND_FLOOR)))
                spend -= _value(price, part)
            else:
                part = min(there, size)
                size -= part
            if part <= 0:
                return
            yield price, part
            if part < there:
                return
            price += tick if order.buy else -tick

    def _cancel_own(self, order: Order, steps: list[tuple[int, int]]) -> None:
        """Cancel our own resting orders that a taker would meet."""
        if not steps:
            return
        worst = steps[-1][0]
        for other in self._resting(buys=not order.buy):
            price = other.price or 0
            if other is not order and (price <= worst if order.buy else price >= worst):
                self._end(other, "canceled", "32")

    def _take(self, order: Order, price: int, size: int) -> None:
        market = self._core.market
        trade = market.print_at(price, size, buy=order.buy, time_ns=self._core.clock.time_ns())
        self._fill(order, price, size, trade=trade.last, taker=True)
        self._on_trade(trade)

    def _fill(self, order: Order, price: int, size: int, *, trade: int, taker: bool) -> None:
        core, account = self._core, self.account
        rate = TAKER if taker else MAKER
        base, value = decimal_of(size, UNITS), _value(price, size)
        currency = core.base if order.buy else core.quote
        fee = -(base if order.buy else value) * rate
        sign = 1 if order.buy else -1
        held = min(value if order.buy else base, order.held)
        if order.buy and order.price is not None:
            held = min(_value(order.price, size), order.held)
        account.release(order.held_in, held)
        order.held -= held
        account.change(core.base, sign * base)
        account.change(core.quote, -sign * value)
        account.change(currency, fee)
        order.filled += size
        order.value += value
        order.fee += fee
        order.updated_ms = core.server_ms()
        self._billed += 64
        order.last = Fill(
            bill=self._billed,
            trade=trade,
            order=order,
            price=price,
            size=size,
            taker=taker,
            fee=fee,
            fee_currency=currency,
            rate=rate,
            time_ms=core.clock.time_ns() // NS_PER_MS,
        )
        self.fills.append(order.last)
        done = order.size > 0 and order.left == 0
        order.state = "filled" if done else "partially_filled"
        if done:
            self._close(order)
        self._on_order(order, order.last)

    def _settle(self, order: Order, *, cut: bool = False) -> None:
        """Decide what becomes of the rest."""
        if not order.open:
            return
        if order.spend and order.filled and not cut:
            order.size = order.filled
            order.state = "filled"
            self._close(order)
            self._on_order(order, None)
        elif cut or order.kind in ("market", "ioc", "fok"):
            self._end(order, "canceled", "14")
        elif not order.filled:
            order.ahead = self._ahead(order)

    def _ahead(self, order: Order) -> int:
        market = self._core.market
        price = order.price or 0
        if price <= market.bid if order.buy else price >= market.ask:
            return market.level(price).size
        return 0

    def _end(self, order: Order, state: str, source: str) -> None:
        if order.open:
            order.state, order.cancel_source = state, source
            order.updated_ms = self._core.server_ms()
            self._close(order)
            self._on_order(order, None)

    def _close(self, order: Order) -> None:
        self._open.pop(order.number, None)
        self._free(order)

    def _free(self, order: Order) -> None:
        if order.held:
            self.account.release(order.held_in, order.held)
            order.held = _ZERO

    def _forget(self) -> None:
        """Forget orders that ended unfilled two hours ago, and the oldest of too many."""
        oldest_ms = self._core.server_ms() - _FORGOTTEN_MS
        gone = [
            number
            for number, order in self.orders.items()
            if not order.open and not order.filled and order.updated_ms < oldest_ms
        ]
        ended = [number for number, order in self.orders.items() if not order.open]
        for number in {*gone, *ended[: max(len(ended) - _KEPT, 0)]}:
            del self.orders[number]


def _value(price: int, size: int) -> Decimal:
    return decimal_of(price, CENTS) * decimal_of(size, UNITS)


def _parts(size: int, pieces: int) -> Iterator[int]:
    pieces = max(min(pieces, size), 1)
    for _ in range(pieces - 1):
        yield size // pieces
    yield size - size // pieces * (pieces - 1)


def _first(steps: list[tuple[int, int]], size: int) -> Iterator[tuple[int, int]]:
    for price, part in steps:
        if size <= 0:
            return
        yield price, min(part, size)
        size -= part
