"""Faults that strike at a time, not at a message."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal, InvalidOperation

from supreme_system_v5.exchanges.simulator.core import Core
from supreme_system_v5.exchanges.simulator.faults import Fault
from supreme_system_v5.exchanges.simulator.tape import CENTS, UNITS, Print
from supreme_system_v5.exchanges.simulator.venue import VenueSide

__all__ = ["TimerFaults"]

_NS = 10**9
_MOST_AT_ONCE = 100_000


class TimerFaults:
    """What they do to the market, to the clock and to all connections.

    Args:
        core: Market and clock.
        venues: Whose connections they are.
    """

    def __init__(self, core: Core, venues: tuple[VenueSide, ...]) -> None:
        self._core = core
        self._venues = venues
        self._later: list[tuple[int, int, Fault]] = []

    def strike(self, faults: Iterable[Fault]) -> Iterator[Print]:
        """Let faults strike; yield the trades that they make."""
        now_ns = self._core.clock.monotonic_ns()
        for later in tuple(self._later):
            due_ns, announced_ns, fault = later
            if due_ns <= now_ns:
                self._later.remove(later)
                self._end(fault, announced_ns)
        for fault in faults:
            yield from self._struck(fault, now_ns)

    def _struck(self, fault: Fault, now_ns: int) -> Iterator[Print]:
        core, market = self._core, self._core.market
        match fault.kind:
            case "burst":
                count = min(fault.count or 1_000, _MOST_AT_ONCE)
                yield from market.burst(count, core.clock.time_ns())
            case "quiet":
                market.quiet_until_ns = core.clock.time_ns() + int((fault.seconds or 60.0) * _NS)
            case "jump":
                market.jump(-0.05 if fault.value is None else fault.value)
            case "clock_offset":
                core.offset_ns = int((fault.seconds or 0.0) * _NS)
                core.offset_since_ns = now_ns
                core.drift = fault.value or 0.0
            case _:
                self._announced(fault, now_ns)
        for venue in self._venues:
            if fault.venue in (None, venue.name):
                venue.strike(fault)

    def _announced(self, fault: Fault, now_ns: int) -> None:
        match fault.kind:
            case "halt":
                self._core.market.rules.state = "suspend"
                self._after(fault, 60.0, now_ns)
            case "instrument":
                self._instrument(fault)
            case "cut":
                self._cut(fault)
            case "notice" | "shutdown":
                self._after(fault, 60.0, now_ns)
            case _:
                pass

    def _after(self, fault: Fault, default_s: float, now_ns: int) -> None:
        seconds = default_s if fault.seconds is None else fault.seconds
        self._later.append((now_ns + int(seconds * _NS), now_ns, fault))

    def _end(self, fault: Fault, announced_ns: int) -> None:
        match fault.kind:
            case "halt":
                self._core.market.rules.state = "live"
            case "notice":
                self._close(fault, announced_ns, "okx", "service upgrade")
            case _:
                for name in ("binance", "binance-usdm"):
                    self._close(fault, announced_ns, name, "server shutdown")

    def _close(self, fault: Fault, announced_ns: int, venue_name: str, reason: str) -> None:
        """Close the connections that were there when it was announced."""
        for venue in self._venues:
            if venue.name != venue_name or fault.venue not in (None, venue.name):
                continue
            for connection in tuple(venue.connections):
                if connection.opened_ns < announced_ns and fault.endpoint in (
                    None,
                    connection.endpoint,
                ):
                    connection.close(1001, reason)

    def _cut(self, fault: Fault) -> None:
        for venue in self._venues:
            if fault.venue not in (None, venue.name):
                continue
            for connection in tuple(venue.connections):
                if fault.endpoint not in (None, connection.endpoint) or (
                    fault.connection not in (None, connection.number)
                ):
                    continue
                if fault.code is None:
                    connection.reset()
                else:
                    connection.close(fault.code, fault.text or "")

    def _instrument(self, fault: Fault) -> None:
        rules, text = self._core.market.rules, fault.text or ""
        try:
            match fault.field:
                case "tick":
                    rules.tick = max(int(Decimal(text) * CENTS), 1)
                case "min_size":
                    rules.min_size = max(int(Decimal(text) * UNITS), 1)
                case _:
                    rules.state = text or "suspend"
        except InvalidOperation:
            return
