from __future__ import annotations

import asyncio
import io
import sys
import threading

import pytest

from supreme_system_v5.clock import sleep_ns
from supreme_system_v5.control.live_line import LiveLine
from supreme_system_v5.control.status_text import status_line
from tests.support.statuses import status_with
from tests.support.virtual_loop import run_virtual


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


class Stopped(Terminal):
    """A terminal that takes nothing until somebody lets it."""

    def __init__(self) -> None:
        super().__init__()
        self.goes_on = threading.Event()

    def write(self, text: str, /) -> int:
        self.goes_on.wait()
        return super().write(text)


@pytest.fixture(autouse=True)
def _plain(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.setenv("TERM", "xterm")


def test_where_there_is_no_terminal_nothing_is_written() -> None:
    async def main() -> None:
        stream = io.StringIO()
        with LiveLine(stream) as line:
            assert not line.shown
            line.show(status_with())
            await line.keep(status_with, sleep_ns)  # it does not stay
        assert stream.getvalue() == ""

    run_virtual(main())


def test_a_terminal_shows_the_newest_status() -> None:
    terminal = Terminal()
    with LiveLine(terminal) as line:
        assert line.shown
        line.show(status_with())
    assert status_line(status_with()) in terminal.getvalue()
    assert not line.shown


def test_it_is_kept_up_to_date() -> None:
    async def main() -> None:
        asked: list[float] = []

        def status() -> object:
            asked.append(asyncio.get_running_loop().time())
            return status_with()

        with LiveLine(Terminal()) as line:
            keeping = asyncio.create_task(line.keep(status, sleep_ns))  # type: ignore[arg-type]
            await sleep_ns(3_500_000_000)
            keeping.cancel()
        assert asked == [0.0, 1.0, 2.0, 3.0]

    run_virtual(main())


def test_a_terminal_that_is_stopped_stops_nobody_else() -> None:
    terminal = Stopped()
    terminal.goes_on.set()
    with LiveLine(terminal) as line:
        terminal.goes_on.clear()
        for _ in range(1_000):
            line.show(status_with())
        terminal.goes_on.set()
    assert status_line(status_with()) in terminal.getvalue()


def test_what_others_write_stands_above_it(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    with LiveLine(terminal):
        sys.stderr.write('{"event": "warmed_up"}\n')
    assert '{"event": "warmed_up"}' in terminal.getvalue()
    assert sys.stderr is terminal
