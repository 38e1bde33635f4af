from __future__ import annotations

from supreme_system_v5.cli.strategy_options import VENUE_NAMES
from supreme_system_v5.domain import VENUES


def test_every_preset_can_be_named() -> None:
    assert tuple(VENUES) == VENUE_NAMES
