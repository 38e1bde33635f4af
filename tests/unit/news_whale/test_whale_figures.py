from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from supreme_system_v5.news_whale.whale_figures import Health, NetFlow

units = st.integers(0, 10**18)


@given(units, units)
def test_what_comes_in_counts_up_and_what_goes_out_down(inflow: int, outflow: int) -> None:
    assert NetFlow(inflow, outflow, 0.0).net == inflow - outflow == -NetFlow(outflow, inflow, 0).net


def test_nothing_happened_yet() -> None:
    health = Health()
    assert not any(getattr(health, name) for name in health.__struct_fields__)
