"""Environment over ``.env`` over defaults: read, checked and resolved."""

from __future__ import annotations

import difflib
import io
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple, get_args, get_type_hints

import msgspec
from dotenv.parser import parse_stream

from supreme_system_v5.errors import SettingsError
from supreme_system_v5.settings._rules import Rule
from supreme_system_v5.settings._secret import MASK
from supreme_system_v5.settings._table import Settings

__all__ = ["load_settings"]

_SHOWN = 60
"""Longest value that a message repeats."""


class _Given(NamedTuple):
    """One value and where it came from."""

    text: str
    origin: str


def load_settings(env: Mapping[str, str], dotenv_path: Path | None = None) -> Settings:
    """Read, check and resolve every setting.

    A variable in `env` wins over the same key in the file, and that over the default. An empty
    value means the default, so an empty variable also switches off what the file says. Keys that
    are not ours are ignored in `env`, which belongs to everybody, and refused in the file, which
    is ours alone. ``$`` in the file is an ordinary character.

    Args:
        env: The process environment.
        dotenv_path: A file in the form of ``.env.example``; it may be missing.

    Returns:
        The settings.

    Raises:
        SettingsError: Something is wrong; the message has one line for each fault.

    >>> load_settings({"NEWS_INTERVAL_MIN": "5"}).news_interval_min
    5
    >>> load_settings({"MAX_CPU_PERCENT": "150"})
    Traceback (most recent call last):
    supreme_system_v5.errors.SettingsError: MAX_CPU_PERCENT='150' (environment): \
must be a number from 1 to 100; leave it empty for 88.0
    """
    fields = {field.encode_name: field for field in msgspec.structs.fields(Settings)}
    rules = _rules()
    faults: list[str] = []
    given = dict(_read_file(dotenv_path, tuple(fields), faults)) if dotenv_path else {}
    given |= {key: _Given(env[key].strip(), "environment") for key in fields if key in env}
    given = {key: entry for key, entry in given.items() if entry.text}

    values: dict[str, object] = {}
    for key, (text, origin) in given.items():
        rule = rules[key]
        try:
            values[key] = rule.parse(text)
        except ValueError:
            shown = MASK if rule.secret else text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
            faults.append(
                f"{key}={shown!r} ({origin}): must be {rule.allowed}; "
                f"leave it empty for {_plain(fields[key].default)}"
            )
    if len(half := {"PRICE_DECIMALS", "SIZE_DECIMALS"} & given.keys()) == 1:
        faults.append(
            f"{half.pop()} is set alone: set PRICE_DECIMALS and SIZE_DECIMALS both for a market's "
            f"grid, or leave both empty for none"
        )
    for together in (
        ("TELEGRAM_BOT_TOKEN", "TELEGRAM_CHAT_ID"),
        ("OKX_API_KEY", "OKX_API_SECRET", "OKX_PASSPHRASE"),
    ):
        missing = [key for key in together if key not in given]
        if missing and len(missing) < len(together):
            faults.append(
                f"{' and '.join(missing)} is missing: set {', '.join(together)} together, or none"
            )
    if "NOTIFY_NTFY_TOKEN" in given and "NOTIFY_NTFY_URL" not in given:
        faults.append("NOTIFY_NTFY_TOKEN is set alone: set NOTIFY_NTFY_URL too, or neither")
    if faults:
        raise SettingsError("\n".join(faults))
    settings = msgspec.convert(values, Settings)
    if contradictions := tuple(_contradictions(settings)):
        raise SettingsError("\n".join(contradictions))
    return settings


def _contradictions(settings: Settings) -> Iterator[str]:
    """Yield what cannot hold together."""
    day = min(settings.max_daily_loss, settings.max_daily_loss_r * settings.risk_per_trade)
    if settings.risk_per_trade > day:
        yield (
            f"RISK_PER_TRADE={settings.risk_per_trade} is more than a day may lose ({day}): "
            "lower it, or raise MAX_DAILY_LOSS and MAX_DAILY_LOSS_R"
        )
    if day > settings.max_drawdown:
        yield (
            f"MAX_DRAWDOWN={settings.max_drawdown} is less than a day may lose ({day}): "
            "raise it, or lower MAX_DAILY_LOSS"
        )
    memory = (settings.memory_warn_mb, settings.memory_trim_mb, settings.memory_stop_mb)
    if list(memory) != sorted(memory):
        yield (
            f"MEMORY_WARN_MB, MEMORY_TRIM_MB and MEMORY_STOP_MB are {memory}: "
            "make them rise, or leave all three empty"
        )


def _rules() -> dict[str, Rule]:
    """Collect the rule of every key from the annotations of `Settings`."""
    hints = get_type_hints(Settings, include_extras=True)
    return {
        field.encode_name: next(
            item for item in get_args(hints[field.name]) if isinstance(item, Rule)
        )
        for field in msgspec.structs.fields(Settings)
    }


def _plain(value: object) -> str:
    """Write a default as a user would."""
    if value is None:
        return "none"
    if isinstance(value, tuple):
        return ",".join(map(str, value))
    return str(value).lower() if isinstance(value, bool) else str(value)


def _read_file(
    path: Path, known: tuple[str, ...], faults: list[str]
) -> Iterator[tuple[str, _Given]]:
    """Yield the keys of a ``.env`` file; what is wrong with the file goes to `faults`."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        return
    except (OSError, UnicodeDecodeError) as error:
        faults.append(f"{path} cannot be read ({error}): make it a UTF-8 text file, or remove it")
        return
    lines: dict[str, int] = {}
    for binding in parse_stream(io.StringIO(text)):
        # A statement's text begins with the blank lines before it.
        body = binding.original.string
        line = binding.original.line + body[: len(body) - len(body.lstrip())].count("\n")
        origin = f"{path.name} line {line}"
        key = binding.key
        if binding.error:
            faults.append(f"{origin} cannot be understood: write KEY=value, or # before a comment")
        elif key is None:
            continue  # a comment
        elif key not in known:
            near = difflib.get_close_matches(key.upper(), known, n=1)
            mend = f"did you mean {near[0]}?" if near else "see .env.example for all of them"
            faults.append(f"{key} ({origin}): is not a setting; {mend}")
        elif key in lines:
            faults.append(f"{key} ({origin}): was already set on line {lines[key]}; keep one")
        elif binding.value is None:
            faults.append(
                f"{key} ({origin}): has no value; write {key}=value, or {key}= for the default"
            )
        else:
            lines[key] = line
            yield key, _Given(binding.value.strip(), origin)
