"""A record as a tree that a person can read at 3 a.m."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Any

import msgspec

from supreme_system_v5.backtest.record_file import RunHead
from supreme_system_v5.backtest.report import iso
from supreme_system_v5.domain import Record
from supreme_system_v5.errors import DataError
from supreme_system_v5.risk import MEANINGS, Assessment, CostGate, Review, Sizing

__all__ = ["line_of", "tree_of"]

_WIDTH = 14
_SIDES = {1: "long", -1: "short"}
_OF_MONEY = frozenset(("MIN_NOTIONAL", "EXIT_TRAP"))
_OF_SIZE = frozenset(("TOO_SMALL", "TOO_LARGE"))
"""Whose limit and value are units."""
_OF_ORDERS = ("ORDER_UNDER_WAY", "REJECTED_", "CANCELLED_")
"""Whose value is the number of an order."""


def tree_of(record: Record, head: RunHead) -> str:
    """Return a record and what is behind it, one thing a line.

    Args:
        record: Made by a run, or read from its file.
        head: The run; its grids turn units into prices and quantities.

    Raises:
        DataError: What is behind it is not what this version writes.
    """
    try:
        return "\n".join(_Tree(head).lines(record))
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
        raise DataError(
            f"the {record.kind} record of event {record.seq} cannot be shown ({error!r}): another "
            "version wrote it; run it once more"
        ) from error


def line_of(record: Record, head: RunHead) -> str:
    """Return a record in one line: when, and what was refused for which limit and value."""
    return f"{iso(record.event_ns)} {_Tree(head).title(record, record.details)}"


class _Tree:
    def __init__(self, head: RunHead) -> None:
        self._head = head
        base, _, self._quote = head.symbol.partition("-")
        self._base = base

    def lines(self, record: Record) -> Iterator[str]:
        details = dict(record.details)
        yield f"{iso(record.event_ns)}  {record.kind.upper()}  {self.title(record, details)}"
        review, report = details.pop("review", None), details.pop("report", None)
        if review is not None:
            yield from self._review(msgspec.convert(review, Review, strict=False), details)
        elif details.get("signal"):
            yield _line("signal", str(details["signal"]))
        if report is not None:
            yield from self._fill(msgspec.to_builtins(report))
        if record.kind == "approved":
            bought = self._size(details["quantity"])
            yield _line("verdict", f"order {details['number']}: {bought}")
        elif record.kind == "refused":
            meaning = MEANINGS.get(record.reason)
            yield _line("verdict", f"no order: {meaning}" if meaning else "no order")
        else:
            for name, value in details.items():
                yield _line(name, str(value))

    def title(self, record: Record, details: Mapping[str, Any]) -> str:
        """Return what is to be said first."""
        if record.kind == "approved":
            return str(details["signal"])
        limit, value = (self._said(record.reason, details.get(name)) for name in ("limit", "value"))
        told = record.reason
        told += "" if limit is None else f": allowed is {limit}"
        return told if value is None else f"{told}, it was {value}"

    def _said(self, reason: str, value: object) -> object:
        """Return a limit or a value as people count: no units of the grids."""
        if not isinstance(value, int):
            return value
        if reason in _OF_MONEY:
            return f"{Decimal(value).scaleb(-8):,.2f} {self._quote}"
        if reason in _OF_SIZE:
            return self._size(value)
        if reason == "IN_POSITION":
            return _SIDES.get(value, value)
        return f"order {value}" if reason.startswith(_OF_ORDERS) else value

    def _review(self, review: Review, details: dict[str, Any]) -> Iterator[str]:
        signal = f"{_SIDES[review.side]} at {self._price(review.price)}"
        for name, level in (("stop", review.stop), ("target", review.target)):
            signal += f", {name} {self._price(level) if level else 'none'}"
        why = details.get("signal")
        yield _line("signal", signal + (f" ({why})" if why else ""))
        yield _line("account", review.state)
        if review.costs is not None:
            yield _line("costs", _gate(review.costs))
        if review.judged is not None:
            yield from _judged(review.judged)
        if review.size is not None:
            yield from self._sizing(review.size, review.volatility)

    def _sizing(self, size: Sizing, volatility: float | None) -> Iterator[str]:
        known = "that nobody knows yet" if volatility is None else f"of {volatility:.1%} a year"
        budget = Decimal(size.budget).scaleb(-8)
        yield _line(
            "risk",
            f"{budget:,.2f} {self._quote}: tier {size.tier:g} x {size.volatility:.2f} for a "
            f"volatility {known}; {size.loss_bps:.1f} bps to lose",
        )
        for name, quantity in size.steps:
            yield _line(f"  {name}", self._size(quantity))

    def _fill(self, report: dict[str, Any]) -> Iterator[str]:
        if not report["side"]:
            yield _line("paid", f"{Decimal(report['value']).scaleb(-8):,.8f} {self._quote}")
            return
        done = "bought" if report["side"] > 0 else "sold"
        quantity, price = self._size(report["quantity"]), self._price(report["price"])
        yield _line("fill", f"order {report['number']}: {done} {quantity} at {price}")
        costs = ("fee", "spread", "slippage")
        told = (f"{name} {Decimal(report[name]).scaleb(-8):,.8f}" for name in costs)
        yield _line("costs", ", ".join(told))
        if (trip := report["trip"]) is not None:
            spent = sum(trip[name] for name in ("fees", "spread", "slippage", "funding"))
            net = Decimal(trip["gross"] - spent).scaleb(-8)
            yield _line("closed", f"{net:+,.8f} {self._quote} after costs")

    def _price(self, units: int) -> str:
        return f"{Decimal(units).scaleb(-self._head.price_decimals).normalize():,f}"

    def _size(self, units: int) -> str:
        quantity = Decimal(units).scaleb(-self._head.size_decimals).normalize()
        return f"{quantity:,f} {self._base}"


def _gate(gate: CostGate) -> str:
    return (
        f"{gate.aim} {gate.distance_bps:.2f} bps away, a round trip costs "
        f"{gate.round_trip_bps:.2f}, needed is {gate.needed_bps:.2f}"
    )


def _judged(judged: Assessment) -> Iterator[str]:
    partial = ", partial" if judged.partial else ""
    yield _line("confidence", f"{judged.confidence:.4f} (score {judged.score:+.4f}{partial})")
    for each in judged.opinions:
        told = f"weight {each.weight:g}: {each.direction:+g} x {each.confidence:.4f}"
        told += "" if each.freshness == 1.0 else f" x {each.freshness:.2f} fresh"
        yield _line(f"  {each.name}", f"{told}, {each.status}")
        for why in _grouped(each.reasons):
            yield _line("", f"  {why}")
    for factor in judged.factors:
        told = f"x {factor.value:.4f}, {factor.status}  {' '.join(factor.reasons)}"
        yield _line(f"  {factor.name}", told.rstrip())


def _grouped(reasons: Iterable[str]) -> Iterator[str]:
    """Yield the reasons of one timeframe in one line: ``1m EMA_UP RSI_UP``."""
    groups: dict[str, list[str]] = {}
    for reason in reasons:
        whose, _, what = reason.rpartition(" ")
        groups.setdefault(whose, []).append(what)
    for whose, whats in groups.items():
        yield f"{whose} {' '.join(whats)}".strip()


def _line(name: str, value: str) -> str:
    return f"  {name:<{_WIDTH}} {value}"
