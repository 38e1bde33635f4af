"""The engine's orders: one to enter or to leave at a time, and what the exchange says of it.

Only the exchange's word ends an order: one of unknown state is remembered until it speaks.
"""

from __future__ import annotations

from supreme_system_v5.domain import (
    NUMBERS_APART,
    Cancel,
    OrderKind,
    OrderStatus,
    Origin,
    Query,
    Report,
    Submit,
)
from supreme_system_v5.engine.notes import Stamp

__all__ = ["OrderDesk"]

_UNKNOWN = str(OrderStatus.UNKNOWN)
_ENDS = (str(OrderStatus.FILLED), str(OrderStatus.CANCELLED), str(OrderStatus.REJECTED))
_FILLS_KEPT = 65_536


class OrderDesk:
    """Numbers orders, and follows the one under way.

    Args:
        origin: Who orders are about.

    Attributes:
        working: Number of the order under way; 0 for none.
        entering: True when that is to open a position.
        deadline_ns: When it is to be cancelled, if it has not filled; None for never.
        unknown: Numbers of orders of which nobody knows what became.
    """

    __slots__ = (
        "_next_number",
        "_origin",
        "_seen_fills",
        "deadline_ns",
        "entering",
        "unknown",
        "working",
    )

    def __init__(self, origin: Origin) -> None:
        self._origin = origin
        self._next_number = 1
        self._seen_fills: dict[str, None] = {}
        self.working = 0
        self.entering = False
        self.deadline_ns: int | None = None
        self.unknown: set[int] = set()

    def enter(
        self,
        stamp: Stamp,
        side: int,
        quantity: int,
        *,
        limit: int,
        levels: tuple[int, int, int],
        good_for_ns: int,
        reason: str,
        confidence: float | None = None,
    ) -> Submit:
        """Return an order that opens a position.

        Args:
            stamp: Of the event that is answered.
            side: 1 buys, -1 sells.
            quantity: Size units.
            limit: Price units; 0 for a market order.
            levels: Stop, target and trailing distance in price units, 0 for none.
            good_for_ns: After that a limit order is cancelled.
            reason: Why, for people.
            confidence: How sure the judgements were, 0 to 1; None where nobody was asked.
        """
        self.entering = True
        self.deadline_ns = stamp.event_ns + good_for_ns if limit else None
        stop, target, trail = levels
        return Submit(
            origin=self._origin,
            seq=stamp.seq,
            event_ns=stamp.event_ns,
            receive_ns=stamp.receive_ns,
            number=self._number(),
            side=side,
            kind=OrderKind.LIMIT if limit else OrderKind.MARKET,
            quantity=quantity,
            price=limit,
            stop=stop,
            target=target,
            trail=trail,
            reason=reason,
            confidence=confidence,
        )

    def leave(self, stamp: Stamp, whole: int, reason: str) -> Submit:
        """Return an order that closes a position of so many whole lots, with its sign."""
        return Submit(
            origin=self._origin,
            seq=stamp.seq,
            event_ns=stamp.event_ns,
            receive_ns=stamp.receive_ns,
            number=self._number(),
            side=-1 if whole > 0 else 1,
            kind=OrderKind.MARKET,
            quantity=abs(whole),
            reduce_only=True,
            reason=reason,
        )

    @property
    def resting_entry(self) -> bool:
        """Whether an order to enter waits for its price, and nobody has cancelled it."""
        return self.entering and self.deadline_ns is not None

    def overdue(self, now_ns: int) -> bool:
        """Return whether the order under way has waited for as long as it is good."""
        return bool(self.working) and self.deadline_ns is not None and now_ns >= self.deadline_ns

    def cancel(self, stamp: Stamp, reason: str = "NOT_FILLED_IN_TIME") -> Cancel:
        """Return the cancellation of the order under way; it stays so until the exchange speaks."""
        self.deadline_ns = None
        return Cancel(
            origin=self._origin,
            seq=stamp.seq,
            event_ns=stamp.event_ns,
            receive_ns=stamp.receive_ns,
            number=self.working,
            reason=reason,
        )

    def queries(self, stamp: Stamp) -> tuple[Query, ...]:
        """Return a question for each order of which nobody knows what became."""
        return tuple(
            Query(
                origin=self._origin,
                seq=stamp.seq,
                event_ns=stamp.event_ns,
                receive_ns=stamp.receive_ns,
                number=number,
            )
            for number in sorted(self.unknown)
        )

    def _number(self) -> int:
        self.working = self._next_number
        self._next_number += NUMBERS_APART
        return self.working

    def told_before(self, fill_id: str) -> bool:
        """Return whether a fill is among the last 65 536, and remember it."""
        if fill_id in self._seen_fills:
            return True
        self._seen_fills[fill_id] = None
        if len(self._seen_fills) > _FILLS_KEPT:
            del self._seen_fills[next(iter(self._seen_fills))]
        return False

    def follow(self, report: Report) -> bool:
        """Take what the exchange says; return whether the order under way has ended."""
        if report.status == _UNKNOWN:
            self.unknown.add(report.number)
            return False
        if self.unknown:
            self.unknown.discard(report.number)
        if not self.working or report.number != self.working or report.status not in _ENDS:
            return False  # a close-out has the number 0, as has nothing under way
        self.working = 0
        self.entering = False
        self.deadline_ns = None
        return True
