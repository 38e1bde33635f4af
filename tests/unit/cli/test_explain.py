from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from supreme_system_v5.cli.main import supreme
from tests.support.recorded_run import recorded_run


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    recorded_run(Path())


def run(*arguments: str) -> Result:
    return CliRunner().invoke(supreme, ["explain", *arguments])


def test_it_prints_why_it_traded_and_why_not() -> None:
    result = run("run.jsonl")
    assert (result.exit_code, result.stderr) == (0, "")
    head, why, kinds, *_ = result.stdout.splitlines()
    assert head == "mine.py over bars.csv, costs of okx-perp"
    assert why.startswith("why not trading: NO_STOP 50, COST 50, ")
    assert kinds == "records: 150 refused, 70 fill, 69 approved, 1 risk"
    approved = next(part for part in result.stdout.split("\n\n") if "  APPROVED  far\n" in part)
    for line in ("signal", "account", "costs", "confidence", "  technical", "  mtf", "risk"):
        assert f"\n  {line:14} " in approved
    assert "\n    RISK " in approved
    assert "\n  verdict        order " in approved
    refused = next(part for part in result.stdout.split("\n\n") if "  REFUSED  COST: " in part)
    assert refused.splitlines()[-1].startswith("  verdict        no order: the target is too near")
    assert "\n    STAKE " in result.stdout


def test_the_newest_only() -> None:
    result = run("run.jsonl", "--last", "2")
    assert result.exit_code == 0
    assert result.stdout.count("\n\n") == 2
    assert "1 risk; the newest 2:\n" in result.stdout


@pytest.mark.parametrize(("arguments", "count"), [([], 291), (["--last", "3"], 4)])
def test_as_json_every_line_is_a_document(arguments: list[str], count: int) -> None:
    result = run("run.jsonl", "--json", *arguments)
    assert (result.exit_code, result.stderr) == (0, "")
    head, *records = [json.loads(line) for line in result.stdout.splitlines()]
    assert head["strategy"] == "mine.py"
    assert len(records) + 1 == count
    assert {record["type"] for record in records} == {"Record"}


@pytest.mark.parametrize(
    "arguments",
    [[], ["nothing.jsonl"], ["."], ["run.jsonl", "--last", "0"], ["run.jsonl", "--last", "x"]],
)
def test_wrong_usage_is_code_2(arguments: list[str]) -> None:
    assert run(*arguments).exit_code == 2


@pytest.mark.parametrize("more", [[], ["--json"], ["--last", "1"]])
@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "odd.jsonl is empty; allowed is a file that supreme backtest --records wrote"),
        (b"timestamp_ms,price\n", "odd.jsonl, line 1: is no record of a run"),
        (b'{"format":9}\n', "odd.jsonl, line 1: records of format 9, allowed is 1"),
        (None, "odd.jsonl, line 4: is no record of a run (Input data was truncated)"),
    ],
)
def test_what_is_something_else_is_code_1_and_one_message(
    content: bytes | None, told: str, more: list[str]
) -> None:
    if content is None:  # cut off in the middle of its fourth line
        lines = Path("run.jsonl").read_bytes().splitlines(keepends=True)
        content = b"".join([*lines[:3], lines[3][:50]])
    Path("odd.jsonl").write_bytes(content)
    result = run("odd.jsonl", *more)
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.startswith(f"Error: {told}")
    assert result.stderr.count("\n") == 1
