"""What one live run leaves for the next: how it ended, and whether entries were stopped.

Two files in the state folder. `running.json` is there while a run trades, and stays when it does
not end in order; `last_run.json` holds the status at the last end. A restart must not shed what
stopped entries, so both are read before the next run begins.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from supreme_system_v5.domain.status import LiveStatus
from supreme_system_v5.ports import Sleep

__all__ = ["LastRun", "Standing"]

_NS = 1_000_000_000
_LOOK_NS = _NS
_RUNNING = "running.json"
_LAST_RUN = "last_run.json"
_PRACTICE = "last_run_sim.json"
_HALTED = "HALTED"
_UNTIL = "nothing is entered until `supreme resume`"


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """What of a run the next one has to know.

    Attributes:
        run_id: Which.
        started_ns: When it began.
        paused: Whether its owner stopped entries.
        risk_state: Of the protections, as in `LiveStatus`.
    """

    run_id: str
    started_ns: int
    paused: bool
    risk_state: str


class LastRun:
    """Reads what the last run left, and leaves the same.

    Args:
        folder: Where; None keeps nothing.
        note: Told what cannot be read or saved.
        practice: On an invented market: nothing of it counts for the next run, and it takes
            nothing away from what a real one left.
    """

    __slots__ = ("_folder", "_note", "_practice", "_standing")

    def __init__(
        self, folder: Path | None, note: Callable[..., None], *, practice: bool = False
    ) -> None:
        self._folder = folder
        self._note = note
        self._practice = practice
        self._standing: Standing | None = None

    def held(self) -> str:
        """Return why nothing may be entered at first; empty when nothing speaks against it.

        What cannot be read counts as a run that did not end in order: nobody knows better.
        """
        if self._folder is None or self._practice:
            return ""
        running, ended = self._folder / _RUNNING, self._folder / _LAST_RUN
        try:
            if (left := _read(running)) is not None:
                return f"the last run ({_which(left)}) did not end in order; {_UNTIL}"
            if (last := _read(ended)) is None:
                return ""
        except (OSError, msgspec.MsgspecError) as error:
            self._note("last_run_unread", folder=str(self._folder), error=str(error))
            return f"what the last run left in {self._folder} cannot be read ({error}); {_UNTIL}"
        if last.risk_state == _HALTED:
            return f"protections had halted the last run ({_which(last)}); {_UNTIL}"
        return f"the last run ({_which(last)}) ended paused; {_UNTIL}" if last.paused else ""

    def begin(self, status: LiveStatus) -> None:
        """Say that a run trades."""
        self._stand(
            Standing(
                run_id=status.run_id,
                started_ns=status.started_ns,
                paused=status.paused,
                risk_state=status.risk_state,
            )
        )

    async def keep(self, now: Callable[[], tuple[bool, str]], sleep: Sleep) -> None:
        """Write down what changes, within a second, until cancelled.

        Args:
            now: Returns whether it is paused, and the state of its protections.
            sleep: Waits.
        """
        while True:
            await sleep(_LOOK_NS)
            if self._standing is not None:
                paused, state = now()
                self._stand(
                    msgspec.structs.replace(self._standing, paused=paused, risk_state=state)
                )

    def end(self, status: LiveStatus, *, in_order: bool = True) -> None:
        """Leave what a run came to; whole, or not at all."""
        if self._folder is None:
            return
        body = msgspec.json.format(msgspec.json.encode(status))
        saved = self._write(_PRACTICE if self._practice else _LAST_RUN, body)
        if saved and in_order and not self._practice:
            with suppress(OSError):
                (self._folder / _RUNNING).unlink()

    def _stand(self, standing: Standing) -> None:
        if self._practice or standing == self._standing:
            return
        if self._write(_RUNNING, msgspec.json.encode(standing)):
            self._standing = standing

    def _write(self, name: str, body: bytes) -> bool:
        if self._folder is None:
            return False
        path = self._folder / name
        half = path.with_name(f"{name}.{os.getpid()}")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            half.write_bytes(body)
            half.replace(path)
        except OSError as error:
            self._note("not_saved", path=str(path), error=str(error))
            with suppress(OSError):
                half.unlink()
            return False
        return True


def _read(path: Path) -> Standing | None:
    try:
        return msgspec.json.decode(path.read_bytes(), type=Standing)
    except FileNotFoundError:
        return None


def _which(run: Standing) -> str:
    began = datetime.fromtimestamp(run.started_ns // _NS, UTC)
    return f"{run.run_id}, started {began:%Y-%m-%d %H:%M:%S} UTC"
