from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from supreme_system_v5.backtest.trade_records import TradeRecords
from supreme_system_v5.domain import OrderKind, Origin, Submit
from supreme_system_v5.evidence.trades import TradeRecord
from tests.support.results import trade
from tests.support.stories import PERP

ORIGIN = Origin(instrument="BTC-USDT", account="paper", run_id="r1")


def sent(number: int = 1, *, leaves: bool = False, **levels: int) -> Submit:
    return Submit(
        origin=ORIGIN, seq=1, event_ns=0, receive_ns=0, number=number, side=1,
        kind=OrderKind.MARKET, quantity=1, reduce_only=leaves, reason="why", **levels,
    )  # fmt: skip


def only(records: TradeRecords) -> TradeRecord:
    [record] = records.trades
    return record


def test_money_is_relative_to_the_value_at_the_entry() -> None:
    """One unit at 200, sold at 202: gross 2 is 100 bps; costs of 0.6 in all leave 70."""
    records = TradeRecords(PERP)
    closed = replace(
        trade("2", value="200"),
        fees=Decimal("0.5"),
        funding=Decimal("0.1"),
        net=Decimal("1.4"),
        exit_reason="HELD",
    )
    records.closed(closed)
    record = only(records)
    assert (record.gross_bps, record.net_bps, record.funding_bps) == pytest.approx((100, 70, 5))
    assert record.turnover == pytest.approx(2.01)
    assert (record.entry_ns, record.exit_ns) == (closed.entry_ns, closed.exit_ns)
    assert (record.side, record.timed, record.confidence) == (1, True, None)
    assert record.net_at(12.5 / 2.01 * 2) == pytest.approx(70)


def test_levels_are_those_of_the_entry_as_fractions() -> None:
    scale = 10**PERP.price_decimals
    records = TradeRecords(PERP)
    records.add(sent(stop=190 * scale, target=210 * scale, trail=4 * scale))
    records.add(sent(5, leaves=True))
    records.closed(replace(trade("2", value="200"), exit_reason="STOP"))
    record = only(records)
    assert (record.stop, record.target, record.trail) == pytest.approx((0.05, 0.05, 0.02))
    assert not record.timed


def test_a_short_and_no_levels() -> None:
    records = TradeRecords(PERP)
    records.add(sent())
    records.closed(replace(trade("-2", side="short", value="200"), exit_reason="END_OF_DATA"))
    record = only(records)
    assert (record.side, record.stop, record.target, record.trail) == (-1, 0.0, 0.0, 0.0)
    assert record.timed
    assert record.gross_bps == pytest.approx(-100)


@pytest.mark.parametrize("reason", ["TARGET", "TRAILING"])
def test_levels_end_trades_too(reason: str) -> None:
    records = TradeRecords(PERP)
    records.closed(replace(trade(), exit_reason=reason))
    assert not only(records).timed
