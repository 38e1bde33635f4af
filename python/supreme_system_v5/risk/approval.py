"""An order that risk approved, and what it refused: two types, so that one is never the other."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple, Protocol

from supreme_system_v5.domain import Flag, View
from supreme_system_v5.errors import InvalidInputError
from supreme_system_v5.ports import Ledger

if TYPE_CHECKING:
    from supreme_system_v5.risk.review import Review

__all__ = [
    "ApprovedOrder",
    "Entry",
    "Refusal",
    "RiskPolicy",
    "RiskState",
    "Scene",
    "Watch",
    "approve",
]

_MINT = object()


class Entry(NamedTuple):
    """A position that a strategy wants to open; prices in units of the price grid.

    Attributes:
        side: 1 long, -1 short.
        price: The last price known, or the limit to enter at.
        stop: Where a loss would be taken; 0 for no stop.
        target: Where a gain would be taken; 0 for no target.
        trail: Distance of a trailing stop; 0 for none.
    """

    side: int
    price: int
    stop: int
    target: int = 0
    trail: int = 0

    @property
    def first_stop(self) -> int:
        """Where a loss is taken at first, by the stop or the trailing one; 0 for nowhere."""
        trailing = self.price - self.side * self.trail if self.trail else 0
        if not (self.stop and trailing):
            return max(self.stop or trailing, 0)
        return max(self.stop, trailing) if self.side > 0 else min(self.stop, trailing)


class Scene(Protocol):
    """What is known of the market when an entry is reviewed; worked out when it is asked for."""

    @property
    def now_ns(self) -> int:
        """Time, nanoseconds UTC."""
        ...

    @property
    def volatility(self) -> float | None:
        """Realised volatility, annualised, as a fraction; None before it is known."""
        ...

    def views(self) -> Mapping[str, View]:
        """Return the judgements there are, by domain: technical, mtf, patterns, news, whales."""
        ...


class Watch(NamedTuple):
    """At which prices and when risk wants to look again.

    Attributes:
        below: A price at or below this, in units; None for none.
        above: A price at or above this, in units; None for none.
        wake_at_ns: A time, nanoseconds UTC; None for none.
    """

    below: int | None = None
    above: int | None = None
    wake_at_ns: int | None = None


class ApprovedOrder:
    """A quantity that risk approved; only this package makes one, and nobody changes it."""

    __slots__ = ("_confidence", "_quantity", "_review")

    _quantity: int
    _confidence: float | None
    _review: Review | None

    def __init__(
        self,
        quantity: int,
        mint: object = None,
        *,
        confidence: float | None = None,
        review: Review | None = None,
    ) -> None:
        if mint is not _MINT:
            raise TypeError("an order is approved by risk alone; ask it to review the entry")
        for name, value in (
            ("_quantity", quantity),
            ("_confidence", confidence),
            ("_review", review),
        ):
            object.__setattr__(self, name, value)

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"an approved order is not changed ({name}); ask risk to review again")

    @property
    def quantity(self) -> int:
        """In units of the size grid, whole lots, above 0."""
        return self._quantity

    @property
    def confidence(self) -> float | None:
        """0 to 1: how sure the judgements were; None where nobody was asked."""
        return self._confidence

    @property
    def review(self) -> Review | None:
        """How it came about; None where there is nothing to tell."""
        return self._review

    def __reduce__(self) -> tuple[object, ...]:
        raise TypeError("an approved order is not copied; ask risk to review the entry again")


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """Why there is no order.

    Attributes:
        reason: For example ``"EXIT_TRAP"``.
        limit: What would have been allowed, in words or as a number.
        value: What was asked for.
        review: How it came about; None where there is nothing to tell.
    """

    reason: str
    limit: str | float | None = None
    value: str | float | None = None
    review: Review | None = None


class RiskState(StrEnum):
    """How far anybody may go.

    ACTIVE: positions may be opened. REDUCE_ONLY: only closed, until the reason has passed.
    HALTED: only closed, until somebody re-arms it.
    """

    ACTIVE = "ACTIVE"
    REDUCE_ONLY = "REDUCE_ONLY"
    HALTED = "HALTED"


class RiskPolicy(Protocol):
    """Who decides about entries, and whether what is open may stay open.

    One whose `wakes` is empty is asked to review entries, and nothing else.
    """

    def review(self, entry: Entry, scene: Scene, ledger: Ledger) -> ApprovedOrder | Refusal:
        """Approve a quantity, or say why not."""
        ...

    def sent(self, now_ns: int) -> None:
        """Hear that an approved order was sent."""
        ...

    def filled(self, now_ns: int, price: int, ledger: Ledger) -> None:
        """Hear that a ledger has changed, by a fill or by funding."""
        ...

    def look(self, now_ns: int, price: int, worst: int, ledger: Ledger) -> None:
        """Look at an account; `worst` is the price most against the position since the last look.

        Asked when a price or the time of the last `watch` has come.
        """
        ...

    def watch(self, ledger: Ledger) -> Watch | None:
        """Return when to look again; None for never."""
        ...

    @property
    def wakes(self) -> Flag:
        """What the market has to answer for it to look in time."""
        ...

    @property
    def state(self) -> RiskState:
        """How far it lets anybody go."""
        ...

    @property
    def close_reason(self) -> str | None:
        """Why what is open has to be closed now; None when it may stay."""
        ...

    @property
    def standing(self) -> Refusal | None:
        """Which limit was met, and by what; None when none was."""
        ...

    def rearm(self, now_ns: int, price: int, ledger: Ledger) -> None:
        """Begin again: limits count from what the account is worth at a price."""
        ...


def approve(
    quantity: int, *, confidence: float | None = None, review: Review | None = None
) -> ApprovedOrder:
    """Make an approved order; for the modules of this package.

    Raises:
        InvalidInputError: A quantity that is none.
    """
    if quantity <= 0:
        raise InvalidInputError(
            f"quantity is {quantity}, allowed is above 0", "quantity", quantity, "above 0"
        )
    return ApprovedOrder(quantity, _MINT, confidence=confidence, review=review)
