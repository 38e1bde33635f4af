"""What venues say of themselves."""

from __future__ import annotations

from supreme_system_v5.exchanges.protocol import QuoteTold


def test_a_quote_becomes_an_event() -> None:
    told = QuoteTold(bid=1.0, bid_size=2.0, ask=3.0, ask_size=4.0)
    event = told.at(5)
    assert (event.bid, event.bid_size, event.ask, event.ask_size) == (1.0, 2.0, 3.0, 4.0)
    assert event.receive_ns == 5
