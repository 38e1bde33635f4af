from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from supreme_system_v5.cli.main import supreme

TRADES = """\
timestamp_ms,price,size,side,trade_id
1735689600000,60000.00,0.5,buy,1
1735689601000,60001.00,0.5,sell,2
1735689601000,60001.00,0.5,sell,2
1735689661000,60002.00,0.5,buy,3
1735689600500,60000.50,0.5,buy,4
"""


@pytest.fixture(autouse=True)
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "trades.csv"
    path.write_text(TRADES, encoding="utf-8")
    return path


def run(*arguments: str) -> Result:
    return CliRunner().invoke(
        supreme, ["backtest", *arguments], env={"IMPLEMENTATION": "python", "GATING": "on"}
    )


def test_the_report_is_text_for_people() -> None:
    result = run("trades.csv")
    assert result.exit_code == 0
    assert result.stderr == ""
    assert result.stdout.startswith("Recorded trades: trades.csv\nPAPER ONLY: ")
    assert (
        "late rows             1\n  backward rows         1\n  duplicate rows        1\n"
        in result.stdout
    )


def test_or_json_for_programs() -> None:
    result = run("trades.csv", "--json", "--format", "csv")
    assert result.exit_code == 0
    told = json.loads(result.stdout)
    assert (told["source"], told["ticks"]) == ("trades.csv", 4)
    assert (told["late"], told["backward"], told["duplicates"]) == (1, 1, 1)


def test_a_bad_row_stops_it_with_file_and_line(path: Path) -> None:
    path.write_text(TRADES + "1735689600500,nan,0.5,buy,5\n", encoding="utf-8")
    result = run("trades.csv")
    assert result.exit_code == 1
    assert result.stdout == ""
    assert result.stderr == (
        "Error: trades.csv, line 7: price is 'nan', allowed is a number from 1e-08 to "
        "9.0072e+07 (--skip-bad-rows counts such rows and goes on)\n"
    )


def test_or_is_counted_and_told(path: Path) -> None:
    path.write_text(TRADES + "1735689600500,nan,0.5,buy,5\n", encoding="utf-8")
    result = run("trades.csv", "--skip-bad-rows")
    assert result.exit_code == 0
    assert "bad rows              1\n" in result.stdout
    assert "- Bad row: trades.csv, line 7: price is 'nan'" in result.stdout


def test_a_seed_goes_with_the_synthetic_market_only() -> None:
    result = run("trades.csv", "--seed", "1")
    assert result.exit_code == 2
    assert "--seed belongs to the synthetic market" in result.stderr


def test_without_files_it_says_that_the_market_is_invented() -> None:
    """As a user does it: in a process of its own, with nothing set."""
    done = subprocess.run(
        [sys.executable, "-m", "supreme_system_v5", "backtest", "--seed", "3"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    first, second, *_ = done.stdout.splitlines()
    assert first == "SYNTHETIC MARKET, seed 3: invented prices, no evidence about any strategy"
    assert second == "PAPER ONLY: no order was sent to any exchange"
    assert done.stderr == ""
