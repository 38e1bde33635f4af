"""The log of a running system: one JSON object per line, without secrets, and never a flood.

There is no global configuration, and nothing happens at import: who logs is handed a `Log`.
"""

from __future__ import annotations

import traceback
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Literal

import msgspec

from supreme_system_v5.control.log_writer import LineSink, LogWriter
from supreme_system_v5.network.redaction import redacted
from supreme_system_v5.ports import ApiKey, Clock

if TYPE_CHECKING:
    from typing import Any, Self

    from structlog.typing import EventDict, FilteringBoundLogger

    from supreme_system_v5.domain.status import QueueStatus

__all__ = ["Log", "LogLevel"]

LogLevel = Literal["debug", "info", "warning", "error"]
_LEVELS: Mapping[LogLevel, int] = {"debug": 10, "info": 20, "warning": 30, "error": 40}
_NS = 1_000_000_000
_WINDOW_NS = 60 * _NS
_MOST_A_WINDOW = 60
_SAMPLE = 64
_MOST_TEXT = 4_000
_MOST_ITEMS = 50
_MOST_NUMBER = 1e18
_DEEPEST = 4
_MOST_NAMES = 256
_OTHERS = "other"


class _Lines:
    """What structlog calls at the end: every level goes to the same writer."""

    def __init__(self, writer: LogWriter) -> None:
        self.debug = self.info = self.warning = self.error = writer.put


class _Window:
    """How often something was said since a time."""

    __slots__ = ("begin_ns", "count", "left_out")

    def __init__(self, begin_ns: int) -> None:
        self.begin_ns = begin_ns
        self.count = 0
        self.left_out = 0


class Log:
    """Takes events within ``with``; its end waits until they are written, 2 s at most.

    An event is a few words of a fixed set; what is behind it are fields. The same event is written
    60 times a minute at most: the next one after that says how many were left out. Those of level
    debug are sampled, 1 in 64 of each name.

    Args:
        sink: Where lines go.
        clock: Tells when.
        keys: What must never be seen: wherever it appears in a field, it is masked.
        level: The lowest that is written.
    """

    def __init__(
        self,
        sink: LineSink,
        *,
        clock: Clock,
        keys: Iterable[ApiKey] = (),
        level: LogLevel = "info",
    ) -> None:
        import structlog  # noqa: PLC0415 - only a running system logs

        # A key that contains another one is masked as a whole.
        self._keys = sorted(keys, key=lambda key: len(key.reveal()), reverse=True)
        self._clock = clock
        self._windows: dict[str, _Window] = {}
        self._debugged: dict[str, int] = {}
        self._writer = LogWriter(sink, self._lost)
        self._logger: FilteringBoundLogger = structlog.wrap_logger(
            _Lines(self._writer),
            processors=[
                structlog.processors.add_log_level,
                self._without_secrets,
                self._when,
                structlog.processors.JSONRenderer(serializer=_encoded),
            ],
            wrapper_class=structlog.make_filtering_bound_logger(_LEVELS[level]),
            context_class=dict,
        ).bind()

    def event(self, name: str, /, **details: object) -> None:
        """Say what happened; fulfils `supreme_system_v5.control.socket_server.Note`."""
        if (more := self._pass(name)) is not None:
            self._logger.info(name, **_fields(details), **more)

    def warning(self, name: str, /, **details: object) -> None:
        """Say what its owner should look at."""
        if (more := self._pass(name)) is not None:
            self._logger.warning(name, **_fields(details), **more)

    def failure(self, name: str, error: BaseException | None = None, /, **details: object) -> None:
        """Say what failed, and where, if an exception is given."""
        if (more := self._pass(name)) is not None:
            if error is not None:
                more["exception"] = "".join(traceback.format_exception(error))
            self._logger.error(name, **_fields(details), **more)

    def debug(self, name: str, /, **details: object) -> None:
        """Say a detail; 1 of 64 is written, and that only at level debug."""
        if not self._logger.is_enabled_for(_LEVELS["debug"]):
            return
        key = name if name in self._debugged or len(self._debugged) < _MOST_NAMES else _OTHERS
        count = self._debugged.get(key, 0)
        self._debugged[key] = count + 1
        if count % _SAMPLE == 0 and (more := self._pass(name)) is not None:
            self._logger.debug(name, **_fields(details), **more, one_of=_SAMPLE)

    def status(self) -> QueueStatus:
        """Return how full its queue is, and how many lines were lost."""
        return self._writer.status()

    def __enter__(self) -> Self:
        """Begin to write."""
        self._writer.__enter__()
        return self

    def __exit__(self, *exc: object) -> None:
        """Write what is left."""
        for name, window in self._windows.items():
            if window.left_out:
                self._logger.info("log_events_left_out", name=name, left_out=window.left_out)
        self._writer.__exit__(*exc)

    def _pass(self, name: str) -> dict[str, object] | None:
        """Return what to add to an event; None when it was said too often."""
        now_ns = self._clock.monotonic_ns()
        key = name if name in self._windows or len(self._windows) < _MOST_NAMES else _OTHERS
        window = self._windows.setdefault(key, _Window(now_ns))
        left_out = 0
        if now_ns - window.begin_ns >= _WINDOW_NS:
            left_out, window.left_out = window.left_out, 0
            window.begin_ns, window.count = now_ns, 0
        window.count += 1
        if window.count > _MOST_A_WINDOW:
            window.left_out += 1
            return None
        return {"left_out": left_out} if left_out else {}

    def _without_secrets(self, _logger: Any, _method: str, fields: EventDict) -> EventDict:  # noqa: ANN401 - structlog's
        return {name: self._clean(value, 0) for name, value in fields.items()}

    def _clean(self, value: object, depth: int) -> object:
        """Return something that JSON can hold, and that holds no key.

        Values are cleaned before they are written as JSON, so that a key is found however JSON
        would write it, and masking one can never damage a line.
        """
        if value is None or isinstance(value, bool):
            return value
        if isinstance(value, int | float):
            text = repr(value)
            told = self._masked(text)
            return value if told == text and abs(value) <= _MOST_NUMBER else told
        if depth < _DEEPEST and isinstance(value, Mapping):
            items = list(value.items())[:_MOST_ITEMS]
            return {self._masked(str(name)): self._clean(one, depth + 1) for name, one in items}
        if depth < _DEEPEST and isinstance(value, Sequence) and not isinstance(value, str | bytes):
            return [self._clean(one, depth + 1) for one in value[:_MOST_ITEMS]]
        return self._masked(value if isinstance(value, str) else _shown(value))[:_MOST_TEXT]

    def _masked(self, text: str) -> str:
        # What no file can hold, such as half of a pair of surrogates, is written as an escape.
        return redacted(text.encode("utf-8", "backslashreplace").decode(), self._keys)

    def _when(self, _logger: Any, _method: str, fields: EventDict) -> EventDict:  # noqa: ANN401 - structlog's
        first = {name: fields.pop(name) for name in ("event", "level")}
        return {"time": _time(self._clock.time_ns()), **first, **fields}

    def _lost(self, count: int) -> str:
        """Return the line that says how many were lost; called by the writer's thread."""
        return _encoded(
            {
                "time": _time(self._clock.time_ns()),
                "event": "log_lines_lost",
                "level": "warning",
                "count": count,
            }
        )


def _fields(details: Mapping[str, object]) -> dict[str, Any]:
    """Return fields under names that none of our own has."""
    ours = {"event", "level", "time", "left_out", "exception", "one_of"}
    return {f"{name}_" if name in ours else name: value for name, value in details.items()}


def _shown(value: object) -> str:
    try:
        return repr(value)
    except Exception:  # noqa: BLE001 - saying what happened must never fail
        return f"<{type(value).__name__}>"


def _time(time_ns: int) -> str:
    """Return a time in UTC, to the millisecond.

    >>> _time(1_700_000_000_123_456_789)
    '2023-11-14T22:13:20.123Z'
    """
    text = datetime.fromtimestamp(time_ns // _NS, UTC).strftime("%Y-%m-%dT%H:%M:%S")
    return f"{text}.{time_ns % _NS // 1_000_000:03d}Z"


def _encoded(fields: EventDict | dict[str, object], **_: object) -> str:
    return msgspec.json.encode(fields).decode()
