from __future__ import annotations

import gzip
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from supreme_system_v5.errors import DataError
from supreme_system_v5.market_data.item_rows import Columns, ItemRow, read_rows

START_NS = 1_735_689_600 * 10**9
"""2025-01-01T00:00:00Z."""


def written(path: Path, text: str) -> Path:
    if path.suffix == ".gz":
        path.write_bytes(gzip.compress(text.encode()))
    else:
        path.write_text(text, encoding="utf-8")
    return path


def row(**values: object) -> ItemRow:
    return ItemRow(Path("items.jsonl"), 7, values)


@pytest.mark.parametrize("name", ["a.jsonl", "a.jsonl.gz", "a.txt"])
def test_json_lines(tmp_path: Path, name: str) -> None:
    path = written(tmp_path / name, '\ufeff{"a": 0.1}\n\n{"a": "x", "b": null}\n')
    rows = list(read_rows(path))
    assert [(one.line, one.values) for one in rows] == [
        (1, {"a": Decimal("0.1")}),
        (3, {"a": "x", "b": None}),
    ]


@pytest.mark.parametrize("name", ["a.csv", "a.csv.gz"])
def test_csv(tmp_path: Path, name: str) -> None:
    path = written(tmp_path / name, 'a,b\n1,"two\nlines"\n3,\n')
    assert [(one.line, dict(one.values)) for one in read_rows(path)] == [
        (3, {"a": "1", "b": "two\nlines"}),
        (4, {"a": "3", "b": ""}),
    ]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('{"a": 1}\n{', "line 2: is no JSON"),
        ("[1]\n", "line 1: is list, allowed is an object"),
        ('{"a": NaN}', "NaN is no number"),
        ("[" * 100_000, "line 1: is no JSON"),
    ],
)
def test_what_is_no_json_names_its_line(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(DataError, match=message):
        list(read_rows(written(tmp_path / "a.jsonl", text)))


def test_a_file_that_is_cut_or_is_no_text(tmp_path: Path) -> None:
    whole = gzip.compress(b'{"a": 1}\n' * 1_000)
    (tmp_path / "a.jsonl.gz").write_bytes(whole[:-9])
    (tmp_path / "b.jsonl").write_bytes(b"\xff\xfe")
    for name in ("a.jsonl.gz", "b.jsonl"):
        with pytest.raises(DataError, match="cannot be read"):
            list(read_rows(tmp_path / name))


def test_times() -> None:
    for text in ("2025-01-01", "2025-01-01T00:00:00Z", "2025-01-01T01:00:00+01:00"):
        assert row(at=text).time_ns("at") == START_NS
    assert row(at="2025-01-01T00:00:00.000001").time_ns("at") == START_NS + 1_000
    assert row(x_ms=Decimal(5)).time_ns("missing", "x_ms") == 5 * 10**6
    assert row(x_ns="7", y_ms="").time_ns("y_ms", "x_ns") == 7
    assert row(x_ns=Decimal("1.5e1")).time_ns("x_ns") == 15
    assert row(x_ms=Decimal("1.5")).time_ns("x_ms") == 1_500_000
    assert row().time_ns("at") is None


@pytest.mark.parametrize(
    "values", [{"at": "yesterday"}, {"at": "1969-12-31"}, {"at": "2100-01-02"}, {"at": True},
               {"at": Decimal(1735689600)}, {"at": "1735689600"}, {"at": "2012010112345"},
               {"at_ns": Decimal("1.5")}, {"at_ns": "0.1"},
               {"at_ms": "-1"}, {"at_ms": Decimal("1e30")}, {"at_ms": "x"}]
)  # fmt: skip
def test_times_that_are_none(values: dict[str, object]) -> None:
    with pytest.raises(DataError, match=r"items.jsonl, line 7: at.* allowed is a time from 1970"):
        row(**values).time_ns(*values)


def test_a_number_in_the_wrong_column_is_told_where_it_belongs() -> None:
    message = (
        "received_at is 1735689600, allowed is a time from 1970 to 2100 as ISO 8601 text like "
        "2025-01-31T14:30:00Z; a number goes into received_ms or received_ns"
    )
    with pytest.raises(DataError, match=message):
        row(received_at=Decimal(1735689600)).time_ns("received_at")
    with pytest.raises(DataError, match="as a number of milliseconds$"):
        row(received_ms="2025-01-01").time_ns("received_ms")
    with pytest.raises(DataError, match="1.5, .* as a whole number of nanoseconds$"):
        row(received_ns=Decimal("1.5")).time_ns("received_ns")


def test_misspelt_columns_are_refused_and_others_are_not_read() -> None:
    columns = Columns(("amount", "state"), {"status": "state"})
    columns.check(row(amount=1, comment="x", amounts=5, status=""))
    columns.check(row(state="a", status="b"))
    for name, meant in (("amuont", "amount"), ("Amount", "amount"), ("status", "state")):
        with pytest.raises(DataError, match=f"a column '{name}', which is not read: write {meant}"):
            columns.check(row(**{name: 1}))


def test_a_row_of_csv_that_is_too_long(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="line 2: has more cells than the first line"):
        list(read_rows(written(tmp_path / "a.csv", "a,b\n1,2,3\n")))


def test_amounts_and_text() -> None:
    one = row(a="0.00000001", b=Decimal(10**10))
    assert one.amount("0.00000001", "a") == Decimal("1e-8")
    assert one.amount(Decimal(10**10), "b") == 10**10
    faults: list[object] = ["-1", "1e11", "nan", "inf", "", None, [], True, Decimal("-0.1")]
    for wrong in faults:
        with pytest.raises(DataError, match="line 7: a is .* allowed is a number from 0 to 1e10"):
            one.amount(wrong, "a")
    assert row(a="", b="x").text("a", "b") == "x"
    with pytest.raises(DataError, match="a is 5, allowed is text"):
        row(a=5).text("a")


@given(st.text(max_size=60))
def test_whatever_a_line_is_it_is_a_row_or_a_fault(
    tmp_path_factory: pytest.TempPathFactory, text: str
) -> None:
    path = tmp_path_factory.getbasetemp() / "any.jsonl"
    path.write_text(text.replace("\r", ""), encoding="utf-8", errors="replace")
    try:
        rows = list(read_rows(path))
    except DataError as error:
        assert "any.jsonl" in str(error)  # noqa: PT017 - both ways out are fine
        return
    assert all(isinstance(one.values, dict) for one in rows)
