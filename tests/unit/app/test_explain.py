from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from supreme_system_v5.app import explained, explained_json
from supreme_system_v5.backtest.record_file import RunHead, head_of, read_records
from supreme_system_v5.backtest.record_text import tree_of
from supreme_system_v5.domain import Record
from supreme_system_v5.errors import DataError, InvalidInputError
from tests.support.recorded_run import recorded_run

Explain = Callable[..., Iterator[str]]
BOTH = pytest.mark.parametrize("explain", [explained, explained_json])


@pytest.fixture
def run(tmp_path: Path) -> Path:
    return recorded_run(tmp_path)[0]


def test_first_all_of_it_counted(run: Path, tmp_path: Path) -> None:
    head, why, kinds, blank, *_ = explained(run)
    assert head == f"{tmp_path / 'mine.py'} over {tmp_path / 'bars.csv'}, costs of okx-perp"
    # Entries are asked for in turns of four, two of which are never sound.
    assert why == "why not trading: NO_STOP 50, COST 50, CONFIDENCE 30, DAILY_LOSS 20"
    assert kinds == "records: 150 refused, 70 fill, 69 approved, 1 risk"
    assert blank == ""


def test_then_every_record_in_order(run: Path) -> None:
    told = list(explained(run))[3:]
    assert told[::2] == [""] * 290
    assert told[1::2] == [tree_of(record, head_of(run)) for record in read_records(run)]


@pytest.mark.parametrize("last", [1, 7, 255])
def test_the_newest_only_and_still_all_counted(run: Path, last: int) -> None:
    every, newest = list(explained(run)), list(explained(run, last))
    assert newest[:2] == every[:2]
    assert newest[2] == f"{every[2]}; the newest {last}:"
    assert newest[3:] == every[-2 * last :]


@pytest.mark.parametrize("last", [290, 10_000])
def test_more_than_there_are_is_all_of_them(run: Path, last: int) -> None:
    assert list(explained(run, last)) == list(explained(run))


@pytest.mark.parametrize("last", [None, 1, 3, 290, 999])
def test_as_json_it_is_the_head_and_the_records(run: Path, last: int | None) -> None:
    head, *records = explained_json(run, last)
    assert all("\n" not in line for line in (head, *records))
    assert msgspec.json.decode(head, type=RunHead) == head_of(run)
    found = [msgspec.json.decode(line, type=Record) for line in records]
    assert found == list(read_records(run))[-(last or 999) :]


def test_as_json_it_is_the_file_itself(run: Path) -> None:
    assert "\n".join([*explained_json(run), ""]) == run.read_text(encoding="utf-8")


def test_a_run_without_records(tmp_path: Path) -> None:
    path = tmp_path / "run.jsonl"
    head = recorded_run(tmp_path)[0].read_text(encoding="utf-8").partition("\n")[0]
    path.write_text(f"{head}\n", encoding="utf-8")
    assert list(explained(path))[1:] == [
        "why not trading: nothing was refused",
        "records: none",
    ]
    assert list(explained(path, 5))[2:] == ["records: none"]
    assert list(explained_json(path)) == [head]


@BOTH
@pytest.mark.parametrize("last", [0, -1])
def test_fewer_than_one_is_refused(run: Path, explain: Explain, last: int) -> None:
    with pytest.raises(InvalidInputError, match=f"last is {last}, allowed is 1 or more") as caught:
        list(explain(run, last))
    assert caught.value.name == "last"


@BOTH
@pytest.mark.parametrize("last", [None, 1])
def test_a_fault_in_the_middle_comes_before_anything_is_told(
    run: Path, explain: Explain, last: int | None
) -> None:
    with run.open("ab") as file:
        file.write(b'{"type":"Record","se')
    with pytest.raises(DataError, match=r"run.jsonl, line 292: is no record of a run \(Input"):
        next(iter(explain(run, last)))


@BOTH
def test_another_file(tmp_path: Path, explain: Explain) -> None:
    path = tmp_path / "bars.csv"
    path.write_text("timestamp_ms,open\n", encoding="utf-8")
    with pytest.raises(DataError, match="bars.csv, line 1: is no record of a run"):
        next(iter(explain(path)))


def test_a_record_that_cannot_be_shown_names_the_file(run: Path) -> None:
    odd: dict[str, Any] = msgspec.json.decode(run.read_bytes().splitlines()[-1])
    odd["details"]["review"] = {"side": "up"}
    with run.open("ab") as file:
        file.write(msgspec.json.encode(odd) + b"\n")
    with pytest.raises(DataError, match=r"run.jsonl: the refused record of event \d+ cannot be"):
        list(explained(run, 1))
    assert len(list(explained_json(run, 1))) == 2  # programs are told what there is
