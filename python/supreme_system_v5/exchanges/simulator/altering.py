"""What a fault makes of a message."""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping
from typing import Any

from supreme_system_v5.exchanges.simulator.faults import Fault

__all__ = ["Body", "Fields", "altered", "without_rows"]

Body = dict[str, Any]
"""A message before it is text."""

Fields = Mapping[str, str | int]
"""What a venue calls price, size, time, symbol, id, close, closed, bid and ask in a channel; a
number is a place in the rows of ``data``."""

_MS = 1_000


def altered(body: Body, fields: Fields, fault: Fault) -> Body:
    """Return a changed copy of a message."""
    changed = copy.deepcopy(body)
    text = fault.text or "0"
    match fault.kind:
        case "value":
            _set(changed, fields.get(fault.field or "price"), lambda old: _like(old, text))
        case "time":
            _set(changed, fields.get("time"), lambda old: _later(old, fault.seconds or 0.0))
        case "candle_shifted":
            _set(changed, fields.get("time"), lambda old: _later(old, fault.seconds or 28_800.0))
        case "wrong_symbol":
            _set(changed, fields.get("symbol"), lambda _: fault.text or "ETH-USDT")
        case "candle_open":
            _set(changed, fields.get("closed"), lambda old: False if old is True else "0")
        case "candle_revised":
            _set(changed, fields.get("close"), lambda old: f"{float(old) * 1.0001:.1f}")
        case "crossed":
            _swap(changed, fields.get("bid"), fields.get("ask"))
        case "book_reset":
            _set(changed, "seqId", lambda _: 3)
            _set(changed, "u", lambda _: 1)
        case _:
            changed["unknownField"] = {"of": "the future"}
    return changed


def without_rows(body: Any, fault: Fault) -> Any:  # noqa: ANN401 - whatever a venue answers
    """Return an answer of REST without, or with repeated, rows."""
    rows, put = _rows(body)
    count = fault.count or 1
    match fault.kind:
        case "rest_empty":
            return put([])
        case "rest_stale":
            newest_first = not isinstance(body, list)
            return put(rows[count:] if newest_first else rows[:-count])
        case _:
            return put([*rows[:count], *rows])


def _rows(body: Any) -> tuple[list[Any], Callable[[list[Any]], Any]]:  # noqa: ANN401 - same
    if isinstance(body, list):
        return body, lambda rows: rows
    if isinstance(body.get("data"), list):
        return body["data"], lambda rows: {**body, "data": rows}
    result = body.get("result")
    if isinstance(result, dict) and isinstance(result.get("list"), list):
        return result["list"], lambda rows: {**body, "result": {**result, "list": rows}}
    return [], lambda _: body


def _set(node: Any, key: str | int | None, make: Callable[[Any], Any]) -> None:  # noqa: ANN401
    """Replace every value under a key, however deep."""
    if isinstance(key, int):
        for row in node.get("data", ()):
            if isinstance(row, list):
                row[key] = make(row[key])
    elif isinstance(node, dict):
        for name, value in node.items():
            if name == key and not isinstance(value, dict | list):
                node[name] = make(value)
            else:
                _set(value, key, make)
    elif isinstance(node, list):
        for value in node:
            _set(value, key, make)


def _swap(node: Any, first: str | int | None, second: str | int | None) -> None:  # noqa: ANN401
    if isinstance(node, dict):
        if first in node and second in node:
            node[first], node[second] = node[second], node[first]
            return
        for value in node.values():
            _swap(value, first, second)
    elif isinstance(node, list):
        for value in node:
            _swap(value, first, second)


def _like(old: object, text: str) -> object:
    """Return a text in the type of what it replaces, if it can have it."""
    if isinstance(old, int) and not isinstance(old, bool):
        try:
            return int(text)
        except ValueError:
            return text
    return text


def _later(old: object, seconds: float) -> object:
    moved = int(str(old)) + int(seconds * _MS)
    return moved if isinstance(old, int) else str(moved)
