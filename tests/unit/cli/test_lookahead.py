from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from supreme_system_v5.cli.main import supreme
from tests.support.cheats import CHEATS, KEEPER, written
from tests.support.runs import bars_file


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    bars_file(Path("bars.csv"), [100 + (7 * n * n % 31) / 10 for n in range(200)])
    written(Path("cheat.py"), CHEATS["reads the next row"])
    written(Path("honest.py"), KEEPER)


def run(*arguments: str) -> Result:
    return CliRunner().invoke(supreme, ["lookahead", "bars.csv", *arguments])


def test_an_honest_one_is_code_0() -> None:
    result = run("--strategy", "honest.py", "--cuts", "3")
    assert result.exit_code == 0
    assert result.stdout.startswith("CLEAN: ")
    assert result.stdout.count("  same  ") == 3
    assert result.stderr == ""


def test_a_cheat_is_code_1_and_named_with_time_and_difference() -> None:
    result = run("--strategy", "cheat.py", "--param", "path=bars.csv")
    assert result.exit_code == 1
    assert result.stdout.startswith("LOOKS_AHEAD: ")
    assert "original  time 2025-01-01T" in result.stdout
    assert result.stderr.startswith("Error: cheat.py (path=bars.csv): at 2025-01-01T0")
    assert "future changed " in result.stderr


def test_as_json() -> None:
    found = json.loads(run("--strategy", "honest.py", "--json").stdout)
    assert found["verdict"] == "CLEAN"
    assert len(found["cuts"]) == 20
    assert found["cuts"][0]["differences"] == []


def test_what_was_raised_is_code_1() -> None:
    Path("wrong.py").write_text("class Wrong:\n    def decide(self, view):\n        1 / 0\n")
    result = run("--strategy", "wrong.py")
    assert result.exit_code == 1
    assert "ZeroDivisionError" in result.stderr


def test_the_risk_can_be_that_of_a_backtest() -> None:
    """It refuses an entry without a stop, so that nothing is left to compare."""
    result = run("--strategy", "honest.py", "--risk", "dynamic")
    assert result.exit_code == 1
    assert result.stdout.startswith("UNTESTED: ")
    assert run("--strategy", "honest.py", "--risk", "fixed", "--cuts", "1").exit_code == 0
    assert run("--risk", "nothing").exit_code == 2
