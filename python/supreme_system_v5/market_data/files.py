"""Which data files hold what, and in which order they are read."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from supreme_system_v5.errors import DataError
from supreme_system_v5.market_data.bars import BAR_COLUMNS, read_bars
from supreme_system_v5.market_data.chunks import BarChunk, Grid, TradeChunk
from supreme_system_v5.market_data.reading import column_names, is_table
from supreme_system_v5.market_data.trades import TRADE_COLUMNS, read_trades

__all__ = ["DataKind", "MarketFiles"]


class DataKind(StrEnum):
    """What kind of market data it is."""

    SYNTHETIC = "synthetic"
    TRADES = "trades"
    BARS = "bars"
    LIVE = "live"


@dataclass(frozen=True, slots=True, kw_only=True)
class MarketFiles:
    """Files of one kind, in order of time.

    Attributes:
        kind: What they hold.
        paths: The files, by the time of their first readable row.
        total_bytes: Their size on disk.
    """

    kind: DataKind
    paths: tuple[Path, ...]
    total_bytes: int

    @classmethod
    def find(cls, paths: Sequence[Path]) -> MarketFiles:
        """Look into the files: their headers tell the kind, their first rows the order.

        Raises:
            DataError: If one cannot be read, is of no known kind, or of another kind than the
                others.
        """
        kinds = {path: _kind(path) for path in paths}
        if len(set(kinds.values())) > 1:
            told = ", ".join(f"{path} ({kind})" for path, kind in kinds.items())
            raise DataError(f"trades and bars cannot be mixed in one run: {told}")
        kind = kinds[paths[0]]
        if len(paths) > 1:
            paths = sorted(paths, key=lambda path: _first_ns(kind, path))
        return cls(
            kind=kind,
            paths=tuple(paths),
            total_bytes=sum(path.stat().st_size for path in paths),
        )

    def chunks(
        self,
        *,
        price_grid: Grid | None = None,
        size_grid: Grid | None = None,
        skip_bad_rows: bool = False,
        on_bytes: Callable[[int], None] | None = None,
    ) -> Iterator[TradeChunk] | Iterator[BarChunk]:
        """Return their trades or bars; see `read_trades` and `read_bars`."""
        return _reader(self.kind)(
            self.paths,
            price_grid=price_grid,
            size_grid=size_grid,
            skip_bad_rows=skip_bad_rows,
            on_bytes=on_bytes,
        )


def _reader(kind: DataKind) -> Callable[..., Iterator[TradeChunk] | Iterator[BarChunk]]:
    return read_bars if kind is DataKind.BARS else read_trades


def _kind(path: Path) -> DataKind:
    names = column_names(path)
    for kind, columns in ((DataKind.TRADES, TRADE_COLUMNS), (DataKind.BARS, BAR_COLUMNS)):
        if set(columns) <= set(names):
            return kind
    place, names_them = (path, "table") if is_table(path) else (f"{path}, line 1", "header")
    raise DataError(
        f"{place}: neither trades nor bars; the {names_them} must name "
        f"{', '.join(TRADE_COLUMNS)} or {', '.join(BAR_COLUMNS)}"
    )


def _first_ns(kind: DataKind, path: Path) -> int:
    """Return the time of the first readable row, 0 if there is none."""
    for chunk in _reader(kind)([path], skip_bad_rows=True, chunk_rows=1):
        if len(chunk):
            return chunk.timestamps_ns[0]
    return 0
