from __future__ import annotations

from array import array

from supreme_system_v5.backtest.lookahead import (
    Cut,
    Entry,
    Seen,
    Step,
    agrees,
    first_difference,
    survey,
)
from supreme_system_v5.domain import Cancel, OrderKind, Record, Report, Submit
from supreme_system_v5.engine import Notes
from supreme_system_v5.engine.notes import Stamp
from supreme_system_v5.market_data import TradeChunk
from tests.support.engine_runs import ORIGIN


def order(row: int, *, leaves: bool = False, quantity: int = 1) -> Submit:
    return Submit(
        origin=ORIGIN,
        seq=row,
        event_ns=row,
        receive_ns=row,
        number=row,
        side=1,
        kind=OrderKind.MARKET,
        quantity=quantity,
        reduce_only=leaves,
    )


def rows(first: int, count: int) -> TradeChunk:
    ones = array("d", [1.0] * count)
    return TradeChunk(
        prices=ones,
        sizes=ones,
        timestamps_ns=array("q", range(first, first + count)),
        sides=array("b", [1] * count),
    )


def steps(*entries: Entry, chunk_rows: int = 10, until: int = 1_000) -> list[Step]:
    """Return rows with times 1, 2, ...; what an action answers is the row of its number."""
    told: list[Step] = []
    for first in range(1, until + 1, chunk_rows):
        here = [e for e in entries if first <= e.event_ns < first + chunk_rows]
        told.append(Step(rows(first, chunk_rows), [(e.event_ns, e) for e in here]))
    return told


class TestSurvey:
    def test_cuts_stand_behind_entries_and_other_decisions(self) -> None:
        pairs = [order(row, leaves=row % 2 == 0) for row in range(1, 401)]
        found = survey(steps(*pairs), 10)
        assert found.decisions == 400
        assert len(found.cuts) == 10
        assert sum(cut.time_ns % 2 for cut in found.cuts) == 5
        assert [cut.known_ns for cut in found.cuts] == [cut.time_ns for cut in found.cuts]
        assert [cut.entries for cut in found.cuts] == [cut.time_ns for cut in found.cuts]
        assert found.cuts[0].time_ns < 150
        assert found.cuts[-1].time_ns > 350

    def test_fewer_decisions_are_fewer_cuts(self) -> None:
        found = survey(steps(order(3), order(7)), 5)
        assert [cut.time_ns for cut in found.cuts] == [3, 7]
        assert survey(steps(), 5).cuts == ()

    def test_a_decision_before_the_first_row_of_a_chunk_knows_the_chunk_before(self) -> None:
        told = [Step(rows(1, 10), []), Step(rows(11, 10), [(10, order(10))])]
        assert survey(told, 1).cuts[0].known_ns == 10

    def test_a_clock_that_ran_backward_leaves_the_newest_time(self) -> None:
        told = [Step(rows(50, 10), []), Step(rows(1, 10), [(15, order(15))])]
        assert survey(told, 1).cuts[0].known_ns == 59


class TestComparing:
    def cut(self, *entries: Entry) -> Cut:
        return survey(steps(*entries), 1).cuts[-1]

    def test_what_comes_after_does_not_count(self) -> None:
        cut = self.cut(order(3), order(8))
        assert agrees(steps(order(3), order(8), order(9, quantity=5), chunk_rows=4), cut)
        same = steps(order(3), order(8))
        assert first_difference(same, steps(order(3), order(8), order(9)), cut) is None

    def test_another_decision_before(self) -> None:
        cut = self.cut(order(3), order(8))
        original, changed = order(3), order(3, quantity=2)
        assert not agrees(steps(changed, order(8)), cut)
        pair = first_difference(steps(original, order(8)), steps(changed, order(8)), cut)
        assert pair == (original, changed)

    def test_one_that_is_missing_is_nothing(self) -> None:
        cut = self.cut(order(3), order(8))
        assert not agrees(steps(order(3)), cut)
        pair = first_difference(steps(order(3), order(8)), steps(order(3), until=8), cut)
        assert pair == (order(8), None)


def test_seen_counts_rows_without_reports_and_takes_records_in_between() -> None:
    seen = Seen()
    note = Record(origin=ORIGIN, seq=1, event_ns=1, receive_ns=1, kind="refused", reason="COST")
    notes = Notes(ORIGIN)
    seen.watch(notes)
    notes.add(Stamp(1, 1, 1), "refused", "COST", {})
    report = Report("FILLED", 1, 5)
    cancel = Cancel(origin=ORIGIN, seq=9, event_ns=9, receive_ns=9, number=1)
    seen.add(report)
    seen.add(cancel)
    assert seen.take() == [(0, note), (0, report), (8, cancel)]
    assert seen.take() == []
