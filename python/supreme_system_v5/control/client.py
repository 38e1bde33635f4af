"""Asks a running system over its socket, and waits for the answer; no event loop is needed."""

from __future__ import annotations

import socket
from pathlib import Path

import msgspec

from supreme_system_v5.control.wire import MOST_ANSWER_BYTES, Answer, Order, Request
from supreme_system_v5.errors import SourceError
from supreme_system_v5.ports import Clock

__all__ = ["ask"]

_NS = 1_000_000_000
_PIECE = 65_536


def ask(path: Path, order: Order, *, clock: Clock, timeout_s: float = 5.0) -> Answer:
    """Return what a running system answers.

    Args:
        path: Of its socket.
        order: What it is asked or told to do.
        clock: Its monotonic time is used.
        timeout_s: Seconds for all of it, above 0.

    Raises:
        FileNotFoundError: There is no socket: nothing runs.
        ConnectionRefusedError: Nobody listens at it: what ran there was killed.
        TimeoutError: It did not answer in time, or went away without an answer.
        SourceError: It answered with something else than an answer.
        OSError: It cannot be asked, for example by another user.
    """
    until_ns = clock.monotonic_ns() + round(timeout_s * _NS)

    def left_s() -> float:
        left_ns = until_ns - clock.monotonic_ns()
        if left_ns <= 0:
            raise TimeoutError
        return left_ns / _NS

    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
        connection.settimeout(left_s())
        connection.connect(str(path))
        connection.sendall(msgspec.json.encode(Request(do=order)) + b"\n")
        told = bytearray()
        while not told.endswith(b"\n"):
            connection.settimeout(left_s())
            piece = connection.recv(_PIECE)
            if not piece:
                break
            told += piece
            if len(told) > MOST_ANSWER_BYTES:
                raise SourceError(f"{path} answers with more than {MOST_ANSWER_BYTES} bytes")
    if not told:
        raise TimeoutError
    try:
        return msgspec.json.decode(bytes(told), type=Answer)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise SourceError(
            f"{path} answers with something else than expected ({error}): is it another version?"
        ) from error
