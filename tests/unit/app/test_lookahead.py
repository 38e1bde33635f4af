from __future__ import annotations

from pathlib import Path
from random import Random
from typing import Any

import pytest
from click.testing import CliRunner

from supreme_system_v5.app import LookaheadOptions, run_lookahead
from supreme_system_v5.backtest.lookahead_report import LookaheadReport, Verdict
from supreme_system_v5.cli.main import supreme
from supreme_system_v5.errors import InvalidInputError, StrategyError
from tests.support.cheats import CHEATS, HONEST_READER, KEEPER, RESTLESS, written
from tests.support.evidence import random_walk
from tests.support.runs import bars_file, strategy_file, world

FORTNIGHT = "binance_spot_BTCUSDT_1m_20240726-20240808.csv.gz"
XRP = "binance_spot_XRPETH_201910.csv.gz"
SESSIONS = "binance_spot_BTCUSDT_20250928-30_sessions.csv.gz"

BUSY = (
    "self.asked = getattr(self, 'asked', 0) + 1\n"
    "price = view.price\n"
    "if price is None or self.asked % 2:\n"
    "    return None\n"
    "if view.position is not None:\n"
    "    return Signal.exit('turn')\n"
    "if self.asked % 6 == 0:\n"
    "    return Signal.enter('wait', limit=price * 0.9999, good_for_seconds=5.0)\n"
    "return Signal.enter('turn', stop=price * 0.999, target=price * 1.001)\n"
)


FREELY = {
    "MAX_DAILY_LOSS": "1",
    "MAX_DAILY_LOSS_R": "1000",
    "MAX_DRAWDOWN": "1",
    "MAX_FEE_BLEED": "1",
    "MAX_LOSS_STREAK": "1000",
    "MAX_ENTRIES_PER_DAY": "10000",
}
"""Protections that do not end a run before there is something to compare."""


def with_stop(strategy: str) -> str:
    """Return a strategy whose entries have a stop, without which dynamic risk refuses them."""
    assert strategy.count('Signal.enter("it will rise")') == 1
    return strategy.replace('"it will rise"', '"it will rise", stop=view.price * 0.9')


def look(*files: Path, **options: Any) -> LookaheadReport:  # noqa: ANN401 - those of the search
    return run_lookahead(LookaheadOptions(files=files, **options), world())


@pytest.fixture
def fortnight(data_dir: Path) -> Path:
    return data_dir / "bars" / FORTNIGHT


@pytest.fixture
def zigzag(tmp_path: Path) -> Path:
    """Return 200 minutes without a rule that a short look back could learn."""
    return bars_file(tmp_path / "bars.csv", [100 + (7 * n * n % 31) / 10 for n in range(200)])


@pytest.fixture
def halves(zigzag: Path) -> tuple[Path, Path]:
    """Return the same minutes as two files."""
    head, *rows = zigzag.read_text(encoding="utf-8").splitlines(keepends=True)
    paths = zigzag.with_name("first.csv"), zigzag.with_name("second.csv")
    for path, part in zip(paths, (rows[:100], rows[100:]), strict=True):
        path.write_text(head + "".join(part), encoding="utf-8")
    return paths


def the_strategy_to_begin_with(folder: Path) -> str:
    path = folder / "mine.py"
    result = CliRunner().invoke(supreme, ["new", "strategy", str(path)])
    assert result.exit_code == 0
    return str(path)


class TestHonest:
    @pytest.mark.parametrize("strategy", ["scalping", "ema-cross", "trend"])
    def test_the_built_in_ones_over_recorded_bars(self, strategy: str, fortnight: Path) -> None:
        report = look(fortnight, strategy=strategy, cuts=8)
        assert report.verdict is Verdict.CLEAN
        assert len(report.cuts) == 8
        assert report.decisions >= 8

    def test_the_one_to_begin_with_over_recorded_bars(
        self, fortnight: Path, tmp_path: Path
    ) -> None:
        strategy, parameters = the_strategy_to_begin_with(tmp_path), {"oversold": 40.0}
        report = look(fortnight, strategy=strategy, parameters=parameters, cuts=8)
        assert report.verdict is Verdict.CLEAN
        assert len(report.cuts) == 8

    @pytest.mark.parametrize("parameters", [{"fast": 2, "slow": 3}, {}])
    def test_a_built_in_one_over_recorded_trades(
        self, parameters: dict[str, float], data_dir: Path
    ) -> None:
        file = data_dir / "trades" / XRP
        report = look(file, strategy="ema-cross", parameters=parameters, cuts=8)
        assert report.verdict is Verdict.CLEAN
        assert len(report.cuts) == 8

    def test_what_is_decided_in_silence_over_recorded_trades(
        self, data_dir: Path, tmp_path: Path
    ) -> None:
        file = data_dir / "trades" / SESSIONS
        report = look(file, strategy=the_strategy_to_begin_with(tmp_path))
        assert report.verdict is Verdict.CLEAN
        assert report.decisions == 1

    @pytest.mark.parametrize("name", [XRP, SESSIONS, "binance_usdm_ETHUSDT_20240808.csv.gz"])
    def test_a_busy_one_with_orders_that_run_out(
        self, name: str, data_dir: Path, tmp_path: Path
    ) -> None:
        wakes = "wakes = Flag.SIGNIFICANT | Flag.BAR_1M\n"
        strategy = str(strategy_file(tmp_path / "busy.py", BUSY, wakes))
        report = look(data_dir / "trades" / name, strategy=strategy)
        assert report.verdict is Verdict.CLEAN
        assert len(report.cuts) == 20

    def test_plain_python_looks_like_the_native_core(self, zigzag: Path) -> None:
        options = LookaheadOptions(
            files=(zigzag,), strategy="ema-cross", parameters={"fast": 2, "slow": 3}
        )
        report = run_lookahead(options, world(IMPLEMENTATION="python"))
        assert report.verdict is Verdict.CLEAN
        assert report.cuts
        assert report == run_lookahead(options, world(IMPLEMENTATION="rust"))

    def test_two_files_are_one_market(self, halves: tuple[Path, Path], zigzag: Path) -> None:
        parameters = {"fast": 2, "slow": 3}
        report = look(*halves, strategy="ema-cross", parameters=parameters)
        assert report.verdict is Verdict.CLEAN
        assert report.cuts == look(zigzag, strategy="ema-cross", parameters=parameters).cuts

    def test_one_that_reads_only_the_past_of_its_file(self, zigzag: Path, tmp_path: Path) -> None:
        strategy = written(tmp_path / "reader.py", HONEST_READER)
        report = look(zigzag, strategy=strategy, parameters={"path": str(zigzag)})
        assert report.verdict is Verdict.CLEAN
        assert report.cuts

    def test_what_a_module_or_a_class_keeps_is_gone_in_the_next_run(
        self, zigzag: Path, tmp_path: Path
    ) -> None:
        report = look(zigzag, strategy=written(tmp_path / "keeper.py", KEEPER))
        assert report.verdict is Verdict.CLEAN
        assert report.cuts


class TestCheating:
    @pytest.mark.parametrize("way", CHEATS)
    def test_in_every_way(self, way: str, zigzag: Path, tmp_path: Path) -> None:
        strategy = written(tmp_path / "cheat.py", CHEATS[way])
        parameters = {"path": str(zigzag)} if "reads" in way else {}
        report = look(zigzag, strategy=strategy, parameters=parameters)
        assert report.verdict is Verdict.LOOKS_AHEAD
        found = [each for cut in report.cuts for each in cut.differences]
        assert {each.future for each in found} == {"truncated", "shaken"}
        assert all(each.fields and each.original != each.changed for each in found)

    def test_in_one_of_two_files(self, halves: tuple[Path, Path], tmp_path: Path) -> None:
        strategy = written(tmp_path / "cheat.py", CHEATS["reads the next row"])
        report = look(*halves, strategy=strategy, parameters={"path": str(halves[1])})
        assert report.verdict is Verdict.LOOKS_AHEAD

    def test_over_recorded_bars(self, fortnight: Path, tmp_path: Path) -> None:
        strategy = written(tmp_path / "cheat.py", CHEATS["reads the next row"])
        parameters = {"path": str(fortnight)}
        report = look(fortnight, strategy=strategy, parameters=parameters, cuts=1)
        assert report.verdict is Verdict.LOOKS_AHEAD

    @pytest.mark.parametrize("seed", range(5))
    def test_whatever_the_seed(self, seed: int, zigzag: Path, tmp_path: Path) -> None:
        strategy = written(tmp_path / "cheat.py", CHEATS["reads the next row"])
        report = look(zigzag, strategy=strategy, parameters={"path": str(zigzag)}, seed=seed)
        assert report.verdict is Verdict.LOOKS_AHEAD

    def test_by_a_path_of_its_own(self, zigzag: Path, tmp_path: Path) -> None:
        text = CHEATS["reads the next row"].replace("self, path)", f"self, path={str(zigzag)!r})")
        report = look(zigzag, strategy=written(tmp_path / "cheat.py", text))
        assert report.verdict is Verdict.READS_FILES
        assert report.opened == (str(zigzag),)

    def test_by_a_link_to_the_file(self, zigzag: Path, tmp_path: Path) -> None:
        link = tmp_path / "link.csv"
        link.symlink_to(zigzag)
        strategy = written(tmp_path / "cheat.py", CHEATS["reads the next row"])
        report = look(zigzag, strategy=strategy, parameters={"path": str(link)})
        assert report.verdict is Verdict.LOOKS_AHEAD


class TestDynamicRisk:
    """As the risk manager would trade; no target is too near for its costs here."""

    @staticmethod
    def look(file: Path, **options: Any) -> LookaheadReport:  # noqa: ANN401 - those of the search
        asked = LookaheadOptions(files=(file,), risk="dynamic", **options)
        return run_lookahead(asked, world(COST_MULTIPLE="0", **FREELY))

    @pytest.mark.parametrize(
        ("strategy", "parameters"),
        [("scalping", {}), ("trend", {"breakout": 5, "exit": 3})],
    )
    def test_the_built_in_ones_with_a_stop_are_clean(
        self, strategy: str, parameters: dict[str, float], tmp_path: Path
    ) -> None:
        file = bars_file(tmp_path / "bars.csv", random_walk(Random(1), 4_000), reach=0.02)
        report = self.look(file, strategy=strategy, parameters=parameters, cuts=4)
        assert report.verdict is Verdict.CLEAN
        assert len(report.cuts) == 4

    def test_an_honest_reader_is_clean(self, zigzag: Path, tmp_path: Path) -> None:
        strategy = written(tmp_path / "reader.py", with_stop(HONEST_READER))
        report = self.look(zigzag, strategy=strategy, parameters={"path": str(zigzag)})
        assert report.verdict is Verdict.CLEAN
        assert report.cuts

    @pytest.mark.parametrize("way", CHEATS)
    def test_cheats_are_found(self, way: str, zigzag: Path, tmp_path: Path) -> None:
        strategy = written(tmp_path / "cheat.py", with_stop(CHEATS[way]))
        parameters = {"path": str(zigzag)} if "reads" in way else {}
        report = self.look(zigzag, strategy=strategy, parameters=parameters)
        assert report.verdict is Verdict.LOOKS_AHEAD
        found = [each for cut in report.cuts for each in cut.differences]
        assert {each.future for each in found} == {"truncated", "shaken"}

    def test_the_built_in_one_over_recorded_bars(self, fortnight: Path) -> None:
        report = self.look(fortnight, strategy="scalping", cuts=4)
        assert report.verdict is Verdict.CLEAN
        assert len(report.cuts) == 4

    def test_what_it_refuses_is_no_decision(self, zigzag: Path, tmp_path: Path) -> None:
        """Entries without a stop: it never bets on them, and fixed does."""
        strategy = written(tmp_path / "keeper.py", KEEPER)
        assert self.look(zigzag, strategy=strategy).verdict is Verdict.UNTESTED
        assert look(zigzag, strategy=strategy).verdict is Verdict.CLEAN


class TestNothingToSay:
    def test_chance_is_told_from_a_look_ahead(self, zigzag: Path, tmp_path: Path) -> None:
        report = look(zigzag, strategy=written(tmp_path / "restless.py", RESTLESS))
        assert report.verdict is Verdict.NOT_REPEATABLE

    def test_no_decision_is_no_proof(self, zigzag: Path, tmp_path: Path) -> None:
        report = look(zigzag, strategy=str(strategy_file(tmp_path / "none.py", "return None")))
        assert report.verdict is Verdict.UNTESTED
        assert report.cuts == ()

    def test_what_it_raised_is_told(self, zigzag: Path, tmp_path: Path) -> None:
        strategy = str(strategy_file(tmp_path / "mine.py", "return 1 / 0"))
        assert "ZeroDivisionError" in look(zigzag, strategy=strategy).strategy_errors[0]


class TestRefusing:
    def test_no_cuts(self, zigzag: Path) -> None:
        with pytest.raises(InvalidInputError, match="cuts is 0, allowed is 1 or more"):
            look(zigzag, cuts=0)

    def test_a_strategy_that_wants_a_table(self, tmp_path: Path) -> None:
        pq = pytest.importorskip("pyarrow.parquet")
        pa = pytest.importorskip("pyarrow")
        names = ("open", "high", "low", "close", "volume")
        columns = {"timestamp_ms": [0, 60_000], **{name: [1.0, 1.0] for name in names}}
        path = tmp_path / "bars.parquet"
        pq.write_table(pa.table(columns), path)
        strategy = written(tmp_path / "reader.py", HONEST_READER)
        with pytest.raises(StrategyError, match=r"in \.csv or \.csv\.gz only; convert"):
            look(path, strategy=strategy, parameters={"path": str(path)})
