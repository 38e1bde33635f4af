"""What sources tell becomes what the engine takes: the same from a recording as from a live source.

| told | becomes |
|---|---|
| `NewsItem` | `Headline` |
| `ChainTransfer` | `Transfer`; a mint or a burn has the issuer on one side |
| `SeriesPoint`, flows into and out of exchanges | `ExchangeFlow`, once both are told |
| `SeriesPoint`, others; `CalendarEntry` | nothing: the engine has no place for them |

What does not become an event is counted by kind in `left_out`.
"""

from __future__ import annotations

from collections import Counter, OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal
from operator import attrgetter

from supreme_system_v5.domain import feeds
from supreme_system_v5.domain.events import ExchangeFlow, Headline, Leg, Origin, Transfer

__all__ = ["ItemConverter", "Told"]

Told = Headline | Transfer | ExchangeFlow
"""What the engine takes of the world outside the market."""

_UNITS = 10**8
_MOST_COINS = 10**10
_DAY_NS = 86_400 * 10**9
_FLOWS = {"FlowInExNtv": "inflow", "FlowOutExNtv": "outflow"}
"""Metrics of Coin Metrics that are about a day, by what they are."""
_MOST_INTERVALS = 1_000
_MOST_GONE = 2_000
_MOVES = ("transfer", "mint", "burn")
_NOBODY = "unknown"
_TOO_LARGE = "amounts of more than 1e10 coins, or below 0"


class ItemConverter:
    """Turns items into events, in the order in which they were received.

    It keeps the last 1 000 days of flows by asset and source, since what goes in and what goes out
    are told apart, and a revision of one changes the pair. It reads no clock: an event is received
    when its item was, a flow when the later half of it was.

    No source says when something left the chain: the time that comes with a removal is that of the
    transfer. So a removal is dated just before it was received, and what the same source tells of
    the transfer afterwards just after that, if not later; the last 2 000 are kept in mind. A block
    often bears a time before the word that the one which it replaces is gone.

    Args:
        origin: Who the events are about.

    Attributes:
        left_out: How many items did not become an event, by what they were.

    Example:
        >>> converter = ItemConverter(Origin("BTC-USDT", "paper", "1"))
        >>> item = feeds.NewsItem(
        ...     source="rss:decrypt.co", key="k", published_ns=5, received_ns=9, title="Up")
        >>> (event,) = converter.events([item])
        >>> event.title, event.event_ns, event.receive_ns
        ('Up', 5, 9)
    """

    def __init__(self, origin: Origin) -> None:
        self.left_out: Counter[str] = Counter()
        self._origin = origin
        self._flows: OrderedDict[tuple[str, str, int], _Flow] = OrderedDict()
        self._gone: OrderedDict[str, int] = OrderedDict()
        """When transfers were removed, by their identity."""

    @property
    def half_told(self) -> int:
        """Flows of which only what goes in, or only what goes out, was told so far."""
        return sum(flow.told is None for flow in self._flows.values())

    def events(self, items: Iterable[feeds.Item]) -> tuple[Told, ...]:
        """Return what items become, by `receive_ns`; at equal times in the order given.

        Args:
            items: Of one poll, or of a whole recording. What was received at the same time belongs
                in one call: both halves of a flow make one event then, and not two.
        """
        found: list[Told] = []
        changed: dict[tuple[str, str, int], None] = {}
        at_ns = None
        for item in sorted(items, key=attrgetter("received_ns")):
            if at_ns != item.received_ns:
                found += self._paired(changed, at_ns)
                at_ns = item.received_ns
            match item:
                case feeds.NewsItem():
                    found.append(self._headline(item))
                case feeds.ChainTransfer():
                    found += self._transfer(item)
                case feeds.SeriesPoint():
                    self._half(item, changed)
                case feeds.CalendarEntry():
                    self.left_out["dates of the calendar"] += 1
        return (*found, *self._paired(changed, at_ns))

    def _headline(self, item: feeds.NewsItem) -> Headline:
        return Headline(
            origin=self._origin,
            seq=0,
            event_ns=item.received_ns if item.published_ns is None else item.published_ns,
            receive_ns=item.received_ns,
            source=item.source,
            title=item.title,
            body=item.body,
            url=item.url,
        )

    def _transfer(self, item: feeds.ChainTransfer) -> tuple[Transfer, ...]:
        kind = item.kind.casefold()
        if kind not in _MOVES:
            self.left_out["what is no transfer, mint or burn"] += 1
            return ()
        units = _units(item.amount)
        inputs, outputs = _legs(item.inputs), _legs(item.outputs)
        if units is None or inputs is None or outputs is None:
            self.left_out[_TOO_LARGE] += 1
            return ()
        sender = _party(item.sender_owner or item.sender, item.sender_type)
        receiver = _party(item.receiver_owner or item.receiver, item.receiver_type)
        if kind != "transfer":  # the issuer has part in it, whoever is told beside
            inputs = outputs = ()
            sender, receiver = (("", kind), receiver) if kind == "mint" else (sender, ("", kind))
        return (
            Transfer(
                origin=self._origin,
                seq=0,
                event_ns=self._dated(item),
                receive_ns=item.received_ns,
                asset=item.asset,
                amount=units / _UNITS,
                sender=sender[0],
                receiver=receiver[0],
                transaction=f"{item.transaction} {item.index}" if item.index else item.transaction,
                sender_kind=sender[1],
                receiver_kind=receiver[1],
                inputs=inputs,
                outputs=outputs,
                state=item.status.value,
            ),
        )

    def _dated(self, item: feeds.ChainTransfer) -> int:
        """Return when it happened that the item tells of."""
        if item.status is feeds.TransferStatus.REMOVED:
            gone_ns = self._gone[item.identity] = max(item.received_ns - 1, 0)
            self._gone.move_to_end(item.identity)
            if len(self._gone) > _MOST_GONE:
                self._gone.popitem(last=False)
            return gone_ns
        told_ns = item.received_ns if item.happened_ns is None else item.happened_ns
        gone_ns = self._gone.get(item.identity, -1)
        return max(told_ns, gone_ns + 1) if gone_ns < item.received_ns else told_ns

    def _half(self, item: feeds.SeriesPoint, changed: dict[tuple[str, str, int], None]) -> None:
        """Take one half of a flow."""
        side = _FLOWS.get(item.metric)
        units = None if side is None else _units(item.value)
        if side is None:
            self.left_out["points of other series"] += 1
        elif units is None:
            self.left_out[_TOO_LARGE] += 1
        elif item.as_of_ns + _DAY_NS > item.received_ns:
            self.left_out["flows of a day that is not over"] += 1
        else:
            key = (item.source, item.asset, item.as_of_ns)
            setattr(self._flows.setdefault(key, _Flow()), side, units)
            self._flows.move_to_end(key)
            changed[key] = None

    def _paired(
        self, changed: dict[tuple[str, str, int], None], at_ns: int | None
    ) -> tuple[ExchangeFlow, ...]:
        """Return the flows of which something was told at this time, and forget the oldest."""
        found = []
        for key in changed:
            flow = self._flows[key]
            if flow.inflow is None or flow.outflow is None or at_ns is None:
                continue
            pair = (flow.inflow, flow.outflow)
            if pair == flow.told:
                self.left_out["flows told before"] += 1
                continue
            flow.told = pair
            source, asset, start_ns = key
            found.append(
                ExchangeFlow(
                    origin=self._origin,
                    seq=0,
                    event_ns=start_ns + _DAY_NS,
                    receive_ns=at_ns,
                    source=source,
                    asset=asset,
                    start_ns=start_ns,
                    inflow=flow.inflow,
                    outflow=flow.outflow,
                )
            )
        changed.clear()
        while len(self._flows) > _MOST_INTERVALS:
            _, oldest = self._flows.popitem(last=False)
            self.left_out["flows without their other half"] += oldest.told is None
        return tuple(found)


@dataclass(slots=True)
class _Flow:
    """What was told of one day, units of 1e-8; `told` is what became of it last."""

    inflow: int | None = None
    outflow: int | None = None
    told: tuple[int, int] | None = None


def _party(name: str, kind: str) -> tuple[str, str]:
    """Return name and kind of one side, both empty where the source says that nobody knows."""
    return "" if name.casefold() == _NOBODY else name, "" if kind.casefold() == _NOBODY else kind


def _units(amount: str) -> int | None:
    """Return whole units of 1e-8; None below 0 and above 1e10 coins."""
    coins = Decimal(amount)
    if not 0 <= coins <= _MOST_COINS:
        return None
    return int((coins * _UNITS).to_integral_value(ROUND_HALF_EVEN))


def _legs(legs: Iterable[feeds.Leg]) -> tuple[Leg, ...] | None:
    """Return inputs or outputs in units; None when one is out of range."""
    found = [(leg.address, _units(leg.amount)) for leg in legs]
    made = tuple(Leg(address, units) for address, units in found if units is not None)
    return made if len(made) == len(found) else None
