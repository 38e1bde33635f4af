from __future__ import annotations

import pytest

from supreme_system_v5.engine.notes import Notes, Stamp
from tests.support.engine_runs import ORIGIN


def test_records_are_bounded_and_what_was_pushed_out_is_counted() -> None:
    notes = Notes(ORIGIN)
    for seq in range(5_000):
        notes.add(Stamp(seq, 10, 20), "refused", "X", {"limit": 1})
    assert len(notes.records) == 4_096
    assert notes.dropped == 5_000 - 4_096
    newest = notes.records[-1]
    assert (newest.seq, newest.event_ns, newest.receive_ns) == (4_999, 10, 20)
    assert (newest.kind, newest.reason, newest.details) == ("refused", "X", {"limit": 1})


def noted(count: int) -> Notes:
    notes = Notes(ORIGIN)
    for seq in range(count):
        notes.add(Stamp(seq, seq, seq), "refused", "X", {})
    return notes


@pytest.mark.parametrize(
    ("count", "added", "seqs"),
    [
        (0, 0, range(0)),
        (3, 0, range(3)),
        (3, 2, range(2, 3)),
        (3, 3, range(0)),
        (4_096, 0, range(4_096)),
        (5_000, 4_999, range(4_999, 5_000)),
        (5_000, 904, range(904, 5_000)),
        (5_000, 903, range(904, 5_000)),  # what was pushed out is not there
        (5_000, 0, range(904, 5_000)),
        (5_000, 5_000, range(0)),
    ],
)
def test_what_is_new_since_there_were_so_many(count: int, added: int, seqs: range) -> None:
    assert [record.seq for record in noted(count).since(added)] == list(seqs)


def test_who_asks_again_and_again_is_told_each_record_once() -> None:
    notes, told, heard = Notes(ORIGIN), 0, []
    for seq in range(10_000):
        notes.add(Stamp(seq, seq, seq), "refused", "X", {})
        if seq % 97 == 0:
            heard += notes.since(told)
            told = notes.added
    heard += notes.since(told)
    assert [record.seq for record in heard] == list(range(10_000))
