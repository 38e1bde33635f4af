from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from supreme_system_v5.cli.main import supreme

TRADES = """\
timestamp_ms,price,size,side
1735689600000,60000.00,0.5,buy
1735689659999,60000.50,9e-05,buy
1735689661000,60002.00,0.5,buy
1735689600500,60001.00,0.5,sell
"""
HEADER = "timestamp_ms,open,high,low,close,volume\n"
FIRST = "1735689600000,60000.0,60000.5,60000.0,60000.5,0.50009\n"
LAST = "1735689660000,60002.0,60002.0,60002.0,60002.0,0.5\n"


@pytest.fixture(autouse=True)
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "trades.csv"
    path.write_text(TRADES, encoding="utf-8")
    return path


def run(*arguments: str) -> Result:
    return CliRunner().invoke(
        supreme, ["bars", "trades.csv", *arguments], env={"IMPLEMENTATION": "python"}
    )


def test_whole_bars_go_to_stdout_and_what_was_dropped_to_stderr() -> None:
    result = run()
    assert result.exit_code == 0
    assert result.stdout == HEADER + FIRST
    assert result.stderr == (
        "1 bars; dropped: 0 bad rows, 0 duplicates, 1 late trades; "
        "0 restarts after a jump in time\n"
    )


def test_partial_ones_when_asked_for() -> None:
    assert run("--partial").stdout == HEADER + FIRST + LAST
    assert run("--partial", "--timeframe", "1h").stdout == (
        HEADER + "1735689600000,60000.0,60002.0,60000.0,60002.0,1.00009\n"
    )


def test_numbers_are_never_written_with_an_exponent(path: Path) -> None:
    path.write_text(
        "timestamp_ms,price,size,side\n0,0.00001,0.00000002,buy\n60000,1,1,buy\n", encoding="utf-8"
    )
    assert run().stdout == HEADER + "0,0.00001,0.00001,0.00001,0.00001,0.00000002\n"


def test_to_a_file(tmp_path: Path) -> None:
    result = run("-o", "out.csv")
    assert result.exit_code == 0
    assert result.stdout == ""
    assert (tmp_path / "out.csv").read_text(encoding="utf-8") == HEADER + FIRST


def test_a_run_that_fails_leaves_the_old_file(path: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.csv"
    out.write_text("old", encoding="utf-8")
    path.write_text(TRADES + "x\n", encoding="utf-8")
    result = run("-o", "out.csv")
    assert result.exit_code == 1
    assert result.stderr.startswith("Error: trades.csv, line 6: the number of columns is '1'")
    assert out.read_text(encoding="utf-8") == "old"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["out.csv", "trades.csv"]


def test_skipped_rows_are_told(path: Path) -> None:
    path.write_text(TRADES + "x\n", encoding="utf-8")
    result = run("--skip-bad-rows")
    assert result.exit_code == 0
    assert result.stderr.startswith("Bad row: trades.csv, line 6: ")
    assert "dropped: 1 bad rows" in result.stderr


def test_a_place_that_cannot_be_written_is_one_message() -> None:
    result = run("-o", "no/such/out.csv")
    assert result.exit_code == 1
    assert result.stderr == (
        "Error: no/such/out.csv cannot be written: no/such is no folder; make it first\n"
    )


def test_a_device_is_written_and_not_replaced() -> None:
    result = run("-o", "/dev/null")
    assert result.exit_code == 0
    assert not Path("/dev/null").is_file()
