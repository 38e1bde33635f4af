from __future__ import annotations

import ast
import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from supreme_system_v5.cli.main import supreme


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def new(*arguments: str) -> Result:
    return CliRunner().invoke(supreme, ["new", "strategy", *arguments])


def test_the_strategy_that_it_writes_runs_and_trades(here: Path, data_dir: Path) -> None:
    assert new("my_dip.py").exit_code == 0
    bars = data_dir / "bars" / "binance_spot_BTCUSDT_1m_20240726-20240808.csv.gz"
    command = ["backtest", str(bars), "--strategy", "my_dip.py", "--param", "oversold=45", "--json"]
    result = CliRunner().invoke(supreme, command)
    assert (result.exit_code, result.stderr) == (0, "")
    report = json.loads(result.stdout)
    assert report["strategy"] == "my_dip.py (oversold=45)"
    assert report["strategy_errors"] == []
    assert report["trades"] > 0
    assert (here / "my_dip.py").is_file()


def test_it_runs_over_the_invented_market_as_the_message_says() -> None:
    result = new("mine.py")
    command = result.stdout.rstrip().partition("Run it: supreme ")[2].split()
    assert command == ["backtest", "--strategy", "mine.py"]
    assert CliRunner().invoke(supreme, command).exit_code == 0


@pytest.mark.parametrize(
    ("file", "kind"),
    [("my_dip.py", "MyDip"), ("dip.py", "Dip"), ("2.py", "MyStrategy"), ("a-b.py", "MyStrategy")],
)
def test_the_class_is_named_after_the_file(file: str, kind: str, here: Path) -> None:
    assert new(file).exit_code == 0
    tree = ast.parse((here / file).read_text(encoding="utf-8"))
    assert [node.name for node in tree.body if isinstance(node, ast.ClassDef)] == [kind]


def test_a_file_that_is_there_stays_as_it_was(here: Path) -> None:
    (here / "mine.py").write_text("old")
    result = new("mine.py")
    assert result.exit_code == 2
    assert "mine.py exists already; choose another name" in result.stderr
    assert (here / "mine.py").read_text() == "old"


@pytest.mark.parametrize(
    ("file", "message"),
    [("mine.txt", "must end in .py"), ("mine", "such as mine.py"), ("no/mine.py", "folder no")],
)
def test_a_place_that_will_not_do_is_wrong_usage(file: str, message: str, here: Path) -> None:
    result = new(file)
    assert result.exit_code == 2
    assert message in result.stderr
    assert list(here.iterdir()) == []
