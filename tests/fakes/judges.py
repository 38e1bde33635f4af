"""A judge of the market that says what it was told to say, and remembers what it heard."""

from __future__ import annotations

from supreme_system_v5.domain import (
    ExchangeFlow,
    Headline,
    SourcesAsked,
    Transfer,
    View,
    ViewStatus,
)

__all__ = ["Judge"]

_HOUR_NS = 3_600 * 10**9


class Judge:
    """Fulfils `NewsView` and `WhaleView`: bad words and deposits are against going long.

    Attributes:
        heard: What it was told, in order.
        asked: When it was asked.
        answers: Who answered and who did not, in order.
    """

    def __init__(self) -> None:
        self.heard: list[Headline | Transfer | ExchangeFlow] = []
        self.asked: list[int] = []
        self.answers: list[SourcesAsked] = []

    def take(self, item: Headline | Transfer | ExchangeFlow, /) -> None:
        """Remember it."""
        self.heard.append(item)

    def sources_asked(self, event: SourcesAsked, /) -> None:
        """Remember it."""
        self.answers.append(event)

    def view(self, now_ns: int, /) -> View:
        """Return what the newest item says, for an hour; no data before the first."""
        self.asked.append(now_ns)
        if not self.heard:
            return View(
                direction=0.0, confidence=0.0, as_of_ns=None, ttl_ns=0, status=ViewStatus.NO_DATA
            )
        return View(
            direction=_sign(self.heard[-1]),
            confidence=1.0,
            as_of_ns=self.heard[-1].receive_ns,
            ttl_ns=_HOUR_NS,
            status=ViewStatus.OK,
        )


def _sign(item: Headline | Transfer | ExchangeFlow) -> float:
    if isinstance(item, Headline):
        return -1.0 if "bad" in item.title else 1.0
    return -1.0 if isinstance(item, Transfer) and item.receiver else 1.0
