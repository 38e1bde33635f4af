from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from supreme_system_v5.domain.feeds import FaultKind
from supreme_system_v5.errors import SourceError
from supreme_system_v5.network.retrying import (
    LONGEST_PAUSE_NS,
    backoff_ns,
    is_worth_retrying,
    retry_after_ns,
)

SECOND = 10**9
NOW = 1_779_962_400 * SECOND  # Thu, 28 May 2026 10:00:00 GMT


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("0", 0),
        (" 30 ", 30),
        ("601", 600),
        ("9" * 18, 600),
        ("Thu, 28 May 2026 10:00:20 GMT", 20),
        ("Thu, 28 May 2026 09:00:00 GMT", 0),
        ("Fri, 28 May 2027 09:00:00 GMT", 600),
    ],
)
def test_what_a_server_asks_for(header: str, seconds: int) -> None:
    assert retry_after_ns(header, NOW) == seconds * SECOND


def test_a_ban_may_be_longer() -> None:
    assert retry_after_ns("86400", NOW, 259_200 * SECOND) == 86_400 * SECOND


@pytest.mark.parametrize("header", [None, "", "soon", "-5", "1.5", "9" * 19, "٣"])
def test_what_cannot_be_read_is_nothing(header: str | None) -> None:
    assert retry_after_ns(header, NOW) is None


@given(st.text())
def test_no_header_breaks_it(header: str) -> None:
    found = retry_after_ns(header, NOW)
    assert found is None or 0 <= found <= LONGEST_PAUSE_NS


@given(st.integers(1, 10_000), st.integers(0, 1_000), st.none() | st.integers(0, 30 * SECOND))
def test_waiting_doubles_up_to_a_bound(attempt: int, seed: int, asked: int | None) -> None:
    wait = backoff_ns(attempt, random.Random(seed), asked) - (asked or 0)
    step = min(2 ** min(attempt - 1, 10), 30) * SECOND
    assert step // 2 <= wait <= step


def test_chance_spreads_it() -> None:
    assert len({backoff_ns(3, random.Random(seed)) for seed in range(50)}) > 40


@pytest.mark.parametrize("kind", FaultKind)
def test_what_another_attempt_may_mend(kind: FaultKind) -> None:
    again = {"dns", "connect", "timeout", "reset", "rate_limited", "server"}
    assert is_worth_retrying(SourceError("x", kind)) == (kind.value in again)
    assert not is_worth_retrying(SourceError("x", kind, 31 * SECOND)), "the host is paused instead"


def test_other_errors_are_not_tried_again() -> None:
    assert not is_worth_retrying(ValueError())
