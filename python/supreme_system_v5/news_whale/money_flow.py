"""What flows into and out of exchanges, from transfers and from providers, as it became known."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Mapping

import msgspec

from supreme_system_v5.domain import NS_PER_SECOND, ExchangeFlow, Transfer, View, ViewStatus
from supreme_system_v5.errors import InvalidInputError
from supreme_system_v5.news_whale.addresses import AddressBook
from supreme_system_v5.news_whale.robust import robust_z
from supreme_system_v5.news_whale.transfers import TierLimits
from supreme_system_v5.news_whale.whale_tracking import WhaleTrackingSystem

__all__ = ["STABLECOINS", "FlowReport", "FlowWeights", "MoneyFlowAggregator", "group_of"]

STABLECOINS = ("USDT", "USDC", "DAI", "FDUSD", "TUSD", "USDE", "PYUSD", "BUSD")
"""Assets that count together as ``"STABLE"``."""

_STABLE = "STABLE"
_HOUR_NS = 3_600 * NS_PER_SECOND
_FADES_NS = 36 * _HOUR_NS
_HOLDS_NS = 72 * _HOUR_NS
_BEFORE = 30
_MOST = 10**18
_WITHOUT = (ViewStatus.NO_DATA, ViewStatus.ERROR)


class FlowReport(msgspec.Struct, frozen=True, kw_only=True):
    """What a provider says of one exchange, or of all, in one interval; whole units of 1e-8.

    Attributes:
        source: The provider.
        asset: For example ``"BTC"``; stablecoins by their own names.
        exchange: Its name; empty for all exchanges together.
        start_ns: Begin of the interval, nanoseconds UTC.
        end_ns: Its end, later.
        received_ns: When this was received, not before the interval has ended.
        inflow: To exchanges; None when only the net is told.
        outflow: From exchanges; likewise.
        net: Inflow less outflow; None takes it from the two.

    Raises:
        InvalidInputError: A time is out of order, or the amounts do not agree or are missing.
    """

    source: str
    asset: str
    exchange: str = ""
    start_ns: int
    end_ns: int
    received_ns: int
    inflow: int | None = None
    outflow: int | None = None
    net: int | None = None

    def __post_init__(self) -> None:
        if not 0 <= self.start_ns < self.end_ns <= self.received_ns:
            times = (self.start_ns, self.end_ns, self.received_ns)
            raise _refusal("times", times, "start < end <= received, from 0 on")
        both = self.inflow is not None and self.outflow is not None
        if self.net is None and not both:
            raise _refusal("net", None, "a number where inflow or outflow is missing")
        for name in ("inflow", "outflow"):
            amount = getattr(self, name)
            if amount is not None and not 0 <= amount <= _MOST:
                raise _refusal(name, amount, f"from 0 to {_MOST} units")
        if not abs(self.flow) <= _MOST:
            raise _refusal("net", self.net, f"from -{_MOST} to {_MOST} units")
        if self.net is not None and both and self.net != (self.inflow or 0) - (self.outflow or 0):
            raise _refusal("net", self.net, "inflow less outflow")

    @classmethod
    def of(cls, event: ExchangeFlow) -> FlowReport:
        """Return the report that an event brings.

        Raises:
            InvalidInputError: It is none.
        """
        return cls(
            source=event.source,
            asset=event.asset,
            exchange=event.exchange,
            start_ns=event.start_ns,
            end_ns=event.event_ns,
            received_ns=event.receive_ns,
            inflow=event.inflow,
            outflow=event.outflow,
            net=event.net,
        )

    @property
    def flow(self) -> int:
        """Net flow, units: above 0 to exchanges."""
        return (self.inflow or 0) - (self.outflow or 0) if self.net is None else self.net

    @property
    def interval(self) -> tuple[str, str, str, int, int]:
        """What it is about; a later report of the same revises it."""
        return self.source, self.asset, self.exchange, self.start_ns, self.end_ns


class FlowWeights(msgspec.Struct, frozen=True):
    """How much a flow that is unusual by one scale pulls the direction, by asset, -1 to 1.

    What flows to exchanges counts with its sign: stablecoins come to buy, ether comes to be sold,
    and for bitcoin no effect was found, so that its weight is next to nothing.

    Source: Chi, Chu and Hao, arXiv 2411.06327; ``docs/whales.md``, "What it is worth".

    Raises:
        InvalidInputError: A weight is out of range.
    """

    btc: float = -0.01
    eth: float = -0.1
    stable: float = 0.1

    def __post_init__(self) -> None:
        for name, weight in self.named().items():
            if not -1.0 <= weight <= 1.0:
                raise _refusal(f"weight of {name}", weight, "from -1 to 1")

    def named(self) -> dict[str, float]:
        """Return the weights by asset."""
        return {"BTC": self.btc, "ETH": self.eth, _STABLE: self.stable}


class MoneyFlowAggregator:
    """Merges transfers and what providers report, per asset and exchange, in the order of arrival.

    A report is a fact about what was known: a revision is another one, and `at` still answers what
    was known before it. As a judge of the market it is the view ``"whales"`` of risk, which can
    only hold a trade back.

    Args:
        book: Whose address is whose.
        weights: How much each asset counts.
        tiers: What is large, by asset: ``"BTC"``, ``"ETH"``, ``"STABLE"``.
        reports: Most reports that are kept, oldest out first.

    Attributes:
        trackers: The transfers of each asset.

    Raises:
        InvalidInputError: As of its parts.

    Memory: together below 2 MB, whatever flows. Source: ``docs/whales.md``.

    Example:
        >>> flow, day = MoneyFlowAggregator(AddressBook()), 86_400 * 10**9
        >>> about = {"source": "a", "asset": "USDT", "start_ns": 0, "end_ns": day}
        >>> flow.report(FlowReport(**about, net=10, received_ns=day + 5))
        >>> flow.report(FlowReport(**about, net=30, received_ns=day + 9))
        >>> [[fact.flow for fact in flow.at(day + known)] for known in (4, 5, 8, 9)]
        [[], [10], [10], [30]]
    """

    def __init__(
        self,
        book: AddressBook,
        *,
        weights: FlowWeights | None = None,
        tiers: Mapping[str, TierLimits] | None = None,
        reports: int = 3_000,
    ) -> None:
        if reports < 1:
            raise _refusal("reports", reports, "at least 1")
        self._weights = (FlowWeights() if weights is None else weights).named()
        limits = dict(_TIERS) | dict(tiers or {})
        make = WhaleTrackingSystem
        self.trackers: Mapping[str, WhaleTrackingSystem] = {
            "BTC": make("BTC", book, tiers=limits["BTC"], lanes=44, transactions=4_096),
            "ETH": make("ETH", book, tiers=limits["ETH"], lanes=24, transactions=1_024),
            _STABLE: make(
                _STABLE,
                book,
                tiers=limits[_STABLE],
                assets=STABLECOINS,
                lanes=24,
                transactions=1_024,
            ),
        }
        self._reports: deque[FlowReport] = deque(maxlen=reports)

    def take(self, item: Transfer | ExchangeFlow, /) -> None:
        """Take a transfer, or what a provider says; of an asset that nobody follows it is ignored.

        Raises:
            InvalidInputError: As `WhaleTrackingSystem.take` and `report`.
        """
        if isinstance(item, ExchangeFlow):
            self.report(FlowReport.of(item))
            return
        tracker = self.trackers.get(group_of(item.asset))
        if tracker is not None:
            tracker.take(item)

    def report(self, fact: FlowReport) -> None:
        """Take what a provider says.

        Raises:
            InvalidInputError: It was received before the one that was told last.
        """
        if self._reports and fact.received_ns < self._reports[-1].received_ns:
            bound = f"at least {self._reports[-1].received_ns}: tell them as they arrive"
            raise _refusal("received_ns", fact.received_ns, bound)
        self._reports.append(fact)

    def at(self, received_ns: int) -> tuple[FlowReport, ...]:
        """Return what was known then of every interval that is kept, in order of the intervals.

        Args:
            received_ns: Time, nanoseconds UTC; what was received at it is known.
        """
        known = {fact.interval: fact for fact in self._reports if fact.received_ns <= received_ns}
        return tuple(sorted(known.values(), key=lambda fact: (fact.end_ns, fact.interval)))

    def view(self, now_ns: int) -> View:
        """Return what all flows come to, for risk.

        The direction is tanh of the sum of weight times unusualness over the assets; the confidence
        is the mean of theirs by size of weight, an asset without data counting 0. Assets that have
        weight and no data make it partial; when none has data it has none.
        """
        known = self.at(now_ns)
        weighed = {name: weight for name, weight in self._weights.items() if weight}
        found = {name: self._asset(name, known, now_ns) for name in weighed}
        heard = {name: one for name, one in found.items() if one is not None}
        missing = tuple(f"{name}: no data" for name in weighed if name not in heard)
        if not heard:
            return View(
                direction=0.0,
                confidence=0.0,
                as_of_ns=None,
                ttl_ns=_HOLDS_NS,
                status=ViewStatus.NO_DATA,
                reasons=missing or ("no asset has weight",),
            )
        pull = math.fsum(weighed[name] * one.z for name, one in heard.items())
        sure = math.fsum(abs(weighed[name]) * one.confidence for name, one in heard.items())
        newest = max(heard.values(), key=lambda one: one.as_of_ns + one.ttl_ns)
        status = ViewStatus.PARTIAL if missing else ViewStatus.OK
        if now_ns > newest.as_of_ns + newest.ttl_ns:
            status = ViewStatus.STALE
        return View(
            direction=round(math.tanh(pull), 9),
            confidence=round(min(sure / math.fsum(map(abs, weighed.values())), 1.0), 9),
            as_of_ns=newest.as_of_ns,
            ttl_ns=newest.ttl_ns,
            status=status,
            reasons=(*(reason for one in heard.values() for reason in one.reasons), *missing),
        )

    def accumulation(self, now_ns: int) -> float:
        """Return the accumulation of bitcoin, -1 to 1, stablecoins looked at as well."""
        stable = self._asset(_STABLE, self.at(now_ns), now_ns)
        z = 0.0 if stable is None else stable.z
        figures = self.trackers["BTC"].figures(now_ns, stable_z=z, by_exchange=False)
        return figures.accumulation

    def _asset(self, name: str, known: tuple[FlowReport, ...], now_ns: int) -> _Found | None:
        """Merge what transfers and providers say of an asset; None when neither says anything."""
        tracker = self.trackers[name]
        figures = tracker.figures(now_ns, by_exchange=False)
        view = tracker.judged(figures)
        series = _of_series(name, known, now_ns)
        if view.status in _WITHOUT or view.as_of_ns is None:
            return series
        own = _Found(figures.total[24].z, view.confidence, view.as_of_ns, view.ttl_ns, view.reasons)
        if series is None:
            return own
        sure = own.confidence + series.confidence
        if not sure:
            return max(own, series, key=lambda found: found.as_of_ns)
        return _Found(
            (own.z * own.confidence + series.z * series.confidence) / sure,
            max(own.confidence, series.confidence),
            max(own.as_of_ns, series.as_of_ns),
            max(own.ttl_ns, series.ttl_ns),
            own.reasons + series.reasons,
        )


class _Found(msgspec.Struct, frozen=True):
    """What is known of an asset."""

    z: float
    confidence: float
    as_of_ns: int
    ttl_ns: int
    reasons: tuple[str, ...]


_TIERS: Mapping[str, TierLimits] = {
    "BTC": TierLimits(),
    "ETH": TierLimits(1_500.0, 7_500.0, 15_000.0),
    _STABLE: TierLimits(10e6, 50e6, 100e6),
}


def group_of(asset: str) -> str:
    """Return the name under which an asset is followed: stablecoins are one."""
    return _STABLE if asset in STABLECOINS else asset


def _of_series(name: str, known: tuple[FlowReport, ...], now_ns: int) -> _Found | None:
    """Return what the newest interval of the providers says beside the 30 before it."""
    told: dict[tuple[str, int], dict[tuple[str, str], FlowReport]] = {}
    for fact in known:
        if group_of(fact.asset) == name:
            interval = told.setdefault((fact.source, fact.end_ns), {})
            interval[fact.asset, fact.exchange] = fact
    if not told:
        return None
    source, end_ns = max(told, key=lambda key: (key[1], key[0]))
    newest = told[source, end_ns]
    whole = {asset for asset, exchange in newest if not exchange}
    # All exchanges together are not to be added to their own parts; and what some have not told
    # yet must not look like a change: intervals are compared by what the newest one holds.
    parts = [key for key in newest if (key[0] in whole) == (not key[1])]
    ends = sorted(end for teller, end in told if teller == source and end < end_ns)
    before = [
        sum(told[source, end][part].flow for part in parts)
        for end in ends[-_BEFORE:]
        if all(part in told[source, end] for part in parts)
    ]
    net = sum(newest[part].flow for part in parts)
    z = robust_z(net, before)
    confidence = math.exp(-max(now_ns - end_ns, 0) / _FADES_NS) * len(before) / (len(before) + 10)
    return _Found(
        z=z,
        confidence=round(confidence, 9),
        as_of_ns=max(fact.received_ns for fact in newest.values()),
        ttl_ns=_HOLDS_NS,
        reasons=(f"{name}: {source} says net {net / 10**8:+.8g} (z {z:+.2f})",),
    )


def _refusal(name: str, value: object, bound: str) -> InvalidInputError:
    return InvalidInputError(f"{name} is {value!r}, allowed is {bound}", name, value, bound)
