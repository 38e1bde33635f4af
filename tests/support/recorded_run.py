"""One run that does a bit of everything, and the file of its records."""

from __future__ import annotations

from pathlib import Path

from supreme_system_v5.app import BacktestOptions, CostOptions, Finished, run_backtest
from tests.support.runs import bars_file, strategy_file, world

__all__ = ["recorded_run"]

_CLOSES = [
    *(60_000.0 + 15 * minute + 40 * (minute % 5) for minute in range(240)),
    *(38_000.0 - 15 * minute for minute in range(20)),
]
"""It climbs for four hours, falls by 40 % in one minute, and goes on falling."""
_DECIDE = """
self.asked += 1
turn, price = self.asked % 4, view.price
if view.position is not None:
    return Signal.exit("enough") if turn == 0 and self.asked < 200 else None
if turn == 1:
    return Signal.enter("bare", side=1)
if turn == 2:
    return Signal.enter("near", side=1, stop=price * 0.999)
return Signal.enter("far", side=1, stop=price * 0.98, target=price * 1.2)
"""


def recorded_run(folder: Path, **environment: str) -> tuple[Path, Finished]:
    """Run over bars that climb and crash; return the file of records, and what the run left.

    There are entries without a stop, with one that is too near, before anybody is sure, and sound
    ones, some of which the stake caps; exits by the strategy and by a stop; and a day that ends.
    """
    given = {
        "MAX_LOSS_STREAK": "100",
        "MAX_FEE_BLEED": "1",
        "MAX_DAILY_LOSS": "0.005",
        "MAX_STAKE": "0.05",
        **environment,
    }
    records = folder / "run.jsonl"
    bars = bars_file(folder / "bars.csv", _CLOSES, reach=20.0)
    finished = run_backtest(
        BacktestOptions(
            files=(bars,),
            strategy=str(strategy_file(folder / "mine.py", _DECIDE, "asked = 0")),
            costs=CostOptions(costs="okx-perp"),
            records_out=records,
        ),
        world(**given),
    )
    assert not finished.result.strategy_errors
    return records, finished
