"""A strategy that does what it was told, bar by bar."""

from __future__ import annotations

from collections.abc import Mapping

from supreme_system_v5.domain import TimeframeView
from supreme_system_v5.strategies import PositionView, Signal

__all__ = ["ScriptedStrategy"]


class ScriptedStrategy:
    """Fulfils `supreme_system_v5.strategies.Strategy`.

    Args:
        script: Signals by the number of closed bars at which they are given, from 1.
        every: Repeat the script after so many bars; None does not.
    """

    def __init__(self, script: Mapping[int, Signal], every: int | None = None) -> None:
        self._script = script
        self._every = every
        self.asked: list[tuple[int, PositionView | None]] = []

    def decide(self, view: TimeframeView, position: PositionView | None) -> Signal | None:
        self.asked.append((view.closed, position))
        key = view.closed if self._every is None else (view.closed - 1) % self._every + 1
        return self._script.get(key)
