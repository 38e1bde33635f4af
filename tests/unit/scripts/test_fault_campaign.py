from __future__ import annotations

from pathlib import Path

import pytest

import fault_campaign
from fault_campaign import BEGIN, END, HEAD, PAGE, between, main, table
from tests.support.fault_case import FaultCase
from tests.support.fault_cases import CASES
from tests.support.fault_runs import FaultOutcome


def outcome(
    venue: str, case: FaultCase, seed: int = 1, problems: tuple[str, ...] = ()
) -> FaultOutcome:
    return FaultOutcome(
        venue=venue,
        case=case.name,
        seed=seed,
        strikes=1,
        stale_s=None if case.steady else 0.5 + (venue == "okx"),
        fresh_s=None if case.steady else 2.0,
        late_s=3.04,
        trades=100,
        gaps=1,
        recovered=5,
        repaired=1,
        minutes=2,
        dropped={},
        problems=problems,
    )


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fault_campaign, "run_fault", outcome)
    monkeypatch.setattr(fault_campaign, "memory_growth", lambda *_: 100)


@pytest.fixture
def page(tmp_path: Path) -> Path:
    path = tmp_path / "page.md"
    path.write_text(f"before\n{BEGIN}\nold\n{END}\nafter\n", encoding="utf-8")
    return path


def test_the_table_has_the_worst_over_venues() -> None:
    case = CASES[0]
    made = table([outcome(venue, case) for venue in case.venues])
    assert made.splitlines()[0] == "| " + " | ".join(HEAD) + " |"
    assert made.splitlines()[-1] == f"| {case.name} | all | 1.5 | 2.0 | 3.0 | 4 |"


def test_the_page_has_a_row_for_every_fault() -> None:
    made = PAGE.read_text(encoding="utf-8").partition(BEGIN)[2].partition(END)[0]
    rows = [line.split(" | ")[0].removeprefix("| ") for line in made.splitlines()]
    assert [name for name in rows if name in {case.name for case in CASES}] == [
        case.name for case in CASES
    ]


def test_the_table_is_written_and_compared(page: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--jobs", "1", "--check"], page) == 1
    assert "another one" in capsys.readouterr().out
    assert main(["--jobs", "1", "--table"], page) == 0
    assert main(["--jobs", "1", "--check"], page) == 0
    assert page.read_text(encoding="utf-8").startswith(f"before\n{BEGIN}\n\n| fault |")
    with pytest.raises(ValueError, match="needs the lines"):
        between("no place", "table")


def test_what_should_not_be_is_told(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--jobs", "1", "--short", "--venue", "bybit"]) == 0
    assert "0 not as they should be" in capsys.readouterr().out
    monkeypatch.setattr(
        fault_campaign,
        "run_fault",
        lambda venue, case, seed=1: outcome(venue, case, seed, ("twice",)),
    )
    assert main(["--jobs", "1", "--only", "TCP reset", "--seed", "3"]) == 1
    assert "okx, TCP reset, seed 3: twice" in capsys.readouterr().out


def test_memory_that_grows_is_a_fault(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(fault_campaign, "memory_growth", lambda *_: 10**6)
    assert main(["--jobs", "1"]) == 1
    assert "+1000000 bytes a run" in capsys.readouterr().out


def test_nothing_to_run_and_half_a_table_are_refused(page: Path) -> None:
    assert main(["--only", "no such fault"]) == 2
    assert main(["--jobs", "1", "--short", "--table"], page) == 2
