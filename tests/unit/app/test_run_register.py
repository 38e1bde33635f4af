from __future__ import annotations

import sqlite3
import statistics
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from supreme_system_v5.app.run_register import (
    RegisteredData,
    RegisteredRun,
    counted,
    register_path,
    variant_key,
)
from supreme_system_v5.domain import VENUES, Venue
from supreme_system_v5.evidence.deflated_sharpe import DayStatistics
from supreme_system_v5.market_data import DataKind, Fingerprint
from supreme_system_v5.settings import Settings, load_settings
from tests.support.runs import world

MARCH = RegisteredData(
    symbol="BTC-USDT", kind=DataKind.BARS, first_ns=100, last_ns=200, rows=9, digest="a"
)
APRIL = replace(MARCH, first_ns=201, last_ns=300, digest="b")
BOTH = replace(MARCH, last_ns=300, rows=18, digest="c")


def run(variant: str, sharpe: float | None = 0.1) -> RegisteredRun:
    seen = None if sharpe is None else DayStatistics(days=9, sharpe=sharpe, skew=0, kurtosis=3)
    return RegisteredRun(variant=variant, trades=5, observed=seen)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "kept" / "runs.sqlite3"


def test_a_repetition_is_no_new_try(path: Path) -> None:
    for _ in range(2):
        counted(path, MARCH, [run("x"), run("y", 0.5)])
    tries = counted(path, MARCH, [run("x"), run("y", 0.5)])
    assert tries.variants == 2
    assert tries.variance == pytest.approx(statistics.variance([0.1, 0.5]))
    assert tries.counted
    assert str(path) in tries.note
    with sqlite3.connect(path) as register:
        assert register.execute("SELECT COUNT(*) FROM runs").fetchone() == (2,)
    register.close()


def test_a_repetition_replaces_what_was_known(path: Path) -> None:
    counted(path, MARCH, [run("x", 9.0), run("y", 0.5)])
    assert counted(path, MARCH, [run("x", 0.5)]).variance == 0.0


def test_every_variant_over_the_same_time_counts(path: Path) -> None:
    """Also when it ran over a part of the data only, or over more."""
    assert counted(path, MARCH, [run("x")]).variants == 1
    assert counted(path, APRIL, [run("y")]).variants == 1
    assert counted(path, BOTH, [run("z")]).variants == 3
    assert counted(path, MARCH, [run("x")]).variants == 2


def test_the_same_variant_over_several_data_is_one(path: Path) -> None:
    counted(path, MARCH, [run("x")])
    assert counted(path, BOTH, [run("x")]).variants == 1


def test_other_markets_do_not_count(path: Path) -> None:
    counted(path, replace(MARCH, symbol="ETH-USDT", digest="ba"), [run("x")])
    assert counted(path, MARCH, [run("y")]).variants == 1


def test_the_same_rows_count_whatever_they_are_called(path: Path) -> None:
    """Another symbol over the same file neither forgets what was tried, nor is a new try."""
    other = replace(MARCH, symbol="ETH-USDT")
    counted(path, MARCH, [run("x", 0.1), run("y", 0.5)])
    tries = counted(path, other, [run("x", 0.1), run("z", 0.9)])
    assert tries.variants == 3
    assert tries.variance == pytest.approx(statistics.variance([0.1, 0.5, 0.9]))
    assert counted(path, MARCH, [run("x", 0.1)]) == tries


def test_the_variance_is_that_over_exactly_these_data(path: Path) -> None:
    counted(path, APRIL, [run("x", 5.0)])
    tries = counted(path, BOTH, [run("y", 0.1), run("z", 0.3), run("w", None)])
    assert tries.variants == 4
    assert tries.variance == pytest.approx(0.02)
    assert counted(path, APRIL, [run("x", 5.0)]).variance is None


class TestWithoutRegister:
    def test_no_place_for_one(self) -> None:
        tries = counted(None, MARCH, [run("x", 0.1), run("y", 0.3), run("y", 0.3)])
        assert not tries.counted
        assert tries.variants == 2
        assert "neither STATE_DIR nor XDG_STATE_HOME nor HOME is set" in tries.note

    def test_the_place_is_a_file(self, tmp_path: Path) -> None:
        (tmp_path / "kept").write_text("mine")
        tries = counted(tmp_path / "kept" / "runs.sqlite3", MARCH, [run("x")])
        assert not tries.counted
        assert tries.variance is None
        assert "only this run is counted; set STATE_DIR to a folder" in tries.note

    def test_it_is_no_register(self, tmp_path: Path) -> None:
        path = tmp_path / "runs.sqlite3"
        path.write_text("x" * 5_000)
        assert not counted(path, MARCH, [run("x")]).counted
        assert path.read_text() == "x" * 5_000


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({"STATE_DIR": "/a/b", "HOME": "/home/me"}, "/a/b/runs.sqlite3"),
        ({"STATE_DIR": "~/b", "HOME": "/home/me"}, "/home/me/b/runs.sqlite3"),
        ({"XDG_STATE_HOME": "/x", "HOME": "/h"}, "/x/supreme-system-v5/runs.sqlite3"),
        ({"XDG_STATE_HOME": "x", "HOME": "/h"}, "/h/.local/state/supreme-system-v5/runs.sqlite3"),
        ({"HOME": "/h"}, "/h/.local/state/supreme-system-v5/runs.sqlite3"),
    ],
)
def test_where_it_is(environment: dict[str, str], expected: str) -> None:
    here = world(**environment)
    assert register_path(load_settings(environment), here) == Path(expected)


def test_nowhere() -> None:
    assert register_path(Settings(), world()) is None


def _key(
    settings: Settings,
    venue: Venue,
    strategy: str,
    parameters: Mapping[str, float],
    risk: str = "fixed",
) -> str:
    return variant_key(settings, venue, strategy, parameters, risk)


class TestKey:
    def test_what_makes_another_variant(self) -> None:
        base = _key(Settings(), VENUES["okx-perp"], "trend", {"exit": 5, "breakout": 10})
        others = [
            _key(Settings(), VENUES["okx-spot"], "trend", {"exit": 5, "breakout": 10}),
            _key(Settings(), VENUES["okx-perp"], "trend", {"exit": 5, "breakout": 10}, "dynamic"),
            _key(Settings(), VENUES["okx-perp"], "scalping", {"exit": 5, "breakout": 10}),
            _key(Settings(), VENUES["okx-perp"], "trend", {"exit": 6, "breakout": 10}),
            _key(
                Settings(trade_fraction=Decimal("0.2")),
                VENUES["okx-perp"],
                "trend",
                {"exit": 5, "breakout": 10},
            ),
            _key(
                Settings(gating_override="off"),
                VENUES["okx-perp"],
                "trend",
                {"exit": 5, "breakout": 10},
            ),
        ]
        assert len({base, *others}) == 7

    def test_what_does_not(self) -> None:
        keys = {
            _key(settings, venue, "trend", parameters)
            for settings, venue, parameters in (
                (Settings(), VENUES["okx-perp"], {"exit": 5, "breakout": 10}),
                (Settings(), VENUES["okx-perp"], {"breakout": 10, "exit": 5}),
                (
                    Settings(),
                    replace(VENUES["okx-perp"], name="the same"),
                    {"exit": 5, "breakout": 10},
                ),
                (
                    Settings(implementation_override="python", state_dir="/x", max_ram_gb=1.0),
                    VENUES["okx-perp"],
                    {"exit": 5, "breakout": 10},
                ),
            )
        }
        assert len(keys) == 1

    def test_changed_code_is_another_variant(self, tmp_path: Path) -> None:
        file = tmp_path / "mine.py"
        keys = []
        for code in ("a = 1", "a = 2", "a = 1"):
            file.write_text(code)
            keys.append(_key(Settings(), VENUES["okx-perp"], f"{file}:Mine", {}))
        assert keys[0] == keys[2] != keys[1]
        assert str(tmp_path) not in keys[0]

    def test_a_module_is_known_by_its_file(self) -> None:
        key = _key(Settings(), VENUES["okx-perp"], "tests.support.runs:Mine", {})
        assert " runs.py:Mine" in key

    def test_what_cannot_be_found_is_known_by_its_name(self) -> None:
        key = _key(Settings(), VENUES["okx-perp"], "nowhere:Mine", {})
        assert '"strategy":"nowhere:Mine"' in key


def test_data_of_a_fingerprint() -> None:
    found = RegisteredData.of(Fingerprint(), "BTC-USDT", DataKind.TRADES)
    assert (found.rows, found.kind) == (0, DataKind.TRADES)
    assert found.key.startswith("BTC-USDT trades 0 0 0 ")
