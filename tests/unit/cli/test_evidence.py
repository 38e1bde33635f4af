from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from supreme_system_v5.cli.main import supreme
from tests.support.runs import bars_file, strategy_file


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    bars_file(Path("bars.csv"), [100 + (7 * n * n % 31) / 10 for n in range(2_000)])


def run(*arguments: str) -> Result:
    told = ["evidence", "bars.csv", "--strategy", "ema-cross", "--draws", "9", *arguments]
    return CliRunner().invoke(supreme, told, env={"STATE_DIR": "state"})


def test_as_text() -> None:
    result = run("--costs", "okx-perp")
    assert result.exit_code == 0
    assert result.stdout.startswith("UNPROVEN: the data do not decide\n")
    assert "costs                   okx-perp" in result.stdout
    assert result.stderr == ""
    assert Path("state", "runs.sqlite3").is_file()


def test_as_json() -> None:
    found = json.loads(run("--json", "--fixed", "--param", "fast=3").stdout)
    assert found["judgement"]["verdict"] == "UNPROVEN"
    assert found["labels"]["strategy"] == "ema-cross (fast=3)"
    assert found["random"]["draws"] == 9


def test_as_a_page() -> None:
    assert run("--report", "out.md").exit_code == 0
    assert Path("out.md").read_text().startswith("# UNPROVEN: the data do not decide\n")


def test_variants() -> None:
    found = json.loads(run("--json", "--variant", "fast=5,slow=9", "--variant", "fast=7").stdout)
    assert [each["parameters"] for each in found["variants"]] == ["", "fast=5, slow=9", "fast=7"]


def test_contradictions_are_wrong_usage() -> None:
    result = run("--fixed", "--variant", "fast=5")
    assert result.exit_code == 2
    assert "--fixed chooses nothing, so there is nothing for --variant; keep one." in result.stderr


def test_it_does_not_write_over_what_it_reads() -> None:
    result = run("--report", "bars.csv")
    assert result.exit_code == 2
    assert "bars.csv is read" in result.stderr


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        (["--strategy", "nothing"], 1, "strategy 'nothing' is neither built in"),
        (["--param", "fast"], 1, "'fast' is no parameter; write name=value"),
        (["--variant", "fast"], 1, "'fast' is no parameter; write name=value"),
        (["--param", "fast=0"], 1, "fast"),
        (["--draws", "1"], 2, "--draws"),
        (["--costs", "mtgox"], 2, "--costs"),
    ],
)
def test_what_is_refused(arguments: list[str], code: int, told: str) -> None:
    result = run(*arguments)
    assert result.exit_code == code
    assert told in result.stderr


def test_files_are_needed() -> None:
    assert CliRunner().invoke(supreme, ["evidence"]).exit_code == 2


def test_what_was_raised_is_code_1_after_the_report() -> None:
    strategy_file(Path("wrong.py"), "print('hello')\nreturn 1 / 0\n")
    result = run("--strategy", "wrong.py")
    assert result.exit_code == 1
    assert result.stdout.startswith("UNPROVEN: ")
    assert "ZeroDivisionError" in result.stdout
    assert "hello" in result.stderr
