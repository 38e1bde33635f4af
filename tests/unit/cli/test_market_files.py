from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from supreme_system_v5.cli.main import supreme


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize("command", ["backtest", "bars"])
def test_a_file_given_twice_is_wrong_usage(command: str, tmp_path: Path) -> None:
    Path("a.csv").write_text("timestamp_ms,price,size,side\n0,1,1,buy\n", encoding="utf-8")
    again = str(tmp_path / "a.csv")
    result = CliRunner().invoke(supreme, [command, "a.csv", again])
    assert result.exit_code == 2
    assert f"{again} is given twice." in result.stderr


@pytest.mark.parametrize("command", ["backtest", "bars"])
def test_what_cannot_be_read_twice_is_wrong_usage(command: str) -> None:
    result = CliRunner().invoke(supreme, [command, "/dev/null"])
    assert result.exit_code == 2
    assert "/dev/null needs to be a regular file" in result.stderr
