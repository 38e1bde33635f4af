"""A judge of the market that says what it was told to say, and remembers what it heard."""

from __future__ import annotations

from collections.abc import Callable

from supreme_system_v5.domain import Headline, Transfer, View, ViewStatus

__all__ = ["Judge"]

_HOUR_NS = 3_600 * 10**9


class Judge:
    """Fulfils `NewsView` and `WhaleView`: bad words and deposits are against going long.

    Attributes:
        heard: What it was told, in order.
        asked: When it was asked.
    """

    def __init__(self, answer: Callable[[Headline | Transfer], float] | None = None) -> None:
        self.heard: list[Headline | Transfer] = []
        self.asked: list[int] = []
        self._answer = answer or _sign

    def take(self, item: Headline | Transfer, /) -> None:
        """Remember it."""
        self.heard.append(item)

    def view(self, now_ns: int, /) -> View:
        """Return what the newest item says, for an hour; no data before the first."""
        self.asked.append(now_ns)
        if not self.heard:
            return View(
                direction=0.0, confidence=0.0, as_of_ns=None, ttl_ns=0, status=ViewStatus.NO_DATA
            )
        return View(
            direction=self._answer(self.heard[-1]),
            confidence=1.0,
            as_of_ns=self.heard[-1].receive_ns,
            ttl_ns=_HOUR_NS,
            status=ViewStatus.OK,
        )


def _sign(item: Headline | Transfer) -> float:
    bad = "bad" in item.title if isinstance(item, Headline) else bool(item.receiver)
    return -1.0 if bad else 1.0
