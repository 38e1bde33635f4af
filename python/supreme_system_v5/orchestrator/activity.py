"""What an account did, as its owner asks: why does it not trade, what was paid, what is open?"""

from __future__ import annotations

from collections import Counter, deque
from decimal import Decimal

from supreme_system_v5.domain import NUMBERS_APART, Action, OrderStatus, Record, Report, Submit
from supreme_system_v5.ports import Ledger

__all__ = ["Activity"]

_HOUR_NS = 3_600_000_000_000
_DAY_NS = 24 * _HOUR_NS
_MINUTE_NS = 60_000_000_000
_STOPS = (1, 3)
"""Places of stop and trailing stop among the numbers after an order's."""
_ENDS = (OrderStatus.FILLED, OrderStatus.CANCELLED, OrderStatus.REJECTED)
_MONEY = Decimal("1e-8")


class Activity:
    """Listens to everything that engine and exchange say to each other; bounded.

    Attributes:
        closed_trades: Positions that were closed.
        realised: What they brought, after all costs, in 1e-8 quote.
        stop: Trigger of the protecting stop, price units; 0 for none.
        target: Trigger of the protecting target, price units; 0 for none.
        risk_state: As risk said last; ``"ACTIVE"`` before it said anything.
        risk_reason: Why; empty while active.
        stop_hits: Protecting stops that were filled.
        last_stop: What the last one of them said; None before the first.
        day_before: Profit of the UTC day that ended last, quote currency; 0 before one has.
    """

    __slots__ = (
        "_day",
        "_day_equity",
        "_equity",
        "_open",
        "_peak",
        "_refused",
        "closed_trades",
        "day_before",
        "last_stop",
        "realised",
        "risk_reason",
        "risk_state",
        "stop",
        "stop_hits",
        "target",
    )

    def __init__(self) -> None:
        self._refused: deque[tuple[int, Counter[str]]] = deque()
        self._open: set[int] = set()
        self._day = -1
        self._day_equity = 0
        self._peak = 0
        self._equity = 0
        self.last_stop: Report | None = None
        self.day_before = Decimal(0)
        self.closed_trades = 0
        self.realised = 0
        self.stop = 0
        self.target = 0
        self.stop_hits = 0
        self.risk_state = "ACTIVE"
        self.risk_reason = ""

    # Who is told of actions and reports calls this `add`.
    def add(self, said: Action | Report) -> None:
        """Take an order that was sent, or what the exchange says."""
        if isinstance(said, Submit):
            self._open.add(said.number)
            if not said.reduce_only:
                self.stop, self.target = said.stop, said.target
            return
        if not isinstance(said, Report):
            return
        if said.status in _ENDS:
            self._open.discard(said.number)
        if said.side and (said.number - 1) % NUMBERS_APART in _STOPS:
            self.stop_hits += 1
            self.last_stop = said
        if said.trip is not None:
            self.closed_trades += 1
            self.realised += said.trip.net
            self.stop = self.target = 0

    def record(self, record: Record) -> None:
        """Take what the engine wrote down."""
        if record.kind == "refused":
            minute = record.receive_ns // _MINUTE_NS
            if not self._refused or self._refused[-1][0] != minute:
                self._refused.append((minute, Counter()))
            self._refused[-1][1][record.reason] += 1
            self._forget(record.receive_ns)
        elif record.kind == "risk":
            self.risk_state = record.reason
            active = record.reason == "ACTIVE"
            self.risk_reason = "" if active else str(record.details.get("why", ""))

    def refusals_of_hour(self, now_ns: int) -> tuple[tuple[str, int], ...]:
        """Return the refusals of the last hour by reason, most frequent first."""
        self._forget(now_ns)
        total: Counter[str] = Counter()
        for _, counts in self._refused:
            total += counts
        return tuple(sorted(total.items(), key=lambda each: (-each[1], each[0])))

    @property
    def open_orders(self) -> int:
        """Orders of which the end was not told yet; protections are part of theirs."""
        return len(self._open)

    def money(self, ledger: Ledger, price: int, now_ns: int) -> tuple[Decimal, Decimal, float]:
        """Return equity, the day's profit, and the fall from the highest equity as a fraction.

        A day begins with the equity that was known last before it.

        Args:
            ledger: The account.
            price: Last price, price units; 0 before the first.
            now_ns: The time.
        """
        equity = ledger.equity(price) if price else ledger.cash
        day = now_ns // _DAY_NS
        if day != self._day:
            if self._day >= 0:
                self.day_before = (self._equity - self._day_equity) * _MONEY
            self._day, self._day_equity = day, equity if self._day >= 0 else ledger.initial_cash
        self._equity = equity
        self._peak = max(self._peak, equity, ledger.initial_cash)
        drawdown = (self._peak - equity) / self._peak if self._peak else 0.0
        return equity * _MONEY, (equity - self._day_equity) * _MONEY, drawdown

    def _forget(self, now_ns: int) -> None:
        while self._refused and self._refused[0][0] * _MINUTE_NS < now_ns - _HOUR_NS:
            self._refused.popleft()
