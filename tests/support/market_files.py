"""Market files decoded in plain Python, row by row: the oracle of the native decoders.

Written from ``docs/backtest.md``, "Files", for reading: whole files in memory, one path through the
rows, no blocks, no chunks.
"""

from __future__ import annotations

import re
from collections import Counter, deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

__all__ = ["BARS", "TRADES", "Decoded", "WrongStepError", "decode"]

TRADES = ("timestamp_ms", "price", "size", "side")
BARS = ("timestamp_ms", "open", "high", "low", "close", "volume")

_NUMBER = re.compile(rb"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?")
_INTEGER = re.compile(rb"[+-]?[0-9]+")
_LAST_MS = 4_102_444_800_000
_MINUTE_MS = 60_000
_MAX_GAP_MS = 604_800_000
_REMEMBERED = 65_536


class _FaultError(Exception):
    """A malformed row."""


class WrongStepError(Exception):
    """Bars of another length."""


@dataclass
class Decoded:
    """What became of the rows of some files.

    Attributes:
        rows: The rows passed on: time in milliseconds, then numbers, for trades the side last.
        bad: File, line and words of every malformed row, in order.
        duplicates: Rows that were there before.
        late: Bars at or before one already passed on.
        backward: Rows whose time is below that of the row before in their file.
    """

    rows: list[tuple[float, ...]] = field(default_factory=list)
    bad: list[tuple[int, int, str]] = field(default_factory=list)
    duplicates: int = 0
    late: int = 0
    backward: int = 0


_Row = tuple[int, int, tuple[float, ...], bytes]
"""File, line, values with the time first, and the key of duplicates."""


def decode(
    files: Sequence[bytes], *, prices: int | None = None, sizes: int | None = None
) -> Decoded:
    """Decode the contents of files of one kind, on grids of so many decimals."""
    done = Decoded()
    known: deque[bytes] = deque(maxlen=_REMEMBERED)
    latest = -1
    for _, _, values, key in _believed(_rows(files, prices, sizes, done), done):
        is_bar = len(values) == len(BARS)
        if key and key in known:
            done.duplicates += 1
            continue
        if key:
            known.append(key)
        if is_bar and values[0] <= latest:
            done.late += 1
            continue
        latest = int(values[0])
        if not is_bar or values[-1] != 0:
            done.rows.append(values)
    return done


def _rows(
    files: Sequence[bytes], prices: int | None, sizes: int | None, done: Decoded
) -> Iterator[_Row]:
    for number, content in enumerate(files):
        header, *lines = [line.removesuffix(b"\r") for line in content.split(b"\n")]
        names = [name.strip() for name in header.decode("utf-8-sig").split(",")]
        is_bar = set(BARS) <= set(names)
        if is_bar:
            _check_step(names, lines[:100])
        for line_number, line in enumerate(lines, 2):
            if not line:
                continue
            try:
                fields = _fields(line, names)
                if is_bar:
                    yield number, line_number, _bar(fields, prices, sizes), line
                else:
                    trade_id = fields.get("trade_id", b"")
                    yield number, line_number, _trade(fields, prices, sizes), trade_id
            except _FaultError as fault:
                done.bad.append((number, line_number, str(fault)))


def _believed(rows: Iterator[_Row], done: Decoded) -> Iterator[_Row]:
    """Hold a row that jumps ahead until the next one speaks for it."""
    passed: list[_Row] = []
    latest = 0

    def reject(row: _Row) -> None:
        text = b"%d" % int(row[2][0])
        words = _words("timestamp_ms", text, "at most 604800 seconds ahead of the rows around it")
        # Rows behind it may have been refused first: it is judged when the next one is there.
        done.bad.append((*row[:2], words))

    waiting: _Row | None = None
    for row in rows:
        now = row[2][0]
        if waiting is not None:
            then = waiting[2][0]
            near_the_old_time = latest - _MAX_GAP_MS <= now <= latest + _MAX_GAP_MS
            lags = latest - _MAX_GAP_MS <= now < then - _MAX_GAP_MS
            if near_the_old_time or lags:
                reject(waiting)
            else:
                latest = int(then)
                passed = [waiting]
                yield waiting
            waiting = None
        if passed and now > latest + _MAX_GAP_MS:
            waiting = row
            continue
        if passed and passed[0][0] == row[0] and now < passed[0][2][0]:
            done.backward += 1
        passed = [row]
        latest = max(latest, int(now))
        yield row
    if waiting is not None:
        reject(waiting)


def _fields(line: bytes, names: list[str]) -> dict[str, bytes]:
    if b"\0" in line:
        raise _FaultError(_words("the line", line, "text without NUL bytes"))
    try:
        line.decode()
    except UnicodeDecodeError:
        raise _FaultError(_words("the line", line, "UTF-8 text")) from None
    fields = line.split(b",")
    if len(fields) != len(names):
        found = b"%d" % len(fields)
        raise _FaultError(_words("the number of columns", found, str(len(names))))
    return dict(zip(names, fields, strict=True))


def _trade(fields: dict[str, bytes], prices: int | None, sizes: int | None) -> tuple[float, ...]:
    milliseconds = _milliseconds(fields["timestamp_ms"])
    price = _number("price", fields["price"], prices)
    size = _number("size", fields["size"], sizes)
    side = {b"buy": 1, b"sell": -1}.get(fields["side"])
    if side is None:
        raise _FaultError(_words("side", fields["side"], "'buy' or 'sell'"))
    return milliseconds, price, size, side


def _bar(fields: dict[str, bytes], prices: int | None, sizes: int | None) -> tuple[float, ...]:
    milliseconds = _milliseconds(fields["timestamp_ms"])
    if milliseconds % _MINUTE_MS:
        allowed = "the first millisecond of a minute"
        raise _FaultError(_words("timestamp_ms", fields["timestamp_ms"], allowed))
    first, high, low, close = (_number(name, fields[name], prices) for name in BARS[1:5])
    if low > min(first, close):
        raise _FaultError(_words("low", fields["low"], "at most open and close"))
    if high < max(first, close):
        raise _FaultError(_words("high", fields["high"], "at least open and close"))
    volume = fields["volume"]
    silent = _NUMBER.fullmatch(volume) and float(volume) == 0
    return milliseconds, first, high, low, close, 0 if silent else _number("volume", volume, sizes)


def _milliseconds(text: bytes) -> int:
    if _INTEGER.fullmatch(text) and 0 <= int(text) <= _LAST_MS:
        return int(text)
    raise _FaultError(_words("timestamp_ms", text, f"whole milliseconds from 0 to {_LAST_MS}"))


def _number(column: str, text: bytes, decimals: int | None) -> float:
    """Return the value, judged in decimals rather than in floats where it is on a grid."""
    step = Decimal(1).scaleb(-(8 if decimals is None else decimals))
    high = float(min(2**53 * step, Decimal(10**15)))
    if _NUMBER.fullmatch(text):
        value = float(text)
        if float(step) <= value <= high and (decimals is None or Decimal(repr(value)) % step == 0):
            return value
    allowed = f"a number from {float(step):g} to {high:g}"
    if decimals is not None:
        allowed += f" with at most {decimals} decimals"
    raise _FaultError(_words(column, text, allowed))


def _words(column: str, value: bytes, allowed: str) -> str:
    shown = repr(value[:40])[1:] + ("..." if len(value) > 40 else "")
    return f"{column} is {shown}, allowed is {allowed}"


def _check_step(names: list[str], lines: list[bytes]) -> None:
    """Judge the commonest step of the first rows."""
    steps: Counter[int] = Counter()
    before: int | None = None
    for line in lines:
        try:
            now = _milliseconds(_fields(line, names)["timestamp_ms"])
        except _FaultError:
            before = None
            continue
        if before is not None and now > before:
            steps[now - before] += 1
        before = now
    most = max(steps.values(), default=0)
    common = [step for step, count in steps.items() if count == most]
    if common and _MINUTE_MS not in common:
        raise WrongStepError(f"{common[0] / 1000:g} seconds apart")
