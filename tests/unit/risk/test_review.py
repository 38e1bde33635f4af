from __future__ import annotations

import msgspec

from supreme_system_v5.risk import CostGate, Review


def test_it_writes_itself_and_can_be_read_again() -> None:
    review = Review(1, 100, 90, 120, "ACTIVE", CostGate(2000.0, "target", 22.1, 66.3))
    assert msgspec.json.decode(msgspec.json.encode(review), type=Review) == review
