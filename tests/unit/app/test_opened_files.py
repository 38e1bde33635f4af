from __future__ import annotations

from pathlib import Path

import pytest

from supreme_system_v5.app.opened_files import opened_by_strategy
from supreme_system_v5.app.strategy_loading import find_strategy
from tests.support.runs import strategy_file


@pytest.fixture
def data(tmp_path: Path) -> Path:
    path = tmp_path / "data.csv"
    path.write_text("1")
    return path


@pytest.mark.parametrize("name", ["data.csv", "symbolic.csv", "hard.csv"])
def test_a_strategy_that_opens_one_however_named(name: str, data: Path, tmp_path: Path) -> None:
    (tmp_path / "symbolic.csv").symlink_to(data)
    (tmp_path / "hard.csv").hardlink_to(data)
    opens = f"def __init__(self):\n    open({str(tmp_path / name)!r}).close()\n"
    strategy = strategy_file(tmp_path / "mine.py", "return None", opens)
    with opened_by_strategy([data]) as opened:
        assert opened == set()
        find_strategy(str(strategy), {})
        assert opened == {data}


def test_others_may_open_it_and_it_may_open_others(data: Path, tmp_path: Path) -> None:
    opens = f"def __init__(self):\n    open({str(tmp_path / 'mine.py')!r}).close()\n"
    strategy = strategy_file(tmp_path / "mine.py", "return None", opens)
    with opened_by_strategy([data]) as opened:
        data.read_text()
        find_strategy(str(strategy), {})
    find_strategy(str(strategy), {})
    assert opened == set()
