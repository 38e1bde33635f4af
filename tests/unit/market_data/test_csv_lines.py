from __future__ import annotations

import gzip
import tracemalloc
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from supreme_system_v5.errors import DataError
from supreme_system_v5.market_data.chunks import RowFault
from supreme_system_v5.market_data.csv_lines import (
    LONGEST_LINE,
    Columns,
    header_names,
    read_lines,
    timestamp_ns,
)

PATH = Path("some.csv")


def written(path: Path, content: bytes) -> Path:
    path.write_bytes(gzip.compress(content) if path.suffix == ".gz" else content)
    return path


@pytest.mark.parametrize("name", ["a.csv", "a.csv.gz"])
class TestReadLines:
    @settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(content=st.binary(max_size=300))
    @example(content=b"a\r\n\r\nb")
    @example(content=b"\n")
    @example(content=b"")
    def test_lines_are_numbered_and_lose_their_ends(
        self, name: str, content: bytes, tmp_path: Path
    ) -> None:
        expected = content.split(b"\n")
        if not expected[-1]:
            expected.pop()
        lines = list(read_lines(written(tmp_path / name, content)))
        assert lines == [(i, line.removesuffix(b"\r")) for i, line in enumerate(expected, 1)]

    def test_an_endless_line_is_cut_and_the_next_one_is_whole(
        self, name: str, tmp_path: Path
    ) -> None:
        content = b"x" * (20 * LONGEST_LINE) + b"\nnext\n"
        path = written(tmp_path / name, content)
        del content
        tracemalloc.start()
        lines = list(read_lines(path))
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert [(i, len(line)) for i, line in lines] == [(1, LONGEST_LINE + 1), (2, 4)]
        assert peak < 8 * LONGEST_LINE

    def test_all_bytes_on_disk_are_told(self, name: str, tmp_path: Path) -> None:
        path = written(tmp_path / name, bytes(range(256)) * 4096)
        told: list[int] = []
        list(read_lines(path, told.append))
        assert sum(told) == path.stat().st_size
        assert min(told) > 0


class TestUnreadable:
    def test_no_gzip(self, tmp_path: Path) -> None:
        path = tmp_path / "a.csv.gz"
        path.write_bytes(b"timestamp_ms,price\n")
        with pytest.raises(DataError, match=r"a\.csv\.gz: not a whole gzip file"):
            list(read_lines(path))

    def test_half_a_gzip(self, tmp_path: Path) -> None:
        path = tmp_path / "a.csv.gz"
        path.write_bytes(gzip.compress(bytes(range(256)) * 100)[:-20])
        with pytest.raises(DataError, match="not a whole gzip file"):
            list(read_lines(path))

    def test_damaged_gzip(self, tmp_path: Path) -> None:
        packed = bytearray(gzip.compress(b"".join(b"%d\n" % i for i in range(9999))))
        packed[len(packed) // 2] ^= 255
        path = tmp_path / "a.csv.gz"
        path.write_bytes(packed)
        with pytest.raises(DataError, match="not a whole gzip file"):
            list(read_lines(path))

    def test_no_file(self, tmp_path: Path) -> None:
        with pytest.raises(DataError, match="cannot be read"):
            list(read_lines(tmp_path / "a.csv"))

    def test_a_directory(self, tmp_path: Path) -> None:
        with pytest.raises(DataError, match="cannot be read"):
            list(read_lines(tmp_path))


class TestColumns:
    def test_they_are_found_by_name_in_any_order(self) -> None:
        columns = Columns(PATH, b"\xef\xbb\xbfside, price,more", ("price", "side"), "id")
        assert columns.split(b"buy,1.5,") == [b"1.5", b"buy"]

    def test_the_optional_one_comes_last(self) -> None:
        columns = Columns(PATH, b"id,side,price", ("price", "side"), "id")
        assert columns.split(b"7,buy,1.5") == [b"1.5", b"buy", b"7"]

    @pytest.mark.parametrize(
        ("header", "message"),
        [
            (None, "empty"),
            (b"", "lacks price, side"),
            (b"price,size", "lacks side"),
            (b"1723161255342,61837.63", "lacks price, side"),
            (b"price,side,price", "price more than once"),
            (b"price,side\0", "NUL"),
            (b"price,side\xff", "UTF-8"),
        ],
    )
    def test_a_header_that_will_not_do(self, header: bytes | None, message: str) -> None:
        with pytest.raises(DataError, match=message):
            Columns(PATH, header, ("price", "side"))

    @pytest.mark.parametrize(
        ("line", "message"),
        [
            (b"1.5", "number of columns is '1', allowed is 2"),
            (b"1.5,buy,", "number of columns is '3'"),
            (b"1.5,b\0uy", "NUL"),
            (b"1.5,b\xffuy", "UTF-8"),
            (b"1" * (LONGEST_LINE + 1), f"at most {LONGEST_LINE} bytes"),
        ],
    )
    def test_a_line_that_is_no_row(self, line: bytes, message: str) -> None:
        with pytest.raises(RowFault, match=message):
            Columns(PATH, b"price,side", ("price", "side")).split(line)

    def test_names_are_text(self) -> None:
        assert header_names(PATH, "größe,preis".encode()) == ["größe", "preis"]


class TestTimestamp:
    def test_milliseconds_become_nanoseconds(self) -> None:
        assert timestamp_ns("t", b"1723161255342") == 1_723_161_255_342_000_000
        assert timestamp_ns("t", b"0") == 0
        assert timestamp_ns("t", b"4102444800000") == 4_102_444_800_000_000_000

    @pytest.mark.parametrize(
        "text", [b"", b"-1", b"1.0", b"1e3", b"4102444800001", b"1_0", b"x", b"9" * 5000, b"nan"]
    )
    def test_anything_else_is_a_fault(self, text: bytes) -> None:
        with pytest.raises(RowFault, match="whole milliseconds from 0 to 4102444800000"):
            timestamp_ns("t", text)
