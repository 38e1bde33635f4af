"""Our own closed minutes beside the exchange's: a feed that loses trades shows here."""

from __future__ import annotations

from collections import OrderedDict
from typing import NamedTuple

from supreme_system_v5.domain.live import Candle
from supreme_system_v5.ports import TickAnalyzer

__all__ = ["BarAudit", "Difference"]

_KEPT = 16
"""Minutes that wait for their counterpart; more are given up."""
_MINUTE_NS = 60_000_000_000
_NAMES = ("open", "high", "low", "close", "volume")
_VOLUME_OFF = 1e-6
"""Volumes are sums of decimals here and there; as a fraction of the volume."""


class Difference(NamedTuple):
    """A minute that is not what the exchange says.

    Attributes:
        open_ns: Which minute.
        name: What differs first: ``"open"``, ``"high"``, ``"low"``, ``"close"`` or ``"volume"``.
        ours: Our value.
        theirs: The exchange's.
    """

    open_ns: int
    name: str
    ours: float
    theirs: float


class BarAudit:
    """Compares minute by minute, whichever side has it first.

    The minute in which watching began is not compared, nor what came before.

    Args:
        market: Whose closed minutes are compared.

    Attributes:
        checked: Minutes that were compared.
        differing: Those that differed.
        unmatched: Minutes that only one side had.
        last: The newest difference; None while there was none.
    """

    __slots__ = (
        "_closed",
        "_market",
        "_ours",
        "_theirs",
        "checked",
        "differing",
        "last",
        "unmatched",
    )

    def __init__(self, market: TickAnalyzer) -> None:
        self._market = market
        self._closed = -1.0
        self._ours: OrderedDict[int, tuple[float, ...]] = OrderedDict()
        self._theirs: OrderedDict[int, tuple[float, ...]] = OrderedDict()
        self.checked = 0
        self.differing = 0
        self.unmatched = 0
        self.last: Difference | None = None

    def closed(self) -> None:
        """Look whether minutes of ours have closed since."""
        read = self._market.read
        closed = read("closed") or 0.0
        if self._closed < 0.0:  # what was there before is history
            self._closed = closed
            return
        if closed == self._closed:
            return
        new = int(closed - self._closed) if closed > self._closed else 1
        self._closed = closed
        columns = [self._market.recent(name, min(new, _KEPT)) for name in _NAMES]
        last_ns, count = int(read("open_ns") or 0), len(columns[0])
        for place in range(count):
            open_ns = last_ns - (count - 1 - place) * _MINUTE_NS
            self._meet(self._ours, open_ns, tuple(column[place] for column in columns))

    def told(self, candle: Candle) -> None:
        """Take a minute of the exchange's; one that is not closed is left."""
        if candle.closed:
            values = (candle.open, candle.high, candle.low, candle.close, candle.volume)
            self._meet(self._theirs, candle.open_ns, values)

    def _meet(
        self, side: OrderedDict[int, tuple[float, ...]], open_ns: int, values: tuple[float, ...]
    ) -> None:
        side[open_ns] = values
        ours, theirs = self._ours.pop(open_ns, None), self._theirs.pop(open_ns, None)
        if ours is not None and theirs is not None:
            self._compare(open_ns, ours, theirs)
            return
        side[open_ns] = values
        while len(side) > _KEPT:
            side.popitem(last=False)
            self.unmatched += 1

    def _compare(self, open_ns: int, ours: tuple[float, ...], theirs: tuple[float, ...]) -> None:
        self.checked += 1
        for name, mine, other in zip(_NAMES, ours, theirs, strict=True):
            within = _VOLUME_OFF * other if name == "volume" else 0.0
            if abs(mine - other) > within:
                self.differing += 1
                self.last = Difference(open_ns, name, mine, other)
                return
