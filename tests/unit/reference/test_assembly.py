from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from supreme_system_v5.domain import NS_PER_SECOND, Timeframe
from supreme_system_v5.reference._assembly import BarAssembly, OpenBar
from supreme_system_v5.reference._grid import Trade

trades = st.lists(
    st.builds(Trade, st.integers(1, 9), st.integers(1, 9), st.just(0.0), st.just(0.0), st.just(0),
              st.sampled_from([-1, 0, 1])),
    max_size=12,
)  # fmt: skip


def bar_of(rows: list[Trade]) -> OpenBar:
    bar = OpenBar.flat(Timeframe.M1, 0, 5)
    for row in rows:
        bar.add(row)
    return bar


@given(trades, st.integers(0, 12))
def test_parts_merge_to_the_whole(rows: list[Trade], cut: int) -> None:
    merged = bar_of(rows[:cut])
    merged.merge(bar_of(rows[cut:]))
    assert merged == bar_of(rows)


@given(trades)
def test_a_bar_sums_up_its_trades(rows: list[Trade]) -> None:
    prices = [row.price_units for row in rows] or [5]
    assert bar_of(rows) == OpenBar(
        Timeframe.M1,
        0,
        prices[0],
        max(prices),
        min(prices),
        prices[-1],
        sum(row.size_units for row in rows),
        sum(row.size_units for row in rows if row.side == 1),
        len(rows),
    )


def test_an_instant_moves_a_watermark_but_sets_none() -> None:
    assembly = BarAssembly(None, 60)
    assembly.pass_instant(5)
    assert assembly.watermark_ns is None
    assembly.see(3)
    assembly.pass_instant(5)
    assembly.see(4)
    assert assembly.watermark_ns == 5


def test_closing_a_minute_moves_the_watermark_to_its_end() -> None:
    assembly = BarAssembly(None, 60)
    assembly.add(assembly.grid.trade(1.0, 1.0, 5, 0))
    assert assembly.minute_end_ns == 60 * NS_PER_SECOND
    assert len(assembly.close_minute()) == 1
    assert assembly.watermark_ns == 60 * NS_PER_SECOND
    assert assembly.minute_end_ns == 120 * NS_PER_SECOND
