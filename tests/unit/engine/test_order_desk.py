from __future__ import annotations

from supreme_system_v5.domain import OrderKind, Report, Submit
from supreme_system_v5.engine.notes import Stamp
from supreme_system_v5.engine.order_desk import OrderDesk
from tests.support.engine_runs import ORIGIN

STAMP = Stamp(7, 100, 105)


def enter(
    desk: OrderDesk,
    side: int,
    quantity: int,
    *,
    limit: int = 0,
    levels: tuple[int, int, int] = (0, 0, 0),
    reason: str = "",
) -> Submit:
    return desk.enter(
        STAMP, side, quantity, limit=limit, levels=levels, good_for_ns=50, reason=reason
    )


def test_an_entry_carries_its_protections_and_leaves_numbers_for_them() -> None:
    desk = OrderDesk(ORIGIN)
    order = enter(desk, -1, 50, levels=(9, 7, 2), reason="why")
    assert (order.number, order.side, order.kind, order.quantity) == (1, -1, OrderKind.MARKET, 50)
    assert (order.stop, order.target, order.trail, order.reduce_only) == (9, 7, 2, False)
    assert (order.seq, order.event_ns, order.receive_ns, order.reason) == (7, 100, 105, "why")
    assert (desk.working, desk.entering) == (1, True)
    assert desk.leave(STAMP, -50, "").number == 1 + 4


def test_leaving_trades_the_other_side_and_only_reduces() -> None:
    desk = OrderDesk(ORIGIN)
    orders = [desk.leave(STAMP, whole, "") for whole in (3, -3)]
    assert [(order.side, order.quantity) for order in orders] == [(-1, 3), (1, 3)]
    assert desk.leave(STAMP, 3, "").reduce_only


def test_only_the_last_word_about_the_order_under_way_ends_it() -> None:
    desk = OrderDesk(ORIGIN)
    enter(desk, 1, 5)
    for status in ("ACCEPTED", "PARTIALLY_FILLED", "UNKNOWN"):
        assert not desk.follow(Report(status, 1, 0))
    assert desk.unknown == {1}
    assert not desk.follow(Report("FILLED", 2, 0))  # a protection
    assert desk.follow(Report("FILLED", 1, 0))
    assert (desk.working, desk.entering, desk.unknown) == (0, False, set())


def test_fills_are_remembered_in_bounded_memory() -> None:
    desk = OrderDesk(ORIGIN)
    assert not desk.told_before("a")
    assert desk.told_before("a")
    for number in range(65_536):
        desk.told_before(str(number))
    assert not desk.told_before("a")


def test_a_limit_that_has_not_filled_in_time_is_cancelled_once() -> None:
    desk = OrderDesk(ORIGIN)
    order = enter(desk, 1, 5, limit=90)
    assert (order.kind, order.price) == (OrderKind.LIMIT, 90)
    assert desk.deadline_ns == 150
    assert [desk.overdue(now_ns) for now_ns in (149, 150)] == [False, True]
    cancel = desk.cancel(STAMP)
    assert (cancel.number, cancel.event_ns) == (1, 100)
    assert not desk.overdue(10**18)
    assert desk.working == 1  # until the exchange speaks
    assert desk.follow(Report("CANCELLED", 1, 0, "REQUESTED"))
    enter(desk, 1, 5)
    assert not desk.overdue(10**18)  # a market order waits for nothing


def test_what_nobody_knows_of_is_asked_about() -> None:
    desk = OrderDesk(ORIGIN)
    assert desk.queries(STAMP) == ()
    for number in (9, 5):
        desk.follow(Report("UNKNOWN", number, 0))
    assert [query.number for query in desk.queries(STAMP)] == [5, 9]


def test_a_close_out_ends_no_order_of_ours() -> None:
    assert not OrderDesk(ORIGIN).follow(Report("FILLED", 0, 0, filled=5))
