from __future__ import annotations

import gzip
import tracemalloc
import zlib
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from supreme_system_v5.domain.feeds import FaultKind
from supreme_system_v5.errors import SourceError
from supreme_system_v5.news_sources.inflate import STEP_BYTES, Inflater


def opened(body: bytes, encoding: str, most: int = 2**21, cut: int = 1_000) -> list[bytes]:
    inflater = Inflater(encoding, most)
    pieces = [
        piece
        for begin in range(0, len(body), cut)
        for piece in inflater.feed(body[begin : begin + cut])
    ]
    inflater.finish()
    return pieces


def raw_deflate(body: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-15)
    return packer.compress(body) + packer.flush()


@given(st.binary(max_size=5_000), st.integers(1, 700))
def test_what_goes_in_comes_out(body: bytes, cut: int) -> None:
    for encoding, packed in (
        ("", body),
        ("identity", body),
        ("gzip", gzip.compress(body)),
        (" GZIP ", gzip.compress(body)),
        ("x-gzip", gzip.compress(body[:100]) + gzip.compress(body[100:])),
        ("deflate", zlib.compress(body)),
        ("deflate", raw_deflate(body)),
    ):
        assert b"".join(opened(packed, encoding, cut=cut)) == body


@given(st.binary(max_size=500))
def test_nonsense_is_broken_and_no_more(body: bytes) -> None:
    for encoding in ("gzip", "deflate"):
        with suppress(SourceError):
            opened(body, encoding)


@pytest.mark.parametrize("encoding", ["br", "zstd", "gzip, gzip", "gzip,br", "compress"])
def test_other_compressions_are_refused(encoding: str) -> None:
    with pytest.raises(SourceError, match="allowed are gzip, deflate and none") as caught:
        Inflater(encoding, 10)
    assert caught.value.kind == FaultKind.ENCODING


def test_the_bound_is_exact() -> None:
    for encoding, pack in (("", bytes), ("gzip", gzip.compress), ("deflate", zlib.compress)):
        assert len(b"".join(opened(pack(b"a" * 1_000), encoding, most=1_000))) == 1_000
        with pytest.raises(SourceError, match="larger than 999 bytes") as caught:
            opened(pack(b"a" * 1_000), encoding, most=999)
        assert caught.value.kind == FaultKind.TOO_LARGE


def test_a_bomb_takes_neither_memory_nor_a_long_step() -> None:
    bomb = gzip.compress(bytes(50 * 2**20))
    tracemalloc.start()
    try:
        came = 0
        with suppress(SourceError):
            for piece in Inflater("gzip", 2**21).feed(bomb):
                assert len(piece) <= STEP_BYTES
                came += len(piece)
        assert 2**21 - STEP_BYTES < came <= 2**21
        assert tracemalloc.get_traced_memory()[1] < 2**20
    finally:
        tracemalloc.stop()
