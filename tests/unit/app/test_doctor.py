from __future__ import annotations

import json
from decimal import Decimal

import pytest

from supreme_system_v5.app import CostsOptions, run_costs
from supreme_system_v5.app.doctor import (
    Check,
    Diagnosis,
    FolderFacts,
    Level,
    check_account,
    check_clock,
    check_dotenv,
    check_extras,
    check_feed,
    check_folder,
    check_key,
    check_memory,
    check_running,
    check_settings,
    to_json,
    to_text,
)
from supreme_system_v5.domain.live import ClockReading
from supreme_system_v5.errors import SettingsError, SourceError
from supreme_system_v5.exchanges.okx_account import KeyRights
from supreme_system_v5.risk import MEANINGS
from supreme_system_v5.settings import Settings
from tests.fakes.market_feed import RULES
from tests.support.runs import world

MB = 1_000_000
MS = 1_000_000
OK, WARN, FAIL = Level
LOST = SourceError("okx has no address: is the network there?")


def rights(*permissions: str, addresses: tuple[str, ...] = ()) -> KeyRights:
    return KeyRights(permissions=frozenset(permissions), addresses=addresses)


def reading(ahead_ms: int) -> ClockReading:
    return ClockReading(server_ns=ahead_ms * MS, sent_ns=0, received_ns=0)


def folder(free_mb: int, *, writable: bool = True) -> FolderFacts:
    return FolderFacts(path="/s", writable=writable, fault="denied", free_bytes=free_mb * MB)


SMALL = Settings(memory_warn_mb=10, memory_trim_mb=20, memory_stop_mb=30)
JUDGED: list[tuple[Check, Level, str]] = [
    (check_settings(None, Settings()), OK, "0 are not the default"),
    (check_settings(None, Settings(venue="okx-perp")), OK, "1 are not the default: VENUE"),
    (check_settings(SettingsError("FEE_BPS: a\nVENUE: b"), Settings()), FAIL, "VENUE: b"),
    (check_dotenv(".env", None, has_secrets=True), OK, "there is none"),
    (check_dotenv(".env", 0o600, has_secrets=True), OK, "mode 0600"),
    (check_dotenv(".env", 0o644, has_secrets=False), OK, "mode 0644"),
    (check_dotenv(".env", 0o644, has_secrets=True), WARN, "can be read by others"),
    (check_dotenv(".env", 0o640, has_secrets=True), WARN, "can be read by others"),
    (check_folder(FolderFacts(path=None)), FAIL, "STATE_DIR"),
    (check_folder(folder(9_999, writable=False)), FAIL, "cannot be written to (denied)"),
    (check_folder(folder(99)), FAIL, "99 MB free"),
    (check_folder(folder(999)), WARN, "999 MB free"),
    (check_folder(folder(1_000)), OK, "1,000 MB free"),
    (check_memory(99 * MB, 4_000 * MB, Settings()), FAIL, "99 MB left of 4,000 MB"),
    (check_memory(399 * MB, 4_000 * MB, Settings()), WARN, "399 MB left"),
    (check_memory(400 * MB, 4_000 * MB, Settings()), OK, "400 MB left"),
    (check_memory(399 * MB, 399 * MB, SMALL), WARN, "399 MB left of 399 MB"),
    (check_memory(400 * MB, 400 * MB, Settings(memory_stop_mb=401)), WARN, "less than MEMORY_STOP"),
    (check_feed("okx", RULES), OK, "tick 0.1, lot 0.00000001"),
    (check_feed("okx", LOST), FAIL, "no address"),
    (check_clock("okx", reading(0)), OK, "+0 ms"),
    (check_clock("okx", reading(-500)), OK, "-500 ms"),
    (check_clock("okx", reading(-501)), WARN, "-501 ms"),
    (check_clock("okx", reading(2_000)), WARN, "+2,000 ms"),
    (check_clock("okx", reading(2_001)), FAIL, "nothing is entered"),
    (check_clock("okx", LOST), FAIL, "does not tell its time"),
    (check_key(None), OK, "needs none"),
    (check_key(LOST), FAIL, "no address"),
    (check_key(rights("read_only")), OK, "OKX key: read_only"),
    (check_key(rights("read_only", "trade", addresses=("::1",))), OK, "trade; bound to ::1"),
    (check_key(rights("read_only", "trade")), WARN, "from anywhere"),
    (check_key(rights("read_only", "withdraw", addresses=("::1",))), WARN, "IT CAN WITHDRAW"),
    (check_key(rights()), WARN, "does not say"),
    (check_extras({}), OK, "all"),
    (check_extras({"report": "pages"}), OK, "report (pages)"),
    (check_running("/s", None), OK, "nothing answers at /s"),
    (check_running("/s", "BTC"), OK, "one answers at /s: BTC"),
]


@pytest.mark.parametrize(("check", "level", "told"), JUDGED)
def test_each_is_judged_and_whatever_is_wrong_has_a_mend(
    check: Check, level: Level, told: str
) -> None:
    assert check.level is level
    assert told in check.told
    assert bool(check.mend) == (level is not OK)


def account(**environment: str) -> Check:
    settings = world(**environment)
    cash = Decimal(environment.get("INITIAL_CASH", "10000"))
    report = run_costs(
        CostsOptions(cash=(cash,), venues=(environment.get("VENUE", "okx-spot"),)), settings
    )
    return check_account(report.venues[0], Decimal("60000.0"), MEANINGS, assumed=False)


def test_what_the_account_could_trade_is_what_risk_says() -> None:
    check = account()
    assert check.level is OK
    first, *lines = check.told.splitlines()
    assert first == "10,000 on okx-spot, at a price of 60,000:"
    assert lines[0].startswith("a stop 50 bps away: COST: the target is too near")
    assert lines[1] == "a stop 100 bps away: 1,984.92, 8 entries a day at most"


def test_an_account_that_could_trade_nothing_is_warned_of() -> None:
    check = account(INITIAL_CASH="1", VENUE="binance-perp")
    assert check.level is WARN
    assert "supreme costs" in check.mend


def test_an_account_that_is_impossible_fails() -> None:
    check = account(RISK_LEVERAGE="2")
    assert check.level is FAIL
    assert "leverage" in check.told.lower()


def test_only_what_failed_makes_it_fail() -> None:
    checks = [check for check, _, _ in JUDGED]
    assert Diagnosis.of(*(check for check in checks if check.level is not FAIL)).ok
    assert not Diagnosis.of(*checks).ok


def test_text_has_a_line_for_each_and_the_mend_below() -> None:
    diagnosis = Diagnosis.of(
        Check(name="clock", level=OK, told="right"),
        Check(name="disk", level=FAIL, told="full\nvery", mend="free some"),
    )
    assert to_text(diagnosis).splitlines() == [
        "ok   clock     right",
        "fail disk      full",
        "               very",
        "               -> free some",
        "1 ok, 0 warn, 1 fail",
    ]
    told = json.loads(to_json(diagnosis))
    assert told["ok"] is False
    assert told["checks"][1] == {
        "name": "disk",
        "level": "fail",
        "told": "full\nvery",
        "mend": "free some",
    }
