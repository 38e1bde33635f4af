from __future__ import annotations

import gzip
import tracemalloc
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from supreme_system_v5.errors import DataError
from supreme_system_v5.market_data.csv_file import CsvFile, header_names, read_blocks
from supreme_system_v5.market_data.trades import read_trades

PATH = Path("some.csv")
LONGEST_LINE = 1 << 20


def written(path: Path, content: bytes) -> Path:
    path.write_bytes(gzip.compress(content) if path.suffix == ".gz" else content)
    return path


@pytest.mark.parametrize("name", ["a.csv", "a.csv.gz"])
class TestBlocks:
    @settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(content=st.binary(max_size=300))
    @example(content=b"a\r\n\r\nb")
    @example(content=b"\n")
    def test_the_header_is_taken_off_and_nothing_is_lost(
        self, name: str, content: bytes, tmp_path: Path
    ) -> None:
        file = CsvFile(written(tmp_path / name, b"one,two\r\n" + content))
        assert file.names == ["one", "two"]
        assert b"".join(file.blocks) == content

    def test_an_endless_line_is_cut_and_the_next_one_is_whole(
        self, name: str, tmp_path: Path
    ) -> None:
        header = b"timestamp_ms,price,size,side\n"
        content = header + b"x" * (20 * LONGEST_LINE) + b"\n1,2,3,buy\n"
        path = written(tmp_path / name, content)
        del content
        tracemalloc.start()
        [chunk] = read_trades([path], skip_bad_rows=True)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        [message] = chunk.dropped.messages
        assert message.endswith(f"line 2: the line is '{'x' * 40}'..., allowed is at most "
                                f"{LONGEST_LINE} bytes")  # fmt: skip
        assert len(chunk) == 1
        assert peak < 8 * LONGEST_LINE

    def test_the_longest_line_is_no_fault(self, name: str, tmp_path: Path) -> None:
        header, row = b"timestamp_ms,price,size,side,trade_id\n", b"1,2,3,buy,"
        longest = row + b"7" * (LONGEST_LINE - len(row))
        path = written(tmp_path / name, header + longest + b"\r\n" + longest + b"0\r\n")
        [chunk] = read_trades([path], skip_bad_rows=True)
        assert (len(chunk), chunk.dropped.bad_rows) == (1, 1)

    def test_an_endless_header_is_cut(self, name: str, tmp_path: Path) -> None:
        path = written(tmp_path / name, b"x" * (20 * LONGEST_LINE))
        tracemalloc.start()
        assert [len(each) for each in CsvFile(path).names] == [LONGEST_LINE]
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert peak < 8 * LONGEST_LINE

    def test_all_bytes_on_disk_are_told(self, name: str, tmp_path: Path) -> None:
        path = written(tmp_path / name, bytes(range(256)) * 4096)
        told: list[int] = []
        list(read_blocks(path, told.append))
        assert sum(told) == path.stat().st_size
        assert min(told) > 0


class TestUnreadable:
    def test_no_gzip(self, tmp_path: Path) -> None:
        path = tmp_path / "a.csv.gz"
        path.write_bytes(b"timestamp_ms,price\n")
        with pytest.raises(DataError, match=r"a\.csv\.gz: not a whole gzip file"):
            list(read_blocks(path))

    def test_half_a_gzip(self, tmp_path: Path) -> None:
        path = tmp_path / "a.csv.gz"
        path.write_bytes(gzip.compress(bytes(range(256)) * 100)[:-20])
        with pytest.raises(DataError, match="not a whole gzip file"):
            list(read_blocks(path))

    def test_damaged_gzip(self, tmp_path: Path) -> None:
        packed = bytearray(gzip.compress(b"".join(b"%d\n" % i for i in range(9999))))
        packed[len(packed) // 2] ^= 255
        path = tmp_path / "a.csv.gz"
        path.write_bytes(packed)
        with pytest.raises(DataError, match="not a whole gzip file"):
            list(read_blocks(path))

    def test_no_file(self, tmp_path: Path) -> None:
        with pytest.raises(DataError, match="cannot be read"):
            list(read_blocks(tmp_path / "a.csv"))

    def test_a_directory(self, tmp_path: Path) -> None:
        with pytest.raises(DataError, match="cannot be read"):
            list(read_blocks(tmp_path))


class TestHeader:
    def test_columns_are_found_by_name_in_any_order(self, tmp_path: Path) -> None:
        path = written(tmp_path / "a.csv", b"\xef\xbb\xbfside, price,more\nbuy,1.5,")
        assert CsvFile(path).places(("price", "side"), "id") == [1, 0]

    def test_the_optional_one_comes_last(self, tmp_path: Path) -> None:
        path = written(tmp_path / "a.csv", b"id,side,price\r\n7,buy,1.5")
        assert CsvFile(path).places(("price", "side"), "id") == [2, 1, 0]

    @pytest.mark.parametrize(
        ("header", "message"),
        [
            (b"", "empty"),
            (b"\n", "lacks price, side"),
            (b"price,size", "lacks side"),
            (b"1723161255342,61837.63", "lacks price, side"),
            (b"price,side,price", "price more than once"),
            (b"price,side\0", "NUL"),
            (b"price,side\xff", "UTF-8"),
            (b"\xff" * 50, r"line is '(\\xff){40}'\.\.\., allowed is UTF-8"),
        ],
    )
    def test_a_header_that_will_not_do(self, header: bytes, message: str, tmp_path: Path) -> None:
        path = written(tmp_path / "a.csv", header)
        with pytest.raises(DataError, match=message):
            CsvFile(path).places(("price", "side"))

    def test_names_are_text(self) -> None:
        assert header_names(PATH, "größe,preis".encode()) == ["größe", "preis"]
