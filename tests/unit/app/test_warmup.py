from __future__ import annotations

from pathlib import Path

import pytest

from supreme_system_v5.app import WarmupOptions, run_warmup
from supreme_system_v5.app.world import World
from supreme_system_v5.backtest.warmup import LENGTHS, Scale
from supreme_system_v5.backtest.warmup_report import WarmupReport, to_text
from supreme_system_v5.domain import Timeframe
from supreme_system_v5.errors import DataError, InvalidInputError
from tests.fakes.clock import ManualClock
from tests.support.runs import bars_file, trades_file, world

FORTNIGHT = "binance_spot_BTCUSDT_1m_20240726-20240808.csv.gz"
SECONDS = "binance_spot_BTCUSDT_20240808.csv.gz"

WALK = [100 + (7 * n * n % 31) / 10 for n in range(400)]


def look(*files: Path, **environment: str) -> WarmupReport:
    return run_warmup(WarmupOptions(files=files, starts=5), world(**environment))


def test_bars(tmp_path: Path) -> None:
    report = look(bars_file(tmp_path / "bars.csv", WALK))
    assert (report.data_kind, report.minutes, report.minutes_with_trades) == ("bars", 400, 400)
    assert [each.timeframe for each in report.timeframes] == list(Timeframe)
    assert [(each.bars, each.starts) for each in report.timeframes] == [
        (400, 5),
        (80, 5),
        (26, 0),
        (6, 0),
    ]
    assert report.timeframes[0].lengths == (35, 61, 100, 150, 200)
    assert report.timeframes[1].lengths == (35, 40)
    assert report.need.minutes is None


def test_trades_are_whole_minutes_first(tmp_path: Path) -> None:
    rows = [(60.0 * n + 30.0, str(price)) for n, price in enumerate(WALK[:100])]
    report = look(trades_file(tmp_path / "trades.csv", rows))
    # The first minute began before the first trade, the last one has not ended.
    assert (report.data_kind, report.minutes) == ("trades", 98)
    assert report.timeframes[0].lengths == (35, 49)


def test_native_and_plain_print_the_same(tmp_path: Path) -> None:
    path = bars_file(tmp_path / "bars.csv", WALK[:150])
    assert look(path, IMPLEMENTATION="python") == look(path, IMPLEMENTATION="rust")


def test_the_grid_of_the_market_is_that_of_the_settings(tmp_path: Path) -> None:
    path = bars_file(tmp_path / "bars.csv", WALK)
    with pytest.raises(DataError, match="high is '100.7'.* at most 0 decimals"):
        look(path, PRICE_DECIMALS="0", SIZE_DECIMALS="2")


def test_the_longest_stretch_between_jumps_in_time(tmp_path: Path) -> None:
    early = bars_file(tmp_path / "early.csv", WALK[:100])
    late = bars_file(tmp_path / "late.csv", WALK[:150])
    head, *rows = late.read_text("utf-8").splitlines()
    cells = [row.split(",", 1) for row in rows]
    moved = [f"{int(time) + 115 * 24 * 3_600_000},{rest}" for time, rest in cells]
    late.write_text("\n".join([head, *moved]) + "\n", encoding="utf-8")
    report = look(late, early)
    assert (report.stretches, report.minutes) == (2, 150)
    assert report.start.startswith("2025-04-26")
    assert report.source == f"{early}, {late}"


@pytest.mark.parametrize(
    ("minutes", "told"), [(1, "1 whole minutes"), (69, "69 whole minutes .* 70 or more")]
)
def test_too_few_minutes_are_refused(tmp_path: Path, minutes: int, told: str) -> None:
    path = bars_file(tmp_path / "bars.csv", WALK[:minutes])
    with pytest.raises(DataError, match=f"bars.csv: {told}"):
        look(path)


@pytest.mark.parametrize(
    ("options", "name"), [({"starts": 0}, "starts"), ({"within": 0.0}, "within")]
)
def test_options_out_of_range_are_refused(options: dict[str, float], name: str) -> None:
    with pytest.raises(InvalidInputError, match=f"{name} is 0.*, allowed is") as caught:
        run_warmup(WarmupOptions(files=(), **options), world())  # type: ignore[arg-type]
    assert caught.value.name == name


def test_a_tolerance_that_is_no_number_is_refused() -> None:
    with pytest.raises(InvalidInputError, match="within is nan"):
        run_warmup(WarmupOptions(files=(), within=float("nan")), world())


def test_progress_goes_from_reading_to_the_last_timeframe(tmp_path: Path) -> None:
    told: list[float] = []
    process = World(environment={}, dotenv_path=None, clock=ManualClock(), progress=told.append)
    path = bars_file(tmp_path / "bars.csv", WALK[:100])
    run_warmup(WarmupOptions(files=(path,)), process)
    assert told == sorted(told)
    assert told[-5:] == [0.5, 0.625, 0.75, 0.875, 1.0]


def test_a_recorded_fortnight(data_dir: Path) -> None:
    report = run_warmup(WarmupOptions(files=(data_dir / "bars" / FORTNIGHT,)), world())
    assert report.minutes == report.minutes_with_trades == 19_305
    minutes, *_, hours = report.timeframes
    assert minutes.lengths == LENGTHS
    assert hours.lengths == (35, 61, 100, 150, 160)
    for each in report.timeframes:
        assert (each.starts, each.mature_bar) == (20, 61)
        values = {value.name: value for value in each.values}
        for name in ("upper", "middle", "lower"):
            assert values[name].exact_from == values[name].first_bar == 20
        assert values["volatility"].exact_from == values["volatility"].first_bar == 61
        # By the law of an EMA over 50 bars, 1 % is 0.01 % after log(100) / -log(49 / 51) = 115.
        slow = values["ema_slow"]
        assert slow.at_mature is not None
        assert slow.at_mature.largest > report.within
        assert slow.within_from is not None
        assert 61 < slow.within_from < 200
        assert all(value.scale is Scale.VOTE or value.first_bar for value in each.values)
    assert report.need.minutes is not None
    assert 61 * 60 < report.need.minutes < 200 * 60
    assert max(map(len, to_text(report).splitlines()[2:])) <= 100


def test_recorded_seconds_are_too_few(data_dir: Path) -> None:
    with pytest.raises(DataError, match="5 whole minutes"):
        look(data_dir / "trades" / SECONDS)
