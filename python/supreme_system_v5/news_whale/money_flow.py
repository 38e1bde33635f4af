"""What flows into and out of exchanges, from transfers and from providers, as it became known."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import msgspec

from supreme_system_v5.domain import (
    NS_PER_SECOND,
    ExchangeFlow,
    SourcesAsked,
    Transfer,
    View,
    ViewStatus,
)
from supreme_system_v5.errors import InvalidInputError
from supreme_system_v5.news_whale.addresses import AddressBook
from supreme_system_v5.news_whale.flow_reports import FlowReport, FlowReports, Word
from supreme_system_v5.news_whale.transfers import UNIT, TierLimits, symbol_of
from supreme_system_v5.news_whale.whale_tracking import WhaleTrackingSystem

__all__ = ["STABLECOINS", "FlowWeights", "MoneyFlowAggregator", "group_of"]

STABLECOINS = ("USDT", "USDC", "DAI", "FDUSD", "TUSD", "USDE", "PYUSD", "BUSD")
"""Assets that count together as ``"STABLE"``."""

_STABLE = "STABLE"
_HOLDS_NS = 72 * 3_600 * NS_PER_SECOND
_WITHOUT = (ViewStatus.NO_DATA, ViewStatus.ERROR)


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
    """Merges transfers and what providers report, per asset and exchange, as they were received.

    A report is a fact about what was known: a revision is another one, and `at` still answers what
    was known before it. As a judge of the market it is the view ``"whales"`` of risk, which can
    only hold a trade back.

    Args:
        book: Whose address is whose.
        weights: How much each asset counts.
        tiers: What is large, by asset: ``"BTC"``, ``"ETH"``, ``"STABLE"``.
        reports: Most reports that are kept; the longest series gives way.

    Attributes:
        trackers: The transfers of each asset.
        reports: What providers said.
        ignored: Transfers of assets that nobody follows.

    Raises:
        InvalidInputError: As of its parts.

    Memory: together below 2 MB with 30 days of flows and reports. Source: ``docs/whales.md``.

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
        least = {name: round(of.large * UNIT) for name, of in limits.items()}
        self.reports = FlowReports(reports, group_of, _Least(least))
        self.ignored = 0

    @property
    def state_bytes(self) -> int:
        """Bytes reserved for windows, for what is remembered, and for reports."""
        return self.reports.nbytes + sum(one.state_bytes for one in self.trackers.values())

    def take(self, item: Transfer | ExchangeFlow, /) -> None:
        """Take a transfer, or what a provider says; of an asset that nobody follows it is ignored.

        Raises:
            InvalidInputError: As `WhaleTrackingSystem.take` and `report`.
        """
        if isinstance(item, ExchangeFlow):
            self.report(FlowReport.of(item))
            return
        tracker = self.trackers.get(group_of(item.asset))
        if tracker is None:
            self.ignored += 1
        else:
            tracker.take(item)

    def sources_asked(self, event: SourcesAsked) -> None:
        """Hear which sources answered, and which did not."""
        for tracker in self.trackers.values():
            for source, fault in event.faults.items():
                tracker.hear(source, event.receive_ns, fault)

    def report(self, fact: FlowReport) -> None:
        """Take what a provider says; told late it still counts from when it was received on."""
        self.reports.add(fact)

    def at(self, received_ns: int) -> tuple[FlowReport, ...]:
        """Return what was known then of every interval that is kept, in order of the intervals.

        Args:
            received_ns: Time, nanoseconds UTC; what was received at it is known.
        """
        return self.reports.at(received_ns)

    def view(self, now_ns: int) -> View:
        """Return what all flows come to, for risk.

        The direction is tanh of the sum of weight times unusualness over the assets; the confidence
        is the mean of theirs by size of weight, an asset without data counting 0. Assets that have
        weight and no data make it partial; when none has data it has none.
        """
        weighed = {name: weight for name, weight in self._weights.items() if weight}
        found = {name: self._asset(name, now_ns) for name in weighed}
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
        stable = self._asset(_STABLE, now_ns)
        z = 0.0 if stable is None else stable.z
        figures = self.trackers["BTC"].figures(now_ns, stable_z=z, by_exchange=False)
        return figures.accumulation

    def _asset(self, name: str, now_ns: int) -> _Found | None:
        """Merge what transfers and providers say of an asset; None when nobody says anything."""
        found = [_of_word(name, word, now_ns) for word in self.reports.words(name, now_ns)]
        tracker = self.trackers[name]
        figures = tracker.figures(now_ns, by_exchange=False)
        view = tracker.judged(figures)
        if view.status not in _WITHOUT and view.as_of_ns is not None:
            z = figures.total[24].z
            own = _Found(z, view.confidence, view.as_of_ns, view.ttl_ns, view.reasons)
            found.insert(0, own)
        return _merged(found)


class _Least(msgspec.Struct, frozen=True):
    """What is large, by asset, in units; 0 where nobody says."""

    units: Mapping[str, int]

    def __call__(self, name: str) -> int:
        return self.units.get(name, 0)


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
    """Return the name under which an asset is followed: stablecoins are one.

    Raises:
        InvalidInputError: It has no name.
    """
    symbol = symbol_of(asset)
    return _STABLE if symbol in STABLECOINS else symbol


def _of_word(name: str, word: Word, now_ns: int) -> _Found:
    said = f"{name}: {word.source} says net {word.net / UNIT:+.8g} (z {word.z:+.2f})"
    confidence = word.confidence_at(now_ns)
    return _Found(word.z, confidence, word.received_ns, _HOLDS_NS, (said,))


def _merged(found: Sequence[_Found]) -> _Found | None:
    """Return the mean by confidence: who has no past, or is long silent, does not pull.

    So a provider that takes the place of another brings no jump.
    """
    heard = [one for one in found if one.confidence]
    if not heard:
        return max(found, key=lambda one: one.as_of_ns, default=None)
    heard.sort(key=lambda one: -one.confidence)
    sure = math.fsum(one.confidence for one in heard)
    telling = [one for one in heard if one.confidence > heard[0].confidence / 20]
    return _Found(
        math.fsum(one.z * one.confidence for one in heard) / sure,
        heard[0].confidence,
        max(one.as_of_ns for one in heard),
        max(one.ttl_ns for one in heard),
        tuple(reason for one in telling for reason in one.reasons),
    )


def _refusal(name: str, value: object, bound: str) -> InvalidInputError:
    return InvalidInputError(f"{name} is {value!r}, allowed is {bound}", name, value, bound)
