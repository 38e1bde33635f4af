"""What evidence has measured, read from the files that hold it."""

from __future__ import annotations

from pathlib import Path
from typing import TypeVar

import msgspec

from supreme_system_v5.errors import SettingsError

__all__ = ["is_calibrated", "pattern_confidences"]

_Kind = TypeVar("_Kind", bound=msgspec.Struct)

_FEWEST = 200
_LARGEST_ERROR = 0.05


class _Worth(msgspec.Struct):
    name: str
    confidence: float


class _Patterns(msgspec.Struct):
    patterns: list[_Worth]


class _Calibration(msgspec.Struct):
    trades: int
    ece: float


class _Evidence(msgspec.Struct):
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


def is_calibrated(path: str | None) -> bool:
    """Return whether evidence has shown that the confidence means what it says.

    Args:
        path: What ``supreme evidence --json`` printed; None: nothing has been shown.

    Raises:
        SettingsError: The file cannot be read, holds something else, or shows the contrary: an
            expected calibration error above 0.05, or fewer than 200 trades.
    """
    if path is None:
        return False
    found = _read("CONFIDENCE_EVIDENCE", path, _Evidence, "supreme evidence FILES --json")
    calibration = found.calibration
    trades = 0 if calibration is None else calibration.trades
    error = 1.0 if calibration is None else calibration.ece
    if trades < _FEWEST or error > _LARGEST_ERROR:
        raise SettingsError(
            f"CONFIDENCE_EVIDENCE={path}: the confidence is off by {error:.3f} over {trades:,} "
            f"trades, allowed is at most {_LARGEST_ERROR} over {_FEWEST} or more; leave it empty, "
            "and bets stay as for an unproven number"
        )
    return True


def _read(key: str, path: str, kind: type[_Kind], made_by: str) -> _Kind:
    try:
        return msgspec.json.decode(Path(path).read_bytes(), type=kind)
    except (OSError, msgspec.MsgspecError) as error:
        raise SettingsError(
            f"{key}={path}: cannot be read ({error}); allowed is what {made_by} printed"
        ) from error
