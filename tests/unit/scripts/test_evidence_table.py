from __future__ import annotations

import gzip
from pathlib import Path
from random import Random

import pytest

from evidence_table import BEGIN, COSTS, END, HEAD, PAGE, between, line, main, reports, table
from tests.support.evidence import random_walk
from tests.support.runs import bars_file


@pytest.fixture
def data(tmp_path: Path) -> Path:
    plain = bars_file(tmp_path / "bars.csv", random_walk(Random(1), 1_000))
    (tmp_path / "bars").mkdir()
    packed = tmp_path / "bars" / "binance_spot_BTCUSDT_1m_20250101.csv.gz"
    packed.write_bytes(gzip.compress(plain.read_bytes()))
    return tmp_path


@pytest.fixture
def page(tmp_path: Path) -> Path:
    path = tmp_path / "page.md"
    path.write_text(f"before\n{BEGIN}\nold\n{END}\nafter\n")
    return path


def test_the_page_has_a_table_of_every_strategy() -> None:
    made = PAGE.read_text(encoding="utf-8").partition(BEGIN)[2].partition(END)[0]
    rows = [row for row in made.splitlines() if row.startswith("|")]
    assert rows[0] == "| " + " | ".join(HEAD) + " |"
    assert len(rows) == 2 + 3 * len(COSTS)


def test_rows_know_of_the_variants_of_all_rows(data: Path) -> None:
    files = sorted((data / "bars").iterdir())
    found = list(reports(files, ["ema-cross"]))
    assert [report.labels.costs for report in found] == list(COSTS)
    assert {report.tries.variants for report in found} == {12}
    assert line(found[0])[:2] == ["ema-cross", "okx-spot"]
    assert line(found[0])[-1] == "UNPROVEN"
    assert table(found).endswith("12 variants counted, seed 42.")


def test_it_is_written_between_the_markers(page: Path) -> None:
    assert between(page.read_text(), "new") == f"before\n{BEGIN}\n\nnew\n\n{END}\nafter\n"
    with pytest.raises(ValueError, match="the page needs the lines"):
        between("no markers", "new")


def test_it_writes_and_then_agrees(data: Path, page: Path) -> None:
    assert main([str(data), "--check"], page) == 1
    assert "old" in page.read_text()
    assert main([str(data)], page) == 0
    assert "| trend | okx-perp |" in page.read_text()
    assert main([str(data), "--check"], page) == 0


def test_without_recordings(tmp_path: Path, page: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(tmp_path)], page) == 2
    assert "give the folder above it" in capsys.readouterr().err
