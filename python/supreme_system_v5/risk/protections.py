"""Limits of the whole account: what it may lose, pay and try before somebody looks at it."""

from __future__ import annotations

import math
from typing import Annotated, Self

import msgspec

from supreme_system_v5.domain import NS_PER_SECOND
from supreme_system_v5.errors import InvalidInputError
from supreme_system_v5.risk.approval import Refusal, RiskState

__all__ = ["ProtectionLimits", "ProtectionState", "Protections"]

_Money = Annotated[int, msgspec.Meta(gt=0)]
_Count = Annotated[int, msgspec.Meta(ge=0)]
_DAY_NS = 86_400 * NS_PER_SECOND
_HOUR_NS = 3_600 * NS_PER_SECOND
_HOURS = 24
_STEPS_OF_PEAK = 100
"""The peak of an open position is followed in steps of this part of the drawdown allowed."""
_ROUNDED = 2
"""Money by which a worth may be rounded."""


class ProtectionLimits(msgspec.Struct, frozen=True, kw_only=True):
    """Where an account is stopped; parts are of its equity.

    Attributes:
        daily_loss: Part lost since 00:00 UTC, open positions counted; above 0, at most 1.
        daily_loss_r: The same in risks of one trade, above 0; whichever is less holds.
        risk: Part that one trade risks (1 R), above 0, at most 0.1.
        drawdown: Part lost since the highest equity; above 0, at most 1.
        fee_bleed: Part paid as fees within 24 hours; above 0, at most 1.
        loss_streak: Losses in a row, at least 1, after which it waits.
        cool_down_ns: For how long, at least 0.
        entries_per_day: Entries in a UTC day, at least 1.

    Raises:
        InvalidInputError: A value out of its range, or one that contradicts another.
    """

    daily_loss: float = 0.01
    daily_loss_r: float = 4.0
    risk: float = 0.005
    drawdown: float = 0.10
    fee_bleed: float = 0.003
    loss_streak: int = 3
    cool_down_ns: int = 15 * 60 * NS_PER_SECOND
    entries_per_day: int = 50

    def __post_init__(self) -> None:
        for name, value, high in (
            ("daily_loss", self.daily_loss, 1.0),
            ("daily_loss_r", self.daily_loss_r, 1e6),
            ("risk", self.risk, 0.1),
            ("drawdown", self.drawdown, 1.0),
            ("fee_bleed", self.fee_bleed, 1.0),
        ):
            if not 0.0 < value <= high:
                _refuse(name, value, f"above 0, at most {high:g}")
        for name, count, least in (
            ("loss_streak", self.loss_streak, 1),
            ("cool_down_ns", self.cool_down_ns, 0),
            ("entries_per_day", self.entries_per_day, 1),
        ):
            if count < least:
                _refuse(name, count, f"at least {least}")
        if self.risk > self.day:
            _refuse("risk", self.risk, f"at most what a day may lose, {self.day:g}")
        if self.day > self.drawdown:
            _refuse("daily_loss", self.day, f"at most the drawdown, {self.drawdown:g}")

    @property
    def day(self) -> float:
        """Part that may be lost in a day."""
        return min(self.daily_loss, self.daily_loss_r * self.risk)


class ProtectionState(msgspec.Struct, forbid_unknown_fields=True):
    """All that protections remember; encodes itself. Money is in 1e-8 quote.

    What a ledger adds up (`result`, `paid`) begins anew with a fresh ledger, and so do these.

    Attributes:
        state: What holds.
        reason: Why; empty when ACTIVE.
        lost: Which part of day or peak was lost when it was stopped.
        day: Number of the UTC day since 1970; -1 before the first look.
        day_start: Worth of the account when the day began.
        peak: Highest worth.
        worth: The latest worth.
        fees: Paid in each of the last hours that had any: ``(hour since 1970, money)``.
        losses: Losses in a row.
        cool_until_ns: Until when it waits; nanoseconds UTC.
        entries: Entries of the day.
        result: What all closed positions came to.
        paid: Fees of all time.
    """

    state: RiskState
    reason: str
    lost: float
    day: Annotated[int, msgspec.Meta(ge=-1)]
    day_start: _Money
    peak: _Money
    worth: int
    fees: Annotated[list[tuple[int, int]], msgspec.Meta(max_length=64)]
    losses: _Count
    cool_until_ns: _Count
    entries: _Count
    result: int
    paid: int

    @classmethod
    def begin(cls, worth: int) -> Self:
        """Return what there is to remember of a new account."""
        return cls(
            state=RiskState.ACTIVE,
            reason="",
            lost=0.0,
            day=-1,
            day_start=worth,
            peak=worth,
            worth=worth,
            fees=[],
            losses=0,
            cool_until_ns=0,
            entries=0,
            result=0,
            paid=0,
        )


class Protections:
    """Follows an account by its worth, and says what it may still do.

    Worth is what would be left if the account were closed now, before slippage.

    Args:
        limits: Where it is stopped.
        worth: Of the account at the start, money, above 0.
        state: What an earlier one remembered, which then counts instead; None to begin anew.

    Raises:
        InvalidInputError: A worth that is none.

    Source: ``docs/risk.md``, "Protections".
    """

    __slots__ = ("_limits", "_state")

    def __init__(
        self, limits: ProtectionLimits, worth: int, state: ProtectionState | None = None
    ) -> None:
        if worth <= 0:
            _refuse("worth", worth, "above 0")
        self._limits = limits
        self._state = ProtectionState.begin(worth) if state is None else state

    def saved(self) -> bytes:
        """Return all that it remembers, as JSON; `restored` reads it."""
        return msgspec.json.encode(self._state)

    @staticmethod
    def restored(saved: bytes) -> ProtectionState:
        """Return what `saved` wrote.

        Raises:
            InvalidInputError: It is something else.
        """
        try:
            return msgspec.json.decode(saved, type=ProtectionState)
        except msgspec.MsgspecError as error:
            raise InvalidInputError(
                f"the saved state of the protections cannot be read ({error}); "
                "allowed is what saved() returned",
                "saved",
            ) from error

    @property
    def state(self) -> RiskState:
        """What holds."""
        return self._state.state

    @property
    def reason(self) -> str:
        """Why; empty when ACTIVE."""
        return self._state.reason

    @property
    def worth(self) -> int:
        """What the account was worth at the last look, money."""
        return self._state.worth

    # What it hears.

    def see(self, now_ns: int, worth: int, worst: int) -> None:
        """Look at the account; a new day, a new peak or a loss too large follow from it.

        Args:
            now_ns: Time, nanoseconds UTC.
            worth: Of the account now, money.
            worst: The least it was worth since the last look.
        """
        own = self._state
        self.begin_day(now_ns)
        own.worth = worth
        least = min(worth, worst)
        drawdown, day = self.floors()
        if least <= drawdown + _ROUNDED:
            self._stop(RiskState.HALTED, "DRAWDOWN", 1.0 - least / own.peak)
        elif least <= day + _ROUNDED and own.state is RiskState.ACTIVE:
            self._stop(RiskState.REDUCE_ONLY, "DAILY_LOSS", 1.0 - least / own.day_start)
        own.peak = max(own.peak, worth)

    def begin_day(self, now_ns: int, worth: int | None = None) -> None:
        """Begin a UTC day, if it is another one: its losses and entries count from here.

        Args:
            now_ns: Time, nanoseconds UTC.
            worth: Of the account when the day began, money; None for what it was last, which is
                right when nothing has been open since.
        """
        own = self._state
        day = now_ns // _DAY_NS
        if day <= own.day:
            return
        own.day, own.entries = day, 0
        own.day_start = max(own.worth if worth is None else worth, 1)
        if own.state is RiskState.REDUCE_ONLY:
            own.state, own.reason = RiskState.ACTIVE, ""

    def entered(self, now_ns: int) -> None:
        """Count an entry."""
        self.begin_day(now_ns)
        self._state.entries += 1

    def paid(self, now_ns: int, fees: int) -> None:
        """Hear what all fees of all time come to, money."""
        own = self._state
        new, own.paid = fees - own.paid, fees
        if new:
            hour = now_ns // _HOUR_NS
            if own.fees and own.fees[-1][0] == hour:
                new += own.fees.pop()[1]
            own.fees.append((hour, new))
            self._forget_fees(hour)

    def closed(self, now_ns: int, result: int) -> None:
        """Hear what all closed positions of all time come to, money, when one was closed."""
        own = self._state
        gain, own.result = result - own.result, result
        if gain >= 0:
            own.losses = 0
            return
        own.losses += 1
        if own.losses >= self._limits.loss_streak:
            own.losses = 0
            own.cool_until_ns = now_ns + self._limits.cool_down_ns

    def deposited(self, amount: int) -> None:
        """Hear of money that came in (below 0: went out); it is neither gain nor loss."""
        own = self._state
        own.worth += amount
        own.day_start += amount
        own.peak += amount

    def rearm(self, now_ns: int, worth: int) -> None:
        """Begin again after somebody has looked: day and peak count from what there is now.

        Raises:
            InvalidInputError: The account is worth nothing.
        """
        if worth <= 0:
            _refuse("worth", worth, "above 0: there is nothing to trade with")
        own = self._state
        own.worth = worth
        own.state, own.reason = RiskState.ACTIVE, ""
        own.peak = own.day_start = own.worth
        own.day = now_ns // _DAY_NS
        own.losses, own.cool_until_ns = 0, 0

    # What it says.

    def refusal(self, now_ns: int) -> Refusal | None:
        """Return why nothing may be opened now; None when it may."""
        own, limits = self._state, self._limits
        self.begin_day(now_ns)
        if standing := self.standing():
            return standing
        if now_ns < own.cool_until_ns:
            seconds = (own.cool_until_ns - now_ns) / NS_PER_SECOND
            limit = f"fewer than {limits.loss_streak} losses in a row"
            value = f"{limits.loss_streak}, with {seconds:.0f} s to wait"
            return Refusal(reason="COOL_DOWN", limit=limit, value=value)
        if own.entries >= limits.entries_per_day:
            limit = f"{limits.entries_per_day} entries a day"
            return Refusal(reason="ENTRIES_PER_DAY", limit=limit, value=own.entries + 1)
        self._forget_fees(now_ns // _HOUR_NS)
        bled = sum(money for _, money in own.fees) / max(own.worth, 1)
        if bled > limits.fee_bleed:
            limit = f"{limits.fee_bleed:.2%} of equity in 24 h"
            return Refusal(reason="FEE_BLEED", limit=limit, value=f"{bled:.2%}")
        return None

    def standing(self) -> Refusal | None:
        """Return which loss stopped the account, and how large it was then; None when none did."""
        own = self._state
        if own.state is RiskState.ACTIVE:
            return None
        part = self._limits.drawdown if own.reason == "DRAWDOWN" else self._limits.day
        limit = f"less than {part:.2%} lost"
        return Refusal(reason=own.reason, limit=limit, value=f"{own.lost:.2%} when it was stopped")

    def floors(self) -> tuple[int, int]:
        """Return the worths at which drawdown and the day's loss stop the account, money."""
        own, limits = self._state, self._limits
        drawdown = own.peak - math.floor(own.peak * limits.drawdown)
        return drawdown, own.day_start - math.floor(own.day_start * limits.day)

    def rooms(self) -> tuple[tuple[str, int], ...]:
        """Return what may still be lost, by the name of the limit, money."""
        drawdown, day = self.floors()
        worth = self._state.worth
        return (("DAILY_LOSS", worth - day), ("DRAWDOWN", worth - drawdown))

    def bounds(self) -> tuple[int, int]:
        """Return the worths between which nobody need look, money."""
        own = self._state
        drawdown, day = self.floors()
        # Who was stopped by a limit is not stopped by it again.
        if own.state is RiskState.ACTIVE:
            floor = max(drawdown, day)
        else:
            floor = drawdown if own.state is RiskState.REDUCE_ONLY else 0
        step = math.floor(own.peak * self._limits.drawdown) // _STEPS_OF_PEAK
        return floor, own.peak + max(step, 1)

    def next_day_ns(self) -> int:
        """Return when the next UTC day begins."""
        return (self._state.day + 1) * _DAY_NS

    def _stop(self, state: RiskState, reason: str, lost: float) -> None:
        own = self._state
        if own.state is not RiskState.HALTED:
            own.state, own.reason, own.lost = state, reason, lost

    def _forget_fees(self, hour: int) -> None:
        fees = self._state.fees
        while fees and fees[0][0] < hour - _HOURS:  # the hour that is 24 hours old counts whole
            del fees[0]


def _refuse(name: str, value: float, bound: str) -> None:
    raise InvalidInputError(f"{name} is {value!r}, allowed is {bound}", name, value, bound)
