from __future__ import annotations

import io
import stat
import threading
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from supreme_system_v5.control.log_writer import LogWriter, RotatingFile, StreamSink


class Sink:
    """Keeps lines; each write waits for `goes_on`, and fails while `broken`."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.goes_on = threading.Event()
        self.goes_on.set()
        self.writing = threading.Event()
        self.broken = False
        self.closed = False

    def write(self, line: str) -> None:
        self.writing.set()
        self.goes_on.wait()
        if self.broken:
            raise OSError(28, "No space left on device")
        self.lines.append(line)

    def close(self) -> None:
        self.closed = True


def lost(count: int) -> str:
    return f"lost {count}"


@given(st.lists(st.text(alphabet="abc", max_size=5), max_size=50))
def test_all_is_written_in_order_by_the_end(lines: list[str]) -> None:
    sink = Sink()
    with LogWriter(sink, lost) as writer:
        for line in lines:
            writer.put(line)
    assert sink.lines == [f"{line}\n" for line in lines]
    assert sink.closed
    assert writer.dropped == 0


def test_a_slow_disk_costs_lines_and_no_time_and_that_is_told() -> None:
    sink = Sink()
    sink.goes_on.clear()
    with LogWriter(sink, lost, limit=10) as writer:
        writer.put("first")
        sink.writing.wait()
        for number in range(1_000):  # returns at once, though nothing can be written
            writer.put(str(number))
        assert writer.status().depth == 10
        assert writer.dropped == 990
        sink.goes_on.set()
    assert sink.lines == ["first\n", "lost 990\n", *(f"{number}\n" for number in range(10))]


def test_a_disk_that_is_full_costs_lines_and_is_told_when_it_is_not() -> None:
    sink = Sink()
    sink.broken = True
    with LogWriter(sink, lost) as writer:
        for number in range(3):
            writer.put(str(number))
        while writer.status().dropped < 3:
            pass
        sink.broken = False
        writer.put("again")
    # The line that tells of losses may have been lost itself, once for each try.
    assert sink.lines[0] == "again\n"
    assert sink.lines[1].startswith("lost ")
    assert len(sink.lines) == 2


def test_a_disk_that_hangs_does_not_keep_it_from_ending(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("supreme_system_v5.control.log_writer._CLOSING_S", 0.01)
    sink = Sink()
    sink.goes_on.clear()
    with LogWriter(sink, lost, limit=1) as writer:
        writer.put("a")
        sink.writing.wait()
        writer.put("b")
    assert sink.lines == []
    sink.goes_on.set()


def test_a_stream_is_flushed_and_left_open() -> None:
    stream = io.StringIO()
    with LogWriter(StreamSink(stream), lost) as writer:
        writer.put("a")
    assert stream.getvalue() == "a\n"


def test_a_closed_stream_is_no_fault() -> None:
    stream = io.StringIO()
    stream.close()
    with LogWriter(StreamSink(stream), lost) as writer:
        writer.put("a")
    assert writer.dropped >= 1


class TestRotatingFile:
    def write(self, path: Path, lines: list[str], *, most: int = 20, files: int = 3) -> None:
        file = RotatingFile(path, most_bytes=most, files=files)
        for line in lines:
            file.write(line)
        file.close()

    def test_the_newest_lines_are_in_at_most_three_files(self, tmp_path: Path) -> None:
        path = tmp_path / "log"
        self.write(path, [f"line {number:03}\n" for number in range(100)])
        assert sorted(entry.name for entry in tmp_path.iterdir()) == ["log", "log.1", "log.2"]
        told = "".join((tmp_path / name).read_text() for name in ("log.2", "log.1", "log"))
        assert told == "".join(f"line {number:03}\n" for number in range(94, 100))
        assert all(entry.stat().st_size <= 20 for entry in tmp_path.iterdir())

    def test_they_are_the_user_s_alone(self, tmp_path: Path) -> None:
        self.write(tmp_path / "log", ["a\n"] * 30)
        modes = {stat.S_IMODE(entry.stat().st_mode) for entry in tmp_path.iterdir()}
        assert modes == {0o600}

    def test_it_goes_on_where_it_was(self, tmp_path: Path) -> None:
        path = tmp_path / "log"
        for _ in range(3):
            self.write(path, ["123456789\n"])
        assert path.read_text() == "123456789\n"
        assert (tmp_path / "log.1").read_text() == "123456789\n" * 2

    def test_a_long_line_has_a_file_of_its_own(self, tmp_path: Path) -> None:
        self.write(tmp_path / "log", ["a\n", "x" * 100 + "\n", "b\n"])
        assert (tmp_path / "log").read_text() == "b\n"
        assert (tmp_path / "log.1").stat().st_size == 101

    def test_one_file_alone(self, tmp_path: Path) -> None:
        self.write(tmp_path / "log", [f"{number:09}\n" for number in range(5)], files=1)
        assert [entry.name for entry in tmp_path.iterdir()] == ["log"]
        assert (tmp_path / "log").read_text() == "000000004\n"

    def test_what_cannot_be_opened_says_so_at_once(self, tmp_path: Path) -> None:
        with pytest.raises(OSError, match="directory"):
            RotatingFile(tmp_path).open()
