"""Drives a bar builder over trades, as `BacktestRunner` drives an analyzer."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from supreme_system_v5.backtest.data_quality import DataQuality
from supreme_system_v5.domain import Bar, Timeframe
from supreme_system_v5.market_data import TradeChunk
from supreme_system_v5.ports import BarSource

__all__ = ["BarRun"]


class BarRun:
    """One run; `feed` it all chunks in order, then `finish` it.

    A jump in time beyond what the builder believes starts a fresh one, so that no months of flat
    bars stand between two recordings.

    Args:
        new_builder: Makes a fresh builder.
        max_gap_seconds: Longest jump ahead in time that it believes.
        timeframe: Length of the bars wanted.
        partial: Also return bars in which watching began, and the one still open at the end.

    Attributes:
        quality: Dropped rows and gaps.
        restarts: How often a fresh builder was made.
    """

    __slots__ = (
        "_builder",
        "_late",
        "_new_builder",
        "_partial",
        "_timeframe",
        "quality",
        "restarts",
    )

    def __init__(
        self,
        new_builder: Callable[[], BarSource],
        *,
        max_gap_seconds: int,
        timeframe: Timeframe,
        partial: bool,
    ) -> None:
        self._new_builder = new_builder
        self._builder = new_builder()
        self._timeframe = timeframe
        self._partial = partial
        self._late = 0
        self.quality = DataQuality(max_gap_seconds)
        self.restarts = 0

    @property
    def late(self) -> int:
        """Trades that came too late for their bar."""
        return self._late + self._builder.late

    def feed(self, chunk: TradeChunk) -> list[Bar]:
        """Take one chunk and return the wanted bars that it closed."""
        restarts = set(self.quality.take(chunk))
        bars: list[Bar] = []
        rows = zip(chunk.prices, chunk.sizes, chunk.timestamps_ns, chunk.sides, strict=True)
        for index, trade in enumerate(rows):
            if index in restarts:
                bars += self.finish()
                self._late += self._builder.late
                self._builder = self._new_builder()
                self.restarts += 1
            if closed := self._builder.update(*trade):
                bars += self._wanted(closed)
        return bars

    def finish(self) -> list[Bar]:
        """Return the bar still open, if it is wanted."""
        forming = self._builder.forming(self._timeframe) if self._partial else None
        return [forming] if forming is not None else []

    def _wanted(self, bars: Iterable[Bar]) -> list[Bar]:
        return [
            bar
            for bar in bars
            if bar.timeframe is self._timeframe and (self._partial or not bar.partial)
        ]
