from __future__ import annotations

from array import array

from supreme_system_v5.market_data.chunks import BarChunk, ChunkBuilder, Dropped, Grid


class TestChunkBuilder:
    def test_it_tells_when_a_chunk_is_full(self) -> None:
        builder = ChunkBuilder(rows=2)
        assert [builder.add(1.0, 2.0, 3, 1), builder.add(4.0, 5.0, 6, -1)] == [False, True]
        chunk = builder.take()
        assert list(chunk.prices) == [1.0, 4.0]
        assert list(chunk.sizes) == [2.0, 5.0]
        assert list(chunk.timestamps_ns) == [3, 6]
        assert list(chunk.sides) == [1, -1]
        assert [column.typecode for column in (chunk.prices, chunk.timestamps_ns, chunk.sides)] == [
            *"dqb"
        ]
        assert chunk.dropped == Dropped()
        assert builder.empty


def test_a_chunk_is_as_long_as_its_arrays() -> None:
    price = array("d", [1.0, 1.0])
    chunk = BarChunk(
        opens=price,
        highs=price,
        lows=price,
        closes=price,
        volumes=price,
        timestamps_ns=array("q", [0, 60_000_000_000]),
    )
    assert len(chunk) == 2
    assert chunk.dropped == Dropped()


def test_a_grid_is_its_decimals() -> None:
    assert Grid() == Grid(None) != Grid(8)
