from __future__ import annotations

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
