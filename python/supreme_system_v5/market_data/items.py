"""Recorded headlines and transfers, in the order in which they were received."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import ROUND_HALF_EVEN, Decimal
from heapq import merge
from pathlib import Path

from supreme_system_v5.domain import ExchangeFlow, Headline, Leg, Origin, Transfer
from supreme_system_v5.market_data.item_rows import ItemRow, read_rows

__all__ = ["read_flows", "read_headlines", "read_items", "read_transfers"]

_UNITS = 10**8
_STATES = ("unconfirmed", "confirmed", "removed")


def read_items(
    origin: Origin, *, news: Path | None = None, whales: Path | None = None
) -> Iterator[Headline | Transfer | ExchangeFlow]:
    """Return what the files hold together, by `receive_ns`; at equal times headlines come first.

    Args:
        origin: Who the events are about.
        news: Headlines; None for none.
        whales: Transfers and flows; likewise.

    Raises:
        DataError: A file cannot be read.
    """
    headlines = [] if news is None else read_headlines(news, origin)
    flows = [] if whales is None else read_flows(whales, origin)
    return merge(headlines, flows, key=lambda item: item.receive_ns)


def read_headlines(path: Path, origin: Origin) -> list[Headline]:
    """Return the headlines of a file, by the time at which they were received.

    JSON lines or CSV: ``title``; ``received_at`` or ``published_at`` or both, whichever is missing
    being taken from the other; ``source``, ``body`` (or ``text``), ``url``.

    Raises:
        DataError: A row has no title or no time, or something in it is not what it should be.
    """
    found = []
    for row in read_rows(path):
        published_ns = row.time_ns("published_at", "published_ms")
        received_ns = row.time_ns("received_at", "received_ms", "received_ns")
        title = row.text("title")
        if received_ns is None:
            received_ns = published_ns
        if received_ns is None:
            raise row.fault("has no time: write received_at, or at least published_at")
        if not title:
            raise row.fault("has no title")
        found.append(
            Headline(
                origin=origin,
                seq=0,
                event_ns=received_ns if published_ns is None else published_ns,
                receive_ns=received_ns,
                source=row.text("source"),
                title=title,
                body=row.text("body", "text"),
                url=row.text("url"),
            )
        )
    found.sort(key=lambda headline: headline.receive_ns)
    return found


def read_transfers(path: Path, origin: Origin) -> list[Transfer]:
    """Return the transfers of a file, by the time at which they were received.

    JSON lines or CSV: ``received_at`` or ``timestamp_ms``; ``event_at`` (the chain's time; the same
    unless given); ``txid`` or ``transaction``; ``amount`` or ``value_btc``; ``asset`` (BTC unless
    given); ``sender``, ``receiver``, ``sender_kind``, ``receiver_kind``; ``state``. In JSON also
    ``vin_addresses`` and ``vout_addresses``, lists of ``address`` and ``value``, and ``replaces``,
    a list. Amounts are whole coins; text keeps them as exact as numbers.

    Raises:
        DataError: A row has no time, or something in it is not what it should be.
    """
    return [item for item in read_flows(path, origin) if isinstance(item, Transfer)]


def read_flows(path: Path, origin: Origin) -> list[Transfer | ExchangeFlow]:
    """Return the transfers of a file, and what providers say of flows, as they were received.

    A row with ``start_at`` is a provider's: ``received_at``, ``start_at`` and ``end_at`` of the
    interval, ``source``, ``asset``, ``exchange`` (none: all together), and ``inflow`` and
    ``outflow``, or ``net``, in whole coins.

    Raises:
        DataError: As `read_transfers`; or the interval ends before it begins, or after it was told.
    """
    found = [
        _flow(row, origin) if row.values.get("start_at") else _transfer(row, origin)
        for row in read_rows(path)
    ]
    found.sort(key=lambda item: item.receive_ns)
    return found


def _flow(row: ItemRow, origin: Origin) -> ExchangeFlow:
    start_ns, end_ns = row.time_ns("start_at"), row.time_ns("end_at")
    received_ns = row.time_ns("received_at", "received_ms", "received_ns", "timestamp_ms")
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
    received_ns = row.time_ns("received_at", "received_ms", "received_ns", "timestamp_ms")
    if received_ns is None:
        raise row.fault("has no time: write received_at or timestamp_ms")
    event_ns = row.time_ns("event_at", "event_ms", "event_ns")
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
        inputs=_legs(row, "vin_addresses"),
        outputs=_legs(row, "vout_addresses"),
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
