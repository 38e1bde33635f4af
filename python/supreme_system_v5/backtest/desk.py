"""The desk between strategy and account: one order under way, one position, its levels."""

from __future__ import annotations

from decimal import Decimal

from supreme_system_v5.backtest.account import Account, RoundTrip, exact
from supreme_system_v5.backtest.metrics import Drawdown, TradeTally
from supreme_system_v5.strategies import Action, PositionView, Signal

__all__ = ["Desk"]


class Desk:
    """Sends market orders, fills them at the trade it is shown next, and keeps count.

    Args:
        account: Holds the money.
        fraction: Part of the equity that an entry spends, above 0, at most 1.

    Attributes:
        account: The same.
        pending: The order under way; None when there is none.
        stop: Price at or below which the position is left; None when not armed.
        target: Price above which the position is left; None when not armed.
        tally: Closed trades.
        drawdown: Of the equity at closed bars and fills.
        in_market_ns: Time with a position that is closed by now.
        too_small: Entries given up because the money did not buy one lot.
    """

    __slots__ = (
        "_bars_held",
        "_entered_ns",
        "_fraction",
        "_spend",
        "account",
        "drawdown",
        "in_market_ns",
        "pending",
        "stop",
        "tally",
        "target",
        "too_small",
    )

    def __init__(self, account: Account, fraction: Decimal) -> None:
        self._fraction = fraction
        self._spend = Decimal(0)
        self._entered_ns = 0
        self._bars_held = 0
        self.account = account
        self.pending: Action | None = None
        self.stop: float | None = None
        self.target: float | None = None
        self.tally = TradeTally()
        self.drawdown = Drawdown(account.initial_cash)
        self.in_market_ns = 0
        self.too_small = 0

    @property
    def position(self) -> PositionView | None:
        """What the strategy may know of the position; None when there is none."""
        entry = self.account.entry
        if entry is None:
            return None
        return PositionView(entry_price=float(entry.price), bars_held=self._bars_held)

    def bar_closed(self, price: float) -> None:
        """Take the close of a 1-minute bar."""
        self._bars_held += 1
        self.drawdown.sample(self.account.equity(exact(price)))

    def send(self, signal: Signal, price: float) -> None:
        """Turn a signal into a market order, at the last known price.

        A signal that asks for what is already so is ignored.
        """
        wanted = Action.ENTER if self.account.entry is None else Action.EXIT
        if self.pending is not None or signal.action is not wanted:
            return
        self.pending = signal.action
        self.stop, self.target = signal.stop, signal.target
        if signal.action is Action.ENTER:
            self._spend = self.account.share(self._fraction, exact(price))

    def leave(self) -> None:
        """Send the order that closes the position, if there is one and none is under way."""
        if self.account.entry is not None and self.pending is None:
            self.pending = Action.EXIT
            self.stop = self.target = None

    def stop_out(self, bar_open: float, low: float, timestamp_ns: int) -> None:
        """Close the position, if there is one, by its stop inside a bar that fell to `low`."""
        if self.account.entry is None or self.stop is None:
            return
        opened, lowest = exact(bar_open), exact(low)
        base = min(exact(self.stop), opened)
        trip = self.account.sell_stopped(base, opened - lowest, lowest)
        self._closed(trip, timestamp_ns)
        self.stop = self.target = None

    def fill(self, price: float, timestamp_ns: int) -> None:
        """Fill the order under way, if there is one, at this trade."""
        if self.pending is Action.ENTER:
            self._open(exact(price), timestamp_ns)
        elif self.pending is Action.EXIT:
            self._close(exact(price), timestamp_ns)
        self.pending = None

    def close_out(self, price: float, timestamp_ns: int) -> bool:
        """Give up an entry under way and close what is open; True if something was."""
        self.pending = None
        self.stop = self.target = None
        if self.account.entry is None:
            return False
        self._close(exact(price), timestamp_ns)
        return True

    def _open(self, price: Decimal, timestamp_ns: int) -> None:
        if self.account.buy(price, self._spend) is None:
            self.too_small += 1
            self.stop = self.target = None
            return
        self._entered_ns = timestamp_ns
        self._bars_held = 0
        self.drawdown.sample(self.account.equity(price))

    def _close(self, price: Decimal, timestamp_ns: int) -> None:
        self._closed(self.account.sell(price), timestamp_ns)

    def _closed(self, trip: RoundTrip, timestamp_ns: int) -> None:
        self.tally.add(trip.net)
        self.in_market_ns += max(timestamp_ns - self._entered_ns, 0)
        self.drawdown.sample(self.account.cash)
