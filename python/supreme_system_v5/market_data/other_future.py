"""The same data up to some time, and another future after it.

What a program decided before that time cannot depend on which future it was, unless it looked.
"""

from __future__ import annotations

import gzip
from array import array
from collections.abc import Iterable, Iterator
from decimal import Decimal
from pathlib import Path
from random import Random

from supreme_system_v5.errors import DataError
from supreme_system_v5.market_data.chunks import BarChunk, TradeChunk

__all__ = ["shaken", "truncated", "write_csv"]

_Chunk = TradeChunk | BarChunk
_SAMPLE = 256
_LAST_DECIMAL = 8
_MS = 1_000_000


def truncated(chunks: Iterable[_Chunk], known_ns: int) -> Iterator[_Chunk]:
    """Yield the rows up to a time, and read no further than to the first one after it.

    In place of that one comes a row of its time at the last known price: time goes on as it did,
    for what happens in silence (a bar closes, an order runs out), and nothing else is told.

    Args:
        chunks: The data.
        known_ns: Time of the newest row that is kept; of bars their opening time.
    """
    last: _Chunk | None = None
    for chunk in chunks:
        later = _first_later(chunk, known_ns)
        if later:
            last = chunk.rows(slice(later - 1, later))
        if later == len(chunk):
            yield chunk
            continue
        yield chunk.rows(slice(later))
        if last is not None:
            yield _still(last, chunk.timestamps_ns[later])
        return


def shaken(chunks: Iterable[_Chunk], known_ns: int, rng: Random) -> Iterator[_Chunk]:
    """Yield the rows up to a time as they are, and an upside-down, shaken market after it.

    Prices p become k² / p times a random factor within 1 %, where k is the last known price: what
    rose falls, and by another amount. Sizes and volumes are halved to doubled, sides are drawn.
    All stay above 0 and on the grid that the data show; of a bar one factor moves all four prices,
    so that low and high hold open and close as before. Times stay.

    Args:
        chunks: The data.
        known_ns: Time of the newest row that stays; of bars their opening time.
        rng: Draws the factors.
    """
    pivot = 0.0
    future = False
    for chunk in chunks:
        start = 0 if future else _first_later(chunk, known_ns)
        closes = chunk.prices if isinstance(chunk, TradeChunk) else chunk.closes
        if start:
            pivot = closes[start - 1]
        if start == len(chunk):
            yield chunk
            continue
        future = True
        pivot = pivot or closes[0]
        if isinstance(chunk, TradeChunk):
            yield _shaken_trades(chunk, start, pivot, rng)
        else:
            yield _shaken_bars(chunk, start, pivot, rng)


def write_csv(chunks: Iterable[_Chunk], path: Path) -> None:
    """Write data as a file that the readers here read back to the last bit.

    Args:
        chunks: Trades or bars.
        path: ``.csv`` or ``.csv.gz``.

    Raises:
        DataError: `path` ends otherwise.
    """
    if not path.name.endswith((".csv", ".csv.gz")):
        raise DataError(f"{path.name} cannot be written: its name must end in .csv or .csv.gz")
    text = gzip.open if path.suffix == ".gz" else open
    with text(path, "wt", encoding="ascii", newline="\n") as out:
        begun = False
        for chunk in chunks:
            if not begun:
                out.write(_header(chunk))
                begun = True
            out.writelines(_lines(chunk))


def _first_later(chunk: _Chunk, known_ns: int) -> int:
    times = chunk.timestamps_ns
    return next((row for row, time in enumerate(times) if time > known_ns), len(times))


def _still(row: _Chunk, time_ns: int) -> _Chunk:
    """Return one row at the price that another one ended with."""
    times = array("q", [time_ns])
    if isinstance(row, TradeChunk):
        return TradeChunk(prices=row.prices, sizes=row.sizes, timestamps_ns=times, sides=row.sides)
    flat = row.closes
    return BarChunk(
        opens=flat, highs=flat, lows=flat, closes=flat, volumes=row.volumes, timestamps_ns=times
    )


def _shaken_trades(chunk: TradeChunk, start: int, pivot: float, rng: Random) -> TradeChunk:
    prices, sizes, sides = chunk.prices[:], chunk.sizes[:], chunk.sides[:]
    price_decimals, size_decimals = _decimals(prices), _decimals(sizes)
    for row in range(start, len(chunk)):
        mirrored = pivot * pivot * rng.uniform(0.99, 1.01) / prices[row]
        prices[row] = _on_grid(mirrored, price_decimals)
        sizes[row] = _on_grid(sizes[row] * rng.uniform(0.5, 2.0), size_decimals)
        sides[row] = rng.choice((-1, 1))
    return TradeChunk(
        prices=prices,
        sizes=sizes,
        timestamps_ns=chunk.timestamps_ns,
        sides=sides,
        dropped=chunk.dropped,
    )


def _shaken_bars(chunk: BarChunk, start: int, pivot: float, rng: Random) -> BarChunk:
    opens, highs, lows, closes = chunk.opens[:], chunk.highs[:], chunk.lows[:], chunk.closes[:]
    volumes = chunk.volumes[:]
    decimals, size_decimals = _decimals(closes), _decimals(volumes)
    for row in range(start, len(chunk)):
        mirror = pivot * pivot * rng.uniform(0.99, 1.01)
        opens[row] = _on_grid(mirror / opens[row], decimals)
        closes[row] = _on_grid(mirror / closes[row], decimals)
        high, low = mirror / lows[row], mirror / highs[row]
        highs[row], lows[row] = _on_grid(high, decimals), _on_grid(low, decimals)
        volumes[row] = _on_grid(volumes[row] * rng.uniform(0.5, 2.0), size_decimals)
    return BarChunk(
        opens=opens,
        highs=highs,
        lows=lows,
        closes=closes,
        volumes=volumes,
        timestamps_ns=chunk.timestamps_ns,
        dropped=chunk.dropped,
    )


def _decimals(column: array[float]) -> int:
    """Return how many decimals a column shows; never more than its grid has."""
    shown = 0
    for value in column[:_SAMPLE]:
        exponent = Decimal(repr(value)).normalize().as_tuple().exponent
        shown = max(shown, -int(exponent))
    return min(shown, _LAST_DECIMAL)


def _on_grid(value: float, decimals: int) -> float:
    return max(round(value, decimals), round(10.0**-decimals, decimals))


def _header(chunk: _Chunk) -> str:
    if isinstance(chunk, TradeChunk):
        return "timestamp_ms,price,size,side\n"
    return "timestamp_ms,open,high,low,close,volume\n"


def _lines(chunk: _Chunk) -> Iterator[str]:
    times = (time // _MS for time in chunk.timestamps_ns)
    if isinstance(chunk, TradeChunk):
        sides = ("buy" if side > 0 else "sell" for side in chunk.sides)
        for row in zip(times, chunk.prices, chunk.sizes, sides, strict=True):
            yield f"{row[0]},{row[1]!r},{row[2]!r},{row[3]}\n"
        return
    columns = (chunk.opens, chunk.highs, chunk.lows, chunk.closes, chunk.volumes)
    for time, *values in zip(times, *columns, strict=True):
        yield f"{time},{','.join(map(repr, values))}\n"
