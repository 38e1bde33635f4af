from __future__ import annotations

from contextlib import ExitStack
from io import StringIO
from pathlib import Path

import pytest

from supreme_system_v5.backtest.whole_file import WholeFile


class Full(StringIO):
    """What is left in its buffer has no place any more."""

    def close(self) -> None:
        raise OSError(28, "No space left on device")


def test_it_is_there_when_all_went_well_and_not_before(tmp_path: Path) -> None:
    path = tmp_path / "file"
    with WholeFile(path) as file:
        file.out.write("ä\n")
        assert not path.exists()
    assert path.read_bytes() == "ä\n".encode()
    assert list(tmp_path.iterdir()) == [path]


def test_an_older_one_is_replaced(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_text("old", encoding="utf-8")
    with WholeFile(path) as file:
        file.out.write("new")
        assert path.read_text(encoding="utf-8") == "old"
    assert path.read_text(encoding="utf-8") == "new"


@pytest.mark.parametrize("error", [RuntimeError, KeyboardInterrupt])
def test_what_fails_leaves_the_old_one_and_nothing_else(
    tmp_path: Path, error: type[BaseException]
) -> None:
    path = tmp_path / "file"
    path.write_text("old", encoding="utf-8")

    def fail() -> None:
        with WholeFile(path) as file:
            file.out.write("new")
            raise error

    with pytest.raises(error):
        fail()
    assert path.read_text(encoding="utf-8") == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_where_it_cannot_be_put_in_place_nothing_is_left_behind(tmp_path: Path) -> None:
    path = tmp_path / "file"
    (path / "in the way").mkdir(parents=True)
    with pytest.raises(OSError, match="file"), WholeFile(path) as file:
        file.out.write("new")
    assert list(tmp_path.iterdir()) == [path]


def test_a_disk_that_fills_up_at_the_end_leaves_nothing_behind(tmp_path: Path) -> None:
    stack = ExitStack()
    file = stack.enter_context(WholeFile(tmp_path / "file"))
    file.out.close()
    file._out = Full()
    with pytest.raises(OSError, match="No space left"):
        stack.close()
    assert list(tmp_path.iterdir()) == []


def test_without_a_folder_it_fails_at_once(tmp_path: Path) -> None:
    path = tmp_path / "no-such" / "file"
    with pytest.raises(OSError, match="no-such"), WholeFile(path):
        pytest.fail("it was opened")


def test_it_is_written_in_a_with_statement_only(tmp_path: Path) -> None:
    file = WholeFile(tmp_path / "file")
    with pytest.raises(ValueError, match="use it in a with statement"):
        file.out.write("new")
