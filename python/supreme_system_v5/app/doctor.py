"""Is everything in order? A judgement of each thing that has to be, with what to do about it.

Pure: facts in, checks out. `supreme_system_v5.app.doctor_run` gathers the facts.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

import msgspec

from supreme_system_v5.app.costs_report import VenueCosts
from supreme_system_v5.domain.live import ClockReading, MarketRules
from supreme_system_v5.errors import SettingsError, SourceError
from supreme_system_v5.exchanges.okx_account import KeyRights
from supreme_system_v5.settings import Settings

__all__ = [
    "Check",
    "Diagnosis",
    "FolderFacts",
    "Level",
    "check_account",
    "check_clock",
    "check_dotenv",
    "check_extras",
    "check_feed",
    "check_folder",
    "check_key",
    "check_memory",
    "check_running",
    "check_settings",
    "not_looked_at",
    "to_json",
    "to_text",
]

_MB = 1_000_000
_NS_PER_MS = 1_000_000
_NEEDED_MB = 100
_DISK_LEAST_MB, _DISK_GOOD_MB = 100, 1_000
_SKEW_GOOD_MS, _SKEW_MOST_MS = 500, 2_000
_OTHERS = 0o077


class Level(StrEnum):
    """How it is."""

    OK = "ok"
    WARN = "warn"
    FAIL = "fail"


class Check(msgspec.Struct, frozen=True, kw_only=True):
    """One thing.

    Attributes:
        name: Which.
        level: How it is; only ``"fail"`` keeps the system from working.
        told: What was found.
        mend: What to do; empty where nothing has to be done.
    """

    name: str
    level: Level
    told: str
    mend: str = ""


class Diagnosis(msgspec.Struct, frozen=True, kw_only=True):
    """All of them; `ok` while none failed."""

    ok: bool
    checks: tuple[Check, ...]

    @classmethod
    def of(cls, *checks: Check) -> Diagnosis:
        """Return what checks come to."""
        return cls(ok=all(check.level is not Level.FAIL for check in checks), checks=checks)


def to_text(diagnosis: Diagnosis) -> str:
    """Return it for people: a line for each check, and below it what to do."""
    lines: list[str] = []
    for check in diagnosis.checks:
        first, *others = check.told.splitlines() or [""]
        lines.append(f"{check.level:<5}{check.name:<10}{first}")
        lines += [f"{'':15}{line}" for line in others]
        if check.mend:
            lines.append(f"{'':15}-> {check.mend}")
    levels = [check.level for check in diagnosis.checks]
    counts = ", ".join(f"{levels.count(level)} {level}" for level in Level)
    return "\n".join([*lines, counts])


def to_json(diagnosis: Diagnosis) -> str:
    """Return it as one line of JSON."""
    return msgspec.json.encode(diagnosis).decode()


def _ok(name: str, told: str) -> Check:
    return Check(name=name, level=Level.OK, told=told)


def _warn(name: str, told: str, mend: str) -> Check:
    return Check(name=name, level=Level.WARN, told=told, mend=mend)


def _fail(name: str, told: str, mend: str) -> Check:
    return Check(name=name, level=Level.FAIL, told=told, mend=mend)


def check_settings(fault: SettingsError | None, settings: Settings) -> Check:
    """Judge what was set.

    Args:
        fault: Why it was refused; None when it was not.
        settings: What holds; the defaults where it was refused.
    """
    if fault is not None:
        mend = "mend each line as it says; .env.example has all settings"
        return _fail("settings", str(fault), mend)
    fields = msgspec.structs.fields(Settings)
    changed = [f.encode_name for f in fields if getattr(settings, f.name) != f.default]
    told = f"{len(fields)}, of which {len(changed)} are not the default"
    return _ok("settings", f"{told}: {', '.join(changed)}" if changed else told)


def not_looked_at(name: str) -> Check:
    """Return a check of what depends on settings, while these are refused.

    With defaults in their place it would tell of another folder, key and account.
    """
    return _warn(name, "not looked at, since settings are refused", "mend the settings first")


def check_dotenv(path: str, mode: int | None, *, has_secrets: bool) -> Check:
    """Judge who may read the file of settings.

    Args:
        path: Of the file.
        mode: Its permissions; None where there is none.
        has_secrets: Whether a secret is set, there or in the environment.
    """
    if mode is None:
        return _ok("env file", f"{path}: there is none, the environment alone counts")
    if mode & _OTHERS and has_secrets:
        told = f"{path} can be read by others (mode {mode & 0o777:04o}), and keys are set"
        return _warn("env file", told, f"chmod 600 {path}")
    return _ok("env file", f"{path}, mode {mode & 0o777:04o}")


@dataclass(frozen=True, slots=True, kw_only=True)
class FolderFacts:
    """The folder of what is kept.

    Attributes:
        path: Which; None when nobody says.
        writable: Whether a file can be made in it.
        fault: Why not.
        free_bytes: Of its disk, for this user.
    """

    path: str | None
    writable: bool = False
    fault: str = ""
    free_bytes: int = 0


def check_folder(facts: FolderFacts) -> Check:
    """Judge the folder of what is kept, and its disk."""
    if facts.path is None:
        told = "neither STATE_DIR, XDG_STATE_HOME nor HOME says where to keep things"
        return _fail("disk", told, "set STATE_DIR to a folder of yours")
    if not facts.writable:
        told = f"{facts.path} cannot be written to ({facts.fault})"
        return _fail("disk", told, "make it yours, or set STATE_DIR to a folder that is")
    free = facts.free_bytes / _MB
    told = f"{facts.path}, {free:,.0f} MB free"
    if free < _DISK_LEAST_MB:
        return _fail("disk", told, f"free some: {_DISK_LEAST_MB} MB at least")
    if free < _DISK_GOOD_MB:
        return _warn("disk", told, "free some: a log takes 30 MB, records grow with the days")
    return _ok("disk", told)


def check_memory(available_bytes: int, limit_bytes: int, settings: Settings) -> Check:
    """Judge the memory that machine or control group have left, and have at all."""
    free, limit = available_bytes / _MB, limit_bytes / _MB
    told = f"{free:,.0f} MB left of {limit:,.0f} MB"
    if free < _NEEDED_MB:
        return _fail("memory", told, f"end something: the system needs {_NEEDED_MB} MB")
    if free < settings.memory_available_min_mb + _NEEDED_MB:
        mend = f"end something: below {settings.memory_available_min_mb} MB left it warns you"
        return _warn("memory", told, mend)
    if limit < settings.memory_stop_mb:
        told += f", which is less than MEMORY_STOP_MB={settings.memory_stop_mb}"
        return _warn("memory", told, "raise the limit, or lower MEMORY_STOP_MB, TRIM and WARN")
    return _ok("memory", told)


def check_feed(feed: str, rules: MarketRules | SourceError) -> Check:
    """Judge whether the venue can be reached, and trades the market."""
    if isinstance(rules, SourceError):
        mend = "check the network and the venue's status, or practise with --feed sim"
        return _fail("feed", f"{feed} cannot be asked: {rules}", mend)
    told = f"{feed} {rules.exchange_symbol}: tick {rules.tick:f}, lot {rules.lot:f}"
    if not rules.trading:
        mend = "wait until it is traded, or set another SINGLE_SYMBOL"
        return _fail("feed", f"{told}; it is not traded now ({rules.state})", mend)
    return _ok("feed", told)


def check_clock(feed: str, reading: ClockReading | SourceError) -> Check:
    """Judge our clock by the venue's."""
    if isinstance(reading, SourceError):
        return _fail("clock", f"{feed} does not tell its time: {reading}", "mend the feed first")
    ahead_ms = reading.ahead_ns / _NS_PER_MS
    took_ms = (reading.received_ns - reading.sent_ns) / _NS_PER_MS
    told = (
        f"the clock of {feed} is {ahead_ms:+,.0f} ms from ours at least "
        f"(asked in {took_ms:,.0f} ms)"
    )
    mend = "set the clock: timedatectl set-ntp true, and see that it stays right"
    if abs(ahead_ms) > _SKEW_MOST_MS:
        return _fail("clock", f"{told}; beyond {_SKEW_MOST_MS} ms nothing is entered", mend)
    if abs(ahead_ms) > _SKEW_GOOD_MS:
        return _warn("clock", told, mend)
    return _ok("clock", told)


def check_key(rights: KeyRights | SourceError | None) -> Check:
    """Judge what the key of an account may do.

    Args:
        rights: That, or why it is not known; None without a key.
    """
    if rights is None:
        return _ok("keys", "no OKX key is set; trading on paper needs none")
    if isinstance(rights, SourceError):
        mend = "check OKX_API_KEY, OKX_API_SECRET and OKX_PASSPHRASE, or leave all three empty"
        return _fail("keys", str(rights), mend)
    told = f"OKX key: {', '.join(sorted(rights.permissions)) or 'it does not say what it may do'}"
    bound = f"; bound to {', '.join(rights.addresses)}" if rights.addresses else ""
    mends = []
    if "withdraw" in rights.permissions:
        told += "; IT CAN WITHDRAW"
        mends.append("make a key without that permission, and delete this one")
    if not rights.permissions:
        mends.append("look at its permissions at the venue: reading is enough")
    if not rights.addresses and rights.permissions - {"read_only"}:
        told += "; it may be used from anywhere"
        mends.append("bind it to the address of this machine")
    if mends:
        return _warn("keys", told + bound, "; ".join(mends))
    return _ok("keys", told + bound)


def check_account(
    venue: VenueCosts, price: Decimal, meanings: Mapping[str, str], *, assumed: bool
) -> Check:
    """Judge what the account could trade, if everybody were sure.

    Args:
        venue: What risk answered for one account.
        price: At which it was asked.
        meanings: Of refusals.
        assumed: Whether nobody told the price.
    """
    if venue.impossible or not venue.accounts:
        return _fail(
            "account", f"{venue.venue}: {venue.impossible}", "change VENUE or RISK_LEVERAGE"
        )
    account = venue.accounts[0]
    known = " (assumed, the feed told none)" if assumed else ""
    lines = [f"{account.cash:,f} on {venue.venue}, at a price of {price.normalize():,f}{known}:"]
    for offer in account.offers:
        what = f"a stop {offer.stop_bps:f} bps away: "
        if offer.refused is None:
            what += f"{offer.value:,.2f}, {offer.entries_per_day} entries a day at most"
        else:
            what += f"{offer.refused}: {meanings.get(offer.refused, 'refused')}"
        lines.append(what)
    told = "\n".join(lines)
    if all(offer.refused is not None for offer in account.offers):
        mend = "see `supreme costs`: another VENUE, more INITIAL_CASH, or wider stops"
        return _warn("account", told, mend)
    return _ok("account", told)


def check_extras(missing: Mapping[str, str]) -> Check:
    """Tell which optional packages are not there; none is needed to run.

    Args:
        missing: What each would bring, by the name of its extra.
    """
    if not missing:
        return _ok("extras", "all are installed")
    told = ", ".join(f"{extra} ({brings})" for extra, brings in missing.items())
    return _ok("extras", f"not installed, and not needed to run: {told}")


def check_running(where: str, answered: str | None) -> Check:
    """Tell whether a system runs already.

    Args:
        where: Its socket.
        answered: What it said; None when nobody did.
    """
    if answered is None:
        return _ok("running", f"nothing answers at {where}")
    return _ok("running", f"one answers at {where}: {answered}")
