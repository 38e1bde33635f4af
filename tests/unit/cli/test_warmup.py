from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from supreme_system_v5.cli.main import supreme
from tests.support.runs import bars_file


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    bars_file(Path("bars.csv"), [100 + (7 * n * n % 31) / 10 for n in range(300)])


def run(*arguments: str) -> Result:
    return CliRunner().invoke(supreme, ["warmup", *arguments])


def test_as_text() -> None:
    result = run("bars.csv", "--starts", "3", "--within", "0.001")
    assert (result.exit_code, result.stderr) == (0, "")
    lines = result.stdout.splitlines()
    assert lines[0].startswith("How much history the values need")
    assert "  tolerance  0.001 of the scale; in points that is 0.1" in lines
    assert "1m: 300 whole bars; 3 starts, compared up to bar 150" in lines
    assert "1h: 5 whole bars, and 70 are needed" in lines
    assert lines[-1].startswith("For every value within 0.001 a live start needs more than ")
    assert max(map(len, lines)) <= 100


def test_as_json() -> None:
    told = json.loads(run("bars.csv", "--json").stdout)
    assert told["within"] == 1e-4
    assert [each["starts"] for each in told["timeframes"]] == [20, 0, 0, 0]
    assert told["need"]["minutes"] is None


def test_what_was_found_is_no_failure() -> None:
    assert run("bars.csv", "--within", "1e-12").exit_code == 0


@pytest.mark.parametrize(
    "arguments",
    [["nothing.csv"], ["bars.csv", "--starts", "0"], ["bars.csv", "--within", "0"], []],
)
def test_wrong_usage_is_code_2(arguments: list[str]) -> None:
    assert run(*arguments).exit_code == 2


def test_too_few_bars_are_code_1_with_what_to_do() -> None:
    bars_file(Path("few.csv"), [100.0] * 12)
    result = run("few.csv")
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr == (
        "Error: few.csv: 12 whole minutes without a jump in time, needed are 70 or more (twice "
        "the shortest history, 35); give a longer recording\n"
    )


def test_bad_rows_are_skipped_when_asked_for() -> None:
    with Path("bars.csv").open("a", encoding="utf-8") as file:
        file.write("nonsense\n")
    assert run("bars.csv").exit_code == 1
    result = run("bars.csv", "--skip-bad-rows")
    assert result.exit_code == 0
    assert "  dropped    1 bad rows, 0 duplicates, 0 late\n" in result.stdout
