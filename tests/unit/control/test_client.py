from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import msgspec
import pytest

from supreme_system_v5.clock import SystemClock
from supreme_system_v5.control.client import ask
from supreme_system_v5.control.wire import MOST_ANSWER_BYTES, Answer, Order
from supreme_system_v5.errors import SourceError
from tests.support.statuses import status_with

GOOD = msgspec.json.encode(Answer(ok=True, status=status_with())) + b"\n"


@contextmanager
def answering(path: Path, answer: Callable[[socket.socket], None]) -> Iterator[list[bytes]]:
    """Take one connection and do something with it, in a thread."""
    heard: list[bytes] = []
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(path))
        listener.listen()

        def serve() -> None:
            connection, _ = listener.accept()
            with connection:
                heard.append(connection.recv(1_024))
                answer(connection)

        thread = threading.Thread(target=serve)
        thread.start()
        yield heard
        thread.join()


def asked(path: Path, timeout_s: float = 30.0) -> Answer:
    return ask(path, Order.PAUSE, clock=SystemClock(), timeout_s=timeout_s)


def test_it_asks_and_returns_the_answer(tmp_path: Path) -> None:
    with answering(tmp_path / "s", lambda it: it.sendall(GOOD)) as heard:
        assert asked(tmp_path / "s") == Answer(ok=True, status=status_with())
    assert heard == [b'{"do":"pause"}\n']


def test_an_answer_may_come_in_pieces(tmp_path: Path) -> None:
    def answer(connection: socket.socket) -> None:
        for byte in GOOD:
            connection.sendall(bytes([byte]))

    with answering(tmp_path / "s", answer):
        assert asked(tmp_path / "s").ok


def test_nothing_runs(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        asked(tmp_path / "s")
    with socket.socket(socket.AF_UNIX) as dead:
        dead.bind(str(tmp_path / "s"))
    with pytest.raises(ConnectionRefusedError):
        asked(tmp_path / "s")


def test_no_answer_in_time(tmp_path: Path) -> None:
    done = threading.Event()

    def wait(_: socket.socket) -> None:
        done.wait()

    with answering(tmp_path / "s", wait):
        with pytest.raises(TimeoutError):
            asked(tmp_path / "s", 0.01)
        done.set()


def test_a_dribble_is_no_answer_in_time(tmp_path: Path) -> None:
    """The time is for all of the answer, not for each of its bytes."""

    class Impatient(SystemClock):
        def __init__(self) -> None:
            self.now = 0

        def monotonic_ns(self) -> int:
            self.now += 10**9
            return self.now

    def answer(connection: socket.socket) -> None:
        connection.sendall(b"{")
        connection.recv(1)

    with answering(tmp_path / "s", answer), pytest.raises(TimeoutError):
        ask(tmp_path / "s", Order.STATUS, clock=Impatient(), timeout_s=3.5)


def test_who_goes_without_a_word_did_not_answer(tmp_path: Path) -> None:
    with answering(tmp_path / "s", lambda _: None), pytest.raises(TimeoutError):
        asked(tmp_path / "s")


@pytest.mark.parametrize("said", [b"{}\n", b"what?\n", b'{"ok": 1}\n', b"\xff\n", GOOD[:50]])
def test_something_else_is_said_to_be_so(tmp_path: Path, said: bytes) -> None:
    with (
        answering(tmp_path / "s", lambda it: it.sendall(said)),
        pytest.raises(SourceError, match="something else than expected"),
    ):
        asked(tmp_path / "s")


def test_an_endless_answer_is_cut(tmp_path: Path) -> None:
    def answer(connection: socket.socket) -> None:
        with suppress(OSError):
            connection.sendall(b"x" * (MOST_ANSWER_BYTES + 500_000))

    with answering(tmp_path / "s", answer), pytest.raises(SourceError, match="more than"):
        asked(tmp_path / "s")
