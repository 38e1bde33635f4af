from __future__ import annotations

import csv
import sqlite3
import statistics
from collections.abc import Callable
from contextlib import closing
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any

import pytest

from supreme_system_v5.app import (
    BacktestOptions,
    CostOptions,
    EvidenceOptions,
    run_backtest,
    run_evidence,
)
from supreme_system_v5.errors import DataError, InvalidInputError, StrategyError
from supreme_system_v5.evidence.report import EvidenceReport
from supreme_system_v5.evidence.verdict import Verdict
from supreme_system_v5.strategies import BUILT_IN, NEIGHBOURS
from tests.support.evidence import random_walk
from tests.support.runs import bars_file, strategy_file, world

FORTNIGHT = "binance_spot_BTCUSDT_1m_20240726-20240808.csv.gz"
FREE = CostOptions(
    costs="okx-perp",
    fee_bps=Decimal(0),
    spread_bps=Decimal(0),
    slippage_bps=Decimal(0),
    funding_bps=Decimal(0),
    latency_ms=Decimal(0),
)
QUICK = {"fast": 2, "slow": 5, "rsi_max": 100.0}


MONEY = ("quantity", "entry_price", "exit_price", "gross", "funding", "net")

Evidence = Callable[..., EvidenceReport]
"""Files and the options of the verb in, its report out."""


@pytest.fixture
def evidence(tmp_path: Path) -> Evidence:
    def run(*files: Path, **options: Any) -> EvidenceReport:  # noqa: ANN401 - options by name
        options.setdefault("draws", 20)
        here = world(STATE_DIR=str(tmp_path / "state"))
        return run_evidence(EvidenceOptions(files=files, **options), here)

    return run


def market(path: Path, seed: int, days: int, momentum: float = 0.0) -> Path:
    return bars_file(path, random_walk(Random(seed), days * 1_440, momentum))


def apart(folder: Path, seed: int, momentum: float = 0.0) -> list[Path]:
    """Write four days each of four stretches that lie ten days apart: four short periods."""
    whole = market(folder / "whole.csv", seed, 16, momentum)
    head, *lines = whole.read_text(encoding="utf-8").splitlines(keepends=True)
    paths = []
    for part in range(4):
        later_ms = part * 10 * 86_400_000
        moved = [line.split(",", 1) for line in lines[part * 5_760 : (part + 1) * 5_760]]
        path = folder / f"{part}.csv"
        shifted = [f"{int(time) + later_ms},{rest}" for time, rest in moved]
        path.write_text(head + "".join(shifted), encoding="utf-8")
        paths.append(path)
    return paths


def rows(folder: Path) -> int:
    with closing(sqlite3.connect(folder / "state" / "runs.sqlite3")) as register:
        [count] = register.execute("SELECT COUNT(*) FROM runs").fetchone()
    return int(count)


class TestVerdicts:
    def test_a_planted_edge(self, tmp_path: Path, evidence: Evidence) -> None:
        """Minutes that keep a third of the step before, and a strategy that follows them."""
        path = market(tmp_path / "bars.csv", 1, 60, momentum=0.35)
        variants = ({"slow": 8}, {"fast": 3})
        options = {"strategy": "ema-cross", "parameters": QUICK, "costs": FREE}
        report = evidence(path, **options, variants=variants, draws=100)
        assert report.judgement.verdict is Verdict.EDGE
        assert report.judged.net is not None
        assert report.judged.net.mean > 0
        assert report.judged.trades >= 200
        assert report.agreeing == 3
        assert report.random is not None
        assert report.random.percentile == 1.0
        assert report.deflated is not None
        assert report.deflated.variants == 3
        dear = evidence(path, **{**options, "costs": CostOptions(costs="okx-perp")}, fixed=True)
        assert dear.judgement.verdict is Verdict.NONE

    def test_a_planted_edge_without_a_register(self, tmp_path: Path) -> None:
        path = market(tmp_path / "bars.csv", 1, 45, momentum=0.35)
        report = run_evidence(
            EvidenceOptions(
                files=(path,),
                strategy="ema-cross",
                parameters=QUICK,
                fixed=True,
                costs=FREE,
                draws=10,
            ),
            world(),
        )
        assert report.judgement.verdict is Verdict.UNPROVEN
        assert report.judgement.reasons == (
            "the register of runs cannot be used, so nobody knows how many were tried",
        )

    def test_random_walks(self, tmp_path: Path) -> None:
        """Of twenty at most one looks like an edge, though only the trades speak against it.

        Each has a register of its own, three periods out of sample and trades enough; the planted
        edges of the same shape show that it could be said.
        """
        verdicts = {
            momentum: [self.verdict(tmp_path, seed, momentum) for seed in range(seeds)]
            for momentum, seeds in ((0.0, 20), (0.35, 2))
        }
        assert verdicts[0.0].count(Verdict.EDGE) <= 1
        assert verdicts[0.35] == [Verdict.EDGE] * 2

    @staticmethod
    def verdict(folder: Path, seed: int, momentum: float) -> Verdict:
        here = folder / f"{seed} {momentum}"
        here.mkdir()
        options = EvidenceOptions(
            files=tuple(apart(here, seed, momentum)),
            strategy="ema-cross",
            parameters=QUICK,
            costs=FREE,
            draws=2,
        )
        report = run_evidence(options, world(STATE_DIR=str(here / "state")))
        assert report.out_of_sample
        assert report.tries.counted
        assert len(report.variants) > 1
        assert len(report.periods) == 4
        assert report.judged.trades >= 200
        return report.judgement.verdict


class TestVariants:
    @pytest.fixture
    def path(self, tmp_path: Path) -> Path:
        return market(tmp_path / "bars.csv", 3, 2)

    @pytest.mark.parametrize("strategy", list(BUILT_IN))
    def test_built_in_ones_have_neighbours_that_run(
        self,
        path: Path,
        evidence: Evidence,
        strategy: str,
    ) -> None:
        report = evidence(path, strategy=strategy)
        assert len(report.variants) == 1 + len(NEIGHBOURS[strategy])
        assert report.variants[0].parameters == ""
        assert report.tries.variants == len(report.variants)

    def test_what_was_given_is_not_varied(self, path: Path, evidence: Evidence) -> None:
        report = evidence(path, strategy="trend", parameters={"stop_atr": 3.5})
        assert [each.parameters for each in report.variants] == [
            "stop_atr=3.5",
            "stop_atr=3.5, breakout=10, exit=5",
            "stop_atr=3.5, breakout=40, exit=20",
        ]

    def test_named_ones_replace_the_neighbours(self, path: Path, evidence: Evidence) -> None:
        variants: tuple[dict[str, float], ...] = ({"fast": 9}, {"fast": 9}, {})
        report = evidence(path, strategy="ema-cross", variants=variants)
        assert [each.parameters for each in report.variants] == ["", "fast=9"]

    def test_fixed_is_one(self, path: Path, evidence: Evidence) -> None:
        report = evidence(path, strategy="ema-cross", fixed=True)
        assert report.fixed
        assert report.out_of_sample
        assert len(report.variants) == 1

    def test_fixed_with_variants_is_refused(self, path: Path, evidence: Evidence) -> None:
        with pytest.raises(InvalidInputError, match="fixed is set and 1 variants are given"):
            evidence(path, strategy="ema-cross", variants=({"fast": 9},), fixed=True)

    def test_an_own_one_has_none_but_those_named(
        self,
        tmp_path: Path,
        path: Path,
        evidence: Evidence,
    ) -> None:
        mine = strategy_file(
            tmp_path / "mine.py",
            "if view.position is not None:\n"
            "    return Signal.exit('turn') if view.bars_held >= self.held else None\n"
            "return Signal.enter('always')\n",
            "def __init__(self, held: int = 30) -> None:\n    self.held = held\n",
        )
        report = evidence(path, strategy=str(mine))
        assert [each.parameters for each in report.variants] == [""]
        report = evidence(path, strategy=str(mine), variants=({"held": 60},))
        few, more = report.variants[1].trades, report.variants[0].trades
        assert 0 < few < more
        assert rows(tmp_path) == 2


def test_a_repetition_is_no_new_try(tmp_path: Path, evidence: Evidence) -> None:
    path = market(tmp_path / "bars.csv", 3, 2)
    first = evidence(path, strategy="ema-cross")
    assert evidence(path, strategy="ema-cross") == first
    assert rows(tmp_path) == 6
    assert evidence(path, strategy="ema-cross", parameters={"fast": 5}).tries.variants == 10


def test_another_symbol_forgets_no_try_over_the_same_file(tmp_path: Path) -> None:
    path, state = market(tmp_path / "bars.csv", 3, 2), str(tmp_path / "state")
    options: dict[str, Any] = {"files": (path,), "strategy": "ema-cross", "fixed": True, "draws": 2}
    found = [
        run_evidence(
            EvidenceOptions(**options, parameters={"fast": fast}),
            world(STATE_DIR=state, SINGLE_SYMBOL=symbol),
        ).tries.variants
        for fast, symbol in ((5, "BTC-USDT"), (6, "ETH-USDT"), (6, "XRP-USDT"))
    ]
    assert found == [1, 2, 2]


def test_files_that_lie_apart_are_run_by_themselves(tmp_path: Path, evidence: Evidence) -> None:
    """Two stretches together have the trades that each has alone."""
    head, *lines = market(tmp_path / "all.csv", 3, 14).read_text().splitlines(keepends=True)
    paths = tmp_path / "a.csv", tmp_path / "b.csv"
    paths[0].write_text(head + "".join(lines[:4_000]))
    paths[1].write_text(head + "".join(lines[15_000:]))
    options = {"strategy": "ema-cross", "parameters": QUICK, "fixed": True}
    both = evidence(*paths, **options)
    alone = [evidence(path, **options).given.trades for path in paths]
    assert both.given.trades == sum(alone)
    assert len(both.periods) == 2
    assert both.given.days == 3 + 4
    assert "2 stretches of data lie more than a week apart" in both.notes[0]


@pytest.mark.parametrize("risk", ["fixed", "dynamic"])
def test_confidence_is_that_of_the_judgements(
    tmp_path: Path, evidence: Evidence, risk: str
) -> None:
    path = market(tmp_path / "bars.csv", 1, 20, momentum=0.5)
    parameters = {"target_atr": 30.0, "stop_atr": 10.0}
    options = {"strategy": "scalping", "parameters": parameters, "costs": FREE, "fixed": True}
    report = evidence(path, **options, risk=risk)
    assert report.labels.risk == risk
    assert report.judged.trades > 0
    assert report.calibration is not None
    assert report.calibration.trades == report.judged.trades
    assert all(0.0 <= each.confidence <= 1.0 for each in report.calibration.curve)
    assert 0.0 < report.calibration.ece < 1.0


def test_what_it_raised_is_told_and_is_no_edge(tmp_path: Path, evidence: Evidence) -> None:
    path = market(tmp_path / "bars.csv", 3, 2)
    mine = strategy_file(tmp_path / "mine.py", "return 1 / 0\n")
    report = evidence(path, strategy=str(mine))
    assert "ZeroDivisionError" in report.strategy_errors[0]
    assert report.judgement.verdict is Verdict.UNPROVEN


class TestRefused:
    @pytest.fixture
    def path(self, tmp_path: Path) -> Path:
        return bars_file(tmp_path / "bars.csv", [100.0, 101.0])

    def test_an_unknown_strategy(self, path: Path, evidence: Evidence) -> None:
        with pytest.raises(StrategyError, match="strategy 'nothing' is neither built in"):
            evidence(path, strategy="nothing")

    def test_an_unknown_parameter(self, path: Path, evidence: Evidence) -> None:
        with pytest.raises(InvalidInputError, match="slwo"):
            evidence(path, strategy="ema-cross", parameters={"slwo": 3})

    def test_one_draw(self, path: Path, evidence: Evidence) -> None:
        with pytest.raises(InvalidInputError, match="draws is 1"):
            evidence(path, strategy="ema-cross", draws=1)

    def test_two_markets(self, tmp_path: Path, path: Path, evidence: Evidence) -> None:
        other = bars_file(tmp_path / "other.csv", [9.0, 9.1])
        with pytest.raises(DataError, match="overlap in time"):
            evidence(path, other, strategy="ema-cross")

    def test_two_minutes_prove_nothing(self, path: Path, evidence: Evidence) -> None:
        report = evidence(path, strategy="ema-cross")
        assert report.judgement.verdict is Verdict.UNPROVEN
        assert report.judgement.reasons == ("there are no trades",)


def test_recorded_bars(data_dir: Path, evidence: Evidence) -> None:
    """Fourteen days: the built-in scalping loses after the costs of a venue, as its report says."""
    report = evidence(data_dir / "bars" / FORTNIGHT, strategy="scalping", fixed=True)
    assert report.judgement.verdict is Verdict.NONE
    assert report.judged.charged_bps is not None
    assert report.judged.charged_bps > 10


def test_the_trades_are_those_of_the_backtest(tmp_path: Path, evidence: Evidence) -> None:
    """Every mean again, by hand, from the file of closed trades that `supreme backtest` writes."""
    path, out = market(tmp_path / "bars.csv", 3, 3), tmp_path / "trades.csv"
    options: dict[str, Any] = {
        "strategy": "scalping",
        "parameters": {"shorts": True},
        "costs": CostOptions(costs="okx-perp"),
        "risk": "fixed",
    }
    run_backtest(BacktestOptions(files=(path,), trades_out=out, **options), world())
    sample = evidence(path, **options, fixed=True).judged
    with out.open(encoding="utf-8") as file:
        rows = [
            {name: float(value) for name, value in row.items() if name in MONEY}
            for row in csv.DictReader(file)
        ]
    values = [row["quantity"] * row["entry_price"] / 10_000 for row in rows]
    gross = [row["gross"] / value for row, value in zip(rows, values, strict=True)]
    assert sample.trades == len(rows) > 20
    assert sample.gross is not None
    assert sample.net is not None
    assert sample.gross.mean == pytest.approx(statistics.mean(gross))
    net = [row["net"] / value for row, value in zip(rows, values, strict=True)]
    assert sample.net.mean == pytest.approx(statistics.mean(net))
    for step in sample.net_at:
        left = []
        for row, value in zip(rows, values, strict=True):
            traded = row["quantity"] * (row["entry_price"] + row["exit_price"])
            cost = traded * step.bps / 10_000
            left.append((row["gross"] - row["funding"] - cost) / value)
        assert step.net.mean == pytest.approx(statistics.mean(left))
    assert [step.bps for step in sample.net_at] == [0, 2, 5, 10]
