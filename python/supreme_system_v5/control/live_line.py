"""One line on a terminal that is always the newest status; nothing where there is no terminal."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TextIO

from supreme_system_v5.control.status_text import status_line
from supreme_system_v5.domain.status import LiveStatus
from supreme_system_v5.ports import Sleep

if TYPE_CHECKING:
    from typing import Self

    from rich.live import Live
    from rich.text import Text

__all__ = ["LiveLine"]

_EVERY_NS = 1_000_000_000
_TIMES_A_SECOND = 1.0


class LiveLine:
    """Shows a line within ``with``; the terminal is written to by a thread of its own.

    A terminal that is stopped (Ctrl-S, a hung connection) therefore stops that thread, and never
    the event loop. What others write to ``sys.stderr`` meanwhile stands above the line, if they
    look it up after this was entered.

    Args:
        stream: The terminal; where it is none, nothing is ever written.
    """

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._line = "starting"
        self._live: Live | None = None

    @property
    def shown(self) -> bool:
        """Whether there is a terminal, and it is used."""
        return self._live is not None

    def show(self, status: LiveStatus) -> None:
        """Take the newest status; it never waits."""
        if self._live is not None:
            self._line = status_line(status)

    async def keep(self, status: Callable[[], LiveStatus], sleep: Sleep) -> None:
        """Show the newest status each second, until it is cancelled; at once done without one."""
        while self._live is not None:
            self.show(status())
            await sleep(_EVERY_NS)

    def __enter__(self) -> Self:
        """Begin to show."""
        if self._stream.isatty():
            from rich.console import Console  # noqa: PLC0415 - only on a terminal
            from rich.live import Live  # noqa: PLC0415 - same

            self._live = Live(
                console=Console(file=self._stream),
                get_renderable=self._text,
                refresh_per_second=_TIMES_A_SECOND,
                redirect_stdout=False,
                transient=True,
            )
            self._live.start()
        return self

    def __exit__(self, *exc: object) -> None:
        """Remove the line."""
        if self._live is not None:
            live, self._live = self._live, None
            live.stop()

    def _text(self) -> Text:
        from rich.text import Text  # noqa: PLC0415 - only on a terminal

        return Text(self._line, no_wrap=True, overflow="ellipsis")
