"""Time in the order of rows: which rows run backward, and which jump ahead beyond belief.

One row whose clock is wrong by weeks would make every row after it late. So a row that jumps
further ahead than an analyzer believes waits for the next one: where that is back near the old time
or lags as far behind the row that waited, or there is none, the row that waited is a bad one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Generic, NamedTuple, TypeVar

from supreme_system_v5.domain import NS_PER_SECOND, AnalyzerConfig
from supreme_system_v5.market_data.chunks import ChunkBuilder, RowFault

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["Row", "believed"]

_MAX_GAP_SECONDS = AnalyzerConfig().max_gap_seconds
_MAX_GAP_NS = _MAX_GAP_SECONDS * NS_PER_SECOND

_Content = TypeVar("_Content")


class Row(NamedTuple, Generic[_Content]):
    """One well-formed row, and where it stands."""

    path: Path
    line_number: int
    time_ns: int
    content: _Content


def believed(
    rows: Iterable[Row[_Content]], builder: ChunkBuilder
) -> Iterator[tuple[int, _Content]]:
    """Yield (time, content) of the rows whose jumps ahead the next row confirms.

    Rejects the others, and counts rows whose time is below that of the row before in their file.
    The first row of all is believed.
    """
    before: Row[_Content] | None = None
    waiting: Row[_Content] | None = None
    latest_ns = 0
    for row in rows:
        if waiting is not None:
            unconfirmed_ns = max(latest_ns + _MAX_GAP_NS, waiting.time_ns - _MAX_GAP_NS - 1)
            if latest_ns - _MAX_GAP_NS <= row.time_ns <= unconfirmed_ns:
                _reject(waiting, builder)
            else:
                latest_ns = waiting.time_ns
                before = waiting
                yield waiting.time_ns, waiting.content
            waiting = None
        if before is not None and row.time_ns > latest_ns + _MAX_GAP_NS:
            waiting = row
            continue
        if before is not None and row.time_ns < before.time_ns and row.path == before.path:
            builder.backward += 1
        before = row
        latest_ns = max(latest_ns, row.time_ns)
        yield row.time_ns, row.content
    if waiting is not None:
        _reject(waiting, builder)


def _reject(row: Row[_Content], builder: ChunkBuilder) -> None:
    value = b"%d" % (row.time_ns // 1_000_000)
    allowed = f"at most {_MAX_GAP_SECONDS} seconds ahead of the rows around it"
    builder.reject(row.path, row.line_number, RowFault("timestamp_ms", value, allowed))
