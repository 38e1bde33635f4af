"""The register of runs: which variants of strategies were ever run over which data.

The best of a hundred variants looks good by chance alone, so a verdict has to know of all hundred,
also of those run last week. Each is one row of a small SQLite file; running one again replaces its
row, and is no new try.
"""

from __future__ import annotations

import sqlite3
import statistics
import sys
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, fields
from hashlib import blake2b
from pathlib import Path

import msgspec

from supreme_system_v5.app.state_folder import state_folder
from supreme_system_v5.app.world import World
from supreme_system_v5.domain import Venue
from supreme_system_v5.evidence.deflated_sharpe import DayStatistics
from supreme_system_v5.evidence.report import Tries
from supreme_system_v5.market_data import DataKind, Fingerprint
from supreme_system_v5.settings import Settings
from supreme_system_v5.strategies import BUILT_IN

__all__ = ["RegisteredData", "RegisteredRun", "counted", "register_path", "variant_key"]

_FILE = "runs.sqlite3"
_PLAN = """
CREATE TABLE IF NOT EXISTS runs (
    data TEXT NOT NULL,
    variant TEXT NOT NULL,
    symbol TEXT NOT NULL,
    kind TEXT NOT NULL,
    first_ns INTEGER NOT NULL,
    last_ns INTEGER NOT NULL,
    row_count INTEGER NOT NULL,
    trades INTEGER NOT NULL,
    days INTEGER,
    sharpe REAL,
    skew REAL,
    kurtosis REAL,
    PRIMARY KEY (data, variant)
)
"""
_INTO = "INSERT OR REPLACE INTO runs VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
_SAME_ROWS = "substr(data, -length(:hash)) = :hash"
"""A key ends with the hash of the rows; the symbol is only what a user calls them."""
_VARIANTS = (
    "SELECT COUNT(DISTINCT variant) FROM runs "  # noqa: S608 - of constants
    f"WHERE (symbol = :symbol AND first_ns <= :last AND last_ns >= :first) OR {_SAME_ROWS}"
)
_RATIOS = (
    "SELECT sharpe, MAX(rowid) FROM runs "  # noqa: S608 - of constants
    f"WHERE {_SAME_ROWS} AND sharpe IS NOT NULL GROUP BY variant"
)

_NO_PART_OF_A_VARIANT = frozenset(
    {
        "single_symbol",  # of the data
        "process_interval_seconds",
        "pattern_interval_min",
        "mtf_interval_min",
        "news_interval_min",
        "whale_interval_min",
        "max_ram_gb",
        "max_cpu_percent",
        "memory_warn_mb",
        "memory_trim_mb",
        "memory_stop_mb",
        "memory_available_min_mb",
        "metrics_host",
        "metrics_port",
        "optimized_mode",  # both implementations do the same; `gated` is told
        "implementation_override",
        "gating_override",
        "strategy",  # told by itself
        "risk_policy",  # same
        "venue",  # of the costs
        "fee_bps",
        "slippage_bps",
        "latency_ms",
        "state_dir",
        "feed",  # of the live run alone
        "warmup_minutes",  # same
        "log_level",
        "log_file",
        "telegram_chat_id",
        "news_feeds",  # a run hears recorded items alone
        "mempool_url",
        "mempool_addresses",
        "cryptopanic_api_key",
        "whale_alert_api_key",
        "notify_webhook_url",
        "notify_ntfy_url",
        "notify_ntfy_token",
        "telegram_bot_token",
        "dead_man_url",
        "okx_api_key",
        "okx_api_secret",
        "okx_passphrase",
    }
)
"""Settings on which no trade of a run depends, and those that are told apart from the others."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisteredData:
    """Which data.

    Attributes:
        symbol: The market, by the settings.
        kind: Trades or bars.
        first_ns: Time of the first row, nanoseconds UTC.
        last_ns: Latest time.
        rows: How many.
        digest: Hash of all rows.
    """

    symbol: str
    kind: DataKind
    first_ns: int
    last_ns: int
    rows: int
    digest: str

    @classmethod
    def of(cls, print_: Fingerprint, symbol: str, kind: DataKind) -> RegisteredData:
        """Return the data that a fingerprint was taken of."""
        return cls(
            symbol=symbol,
            kind=kind,
            first_ns=print_.first_ns,
            last_ns=print_.last_ns,
            rows=print_.rows,
            digest=print_.hexdigest(),
        )

    @property
    def key(self) -> str:
        """What tells these data from others."""
        return f"{self.symbol} {self.kind} {self.first_ns} {self.last_ns} {self.rows} {self.digest}"


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisteredRun:
    """What is kept of a run.

    Attributes:
        variant: From `variant_key`.
        trades: Closed ones.
        observed: Statistics of its daily sums of net basis points; None where there are none.
    """

    variant: str
    trades: int
    observed: DayStatistics | None


def register_path(settings: Settings, world: World) -> Path | None:
    """Return where the register is: in the folder of what is kept; None where there is none."""
    folder = state_folder(settings, world)
    return None if folder is None else folder / _FILE


def variant_key(
    settings: Settings,
    venue: Venue,
    strategy: str,
    parameters: Mapping[str, float | bool | str],
    risk: str,
) -> str:
    """Return what tells a variant from others, as one line of JSON.

    It holds strategy, parameters, costs and rules, who decides about risk, and every setting on
    which trades depend. Of a strategy of your own it holds a hash of its file: changed code is
    another variant. What the file imports is not looked at.
    """
    told = {
        "strategy": strategy if strategy in BUILT_IN else _code_of(strategy),
        "parameters": {name: parameters[name] for name in sorted(parameters)},
        "costs": {
            each.name: str(getattr(venue, each.name))
            for each in fields(venue)
            if each.name != "name"
        },
        "risk": risk,
        "gated": settings.gated,
        "settings": {
            name: str(getattr(settings, name))
            for name in sorted(settings.__struct_fields__)
            if name not in _NO_PART_OF_A_VARIANT
        },
    }
    return msgspec.json.encode(told).decode()


def _code_of(strategy: str) -> str:
    """Return the name of a user's class, after the hash of its file where there is one."""
    place, _, name = strategy.rpartition(":") if ":" in strategy else (strategy, "", "")
    if not place.endswith(".py"):
        place = getattr(sys.modules.get(place), "__file__", None) or ""
    if not place or not Path(place).is_file():
        return strategy
    code = blake2b(Path(place).read_bytes(), digest_size=16).hexdigest()
    return f"{code} {Path(place).name}:{name}"


def counted(path: Path | None, data: RegisteredData, runs: Sequence[RegisteredRun]) -> Tries:
    """Put runs into the register, and return what it knows about the data then.

    Args:
        path: Of the register; it is made where it is missing. None: there is no place for one.
        data: What all of them ran over.
        runs: One or more.

    Returns:
        How many distinct variants were ever run over data of the same symbol that overlap with
        these in time, or over the very same rows under whatever symbol (these among them), and how
        the daily Sharpe ratios of those run over exactly these rows vary. Where the register cannot
        be read and written, only `runs` are counted, and the note says why.
    """
    if path is None:
        why = "neither STATE_DIR nor XDG_STATE_HOME nor HOME is set"
        return _alone(runs, f"{why}, so only this run is counted; set STATE_DIR to a folder")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with closing(sqlite3.connect(path)) as register:
            return _counted(register, path, data, runs)
    except (sqlite3.Error, OSError) as error:
        why = f"{path} cannot be used ({error})"
        mend = "set STATE_DIR to a folder that can be written"
        return _alone(runs, f"{why}, so only this run is counted; {mend}")


def _counted(
    register: sqlite3.Connection, path: Path, data: RegisteredData, runs: Sequence[RegisteredRun]
) -> Tries:
    place = (data.symbol, data.kind.value, data.first_ns, data.last_ns, data.rows)
    with register:
        register.execute(_PLAN)
        for run in runs:
            seen = run.observed
            ratios = (
                (None,) * 4 if seen is None else (seen.days, seen.sharpe, seen.skew, seen.kurtosis)
            )
            register.execute(_INTO, (data.key, run.variant, *place, run.trades, *ratios))
    around = {
        "symbol": data.symbol,
        "first": data.first_ns,
        "last": data.last_ns,
        "hash": f" {data.digest}",
    }
    [variants] = register.execute(_VARIANTS, around).fetchone()
    known = [ratio for ratio, _ in register.execute(_RATIOS, around)]
    return Tries(
        variants=variants,
        variance=statistics.variance(known) if len(known) > 1 else None,
        counted=True,
        note=f"register: {path}",
    )


def _alone(runs: Sequence[RegisteredRun], note: str) -> Tries:
    known = [run.observed.sharpe for run in runs if run.observed is not None]
    return Tries(
        variants=len({run.variant for run in runs}),
        variance=statistics.variance(known) if len(known) > 1 else None,
        counted=False,
        note=note,
    )
