"""A socket in a folder, at which the owner asks a running system, and orders it.

Who may write to the socket may order: it belongs to the user alone (mode 0600). A lock beside it
tells whether its owner lives; it ends with the process, however that ends, so a socket that a
killed process left is taken over, and a living one never is.
"""

from __future__ import annotations

import asyncio
import fcntl
import os
import socket
import stat
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import msgspec

from supreme_system_v5.control.wire import MOST_REQUEST_BYTES, Answer, Order, Request
from supreme_system_v5.errors import SettingsError
from supreme_system_v5.ports import Controls, Sleep

if TYPE_CHECKING:
    from typing import Self

__all__ = ["ControlServer", "Note"]

_MOST_CONNECTIONS = 8
_IDLE_S = 10.0
_SENDING_S = 5.0
_LEAVING_S = 1.0
_LONGEST_PATH = 107
"""Bytes of a socket's path, by the kernel."""
_REQUEST = msgspec.json.Decoder(Request)
_ORDERS = ", ".join(order.value for order in Order)


class Note(Protocol):
    """Takes what happened, for the log."""

    def __call__(self, event: str, /, **details: object) -> None:
        """Take a few words of a fixed set, and what is behind them."""
        ...


def _silent(_event: str, /, **_details: object) -> None:
    pass


class ControlServer:
    """Answers at a unix socket between ``async with`` and its end.

    Args:
        controls: What is asked and ordered.
        path: Of the socket; its folder is made where it is missing, readable by the user alone.
        sleep: Lets others run between two requests.
        note: Told of every order but ``status``, and of what failed.

    Raises:
        SettingsError: On entering: another system answers there, or there can be no socket.

    Attributes:
        answered: Requests that were done.
        refused: Requests and connections that were not.
    """

    def __init__(
        self, controls: Controls, path: Path, *, sleep: Sleep, note: Note = _silent
    ) -> None:
        self._controls = controls
        self._path = path
        self._sleep = sleep
        self._note = note
        self._lock: int | None = None
        self._server: asyncio.Server | None = None
        self._serving: set[asyncio.Task[None]] = set()
        self.answered = 0
        self.refused = 0

    @property
    def path(self) -> Path:
        """Where it answers."""
        return self._path

    async def __aenter__(self) -> Self:
        """Begin to answer."""
        try:
            self._lock = self._claim()
            listener = _listener(self._path)
            self._server = await asyncio.start_unix_server(
                self._serve, sock=listener, limit=MOST_REQUEST_BYTES
            )
        except BaseException as error:
            self._let_go()
            if isinstance(error, OSError):
                raise SettingsError(
                    f"{self._path}: there can be no control socket ({error.strerror or error}); "
                    "set STATE_DIR to a folder of yours on a local disk"
                ) from error
            raise
        return self

    async def __aexit__(self, *exc: object) -> None:
        """Answer nobody any more; what was answered is sent."""
        if self._server is not None:
            self._server.close()
            for task in tuple(self._serving):
                task.cancel()
            await asyncio.gather(*self._serving, return_exceptions=True)
            await self._server.wait_closed()
            await self._sleep(0)  # connections are closed in the loop's next turn
            self._server = None
            with suppress(OSError):
                self._path.unlink()
        self._let_go()

    def _claim(self) -> int:
        """Return a lock that only one living process has."""
        if len(os.fsencode(self._path)) > _LONGEST_PATH:
            raise SettingsError(
                f"{self._path} is too long for a socket (at most {_LONGEST_PATH} bytes): "
                "set a shorter STATE_DIR"
            )
        self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock = os.open(f"{self._path}.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(lock)
            raise SettingsError(
                f"another system runs, and answers at {self._path}: see `supreme status`, end it "
                "with `supreme stop`, or give this one a STATE_DIR of its own"
            ) from None
        return lock

    def _let_go(self) -> None:
        if self._lock is not None:
            os.close(self._lock)  # the file stays: removing it would race with who takes over
            self._lock = None

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        if task is None:  # pragma: no cover - a coroutine that runs is a task's
            return
        self._serving.add(task)
        try:
            if len(self._serving) > _MOST_CONNECTIONS:
                why = f"more than {_MOST_CONNECTIONS} connections: ask later"
                await self._refuse(reader, writer, why)
            else:
                await self._converse(reader, writer)
        except (ConnectionError, TimeoutError, asyncio.CancelledError):
            writer.transport.abort()  # who asked went away, says nothing, or does not read
        finally:
            self._serving.discard(task)
            writer.close()

    async def _converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while True:
            try:
                async with asyncio.timeout(_IDLE_S):
                    line = await reader.readuntil(b"\n")
            except asyncio.IncompleteReadError as error:
                if error.partial.strip():
                    await self._refuse(
                        reader, writer, "the request has no end: end it with a line break"
                    )
                return
            except asyncio.LimitOverrunError:
                text = f"the request has more than {MOST_REQUEST_BYTES} bytes"
                await self._refuse(reader, writer, text)
                return
            await self._send(writer, self._answer(line))
            await self._sleep(0)  # many lines at once must not hold the loop

    def _answer(self, line: bytes) -> Answer:
        try:
            order = _REQUEST.decode(line).do
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
            self.refused += 1
            example = '{"do": "status"}'
            return Answer(ok=False, error=f"allowed is {example}, or one of: {_ORDERS}")
        try:
            self._do(order)
            status = self._controls.status()
        except Exception as error:  # noqa: BLE001 - who asks must not end what runs
            self.refused += 1
            self._note("order_failed", order=order.value, error=repr(error))
            return Answer(ok=False, error=f"{order} failed: {error!r}")
        self.answered += 1
        return Answer(ok=True, status=status)

    def _do(self, order: Order) -> None:
        if order is Order.STATUS:
            return
        self._note("ordered", order=order.value)
        does: dict[Order, Callable[[], None]] = {
            Order.PAUSE: self._controls.pause,
            Order.RESUME: self._controls.resume,
            Order.FLATTEN: self._controls.flatten,
            Order.STOP: self._controls.stop,
        }
        does[order]()

    async def _refuse(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, why: str
    ) -> None:
        self.refused += 1
        await self._send(writer, Answer(ok=False, error=why))
        writer.write_eof()
        # A socket that is closed with something unread takes the answer with it.
        async with asyncio.timeout(_LEAVING_S):
            while await reader.read(MOST_REQUEST_BYTES):
                pass

    @staticmethod
    async def _send(writer: asyncio.StreamWriter, answer: Answer) -> None:
        writer.write(msgspec.json.encode(answer) + b"\n")
        async with asyncio.timeout(_SENDING_S):
            await writer.drain()


def _listener(path: Path) -> socket.socket:
    """Return a socket that only its user may connect to, in place of a dead one."""
    with suppress(FileNotFoundError):
        if not stat.S_ISSOCK(path.lstat().st_mode):
            raise SettingsError(f"{path} is no socket: move it away, or set another STATE_DIR")
        path.unlink()
    made = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        made.bind(str(path))
        path.chmod(0o600)  # before it listens: nobody can have connected
        made.setblocking(False)  # noqa: FBT003 - the one thing it is told
    except BaseException:
        made.close()
        raise
    return made
