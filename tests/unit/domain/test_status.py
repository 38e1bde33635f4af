"""How a running system is."""

from __future__ import annotations

import pytest

from supreme_system_v5.domain.status import WakeCounts


@pytest.mark.parametrize(("seen", "processed", "ratio"), [(0, 0, 0.0), (4, 1, 0.75), (4, 4, 0.0)])
def test_the_share_of_trades_that_woke_nobody(seen: int, processed: int, ratio: float) -> None:
    assert WakeCounts(seen=seen, processed=processed, by_reason={}).skip_ratio == ratio
