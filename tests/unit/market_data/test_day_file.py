from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from supreme_system_v5.errors import DataError
from supreme_system_v5.market_data.day_file import DayFile

COLUMNS = ("a", "b")


def test_a_file_is_made_with_its_first_row(tmp_path: Path) -> None:
    path = tmp_path / "day.csv"
    with DayFile(path, COLUMNS) as file:
        file.add([])
        assert not path.exists()
        file.add([(1, "x"), (2, "y")])
        assert path.read_text() == "a,b\n1,x\n2,y\n"  # before it is closed
        assert file.added == 2
    with DayFile(path, COLUMNS) as file:
        assert (file.last, file.added) == ({"a": "2", "b": "y"}, 0)
        assert file.last_number("a") == 2
        file.add([(3, "z")])
    assert path.read_text() == "a,b\n1,x\n2,y\n3,z\n"


@given(st.integers(0, 60), st.integers(0, 20))
def test_interrupted_anywhere_it_goes_on(
    tmp_path_factory: pytest.TempPathFactory, cut: int, rows: int
) -> None:
    path = tmp_path_factory.mktemp("day") / "day.csv"
    whole = "a,b\n" + "".join(f"{number},x\n" for number in range(10, 10 + rows))
    path.write_bytes(whole.encode()[:cut])
    with DayFile(path, COLUMNS) as file:
        last = file.last_number("a")
        file.add((number, "x") for number in range(10 if last is None else last + 1, 10 + rows))
    if rows:
        assert path.read_text() == whole


def test_a_long_file_is_gone_on_with(tmp_path: Path) -> None:
    path = tmp_path / "day.csv"
    with DayFile(path, COLUMNS) as file:
        file.add((number, "x" * 10) for number in range(20_000))
    with DayFile(path, COLUMNS) as file:
        assert file.last_number("a") == 19_999


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("c,d\n1,2\n", "other columns than a, b"),
        ("a,b\n1,2,3\n", "its last row is '1,2,3'"),
        ("a,b\nx,2\n", "the last a is 'x', allowed is an integer"),
    ],
)
def test_another_kind_of_file_is_left_alone(tmp_path: Path, content: str, words: str) -> None:
    path = tmp_path / "day.csv"
    path.write_text(content)
    with pytest.raises(DataError, match=words), DayFile(path, COLUMNS) as file:
        file.last_number("a")
    assert path.read_text() == content
