from __future__ import annotations

import json
import random
from contextlib import suppress
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from supreme_system_v5.domain.feeds import FaultKind
from supreme_system_v5.errors import SourceError
from supreme_system_v5.news_sources import json_slices
from supreme_system_v5.news_sources.json_slices import Rows, TooLarge, load_json
from tests.support.without_waiting import Pauses, at_once


def load(body: bytes, pauses: Pauses | None = None) -> object:
    return whole(at_once(load_json(body, pauses or Pauses())))


def whole(value: object) -> object:
    """Walk through what is decoded on the way."""
    if isinstance(value, Rows):
        return list(value)
    if isinstance(value, dict):
        return {key: whole(inner) for key, inner in value.items()}
    return value


plain = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: (
        st.lists(inner) | st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), inner)
    ),
    max_leaves=20,
)


@given(plain, st.booleans())
def test_it_reads_what_json_reads(value: object, ascii_only: bool) -> None:
    assert load(json.dumps(value, ensure_ascii=ascii_only).encode()) == value


@given(plain, plain, st.integers(1, 40))
def test_cut_or_not_it_is_the_same(value: object, other: object, size: int) -> None:
    """With slices of a few bytes everything is cut that can be."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(json_slices, "SLICE_BYTES", size)
        documents: tuple[object, ...] = (
            [value, other] * 5,
            {"a": other, "b": [value, other] * 4, "c": [other]},
            {"a": {"b": {"c": [value] * 3, "d": other}, "e": [[other], [value]]}, "f": [[]]},
        )
        for document in documents:
            for indent in (None, 2):
                assert load(json.dumps(document, indent=indent).encode()) == document


def test_a_large_list_is_read_in_many_slices() -> None:
    chance = random.Random(1)
    rows = [{"n": n, "text": 'a,"]}\\' * chance.randrange(30)} for n in range(20_000)]
    for document in (rows, {"next": None, "rows": rows, "more": {"a": [1]}}):
        body = json.dumps(document).encode()
        pauses = Pauses()
        found = at_once(load_json(body, pauses))
        assert pauses.count > 20
        rows_found = found["rows"] if isinstance(found, dict) else found
        assert isinstance(rows_found, Rows)
        sizes = [len(part) for part in rows_found._parts]
        assert max(sizes) <= json_slices.SLICE_BYTES
        assert len(sizes) > len(body) // json_slices.SLICE_BYTES
        assert whole(found) == document


def test_large_lists_in_objects_are_read_in_slices_too() -> None:
    """As a push source tells them: by address, by what became of them."""
    rows = [{"txid": f"{n:064x}"} for n in range(2_000)]
    document = {"by address": {name: {"removed": [], "mempool": rows} for name in "abcdefgh"}}
    body = json.dumps(document).encode()
    assert len(body) > 1_024 * 1_024
    assert load(body) == document


def test_a_list_of_nothing_but_space() -> None:
    space = b" " * json_slices.SLICE_BYTES
    assert load(b'{"a": [' + space + b'], "b": {"c": [1' + space + b"]}}") == {
        "a": [],
        "b": {"c": [1]},
    }


def test_a_row_that_is_far_too_large_is_left_out_and_the_others_are_read() -> None:
    large = {"id": 1, "vin": ["a" * 60] * 10_000}
    found = load(
        json.dumps([{"id": 0}, large, {"id": 2}, {"id": 3, "vin": ["b"] * 20_000}]).encode()
    )
    assert isinstance(found, list)
    assert [row["id"] if isinstance(row, dict) else type(row) for row in found] == [
        0,
        TooLarge,
        2,
        3,
    ]


def test_rows_are_counted_as_they_are_walked_through() -> None:
    found = at_once(load_json(json.dumps({"rows": list(range(50_000))}).encode(), Pauses()))
    assert isinstance(found, dict)
    rows = found["rows"]
    assert isinstance(rows, Rows)
    assert rows.count == 0
    assert list(rows) == list(rows)
    assert rows.count == 50_000


def test_numbers_are_exact() -> None:
    found = load(b'{"a": 0.1, "b": 1e3, "c": 123456789012345678901234567890, "d": 1.10}')
    assert isinstance(found, dict)
    assert found["a"] == Decimal("0.1")
    assert found["b"] == Decimal(1_000)
    assert str(found["d"]) == "1.10"
    assert Decimal(str(found["c"])) == Decimal(123456789012345678901234567890)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b" ",
        b"<html>",
        b"NaN",
        b"[Infinity]",
        b'{"a": 1,}',
        b"[1,]",
        b"{'a': 1}",
        b'"\xff"',
        b"\0",
        b"[1] [2]",
        b'{"a": 1',
        b"nul",
        '{"a": 1}'.encode("utf-16"),
    ],
)
def test_what_is_no_json(body: bytes) -> None:
    for padded in (body, body + b" " * 70_000):
        with pytest.raises(SourceError) as caught:
            load(padded)
        assert caught.value.kind == FaultKind.MALFORMED


@pytest.mark.parametrize(
    "body",
    [
        b"[" * 200_000,
        b"[" * 40_000 + b"]" * 40_000,
        b'{"a":' * 40_000 + b"1" + b"}" * 40_000,
        b'{"a": "' + b"a" * 300_000 + b'"}',
        b'{"a": {' + b",".join(b'"%d": 1' % n for n in range(40_000)) + b"}}",
        b'{"a": [' + b"1," * 60_000 + b'1], "a": [' + b"1," * 60_000 + b"1]}",
        b'["' + b"a" * 100_000,
        b'["' + b"\\" * 99_999,
        b"]" * 100_000,
        b"," * 100_000,
    ],
    ids=range(10),
)
def test_hostile_shapes_are_refused(body: bytes) -> None:
    with pytest.raises(SourceError) as caught:
        load(body)
    assert caught.value.kind in (FaultKind.MALFORMED, FaultKind.TOO_LARGE)


def test_a_marker_of_ours_in_a_document_harms_nobody_else() -> None:
    body = json.dumps({"a": ["\x01list 0"], "b": list(range(50_000))}).encode()
    found = load(body)
    assert isinstance(found, dict)
    assert set(found) == {"a", "b"}


@given(st.binary(max_size=300), st.integers(1, 20))
def test_no_bytes_break_it(body: bytes, size: int) -> None:
    with pytest.MonkeyPatch.context() as patch, suppress(SourceError):
        patch.setattr(json_slices, "SLICE_BYTES", size)
        load(body)


@given(plain, st.integers(0, 200), st.binary(min_size=1, max_size=1))
def test_cutting_accepts_nothing_that_is_no_json(value: object, place: int, byte: bytes) -> None:
    """A byte changed anywhere: what is read in slices is read whole as well, and is the same."""
    body = bytearray(json.dumps({"a": value, "b": [value] * 3}).encode())
    body[place % len(body)] = byte[0]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(json_slices, "SLICE_BYTES", 10)
        try:
            found = load(bytes(body))
        except SourceError:
            return
    assert found == load(bytes(body))
