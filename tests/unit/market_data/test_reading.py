"""Files through the native decoders, against a decoder that is written for reading."""

from __future__ import annotations

import gzip
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from supreme_system_v5.errors import DataError
from supreme_system_v5.market_data import BarChunk, Grid, TradeChunk, csv_file
from supreme_system_v5.market_data.bars import read_bars
from supreme_system_v5.market_data.chunks import MESSAGES_KEPT
from supreme_system_v5.market_data.trades import read_trades
from tests.support.market_files import BARS, TRADES, Decoded, WrongStepError, decode

DAY_MS = 86_400_000
MINUTE_MS = 60_000


def rows_of(chunk: TradeChunk | BarChunk) -> list[tuple[float, ...]]:
    times = [time // 1_000_000 for time in chunk.timestamps_ns]
    columns: tuple[Sequence[float], ...]
    if isinstance(chunk, BarChunk):
        columns = (chunk.opens, chunk.highs, chunk.lows, chunk.closes, chunk.volumes)
    else:
        columns = (chunk.prices, chunk.sizes, chunk.sides)
    return list(zip(times, *columns, strict=True))


def assert_read_like(paths: list[Path], chunk_rows: int, decimals: int | None) -> None:
    """Compare with the oracle: with bad rows skipped, and without."""
    contents = [gzip.decompress(p.read_bytes()) if p.suffix == ".gz" else p.read_bytes()
                for p in paths]  # fmt: skip
    grid = None if decimals is None else Grid(decimals)
    bars = contents[0].removeprefix(b"\xef\xbb\xbf").startswith(b"timestamp_ms,open")
    read: Any = read_bars if bars else read_trades

    def chunks(*, skip: bool) -> list[Any]:
        return list(
            read(paths, price_grid=grid, size_grid=grid, skip_bad_rows=skip, chunk_rows=chunk_rows)
        )

    try:
        expected = decode(contents, prices=decimals, sizes=decimals)
    except WrongStepError as error:
        with pytest.raises(DataError, match=re.escape(str(error))):
            chunks(skip=True)
        return
    found = chunks(skip=True)
    assert [row for chunk in found for row in rows_of(chunk)] == expected.rows
    dropped = [chunk.dropped for chunk in found]
    assert (
        Decoded(
            rows=expected.rows,
            bad=expected.bad,
            duplicates=sum(d.duplicates for d in dropped),
            late=sum(d.late for d in dropped),
            backward=sum(d.backward for d in dropped),
        )
        == expected
    )
    assert sum(d.bad_rows for d in dropped) == len(expected.bad)
    assert all(len(d.messages) == min(d.bad_rows, MESSAGES_KEPT) for d in dropped)
    told = [message for d in dropped for message in d.messages]
    words = [f"{paths[file]}, line {line}: {text}" for file, line, text in expected.bad]
    assert set(told) <= set(words)
    assert told[:MESSAGES_KEPT] == words[: len(told[:MESSAGES_KEPT])]
    assert all(len(chunk) == chunk_rows for chunk in found[:-1])
    assert len(found[-1]) <= chunk_rows if found else not expected.bad
    if not expected.bad:
        assert [rows_of(c) for c in chunks(skip=False)] == [rows_of(c) for c in found]
        return
    with pytest.raises(DataError) as caught:
        chunks(skip=False)
    assert str(caught.value).startswith(words[0] + " (")


# What the fields of a row may hold: mostly what is right, and whatever could be mistaken for it.
ODD = st.sampled_from(
    [b"", b"0", b"-0", b"+1", b"nan", b"inf", b"-1", b"1e-9", b"1e300", b"1e999", b"1_0", b" 1",
     b".5", b"5.", b".", b"1e", b"1e+1", b"0x1", b"\xff", b"\0", b"\xc3\xa9", b"'", b'"', b"\r",
     b"\xd9\xa1", b"1" * 50, b"0" * 30 + b"7", b"0." + b"3" * 40, b"1e-400", b"9007199254740993"]
)  # fmt: skip
NUMBER = st.one_of(
    st.integers(1, 10**7).map(lambda n: f"{n / 100:.2f}".encode()),
    st.integers(1, 10**12).map(lambda n: f"{n / 10**8:.8f}".encode()),
    st.sampled_from([b"5", b"5.5", b"0.1", b"1e2", b"100.25"]),
)


def field(right: st.SearchStrategy[bytes]) -> st.SearchStrategy[bytes]:
    return st.integers(0, 30).flatmap(lambda chance: right if chance else ODD)


@st.composite
def trade(draw: st.DrawFn) -> bytes:
    day = draw(st.sampled_from([0, 1, 2, 8, 9, 400, 401, 47_000, 50_000]))
    fields = [
        draw(field(st.integers(0, 5).map(lambda s: b"%d" % (day * DAY_MS + s)))),
        draw(field(NUMBER)),
        draw(field(NUMBER)),
        draw(field(st.sampled_from([b"buy", b"sell"]))),
        draw(field(st.integers(0, 30).map(lambda i: b"%d" % i))),
    ]
    return b",".join(fields)


@st.composite
def bar(draw: st.DrawFn) -> bytes:
    low, first, close, high = sorted(draw(st.lists(st.integers(1, 10**6), min_size=4, max_size=4)))
    prices = [b"%.2f" % (cents / 100) for cents in (first, high, low, close)]
    minute = draw(st.one_of(st.integers(0, 6), st.sampled_from([0, 5, 20_000, 20_001])))
    fields = [b"%d" % (minute * MINUTE_MS), *prices, draw(st.sampled_from([b"0", b"1.5", b"0.25"]))]
    if not draw(st.integers(0, 5)):
        fields[draw(st.integers(0, 5))] = draw(ODD)
    return b",".join(fields)


def lines(row: st.SearchStrategy[bytes]) -> st.SearchStrategy[list[bytes]]:
    junk = st.one_of(st.just(b""), st.binary(max_size=12).map(lambda b: b.replace(b"\n", b"")))
    return st.lists(st.integers(0, 12).flatmap(lambda n: row if n else junk), max_size=40)


def content(header: bytes, rows: list[bytes], draw: st.DrawFn) -> bytes:
    end = draw(st.sampled_from([b"\n", b"\r\n"]))
    mark = draw(st.sampled_from([b"", b"\xef\xbb\xbf"]))
    last = draw(st.sampled_from([b"", end, end + end]))
    return mark + end.join([header, *rows]) + last


@st.composite
def files(draw: st.DrawFn) -> list[bytes]:
    bars = draw(st.booleans())
    header = ",".join(BARS if bars else (*TRADES, "trade_id")).encode()
    return [
        content(header, draw(lines(bar() if bars else trade())), draw)
        for _ in range(draw(st.integers(1, 3)))
    ]


@given(
    contents=files(),
    chunk_rows=st.integers(1, 12),
    decimals=st.sampled_from([None, None, 2, 8]),
    block=st.sampled_from([1, 2, 7, 64, 1 << 18]),
    packed=st.booleans(),
)
def test_files_are_read_like_plain_python_reads_them(
    contents: list[bytes],
    chunk_rows: int,
    decimals: int | None,
    block: int,
    packed: bool,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    folder = tmp_path_factory.mktemp("files")
    paths = [folder / f"{i}.csv{'.gz' * packed}" for i in range(len(contents))]
    for path, text in zip(paths, contents, strict=True):
        path.write_bytes(gzip.compress(text) if packed else text)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(csv_file, "_BLOCK", block)
        assert_read_like(paths, chunk_rows, decimals)


@given(days=st.lists(st.integers(0, 60), max_size=20), chunk_rows=st.integers(1, 5))
@example(days=[10, 40, 40], chunk_rows=1)
@example(days=[10, 40, 40], chunk_rows=2)
def test_jumps_are_judged_alike(
    days: list[int], chunk_rows: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.mktemp("order") / "a.csv"
    rows = "".join(f"{day * DAY_MS},1,1,buy\n" for day in days)
    path.write_text(f"{','.join(TRADES)}\n{rows}", encoding="utf-8")
    assert_read_like([path], chunk_rows, None)


def test_ids_are_forgotten_after_65536_others(tmp_path: Path) -> None:
    ids = [*range(65_537), 0, 1, 1, 65_536, *range(65_530, 65_540)]
    rows = "".join(f"{i},1,1,buy,{trade_id}\n" for i, trade_id in enumerate(ids))
    path = tmp_path / "a.csv"
    path.write_text(f"{','.join(TRADES)},trade_id\n{rows}", encoding="utf-8")
    chunks = list(read_trades([path]))
    # 0 was forgotten when 65 536 came; remembering it again forgets 1, and 1 then 2.
    assert sum(chunk.dropped.duplicates for chunk in chunks) == 1 + 1 + 7
    assert sum(map(len, chunks)) == len(ids) - 9


def test_a_bad_row_stops_before_a_damaged_end(tmp_path: Path) -> None:
    path = tmp_path / "a.csv.gz"
    rows = b"".join(b"%d,1,1,buy\n" % i for i in range(200_000))
    path.write_bytes(gzip.compress(b"timestamp_ms,price,size,side\nx\n" + rows)[:-20])
    with pytest.raises(DataError, match=r"line 2: the number of columns is '1'"):
        list(read_trades([path]))
