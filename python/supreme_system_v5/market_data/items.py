"""Recorded headlines and transfers, in the order in which they were received."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import ROUND_HALF_EVEN
from heapq import merge
from pathlib import Path

from supreme_system_v5.domain import Headline, Leg, Origin, Transfer
from supreme_system_v5.market_data.item_rows import ItemRow, read_rows

__all__ = ["read_headlines", "read_items", "read_transfers"]

_UNITS = 10**8
_STATES = ("unconfirmed", "confirmed", "removed")


def read_items(
    origin: Origin, *, news: Path | None = None, whales: Path | None = None
) -> Iterator[Headline | Transfer]:
    """Return what the files hold together, by `receive_ns`; at equal times headlines come first.

    Args:
        origin: Who the events are about.
        news: Headlines; None for none.
        whales: Transfers; likewise.

    Raises:
        DataError: A file cannot be read.
    """
    headlines = [] if news is None else read_headlines(news, origin)
    transfers = [] if whales is None else read_transfers(whales, origin)
    return merge(headlines, transfers, key=lambda item: item.receive_ns)


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
    found = [_transfer(row, origin) for row in read_rows(path)]
    found.sort(key=lambda transfer: transfer.receive_ns)
    return found


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
        units = int((coins * _UNITS).to_integral_value(ROUND_HALF_EVEN))
        legs.append(Leg(address or "", units))
    return tuple(legs)
