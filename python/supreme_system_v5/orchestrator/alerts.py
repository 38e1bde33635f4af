"""When the owner is told: on what changed, once, and again only after it was in order."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal

import msgspec

from supreme_system_v5.domain import Report, VenueUnits
from supreme_system_v5.domain.live import FeedHealth
from supreme_system_v5.domain.status import Alert, AlertKind, LiveStatus
from supreme_system_v5.engine import Notes
from supreme_system_v5.orchestrator.activity import Activity
from supreme_system_v5.orchestrator.parts import Observer

__all__ = ["STALE_NS", "Watchman"]

STALE_NS = 60_000_000_000
"""A feed that has been silent for so long is worth waking somebody."""
_DAY_NS = 86_400_000_000_000
_HALTED = "HALTED"
_LOGGED = ("approved", "fill", "risk", "strategy_error", "account", "order")
"""What of the engine's records is worth a line of the log; refusals are counted."""


class Watchman:
    """Compares what is with what was.

    Args:
        activity: What the account did.
        observer: Told of what the owner should know, and for the log of what was done.
        units: Of prices and sizes.
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
        "_units",
    )

    def __init__(self, activity: Activity, observer: Observer, units: VenueUnits) -> None:
        self._activity = activity
        self._observer = observer
        self._units = units
        self._state = activity.risk_state
        self._stops = activity.stop_hits
        self._seen = -1
        self._stale_since_ns: int | None = None
        self._told_stale = False
        self._day = -1

    def look(self, notes: Notes, now_ns: int) -> None:
        """Look at the account, where something was written down since; log what was done.

        Args:
            notes: What the engine wrote down.
            now_ns: The time.
        """
        if notes.added == self._seen:
            return
        for record in notes.since(max(self._seen, 0)):
            if record.kind in _LOGGED:
                self._observer.note(record.kind, reason=record.reason, **_plain(record.details))
            if record.kind == "strategy_error":
                text = f"{record.details.get('error', '')}. It is not asked again until a restart."
                self._tell(AlertKind.STRATEGY, "the strategy raised", text, now_ns, urgent=True)
        self._seen = notes.added
        activity = self._activity
        if activity.risk_state != self._state:
            self._state = activity.risk_state
            if self._state == _HALTED:
                why = activity.risk_reason
                text = f"{why}. Nothing more is entered: look, then `supreme resume`."
                self._tell(AlertKind.HALT, f"trading halted: {why}", text, now_ns, urgent=True)
        if activity.stop_hits > self._stops:
            self._stops = activity.stop_hits
            self._tell(AlertKind.STOP_HIT, "a protecting stop was hit", self._stop(), now_ns)

    def _stop(self) -> str:
        """Return what the last stop did."""
        report = self._activity.last_stop
        told = f"stops hit since the start {self._stops}, trades {self._activity.closed_trades}."
        if report is None:
            return told
        price = Decimal(report.price).scaleb(-self._units.price_decimals)
        quantity = Decimal(report.quantity).scaleb(-self._units.size_decimals)
        result = "" if report.trip is None else f", result {Decimal(report.trip.net).scaleb(-8)}"
        side = "bought" if report.side > 0 else "sold"
        return f"{side} {quantity} at {price}{result}; {told}"

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
            f"day {self._activity.day_before}, equity {now.money.equity}, fees since the start "
            f"{now.money.fees}, drawdown "
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


def _plain(details: Mapping[str, object]) -> dict[str, object]:
    """Return what a line of the log says of a record: its report, and no judgements."""
    told = {name: value for name, value in details.items() if name != "review"}
    report = told.pop("report", None)
    if isinstance(report, Report):
        fields = msgspec.structs.asdict(report)
        names = ("number", "side", "price", "quantity", "fee")
        told |= {name: fields[name] for name in names}
    return told
