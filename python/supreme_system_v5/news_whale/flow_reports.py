"""What providers say of flows, each word a fact about what was known from then on."""

from __future__ import annotations

import math
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

import msgspec

from supreme_system_v5.domain import NS_PER_SECOND, ExchangeFlow
from supreme_system_v5.errors import InvalidInputError
from supreme_system_v5.news_whale.robust import robust_z, trust
from supreme_system_v5.news_whale.transfers import symbol_of

__all__ = ["FlowReport", "FlowReports", "Word"]

_HOUR_NS = 3_600 * NS_PER_SECOND
_DAY_NS = 24 * _HOUR_NS
_FADES_NS = 36 * _HOUR_NS
_BEFORE = 30
_SAMPLE = 10
_MOST = 10**18
_LATEST_NS = 4_102_444_800_000_000_000
"""The year 2100."""
_ABSENT = -1
_WIDTH = 6
"""Numbers of a fact: end, received, net flow, inflow, outflow (or -1), whether the net was told."""


class FlowReport(msgspec.Struct, frozen=True, kw_only=True):
    """What a provider says of one exchange, or of all, in one interval; whole units of 1e-8.

    Attributes:
        source: The provider.
        asset: For example ``"BTC"``, in capitals or not; stablecoins by their own names.
        exchange: Its name; empty for all exchanges together.
        start_ns: Begin of the interval, nanoseconds UTC.
        end_ns: Its end, later.
        received_ns: When this was received, not before the interval has ended.
        inflow: To exchanges; None when only the net is told.
        outflow: From exchanges; likewise.
        net: Inflow less outflow; None takes it from the two.

    Raises:
        InvalidInputError: A time is out of order, there is no asset, or the amounts do not agree or
            are missing.
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
        msgspec.structs.force_setattr(self, "asset", symbol_of(self.asset))
        if not 0 <= self.start_ns < self.end_ns <= self.received_ns <= _LATEST_NS:
            times = (self.start_ns, self.end_ns, self.received_ns)
            raise _refusal("times", times, "0 <= start < end <= received, to the year 2100")
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


class Word(NamedTuple):
    """What one provider says of some assets, beside what it said before.

    Attributes:
        source: The provider.
        net: Net flow in the newest interval, units.
        z: How unusual that is, -5 to 5.
        confidence: 0 to 1, when it was told.
        end_ns: End of the interval.
        received_ns: When the newest part of it was received.
    """

    source: str
    net: int
    z: float
    confidence: float
    end_ns: int
    received_ns: int

    def confidence_at(self, now_ns: int) -> float:
        """Return what is left of the confidence: it fades with the age of the interval."""
        fading = math.exp(-max(now_ns - self.end_ns, 0) / _FADES_NS)
        return round(self.confidence * fading, 9)


class _Teller(NamedTuple):
    """Whose word it is: one provider's, about intervals of one length."""

    group: str
    source: str
    length_ns: int


_Part = tuple[str, str]
"""Asset and exchange."""


class FlowReports:
    """The reports of providers, as they were received.

    Told again with the same amounts is no news. A report that is told late, with an earlier
    `received_ns` than others, has its place among them. Of reports with the same `received_ns` the
    one that was told last counts. When it is full, the longest series gives its oldest interval.

    Args:
        most: Most reports that are kept.
        group: Under which name an asset is looked at.
        least: What differs by less than that many units, by that name, is not unusual.

    Attributes:
        repeated: How many were told again.
        forgotten: How many gave way.

    Memory: 48 bytes for each report, some hundreds for each series. A look at what is known takes
    microseconds; after a report some tenths of a millisecond at most.
    """

    def __init__(self, most: int, group: Callable[[str], str], least: Callable[[str], int]) -> None:
        self._most, self._group, self._least = most, group, least
        self._series: dict[_Teller, dict[_Part, array[int]]] = {}
        self._last_ns: dict[_Teller, int] = {}
        self._known: dict[_Teller, tuple[int, Word]] = {}
        self._count = 0
        self.repeated = 0
        self.forgotten = 0

    def __len__(self) -> int:
        return self._count

    @property
    def nbytes(self) -> int:
        """Bytes reserved for the facts."""
        return sum(
            facts.buffer_info()[1] * facts.itemsize
            for series in self._series.values()
            for facts in series.values()
        )

    def add(self, fact: FlowReport) -> None:
        """Take a report."""
        teller = _Teller(self._group(fact.asset), fact.source, fact.end_ns - fact.start_ns)
        facts = self._series.setdefault(teller, {}).setdefault(
            (fact.asset, fact.exchange), array("q")
        )
        amounts = [_ABSENT if one is None else one for one in (fact.inflow, fact.outflow)]
        row = [fact.end_ns, fact.received_ns, fact.flow, *amounts, fact.net is not None]
        ends = facts[::_WIDTH]
        place = bisect_left(ends, fact.end_ns)
        last = bisect_right(ends, fact.end_ns, place)
        while place < last and facts[place * _WIDTH + 1] <= fact.received_ns:
            place += 1
        before = list(facts[(place - 1) * _WIDTH : place * _WIDTH]) if place else []
        if before and before[0] == row[0] and before[2:] == row[2:]:
            self.repeated += 1
            return
        facts[place * _WIDTH : place * _WIDTH] = array("q", row)
        self._known.pop(teller, None)
        self._last_ns[teller] = max(self._last_ns.get(teller, 0), fact.received_ns)
        self._count += 1
        if self._count > self._most:
            self._forget()

    def at(self, received_ns: int) -> tuple[FlowReport, ...]:
        """Return what was known then of every interval that is kept, in order of the intervals.

        Args:
            received_ns: Time, nanoseconds UTC; what was received at it is known.
        """
        found = [
            _report(teller, part, row)
            for teller, series in self._series.items()
            for part, facts in series.items()
            for row in _known(facts, received_ns)
        ]
        return tuple(sorted(found, key=lambda fact: (fact.end_ns, fact.interval)))

    def words(self, group: str, received_ns: int) -> Iterator[Word]:
        """Yield what each provider said of a group of assets until then."""
        for teller in self._series:
            if teller.group == group:
                word = self._word(teller, received_ns)
                if word is not None:
                    yield word

    def _word(self, teller: _Teller, received_ns: int) -> Word | None:
        told_ns, word = self._known.get(teller, (0, None))
        if word is not None and received_ns >= told_ns:
            return word
        series = self._series[teller]
        word = self._judge(teller, series, received_ns)
        if word is not None and received_ns >= self._last_ns[teller]:
            self._known[teller] = self._last_ns[teller], word
        return word

    def _judge(
        self, teller: _Teller, series: dict[_Part, array[int]], received_ns: int
    ) -> Word | None:
        """Return what the newest interval comes to beside the same time of the days before."""
        newest = {part: _newest(facts, received_ns) for part, facts in series.items()}
        end_ns = max(end for end, _ in newest.values())
        if end_ns < 0:
            return None
        told = [part for part, (end, _) in newest.items() if end == end_ns]
        whole = {asset for asset, exchange in told if not exchange}
        # All exchanges together are not to be added to their own parts; and what some have not
        # told yet must not look like a change: intervals are compared by what the newest one holds.
        parts = [part for part in told if (part[0] in whole) == (not part[1])]
        since_ns = end_ns - (_BEFORE + 1) * _DAY_NS
        then_ns = None if received_ns >= self._last_ns[teller] else received_ns
        known = _flows(series[parts[0]], then_ns, since_ns)
        ends = array("q", known)
        others = [_beside(series[part], then_ns, since_ns, ends) for part in parts[1:]]
        days: set[int] = set()
        before, net = [], 0
        for end, *flows in zip(ends, known.values(), *others, strict=True):
            day, off = divmod(end_ns - end + _DAY_NS // 2, _DAY_NS)
            near = abs(off - _DAY_NS // 2) <= teller.length_ns // 4
            if end == end_ns:
                net = sum(filter(None, flows))
            elif 1 <= day <= _BEFORE and near and None not in flows:
                before.append(sum(filter(None, flows)))
                days.add(day)
        return Word(
            source=teller.source,
            net=net,
            z=robust_z(net, before, least=self._least(teller.group)),
            confidence=min(len(days) / (len(days) + _SAMPLE), trust(len(days))),
            end_ns=end_ns,
            received_ns=max(newest[part][1] for part in parts),
        )

    def _forget(self) -> None:
        longest = max(
            ((len(facts), teller, part) for teller, of in self._series.items()
             for part, facts in of.items()),
        )  # fmt: skip
        _, teller, part = longest
        facts = self._series[teller][part]
        del facts[:_WIDTH]
        if not facts:
            del self._series[teller][part]
        if not self._series[teller]:
            del self._series[teller]
            del self._last_ns[teller]
        self._known.pop(teller, None)
        self._count -= 1
        self.forgotten += 1


def _known(facts: array[int], received_ns: int) -> Iterator[tuple[int, ...]]:
    """Yield what was known then of each interval: the last row of each."""
    rows = zip(*(facts[column::_WIDTH] for column in range(_WIDTH)), strict=True)
    yield from {row[0]: row for row in rows if row[1] <= received_ns}.values()


def _flows(facts: array[int], received_ns: int | None, since_ns: int) -> dict[int, int]:
    """Return the net flow of each interval that ends from then on, as it was known then, or is."""
    first = 0 if facts[0] >= since_ns else bisect_left(facts[::_WIDTH], since_ns) * _WIDTH
    ends, nets = facts[first::_WIDTH], facts[first + 2 :: _WIDTH]
    if received_ns is None:
        return dict(zip(ends, nets, strict=True))
    rows = zip(ends, facts[first + 1 :: _WIDTH], nets, strict=True)
    return {end: net for end, heard_ns, net in rows if heard_ns <= received_ns}


def _beside(
    facts: array[int], received_ns: int | None, since_ns: int, ends: array[int]
) -> Sequence[int | None]:
    """Return the net flow of the intervals with those ends; None where there is none."""
    first = 0 if facts[0] >= since_ns else bisect_left(facts[::_WIDTH], since_ns) * _WIDTH
    if received_ns is None and facts[first::_WIDTH] == ends:
        return facts[first + 2 :: _WIDTH]
    flows = _flows(facts, received_ns, since_ns)
    return [flows.get(end) for end in ends]


def _newest(facts: array[int], received_ns: int) -> tuple[int, int]:
    """Return the end of the newest interval that was known then, -1 for none, and since when."""
    for place in range(len(facts) - _WIDTH, -1, -_WIDTH):
        if facts[place + 1] <= received_ns:
            return facts[place], facts[place + 1]
    return -1, -1


def _report(teller: _Teller, part: _Part, row: tuple[int, ...]) -> FlowReport:
    end_ns, received_ns, net, inflow, outflow, told = row
    return FlowReport(
        source=teller.source,
        asset=part[0],
        exchange=part[1],
        start_ns=end_ns - teller.length_ns,
        end_ns=end_ns,
        received_ns=received_ns,
        inflow=None if inflow == _ABSENT else inflow,
        outflow=None if outflow == _ABSENT else outflow,
        net=net if told else None,
    )


def _refusal(name: str, value: object, bound: str) -> InvalidInputError:
    return InvalidInputError(f"{name} is {value!r}, allowed is {bound}", name, value, bound)
