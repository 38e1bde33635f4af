from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest

import bench_backtest
from backtest_market import trade_chunks, write_trades
from bench_backtest import Figure, engine_figures, main, peer_cells, run_command


def test_the_median_counts() -> None:
    figure = Figure(name="x", unit="M/s", values=[1.0, 9.0, 5.0], limit=5.0)
    assert (figure.median, figure.missed) == (5.0, False)
    assert Figure(name="x", unit="M/s", values=[1.0, 4.9, 9.0], limit=5.0).missed


@pytest.mark.parametrize(("value", "missed"), [(2.5, False), (2.6, True), (float("nan"), True)])
def test_some_limits_are_from_above(value: float, *, missed: bool) -> None:
    assert Figure(name="x", unit="s", values=[value], limit=2.5, at_most=True).missed is missed


def test_what_has_no_limit_misses_none() -> None:
    figure = Figure(name="x", unit="M/s", values=[1.0, 2.0, 4.0], orders=7)
    assert not figure.missed
    assert figure.cells() == ["x", "2.00", "4.00", "M/s", "", "", "7"]


def test_every_engine_figure_has_as_many_values_as_rounds() -> None:
    figures = list(engine_figures(ticks=5_000, bars=500, seed=1, rounds=2))
    assert [len(figure.values) for figure in figures] == [2] * 9
    assert [figure.limit for figure in figures] == [4.0, 4.0, 0.4, 0.4, None, 1.0, 0.1, 1.0, None]
    assert all(value > 0 for figure in figures for value in figure.values)


def test_the_command_tells_its_memory(tmp_path: Path) -> None:
    path = tmp_path / "trades.csv"
    write_trades(path, trade_chunks(Random(1), 3_000))
    run = run_command(path)
    assert run.seconds > 0
    assert 5 < run.told_mb < 2_000
    assert run.seen_mb >= run.told_mb - 1


def test_a_command_that_fails_is_not_timed(tmp_path: Path) -> None:
    path = tmp_path / "trades.csv"
    path.write_text("price\n1\n", encoding="ascii")
    with pytest.raises(RuntimeError, match="ended with 1"):
        run_command(path)


def measured(*figures: Figure) -> object:
    def measure(*_args: object, **_named: object) -> Iterator[Figure]:
        return iter(figures)

    return measure


def test_a_missed_limit_is_said_and_fails(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    slow = Figure(name="bars", unit="M bars/s", values=[0.5], limit=1.0)
    monkeypatch.setattr(bench_backtest, "engine_figures", measured(slow))
    monkeypatch.setattr(bench_backtest, "command_figures", measured())
    assert main([]) == 1
    assert capsys.readouterr().err == "MISSED bars: 0.50 M bars/s, the limit is >= 1\n"


def test_it_reports_for_programs(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    held = Figure(name="bars", unit="M bars/s", values=[2.0], limit=1.0)
    monkeypatch.setattr(bench_backtest, "engine_figures", measured(held))
    monkeypatch.setattr(bench_backtest, "command_figures", measured())
    assert main(["--json"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert (report["figures"][0]["missed"], report["peers"]) == (False, [])


def test_another_outcome_is_no_figure(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def differs(*_args: object, **_named: object) -> Iterator[Figure]:
        raise RuntimeError("not the same")

    monkeypatch.setattr(bench_backtest, "command_figures", differs)
    assert main([]) == 2
    assert capsys.readouterr().err == "bench_backtest: not the same\n"


def test_a_peer_that_is_missing_is_named() -> None:
    cells = peer_cells({"name": "backtesting", "version": "not installed"})
    assert cells == ["backtesting not installed", *[""] * 7]
