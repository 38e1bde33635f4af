"""Rows as ``supreme news fetch --json`` writes them: one item of a source each, by its ``type``."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from supreme_system_v5.domain import NS_PER_SECOND
from supreme_system_v5.domain.feeds import (
    CalendarEntry,
    ChainTransfer,
    Coverage,
    Item,
    NewsItem,
    SeriesPoint,
)
from supreme_system_v5.market_data.item_rows import ItemRow

__all__ = ["fetched_item"]

_LATEST_NS = 4_102_444_800 * NS_PER_SECOND
_TYPES = ("news", "transfer", "point", "date", "coverage")
_DECODER: msgspec.json.Decoder[Item | Coverage] = msgspec.json.Decoder(Item | Coverage)
_TIMES = ("published_ns", "happened_ns", "as_of_ns", "due_ns", "received_ns")


def fetched_item(row: ItemRow) -> Item | Coverage | None:
    """Return the item that a row is; None where it has no ``type``, being written by hand.

    Raises:
        DataError: Its type is none, or it is not what that type has.
    """
    kind = row.values.get("type")
    if kind is None or kind == "":
        return None
    if kind not in _TYPES:
        raise row.fault(f"type is {kind!r}, allowed is {', '.join(_TYPES)}, or none")
    if not row.json:
        raise row.fault(f"type is {kind!r}, which only JSON lines have: leave it out in CSV")
    try:
        item = _DECODER.decode(row.json)
    except msgspec.MsgspecError as error:
        raise row.fault(f"is no {kind} as `supreme news fetch --json` writes it: {error}") from None
    if isinstance(item, Coverage):
        return item
    for name in _TIMES:
        time_ns = getattr(item, name, None)
        if time_ns is not None and not 0 <= time_ns <= _LATEST_NS:
            raise row.fault(f"{name} is {time_ns}, allowed are nanoseconds from 1970 to 2100")
    if isinstance(item, NewsItem) and not item.title.strip():
        raise row.fault("has no title")
    for name, amount in _amounts(item):
        row.number(amount, name)
    return item


def _amounts(item: Item) -> Iterator[tuple[str, str]]:
    match item:
        case ChainTransfer():
            yield "amount", item.amount
            for leg in (*item.inputs, *item.outputs):
                yield "amount of an input or output", leg.amount
        case SeriesPoint():
            yield "value", item.value
        case NewsItem() | CalendarEntry():
            return
