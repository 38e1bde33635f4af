"""What has to be in order before anything may be opened: feeds, clock, resources, account."""

from __future__ import annotations

from supreme_system_v5.domain import FeedState
from supreme_system_v5.risk import Refusal

__all__ = ["Conditions"]

_REASONS = {
    "clock": ("CLOCK_SKEW", "a clock that agrees with the exchange"),
    "resources": ("RESOURCE_PRESSURE", "enough memory and processor time"),
    "owner": ("PAUSED", "an owner who lets it trade"),
}
_ANY_FEED = ("STALE_FEED", "fresh feeds")


class Conditions:
    """Remembers what is not in order, and since what it was told."""

    __slots__ = ("_account", "_faults")

    def __init__(self) -> None:
        self._account = ""
        self._faults: dict[str, str] = {}

    def hear(self, event: FeedState) -> None:
        """Take what a driver says of a feed, or of ``"clock"``, ``"resources"`` and ``"owner"``."""
        if event.fresh:
            self._faults.pop(event.feed, None)
        else:
            self._faults[event.feed] = event.reason

    def account(self, fault: str) -> None:
        """Note in what the exchange's account differs from ours; empty when it does not."""
        self._account = fault

    def standing(self) -> dict[str, str]:
        """Return what is not in order now, by name, and why."""
        account = {"account": self._account} if self._account else {}
        return {**self._faults, **account}

    def refusal(self) -> Refusal | None:
        """Return why nothing may be opened; None when all is in order."""
        if self._account:
            limit = "an account as the exchange tells it"
            return Refusal(reason="ACCOUNT_MISMATCH", limit=limit, value=self._account)
        if not self._faults:
            return None
        name = min(self._faults)
        reason, limit = _REASONS.get(name, _ANY_FEED)
        same = [other for other in sorted(self._faults) if _of(other) == reason]
        told = (f"{other} ({why})" if (why := self._faults[other]) else other for other in same)
        return Refusal(reason=reason, limit=limit, value=", ".join(told))


def _of(name: str) -> str:
    return _REASONS.get(name, _ANY_FEED)[0]
