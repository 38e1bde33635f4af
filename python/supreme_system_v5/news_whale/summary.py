"""What a file of transfers comes to: classes, tiers, and net flow by day and exchange."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta

import msgspec

from supreme_system_v5.domain import NS_PER_SECOND, Transfer
from supreme_system_v5.news_whale.addresses import (
    AddressBook,
    DisputedAddress,
    RefusedAddress,
)
from supreme_system_v5.news_whale.money_flow import group_of
from supreme_system_v5.news_whale.transfers import (
    Movement,
    TierLimits,
    TransferClass,
    filed_ns_of,
    movements_of,
    symbol_of,
    transaction_of,
    worth_of,
)

__all__ = ["ClassTotal", "DayFlow", "WhaleSummary", "summarise"]

_NEVER_NS = 2**63
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class ClassTotal(msgspec.Struct, frozen=True):
    """Movements of one asset, class and tier, and their amount in units of 1e-8.

    The tier is ``"-"`` where nobody says what is large.
    """

    asset: str
    kind: str
    tier: str
    movements: int
    units: int


class DayFlow(msgspec.Struct, frozen=True):
    """What went into and out of an exchange in a UTC day, in units of 1e-8."""

    day: str
    asset: str
    exchange: str
    inflow: int
    outflow: int

    @property
    def net(self) -> int:
        """Inflow less outflow."""
        return self.inflow - self.outflow


class WhaleSummary(msgspec.Struct, frozen=True):
    """What a file of transfers comes to.

    Attributes:
        transfers: Rows.
        counted: Transactions that stand at the end, each once, as all rows about it have it.
        repeated: Rows that told a transaction again, and nothing else of it than was known.
        amended: Rows that told it again, and knew more of it, or other.
        reversed: Transactions that were told and do not stand at the end.
        empty: Those that moved nothing: change alone, or an amount of 0.
        first: Day of the first transaction that stands; empty without one.
        last: Day of the last.
        classes: By asset, class and tier.
        flows: By day, asset and exchange.
        addresses: How many are known.
        undated: How many of them have no date, so that hindsight cannot be told.
        refused: Rows of the table of addresses that are none.
        disputed: Rows of it about an address that an earlier one gives to somebody else.
        hindsight: Movements whose owners are known by labels that are younger.
    """

    transfers: int
    counted: int
    repeated: int
    amended: int
    reversed: int
    empty: int
    first: str
    last: str
    classes: tuple[ClassTotal, ...]
    flows: tuple[DayFlow, ...]
    addresses: int
    undated: int
    refused: tuple[RefusedAddress, ...]
    disputed: tuple[DisputedAddress, ...]
    hindsight: int


def summarise(
    transfers: Iterable[Transfer], book: AddressBook, tiers: Mapping[str, TierLimits]
) -> WhaleSummary:
    """Return what transfers come to once all have been told.

    Args:
        transfers: In order of arrival.
        book: Whose address is whose.
        tiers: What is large, by asset; nobody says so of one that is not named.

    Raises:
        InvalidInputError: An amount is out of range.
    """
    known: dict[tuple[str, str], _Known] = {}
    rows = repeated = amended = 0
    for turn, transfer in enumerate(transfers):
        rows += 1
        asset = symbol_of(transfer.asset)
        limits = tiers.get(group_of(asset))
        gone = transfer.state == "removed"
        moved = () if gone else movements_of(transfer, book, limits)
        own = transaction_of(transfer.transaction)
        of = known.setdefault((asset, own or f"row {turn}"), _Known())
        again, before = of.is_told and not gone, of.moved
        of.learn(transfer, moved)
        amended += again and of.moved != before
        repeated += again and of.moved == before
        for name in map(transaction_of, transfer.replaces):
            if name not in ("", own):
                known.setdefault((asset, name), _Known()).replaced = True
    classes: dict[tuple[str, int, str, str], list[int]] = {}
    flows: dict[tuple[str, str, str], list[int]] = {}
    days = set()
    counted = taken_back = empty = hindsight = 0
    for (asset, _), of in known.items():
        if not of.stands:
            taken_back += of.is_told
            continue
        limits = tiers.get(group_of(asset))
        counted += 1
        empty += not of.moved
        day = _day(of.filed_ns)
        days.add(day)
        for one in of.moved:
            hindsight += one.hindsight
            tier = None if limits is None else limits.tier(one.units)
            size = (0, "-") if tier is None else (-tier, tier.name.lower())
            entry = classes.setdefault((asset, size[0], one.kind, size[1]), [0, 0])
            entry[0] += 1
            entry[1] += one.units
            for exchange, into in _exchanges(one):
                flows.setdefault((day, asset, exchange), [0, 0])[not into] += one.units
    return WhaleSummary(
        transfers=rows,
        counted=counted,
        repeated=repeated,
        amended=amended,
        reversed=taken_back,
        empty=empty,
        first=min(days, default=""),
        last=max(days, default=""),
        classes=tuple(
            ClassTotal(asset, kind, tier, *counts)
            for (asset, _, kind, tier), counts in sorted(
                classes.items(), key=lambda item: (item[0][0], item[0][2], item[0][1])
            )
        ),
        flows=tuple(DayFlow(*key, *amounts) for key, amounts in sorted(flows.items())),
        addresses=len(book),
        undated=sum(not book[address].as_of for address in book),
        refused=tuple(book.refused),
        disputed=tuple(book.disputed),
        hindsight=hindsight,
    )


class _Known:
    """What all rows together say of a transaction, by the rules of `FlowWindows.tell`."""

    def __init__(self) -> None:
        self.moved: tuple[Movement, ...] = ()
        self.filed_ns = _NEVER_NS
        self.replaced = False
        self._worth: tuple[int, int, int] = (-1, 0, 0)
        self._rank: tuple[int, bool, int, bool] = (-1, True, 0, False)

    @property
    def is_told(self) -> bool:
        """Whether a row said what it moved."""
        return self.filed_ns < _NEVER_NS

    @property
    def stands(self) -> bool:
        """Whether it was neither replaced nor removed."""
        return self.is_told and not self.replaced and not self._rank[1]

    def learn(self, transfer: Transfer, moved: tuple[Movement, ...]) -> None:
        """Take what a row says."""
        filed_ns, gone = filed_ns_of(transfer), transfer.state == "removed"
        heard_ns, confirmed = transfer.receive_ns, transfer.state == "confirmed"
        self._rank = max(self._rank, (filed_ns, gone, heard_ns, confirmed))
        if gone:
            return
        self.filed_ns = min(self.filed_ns, filed_ns)
        quality, tie = worth_of(transfer, moved)
        if (quality, heard_ns, tie) > self._worth:
            self._worth, self.moved = (quality, heard_ns, tie), moved


def _exchanges(movement: Movement) -> tuple[tuple[str, bool], ...]:
    """Return the exchanges that a movement goes through, and whether into them."""
    match movement.kind:
        case TransferClass.INFLOW:
            return ((movement.receiver, True),)
        case TransferClass.OUTFLOW:
            return ((movement.sender, False),)
        case TransferClass.INTER_EXCHANGE:
            return ((movement.sender, False), (movement.receiver, True))
    return ()


def _day(time_ns: int) -> str:
    return (_EPOCH + timedelta(seconds=time_ns // NS_PER_SECOND)).date().isoformat()
