from __future__ import annotations

import pytest

from supreme_system_v5.evidence.trades import TradeRecord, mean_net_bps
from tests.support.evidence import record


def test_its_net_result_at_other_costs() -> None:
    trade = TradeRecord(
        side=1, entry_ns=0, exit_ns=1, gross_bps=30, net_bps=8, funding_bps=1, turnover=2.003
    )
    assert trade.net_at(0) == 29
    assert trade.net_at(10) == pytest.approx(30 - 20.03 - 1)


def test_the_mean() -> None:
    assert mean_net_bps([record(3.0), record(-1.0)]) == 1.0
    assert mean_net_bps([]) is None
