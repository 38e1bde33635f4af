"""Recorded headlines, transfers and flows, in the order in which they were received.

Rows are of two kinds, and a file may hold both: items of sources as ``supreme news fetch --json``
writes them (`fetched_rows`), and rows written by hand, whose columns stand below.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal
from heapq import merge
from operator import attrgetter
from pathlib import Path

from supreme_system_v5.domain import ExchangeFlow, Headline, Leg, Origin, Transfer
from supreme_system_v5.domain.feeds import (
    CalendarEntry,
    ChainTransfer,
    Coverage,
    Item,
    NewsItem,
    SeriesPoint,
)
from supreme_system_v5.domain.item_converter import ItemConverter, Told
from supreme_system_v5.market_data.fetched_rows import fetched_item
from supreme_system_v5.market_data.item_rows import Columns, ItemRow, read_rows

__all__ = ["RecordedItems", "read_headlines", "read_items", "read_transfers", "read_whales"]

_UNITS = 10**8
_STATES = ("unconfirmed", "confirmed", "removed")
_RECEIVED = ("received_at", "received_ms", "received_ns")
_PUBLISHED = ("published_at", "published_ms", "published_ns")
_HEADLINES = (*_RECEIVED, *_PUBLISHED, "title", "source", "body", "text", "url")
_TIMES = (*_RECEIVED, "timestamp_ms")
_EVENT = ("event_at", "event_ms", "event_ns")
_TRANSFERS = (
    *_TIMES, *_EVENT, "txid", "transaction", "asset", "amount", "value_btc", "sender", "receiver",
    "sender_kind", "receiver_kind", "vin_addresses", "vout_addresses", "state", "replaces",
)  # fmt: skip
_FLOWS = (
    *_TIMES, "start_at", "end_at", "source", "asset", "exchange", "inflow", "outflow", "net",
)  # fmt: skip
_INSTEAD = {
    "status": "state",
    "kind": "sender_kind",
    "happened_at": "event_at",
    "happened_ns": "event_ns",
    "sender_owner": "sender",
    "receiver_owner": "receiver",
    "sender_type": "sender_kind",
    "receiver_type": "receiver_kind",
    "inputs": "vin_addresses",
    "outputs": "vout_addresses",
}
"""What items of sources call it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedItems:
    """What files hold.

    Attributes:
        events: By `receive_ns`; at equal times headlines come first.
        left_out: How many rows did not become an event, by what they were.
    """

    events: tuple[Told, ...]
    left_out: Mapping[str, int]


def read_items(
    origin: Origin, *, news: Path | None = None, whales: Path | None = None
) -> RecordedItems:
    """Return what the files hold together. One file may be given for both.

    Args:
        origin: Who the events are about.
        news: Headlines; None for none.
        whales: Transfers and flows; likewise.

    Raises:
        DataError: A file cannot be read.
    """
    found: list[tuple[Told, ...]] = []
    left_out: Counter[str] = Counter()
    for path, reads in ((news, _NEWS), (whales, _WHALES)):
        if path is not None:
            read = _read(path, origin, reads)
            found.append(read.events)
            left_out.update(read.left_out)
    if news == whales:  # what the one passed over, the other read
        for reads in (_NEWS, _WHALES):
            del left_out[reads.others]
    events = merge(*found, key=attrgetter("receive_ns"))
    return RecordedItems(events=tuple(events), left_out=dict(left_out))


def read_headlines(path: Path, origin: Origin) -> list[Headline]:
    """Return the headlines of a file, by the time at which they were received.

    Rows by hand are JSON lines or CSV: ``title``; ``received_at`` or ``published_at`` or both,
    whichever is missing being taken from the other; ``source``, ``body`` (or ``text``), ``url``.

    Raises:
        DataError: A row has no title or no time, or something in it is not what it should be.
    """
    events = _read(path, origin, _NEWS).events
    return [event for event in events if isinstance(event, Headline)]


def read_transfers(path: Path, origin: Origin) -> list[Transfer]:
    """Return the transfers of a file, by the time at which they were received.

    Rows by hand are JSON lines or CSV: ``received_at`` or ``timestamp_ms``; ``event_at`` (the
    chain's time; the same unless given); ``txid`` or ``transaction``; ``amount`` or ``value_btc``;
    ``asset`` (BTC unless given); ``sender``, ``receiver``, ``sender_kind``, ``receiver_kind``;
    ``state``. In JSON also ``vin_addresses`` and ``vout_addresses``, lists of ``address`` and
    ``value``, and ``replaces``, a list. Amounts are whole coins; text keeps them as exact as
    numbers.

    Raises:
        DataError: A row has no time, or something in it is not what it should be.
    """
    return [item for item in read_whales(path, origin).events if isinstance(item, Transfer)]


def read_whales(path: Path, origin: Origin) -> RecordedItems:
    """Return the transfers of a file, and what providers say of flows, as they were received.

    A row by hand with ``start_at`` is a provider's: ``received_at``, ``start_at`` and ``end_at`` of
    the interval, ``source``, ``asset``, ``exchange`` (none: all together), and ``inflow`` and
    ``outflow``, or ``net``, in whole coins.

    Raises:
        DataError: As `read_transfers`; or the interval ends before it begins, or after it was told.
    """
    return _read(path, origin, _WHALES)


@dataclass(frozen=True, slots=True)
class _Reads:
    """What is read of a file: which items, what the others are called, and rows by hand."""

    items: tuple[type[Item], ...]
    others: str
    by_hand: Callable[[], Callable[[ItemRow, Origin], Told]]


def _read(path: Path, origin: Origin, reads: _Reads) -> RecordedItems:
    converter = ItemConverter(origin)
    by_hand = reads.by_hand()
    written: list[Told] = []
    items: list[Item] = []
    left_out: Counter[str] = Counter()
    for row in read_rows(path):
        item = fetched_item(row)
        if item is None:
            written.append(by_hand(row, origin))
        elif isinstance(item, reads.items):
            items.append(item)
        elif not isinstance(item, Coverage):
            left_out[reads.others] += 1
    events = sorted((*written, *converter.events(items)), key=attrgetter("receive_ns"))
    left_out.update(converter.left_out)
    if converter.half_told:
        left_out["flows without their other half"] += converter.half_told
    return RecordedItems(events=tuple(events), left_out=left_out)


def _headlines() -> Callable[[ItemRow, Origin], Headline]:
    columns = Columns(_HEADLINES)

    def read(row: ItemRow, origin: Origin) -> Headline:
        columns.check(row)
        return _headline(row, origin)

    return read


def _whales() -> Callable[[ItemRow, Origin], Transfer | ExchangeFlow]:
    flows, transfers = Columns(_FLOWS), Columns(_TRANSFERS, _INSTEAD)

    def read(row: ItemRow, origin: Origin) -> Transfer | ExchangeFlow:
        told = row.values.get("start_at")
        (flows if told else transfers).check(row)
        return _flow(row, origin) if told else _transfer(row, origin)

    return read


_NEWS = _Reads((NewsItem, CalendarEntry), "rows that are no headlines", _headlines)
_WHALES = _Reads((ChainTransfer, SeriesPoint), "rows that are no transfers or flows", _whales)


def _headline(row: ItemRow, origin: Origin) -> Headline:
    published_ns, received_ns = row.time_ns(*_PUBLISHED), row.time_ns(*_RECEIVED)
    title = row.text("title")
    if received_ns is None:
        received_ns = published_ns
    if received_ns is None:
        raise row.fault("has no time: write received_at, or at least published_at")
    if not title:
        raise row.fault("has no title")
    return Headline(
        origin=origin,
        seq=0,
        event_ns=received_ns if published_ns is None else published_ns,
        receive_ns=received_ns,
        source=row.text("source"),
        title=title,
        body=row.text("body", "text"),
        url=row.text("url"),
    )


def _flow(row: ItemRow, origin: Origin) -> ExchangeFlow:
    start_ns, end_ns = row.time_ns("start_at"), row.time_ns("end_at")
    received_ns = row.time_ns(*_TIMES)
    if start_ns is None or end_ns is None or received_ns is None:
        raise row.fault("has no end_at or received_at: write both beside start_at")
    if not start_ns < end_ns <= received_ns:
        raise row.fault("its times are out of order: start_at < end_at <= received_at")
    inflow, outflow = (_told(row, name) for name in ("inflow", "outflow"))
    net = _told(row, "net", signed=True)
    if net is None and (inflow is None or outflow is None):
        raise row.fault("has no net: write it, or both inflow and outflow")
    if None not in (net, inflow, outflow) and net != (inflow or 0) - (outflow or 0):
        raise row.fault("net is not inflow less outflow: correct one, or leave net out")
    return ExchangeFlow(
        origin=origin,
        seq=0,
        event_ns=end_ns,
        receive_ns=received_ns,
        source=row.text("source"),
        asset=row.text("asset", default="BTC").upper(),
        start_ns=start_ns,
        exchange=row.text("exchange"),
        inflow=inflow,
        outflow=outflow,
        net=net,
    )


def _told(row: ItemRow, name: str, *, signed: bool = False) -> int | None:
    """Return an amount in units, None where there is none."""
    value = row.values.get(name)
    if value is None or value == "":
        return None
    sign = 1
    if signed and str(value).startswith("-"):
        sign, value = -1, -value if isinstance(value, Decimal) else str(value)[1:]
    return sign * _units(row.amount(value, name))


def _units(coins: Decimal) -> int:
    return int((coins * _UNITS).to_integral_value(ROUND_HALF_EVEN))


def _transfer(row: ItemRow, origin: Origin) -> Transfer:
    received_ns = row.time_ns(*_TIMES)
    if received_ns is None:
        raise row.fault("has no time: write received_at or timestamp_ms")
    event_ns = row.time_ns(*_EVENT)
    name = next((name for name in ("amount", "value_btc") if row.values.get(name)), "amount")
    amount = row.values.get(name)
    state = row.text("state", default="confirmed")
    if state not in _STATES:
        raise row.fault(f"state is {state!r}, allowed is {' or '.join(_STATES)}")
    replaces = row.values.get("replaces") or []
    if isinstance(replaces, str):
        replaces = replaces.split()
    if not isinstance(replaces, list) or not all(isinstance(one, str) for one in replaces):
        raise row.fault(f"replaces is {replaces!r}, allowed is a list of transactions")
    inputs, outputs = _legs(row, "vin_addresses"), _legs(row, "vout_addresses")
    if amount in (None, "") and not (inputs or outputs or state == "removed" or replaces):
        raise row.fault("has no amount: write it, or vout_addresses")
    return Transfer(
        origin=origin,
        seq=0,
        event_ns=received_ns if event_ns is None else event_ns,
        receive_ns=received_ns,
        asset=row.text("asset", default="BTC").upper(),
        amount=0.0 if amount in (None, "") else float(row.amount(amount, name)),
        sender=row.text("sender"),
        receiver=row.text("receiver"),
        transaction=row.text("txid", "transaction"),
        sender_kind=row.text("sender_kind"),
        receiver_kind=row.text("receiver_kind"),
        inputs=inputs,
        outputs=outputs,
        state=state,
        replaces=tuple(replaces),
    )


def _legs(row: ItemRow, name: str) -> tuple[Leg, ...]:
    listed = row.values.get(name) or []
    if not isinstance(listed, list):
        raise row.fault(f"{name} is {listed!r}, allowed is a list of address and value")
    legs = []
    for leg in listed:
        address = leg.get("address") if isinstance(leg, dict) else None
        if not isinstance(leg, dict) or not (address is None or isinstance(address, str)):
            raise row.fault(f"{name} holds {leg!r}, allowed is an object of address and value")
        coins = row.amount(leg.get("value"), f"a value of {name}")
        legs.append(Leg(address or "", _units(coins)))
    return tuple(legs)
