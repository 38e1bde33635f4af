"""What a live driver drives."""

from __future__ import annotations

from supreme_system_v5.orchestrator.activity import Activity
from supreme_system_v5.orchestrator.session import Session
from tests.support.live_runs import session_of


def test_the_runner_of_backtests_is_one() -> None:
    session: Session = session_of(Activity())
    assert session.engine.ledger.cash == session.exchange.ledger.cash
    assert session.market.gate().seen == 0
