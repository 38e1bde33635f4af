"""What a file of transfers comes to: classes, tiers, and net flow by day and exchange."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta

import msgspec

from supreme_system_v5.domain import NS_PER_SECOND, Transfer
from supreme_system_v5.news_whale.addresses import AddressBook, RefusedAddress
from supreme_system_v5.news_whale.money_flow import group_of
from supreme_system_v5.news_whale.transfers import (
    Movement,
    TierLimits,
    TransferClass,
    movements_of,
)

__all__ = ["ClassTotal", "DayFlow", "WhaleSummary", "summarise"]

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class ClassTotal(msgspec.Struct, frozen=True):
    """Movements of one asset, class and tier, and their amount in units of 1e-8."""

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
        counted: Transactions that stand at the end, each told once.
        repeated: Rows that told a transaction again.
        reversed: Transactions that were taken back.
        empty: Those that moved nothing: change alone, or an amount of 0.
        first: Day of the first transaction that stands; empty without one.
        last: Day of the last.
        classes: By asset, class and tier.
        flows: By day, asset and exchange.
        addresses: How many are known.
        refused: Rows of the table of addresses that are none.
    """

    transfers: int
    counted: int
    repeated: int
    reversed: int
    empty: int
    first: str
    last: str
    classes: tuple[ClassTotal, ...]
    flows: tuple[DayFlow, ...]
    addresses: int
    refused: tuple[RefusedAddress, ...]


def summarise(
    transfers: Iterable[Transfer], book: AddressBook, tiers: Mapping[str, TierLimits]
) -> WhaleSummary:
    """Return what transfers come to once all have been told.

    Args:
        transfers: In order of arrival.
        book: Whose address is whose.
        tiers: What is large, by asset: ``"BTC"`` also for those that are not named.

    Raises:
        InvalidInputError: An amount is out of range.
    """
    standing: dict[tuple[str, str], Transfer] = {}
    rows = repeated = taken_back = empty = 0
    for turn, transfer in enumerate(transfers):
        rows += 1
        for name in transfer.replaces:
            taken_back += standing.pop((transfer.asset, name), None) is not None
        key = (transfer.asset, transfer.transaction or f"row {turn}")
        if transfer.state == "removed":
            taken_back += standing.pop(key, None) is not None
            continue
        before = standing.get(key)
        if before is None or before.state == "unconfirmed":
            standing[key] = transfer
        repeated += before is not None
    classes: dict[tuple[str, int, str, str], list[int]] = {}
    flows: dict[tuple[str, str, str], list[int]] = {}
    days = set()
    for transfer in standing.values():
        limits = tiers.get(group_of(transfer.asset), tiers["BTC"])
        moved = movements_of(transfer, book, limits)
        empty += not moved
        day = _day(min(transfer.event_ns, transfer.receive_ns))
        days.add(day)
        for one in moved:
            tier = limits.tier(one.units)
            entry = classes.setdefault((transfer.asset, -tier, one.kind, tier.name.lower()), [0, 0])
            entry[0] += 1
            entry[1] += one.units
            for exchange, into in _exchanges(one):
                flows.setdefault((day, transfer.asset, exchange), [0, 0])[not into] += one.units
    return WhaleSummary(
        transfers=rows,
        counted=len(standing),
        repeated=repeated,
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
        refused=tuple(book.refused),
    )


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
