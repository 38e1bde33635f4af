from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import pytest

from supreme_system_v5.backtest.record_file import RecordFile, RunHead, head_of, read_records
from supreme_system_v5.domain import Record, Report, Trip
from supreme_system_v5.errors import DataError
from supreme_system_v5.risk import Review
from tests.support.engine_runs import ORIGIN
from tests.support.recorded_run import recorded_run

HEAD = RunHead(
    strategy="mine", source="bars.csv", venue="okx-perp", symbol="BTC-USDT",
    price_decimals=2, size_decimals=5,
)  # fmt: skip


KINDS = ("approved", "refused", "fill", "risk")


def record(**details: Any) -> Record:  # noqa: ANN401
    return Record(
        origin=ORIGIN, seq=7, event_ns=10, receive_ns=20, kind="refused", reason="X",
        details=details,
    )  # fmt: skip


def written(path: Path, *records: Record, head: RunHead = HEAD) -> Path:
    with RecordFile(path, head) as file:
        for each in records:
            file.write(each)
    return path


def test_what_was_written_is_read(tmp_path: Path) -> None:
    records = [record(limit=0.3, value="ä\n,"), record(), record(number=2**53, signal=None)]
    path = written(tmp_path / "run.jsonl", *records)
    assert head_of(path) == HEAD
    assert list(read_records(path)) == records
    assert path.read_bytes().count(b"\n") == 4


def test_a_run_writes_down_what_its_engine_noted(tmp_path: Path) -> None:
    path, finished = recorded_run(tmp_path)
    head, records = head_of(path), list(read_records(path))
    assert head.strategy == str(tmp_path / "mine.py")
    assert (head.source, head.venue) == (str(tmp_path / "bars.csv"), "okx-perp")
    assert (head.symbol, head.price_decimals, head.size_decimals) == ("BTC-USDT", 8, 8)
    seqs = [each.seq for each in records]
    assert seqs == sorted(seqs)
    by_kind = {kind: [each for each in records if each.kind == kind] for kind in KINDS}
    assert sum(map(len, by_kind.values())) == len(records)
    assert all(by_kind.values())
    funnel = finished.report.funnel
    refused = [each.reason for each in by_kind["refused"]]
    assert {reason: refused.count(reason) for reason in refused} == funnel.refusals
    assert refused.count("NO_STOP") > 10
    approved: dict[str, dict[int, int]] = {
        reason: {} for reason in ("APPROVED", "EXIT", "CLOSE_OUT")
    }
    for each in by_kind["approved"]:
        approved[each.reason][each.details["number"]] = each.details["quantity"]
    entered = approved["APPROVED"]
    assert len(approved["EXIT"]) + len(entered) == funnel.approved
    fills = [msgspec.convert(each.details["report"], Report) for each in by_kind["fill"]]
    bought = {each.number: each.quantity for each in fills if each.side > 0}
    assert bought == entered
    trips = [each.trip for each in fills if each.trip is not None]
    assert len(trips) == finished.report.trades == len(entered)
    assert all(isinstance(trip, Trip) for trip in trips)
    spent = sum(trip.fees + trip.spread + trip.slippage + trip.funding for trip in trips)
    gross = sum(trip.gross for trip in trips)
    assert finished.report.net_pnl.scaleb(8) == gross - spent


def test_a_review_comes_back_whole(tmp_path: Path) -> None:
    path, _ = recorded_run(tmp_path)
    reviews = [
        (each, msgspec.convert(each.details["review"], Review, strict=False))
        for each in read_records(path)
        if "review" in each.details
    ]
    assert len(reviews) > 100
    for each, review in reviews:
        again = msgspec.json.decode(msgspec.json.encode(review))
        assert again == each.details["review"]
        if each.kind == "approved":
            assert review.size is not None
            assert review.size.steps[-1][1] == review.size.quantity == each.details["quantity"]


def test_the_same_run_writes_the_same_file(tmp_path: Path) -> None:
    first, _ = recorded_run(tmp_path)
    before = first.read_bytes()
    second, _ = recorded_run(tmp_path, IMPLEMENTATION="python")
    assert second.read_bytes() == before


def test_a_name_that_cannot_be_encoded_is_written_so_that_it_can(tmp_path: Path) -> None:
    odd = "\udcff.csv"
    head = msgspec.structs.replace(HEAD, source=odd)
    path = written(tmp_path / "run.jsonl", record(error=odd, more=[{odd: 1}], n=2), head=head)
    assert head_of(path).source == "\\udcff.csv"
    (found,) = read_records(path)
    assert found == record(error="\\udcff.csv", more=[{"\\udcff.csv": 1}], n=2)


class TestWhatIsSomethingElse:
    def test_a_file_that_is_not_there(self, tmp_path: Path) -> None:
        for read in (head_of, lambda path: list(read_records(path))):
            with pytest.raises(DataError, match=r"run.jsonl cannot be read \(No such file"):
                read(tmp_path / "run.jsonl")

    def test_a_folder(self, tmp_path: Path) -> None:
        with pytest.raises(DataError, match=r"cannot be read \(Is a directory\)"):
            head_of(tmp_path)

    def test_an_empty_file(self, tmp_path: Path) -> None:
        path = tmp_path / "run.jsonl"
        path.touch()
        with pytest.raises(DataError, match="run.jsonl is empty; allowed is a file that supreme"):
            head_of(path)
        assert list(read_records(path)) == []

    @pytest.mark.parametrize(
        "line",
        [
            b"timestamp_ms,price,size,side\n",
            b"\n",
            b"{}\n",
            b"[1, 2]\n",
            b'{"format":1}\n',
            b'{"format":"1"}\n',
            b"\x1f\x8b\x08\x00",
            b'{"strategy":"\xff","format":1}\n',
            b'{"format":' + b"[" * 100_000,
            msgspec.json.encode(record()) + b"\n",
        ],
    )
    def test_another_first_line(self, tmp_path: Path, line: bytes) -> None:
        path = tmp_path / "other"
        path.write_bytes(line)
        with pytest.raises(DataError, match="other, line 1: is no record of a run .*; allowed is"):
            head_of(path)

    @pytest.mark.parametrize("found", [0, 2, 10**30])
    def test_another_format(self, tmp_path: Path, found: int) -> None:
        path = tmp_path / "run.jsonl"
        path.write_text(f'{{"format":{found},"who":"knows"}}\n', encoding="utf-8")
        told = f"run.jsonl, line 1: records of format {found}, allowed is 1.*run it once more"
        with pytest.raises(DataError, match=told):
            head_of(path)

    @pytest.mark.parametrize(
        "line",
        [
            b"",
            b"nonsense",
            b"{}",
            b'{"type":"Cancel"}',
            b'{"type":"Record","seq":"one"}',
            b'{"type":"Record","reason":"\xff"}',
            b'{"type":"Record","details":' + b"[" * 100_000,
        ],
    )
    def test_another_line_is_told_after_those_before_it(self, tmp_path: Path, line: bytes) -> None:
        path = written(tmp_path / "run.jsonl", record(), record())
        path.write_bytes(path.read_bytes() + line + b"\n")
        read = read_records(path)
        assert [next(read), next(read)] == [record(), record()]
        with pytest.raises(DataError, match=r"run.jsonl, line 4: is no record of a run \("):
            next(read)

    def test_a_line_that_was_cut_off(self, tmp_path: Path) -> None:
        path = written(tmp_path / "run.jsonl", record(), record(limit="something long enough"))
        path.write_bytes(path.read_bytes()[:-20])
        with pytest.raises(DataError, match=r"run.jsonl, line 3: .*\(Input data was truncated\)"):
            list(read_records(path))


def test_a_run_that_fails_leaves_no_file(tmp_path: Path) -> None:
    def fail() -> None:
        with RecordFile(tmp_path / "run.jsonl", HEAD) as file:
            file.write(record())
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert list(tmp_path.iterdir()) == []
