from __future__ import annotations

from decimal import Decimal

import msgspec
import pytest

from supreme_system_v5.domain.feeds import FaultKind
from supreme_system_v5.domain.live import MarketRules
from supreme_system_v5.errors import SourceError
from supreme_system_v5.exchanges.checked import checked_rules, clock_reading
from supreme_system_v5.exchanges.rest_client import Answer

RULES = MarketRules(
    symbol="BTC-USDT",
    exchange_symbol="BTCUSDT",
    tick=Decimal("0.1"),
    lot=Decimal("1e-8"),
    min_quantity=Decimal("0.00001"),
    min_notional=Decimal(0),
    trading=True,
    state="live",
)


def test_rules_that_can_be_true_stay_as_they_are() -> None:
    assert checked_rules(RULES, "here") == RULES


@pytest.mark.parametrize("name", ["tick", "lot", "min_quantity", "min_notional"])
@pytest.mark.parametrize("number", ["NaN", "sNaN", "Infinity", "-1", "1e15", "0"])
def test_rules_that_cannot_be_true_are_refused(name: str, number: str) -> None:
    rules = msgspec.structs.replace(RULES, **{name: Decimal(number)})
    if (name, number) == ("min_notional", "0"):
        assert checked_rules(rules, "here") == rules
        return
    with pytest.raises(SourceError, match="here tells impossible rules") as caught:
        checked_rules(rules, "here")
    assert caught.value.kind == FaultKind.BAD_ITEM


def test_a_clock() -> None:
    answer = Answer(body=b"", sent_ns=5, received_ns=9)
    reading = clock_reading(7, answer, "here")
    assert (reading.server_ns, reading.sent_ns, reading.received_ns) == (7, 5, 9)
    for wrong in (0, -1, 2**63):
        with pytest.raises(SourceError, match="impossible time"):
            clock_reading(wrong, answer, "here")
