"""An order that a paper exchange takes, and what makes it one that it refuses."""

from __future__ import annotations

from typing import Any

from supreme_system_v5.domain import OrderKind
from tests.support.stories import BUY, at

__all__ = ["GOOD", "OUT_OF_BOUNDS"]

MARKET, LIMIT, *_ = OrderKind

GOOD: dict[str, Any] = {
    "number": 10,
    "side": BUY,
    "kind": LIMIT,
    "quantity": 1_000,
    "sent_ns": at(1),
    "price": 1_000,
}
"""A limit order, for an exchange whose last number is 9 and whose last order was sent `at(0)`."""

OUT_OF_BOUNDS: list[tuple[dict[str, Any], str]] = [
    ({"number": 0}, "number"),
    ({"number": 9}, "number"),  # the last protection of the order before
    ({"side": 0}, "side"),
    ({"side": 2}, "side"),
    ({"kind": 5}, "kind"),
    ({"kind": -1}, "kind"),
    ({"quantity": 0}, "quantity"),
    ({"quantity": 2**53 + 1}, "quantity"),
    ({"price": 0}, "price"),
    ({"price": -1}, "price"),
    ({"price": 2**53 + 1}, "price"),
    ({"kind": MARKET}, "price"),
    ({"stop": -1}, "stop"),
    ({"target": 2**53 + 1}, "target"),
    ({"reduce_only": True, "stop": 900}, "stop"),
    ({"reduce_only": True, "target": 900}, "target"),
    ({"reduce_only": True, "trail": 9}, "trail"),
    ({"sent_ns": -1}, "sent_ns"),
    ({"sent_ns": at(0) - 1}, "sent_ns"),
]
"""Each: what is changed, and the parameter that the refusal names."""
