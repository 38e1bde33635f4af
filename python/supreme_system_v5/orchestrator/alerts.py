"""When the owner is told: on what changed, once, and again only after it was in order."""

from __future__ import annotations

from collections.abc import Callable

from supreme_system_v5.domain.live import FeedHealth
from supreme_system_v5.domain.status import Alert, AlertKind, LiveStatus
from supreme_system_v5.orchestrator.activity import Activity
from supreme_system_v5.orchestrator.parts import Observer

__all__ = ["STALE_NS", "Watchman"]

STALE_NS = 60_000_000_000
"""A feed that has been silent for so long is worth waking somebody."""
_DAY_NS = 86_400_000_000_000
_HALTED = "HALTED"


class Watchman:
    """Compares what is with what was.

    Args:
        activity: What the account did.
        observer: Told of what the owner should know.
    """

    __slots__ = (
        "_activity",
        "_day",
        "_observer",
        "_seen",
        "_stale_since_ns",
        "_state",
        "_stops",
        "_told_stale",
    )

    def __init__(self, activity: Activity, observer: Observer) -> None:
        self._activity = activity
        self._observer = observer
        self._state = activity.risk_state
        self._stops = activity.stop_hits
        self._seen = -1
        self._stale_since_ns: int | None = None
        self._told_stale = False
        self._day = -1

    def look(self, records: int, now_ns: int) -> None:
        """Look at the account, where something was written down since.

        Args:
            records: How many records there ever were.
            now_ns: The time.
        """
        if records == self._seen:
            return
        self._seen = records
        activity = self._activity
        if activity.risk_state != self._state:
            self._state = activity.risk_state
            if self._state == _HALTED:
                why = activity.risk_reason
                text = f"{why}. Nothing more is entered: look, then `supreme resume`."
                self._tell(AlertKind.HALT, f"trading halted: {why}", text, now_ns, urgent=True)
        if activity.stop_hits > self._stops:
            self._stops = activity.stop_hits
            text = f"{self._stops} since the start; closed trades {activity.closed_trades}."
            self._tell(AlertKind.STOP_HIT, "a protecting stop was hit", text, now_ns)

    def feed(self, health: FeedHealth, now_ns: int) -> None:
        """Look at the feed."""
        if health.fresh:
            if self._told_stale:
                self._tell(AlertKind.FEED_FRESH, f"feed {health.name} is back", "", now_ns)
            self._stale_since_ns, self._told_stale = None, False
            return
        if self._stale_since_ns is None:
            self._stale_since_ns = now_ns
        silent_ns = now_ns - self._stale_since_ns
        if silent_ns > STALE_NS and not self._told_stale:
            self._told_stale = True
            text = (
                f"{health.reason}. No new entries; stops stay armed. Check the network and the "
                "venue's status; it connects again by itself."
            )
            title = f"feed {health.name} is stale for {silent_ns // 10**9} s"
            self._tell(AlertKind.FEED_STALE, title, text, now_ns, urgent=True)

    def day(self, status: Callable[[], LiveStatus], now_ns: int) -> None:
        """Tell the day that has ended, at its end."""
        day = now_ns // _DAY_NS
        if self._day < 0 or day == self._day:
            self._day = day
            return
        self._day = day
        now = status()
        why = ", ".join(f"{reason} {count}" for reason, count in now.refusals_hour[:3])
        text = (
            f"equity {now.money.equity}, fees {now.money.fees}, drawdown "
            f"{now.money.drawdown:.2%}, closed trades {now.trades_closed}, signals {now.signals}; "
            f"refused in the last hour: {why or 'nothing'}."
        )
        self._tell(AlertKind.DAILY_SUMMARY, f"{now.symbol}: the day", text, now_ns)

    def _tell(
        self, kind: AlertKind, title: str, text: str, now_ns: int, *, urgent: bool = False
    ) -> None:
        self._observer.alert(
            Alert(kind=kind, title=title[:100], text=text[:1_000], urgent=urgent, time_ns=now_ns)
        )
