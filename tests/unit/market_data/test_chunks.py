from __future__ import annotations

from collections import deque
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from supreme_system_v5.errors import DataError
from supreme_system_v5.market_data.chunks import (
    MESSAGES_KEPT,
    ChunkBuilder,
    DuplicateWindow,
    Grid,
    RowFault,
)
from supreme_system_v5.reference import BarBuilder

PATH = Path("some.csv")


class TestGrid:
    @pytest.mark.parametrize("text", [b"61837.63", b"9e-05", b"1", b"0.00000001", b"90071992.5"])
    def test_by_default_eight_decimals_are_allowed(self, text: bytes) -> None:
        assert Grid().read("price", text) == float(text)

    @pytest.mark.parametrize(
        "text",
        [
            b"",
            b"x",
            b"nan",
            b"inf",
            b"-inf",
            b"0",
            b"-1",
            b"1_0",
            b"1e400",
            b"1e-9",
            b"1e9",
            b"0x1",
        ],
    )
    def test_what_is_not_a_number_on_it_is_a_fault(self, text: bytes) -> None:
        with pytest.raises(RowFault, match=r"^price is .* allowed is a number from 1e-08 to 9"):
            Grid().read("price", text)

    def test_with_decimals_a_value_between_is_a_fault(self) -> None:
        grid = Grid(2)
        assert grid.read("price", b"0.07") == 0.07
        with pytest.raises(RowFault, match="at most 2 decimals"):
            grid.read("price", b"0.075")

    @given(
        st.floats(min_value=1e-12, max_value=2e15),
        st.sampled_from([None, 0, 2, 5, 8, 12]),
    )
    @example(90071992.54740992, None)
    @example(9007199254740993.0, 0)
    @example(1e15, 0)
    def test_what_it_allows_the_bar_builder_takes(self, value: float, decimals: int | None) -> None:
        """Otherwise a row that passed the reader would stop a run without file and line."""
        grid = Grid(decimals)
        try:
            read = grid.read("price", repr(value).encode())
        except RowFault:
            return
        from supreme_system_v5.domain import Instrument

        instrument = (
            None
            if decimals is None
            else Instrument(symbol="A-B", price_decimals=decimals, size_decimals=0)
        )
        assert BarBuilder(instrument).update(read, 1.0, 0) == []

    @given(st.integers(min_value=1, max_value=2**50))
    def test_units_and_values_agree(self, units: int) -> None:
        assert Grid().units(Grid().value(units)) == units


class TestDuplicateWindow:
    @given(st.lists(st.integers(0, 12).map(lambda i: b"%d" % i)), st.integers(1, 6))
    def test_it_remembers_the_last_keys_and_no_more(self, keys: list[bytes], limit: int) -> None:
        window, expected = DuplicateWindow(limit), deque[bytes](maxlen=limit)
        for key in keys:
            assert window.seen(key) == (key in expected)
            if key not in expected:
                expected.append(key)


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
        assert builder.empty

    def test_a_bad_row_raises_with_file_line_column_value_and_what_is_allowed(self) -> None:
        fault = RowFault("side", b"bid", "'buy' or 'sell'")
        with pytest.raises(DataError, match=r"^some.csv, line 7: side is 'bid', allowed is 'buy'"):
            ChunkBuilder().reject(PATH, 7, fault)

    def test_skipped_rows_are_all_counted_and_a_few_told(self) -> None:
        builder = ChunkBuilder(skip_bad_rows=True)
        for line in range(100):
            builder.reject(PATH, line, RowFault("side", b"\xff" * 1000, "'buy' or 'sell'"))
        assert not builder.empty
        dropped = builder.take().dropped
        assert dropped.bad_rows == 100
        assert len(dropped.messages) == MESSAGES_KEPT
        assert max(map(len, dropped.messages)) < 250
        assert builder.take().dropped.bad_rows == 0
