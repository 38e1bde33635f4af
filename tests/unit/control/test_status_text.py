from __future__ import annotations

import msgspec
import pytest

from supreme_system_v5.control.status_text import status_line, status_lines, why_not
from supreme_system_v5.domain.live import FeedHealth
from supreme_system_v5.domain.status import DomainStatus, PositionStatus
from supreme_system_v5.risk.meanings import MEANINGS
from tests.support.live_runs import SECOND, calm
from tests.support.statuses import NOW, status_with

LONG = PositionStatus(size="0.01", entry=60_000.0, stop=59_400.0, target=61_200.0, open_orders=2)
EQUITY = (
    "  equity      10,012.30 USDT; today +12.30, since the start +12.30, drawdown 0.40%, "
    "trades closed 1"
)
STALE = FeedHealth(name="okx", fresh=False, reason="no trade for 12 s", missing=3, recovered=1)


def rows(**changes: object) -> dict[str, str]:
    """Return what stands beside each name; of several lines the first."""
    lines = status_lines(status_with(**changes), MEANINGS)[1:]
    return {line[2:14].strip(): line[14:] for line in lines if line[2:14].strip()}


def test_everything_the_owner_wants_to_know() -> None:
    assert status_lines(status_with(position=LONG, refusals_hour=(("COST", 12),)), MEANINGS) == (
        "BTC-USDT, paper: trend over okx, for 1 h 1 min, ready",
        "  price       60,012.3, received 0.4 s ago",
        "  feed        okx fresh, heard 0.2 s ago",
        "  position    long 0.01 BTC at 60,000, 2 orders open",
        "  stop        59,400, target 61,200",
        EQUITY,
        "  fees paid   1.20 USDT",
        "  risk        ACTIVE",
        f"  not trading 12 times in the last hour COST: {MEANINGS['COST']}",
        "  domains     1, all on time",
        "  memory      63 MB (at most 63), 2,147 MB left on the machine",
        "  cpu         1.0 % of a core, machine 2 %",
    )


def test_before_the_first_trade() -> None:
    found = rows(
        price=None,
        price_age_ns=None,
        ready=False,
        feed=FeedHealth(name="okx", fresh=False, reason="not connected yet"),
    )
    assert found["price"] == "none yet"
    assert found["position"] == "none"
    assert found["stop"] == "none needed"
    assert found["feed"] == "STALE (not connected yet)"


def test_a_position_without_a_stop_is_said_aloud() -> None:
    found = rows(position=msgspec.structs.replace(LONG, stop=None, size="-0.01"))
    assert found["position"].startswith("short -0.01")
    assert found["stop"].startswith("NONE: `supreme flatten`")


def test_domains_in_trouble_are_named_and_no_others() -> None:
    lines = status_lines(
        status_with(
            domains={
                "technical": DomainStatus(interval_ns=1, runs=9),
                "news": DomainStatus(interval_ns=1, runs=9, late=2, failures=1, last_error="down"),
                "whales": DomainStatus(interval_ns=1, runs=9, skipped=4),
            }
        ),
        MEANINGS,
    )
    assert "  domains     news late 2, failed 1 of 9 runs: down" in lines
    assert "              whales left out 4 of 9 runs" in lines
    assert not any("technical" in line for line in lines)


def test_what_gives_way_is_said() -> None:
    found = rows(machine=calm(level="trim", multiplier=4, shed=("news", "whales")))
    assert found["memory"].endswith("; trim")
    assert found["cpu"].endswith("intervals x4; left out: news, whales")


def test_what_was_lost_is_said() -> None:
    assert (
        "2 trades lost"
        in rows(feed=msgspec.structs.replace(STALE, last_data_ns=NOW - 90 * SECOND))["feed"]
    )


@pytest.mark.parametrize(
    ("changes", "first"),
    [
        ({}, "nothing holds it back"),
        ({"signals": 0}, "nothing holds it back: its strategy has given no signal yet"),
        ({"paused": True}, "paused by its owner"),
        ({"feed": STALE}, "the feed is stale: no trade for 12 s"),
        ({"ready": False}, "not warm yet"),
        (
            {"risk_state": "HALTED", "risk_reason": "DRAWDOWN"},
            "HALTED: DRAWDOWN: the account has lost what it may",
        ),
        ({"risk_state": "HALTED", "risk_reason": "something new"}, "HALTED: something new"),
        ({"machine": calm(level="stop")}, "memory runs short"),
        ({"refusals_hour": (("COST", 3),)}, "3 times in the last hour COST: the target"),
        ({"refusals_hour": (("NEW_REASON", 3),)}, "3 times in the last hour NEW_REASON"),
    ],
)
def test_why_it_is_not_trading(changes: dict[str, object], first: str) -> None:
    assert why_not(status_with(**changes), MEANINGS)[0].startswith(first)


def test_three_refusals_at_most_after_what_holds_now() -> None:
    refused = tuple((reason, 9 - at) for at, reason in enumerate(sorted(MEANINGS)[:5]))
    told = why_not(status_with(refusals_hour=refused, paused=True), MEANINGS)
    assert len(told) == 4
    assert [line.split()[0] for line in told[1:]] == ["9", "8", "7"]


def test_the_line() -> None:
    assert status_line(status_with()) == (
        "BTC-USDT 60,012.3 (0.4 s) | flat | equity 10,012.30 day +12.30 | fees 1.20 | ACTIVE | "
        "63 MB 1.0 %"
    )
    line = status_line(
        status_with(position=LONG, feed=STALE, paused=True, refusals_hour=(("COST", 3),))
    )
    assert "FEED STALE | 0.01 @ 60,000 stop 59,400 |" in line
    assert "PAUSED | refused COST 3 |" in line


def test_lines_have_no_line_breaks() -> None:
    for line in (*status_lines(status_with(), MEANINGS), status_line(status_with())):
        assert line.isprintable()


def test_a_strategy_that_raised_and_a_clock_that_is_wrong_are_said() -> None:
    told = why_not(
        status_with(
            strategy_error="KeyError: 'x' (mine.py, line 3)",
            not_in_order={"clock": "the exchange's is +30.0 s ahead", "owner": "supreme pause"},
        ),
        {},
    )
    assert told[0].startswith("its strategy raised KeyError: 'x' (mine.py, line 3)")
    assert "our clock and the exchange's disagree: the exchange's is +30.0 s ahead" in told
    assert not any("owner" in line for line in told)
