"""What evidence has measured, read from the files that hold it."""

from __future__ import annotations

from pathlib import Path
from typing import NoReturn, TypeVar

import msgspec

from supreme_system_v5.errors import SettingsError

__all__ = ["is_calibrated", "pattern_confidences"]

_Kind = TypeVar("_Kind", bound=msgspec.Struct)

_FEWEST = 200
_LARGEST_ERROR = 0.05

_MADE_BY = "supreme evidence FILES --json"
_EMPTY = "leave it empty, and bets stay as for an unproven number"
_ANEW = f"make it anew with {_MADE_BY}, or {_EMPTY}"


class _Worth(msgspec.Struct):
    name: str
    confidence: float


class _Patterns(msgspec.Struct):
    patterns: list[_Worth]


class _Calibration(msgspec.Struct):
    trades: int
    ece: float


class _Labels(msgspec.Struct):
    symbol: str
    strategy: str


class _Evidence(msgspec.Struct):
    labels: _Labels
    out_of_sample: bool
    calibration: _Calibration | None


def pattern_confidences(path: str | None) -> dict[str, float]:
    """Return what each pattern has earned; nothing without a file.

    Args:
        path: What ``supreme evidence --patterns --json`` printed.

    Raises:
        SettingsError: The file cannot be read, or holds something else.
    """
    if path is None:
        return {}
    made_by = "supreme evidence FILES --patterns --json"
    found = _read("PATTERN_EVIDENCE", path, _Patterns, made_by)
    return {each.name: each.confidence for each in found.patterns if each.confidence}


def is_calibrated(path: str | None, symbol: str, strategy: str | None) -> bool:
    """Return whether evidence has shown that the confidence means what it says.

    Args:
        path: What ``supreme evidence --json`` printed; None: nothing has been shown.
        symbol: The market whose confidence is asked for.
        strategy: The strategy that runs and its parameters, as reports name them; None where none
            runs, so that evidence about any will do.

    Raises:
        SettingsError: The file cannot be read, holds something else, is about another market or
            strategy, was judged on what was chosen from, or shows the contrary: an expected
            calibration error above 0.05, or fewer than 200 trades.
    """
    if path is None:
        return False
    found = _read("CONFIDENCE_EVIDENCE", path, _Evidence, _MADE_BY)
    calibration = found.calibration
    trades = 0 if calibration is None else calibration.trades
    error = 1.0 if calibration is None else calibration.ece
    if trades < 0:
        _refuse(path, f"trades is {trades}", "0 or more", _ANEW)
    if not 0.0 <= error <= 1.0:
        _refuse(path, f"ece is {error:g}", "from 0 to 1", _ANEW)
    if found.labels.symbol != symbol:
        mend = f"make it anew for {symbol}, or {_EMPTY}"
        _refuse(path, f"it is about {found.labels.symbol!r}", f"{symbol!r} (SINGLE_SYMBOL)", mend)
    if strategy is not None and found.labels.strategy != strategy:
        told = f"it is about the strategy {found.labels.strategy!r}"
        allowed = f"the one that runs, {strategy!r}"
        _refuse(path, told, allowed, f"make it anew for that one, or {_EMPTY}")
    if not found.out_of_sample:
        allowed = "true: judged on trades from which nothing was chosen"
        _refuse(path, "out_of_sample is false", allowed, f"take more data or --fixed, or {_EMPTY}")
    if trades < _FEWEST or error > _LARGEST_ERROR:
        told = f"the confidence is off by {error:.3f} over {trades:,} trades"
        _refuse(path, told, f"at most {_LARGEST_ERROR} over {_FEWEST} or more", _EMPTY)
    return True


def _refuse(path: str, told: str, allowed: str, mend: str) -> NoReturn:
    raise SettingsError(f"CONFIDENCE_EVIDENCE={path}: {told}, allowed is {allowed}; {mend}")


def _read(key: str, path: str, kind: type[_Kind], made_by: str) -> _Kind:
    try:
        return msgspec.json.decode(Path(path).read_bytes(), type=kind)
    except (OSError, msgspec.MsgspecError) as error:
        raise SettingsError(
            f"{key}={path}: cannot be read ({error}); allowed is what {made_by} printed"
        ) from error
