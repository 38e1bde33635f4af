from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import pytest

from supreme_system_v5.backtest.record_file import RunHead, head_of, read_records
from supreme_system_v5.backtest.record_text import tree_of
from supreme_system_v5.domain import Record, Report
from supreme_system_v5.errors import DataError
from supreme_system_v5.risk import (
    MEANINGS,
    Assessment,
    CostGate,
    Review,
    Sizing,
)
from supreme_system_v5.risk.confidence import Factor, Opinion
from tests.support.engine_runs import ORIGIN
from tests.support.recorded_run import recorded_run

HEAD = RunHead(
    strategy="mine", source="bars.csv", venue="okx-perp", symbol="BTC-USDT",
    price_decimals=1, size_decimals=4,
)  # fmt: skip
MONEY = 10**8
VOLATILITY = "volatility of 45.7% a year"
REVIEW = Review(
    side=-1,
    price=600_000,
    stop=606_005,
    target=582_000,
    state="ACTIVE",
    costs=CostGate(distance_bps=300.0, aim="target", round_trip_bps=12.1, needed_bps=36.3),
    judged=Assessment(
        confidence=0.432,
        score=0.54,
        partial=True,
        opinions=(
            Opinion("technical", 0.4, 1.0, -1.0, 0.75, "ok", ("EMA_DOWN", "RSI_DOWN")),
            Opinion(
                "mtf", 0.4, 0.5, -1.0, 0.6, "partial", ("1m EMA_DOWN", "1m X", "1h NOT_MATURE")
            ),
        ),
        factors=(Factor("news", 0.8, "ok", ("HACK",)), Factor("whales", 0.5, "no_data", ())),
    ),
    volatility=0.4567,
    size=Sizing(0.5, 1.5, 25 * MONEY, 116.0, (("RISK", 3_591), ("STAKE", 550)), 550),
)


def record(kind: str, reason: str, **details: Any) -> Record:  # noqa: ANN401
    return Record(
        origin=ORIGIN, seq=7, event_ns=1_735_689_600_123_000_000, receive_ns=1, kind=kind,
        reason=reason, details=details,
    )  # fmt: skip


def lines(kind: str, reason: str, **details: Any) -> list[str]:  # noqa: ANN401
    return tree_of(record(kind, reason, **details), HEAD).splitlines()


class TestDecisions:
    def test_an_approved_one_is_told_step_by_step(self) -> None:
        assert lines(
            "approved", "APPROVED", number=5, quantity=550, signal="CROSSED", review=REVIEW
        ) == [
            "2025-01-01T00:00:00.123Z  APPROVED  CROSSED",
            "  signal         short at 60,000, stop 60,600.5, target 58,200 (CROSSED)",
            "  account        ACTIVE",
            "  costs          target 300.00 bps away, a round trip costs 12.10, needed is 36.30",
            "  confidence     0.4320 (score +0.5400, partial)",
            "    technical    weight 0.4: -1 x 0.7500, ok",
            "                   EMA_DOWN RSI_DOWN",
            "    mtf          weight 0.4: -1 x 0.6000 x 0.50 fresh, partial",
            "                   1m EMA_DOWN X",
            "                   1h NOT_MATURE",
            "    news         x 0.8000, ok  HACK",
            "    whales       x 0.5000, no_data",
            f"  risk           25.00 USDT: tier 0.5 x 1.50 for a {VOLATILITY}; 116.0 bps to lose",
            "    RISK         0.3591 BTC",
            "    STAKE        0.055 BTC",
            "  verdict        order 5: 0.055 BTC",
        ]

    def test_what_was_not_asked_is_not_told(self) -> None:
        asked = Review(side=1, price=600_000, stop=0, target=0, state="ACTIVE")
        assert lines(
            "refused", "NO_STOP", limit="a stop", value="none", signal="bare", review=asked
        ) == [
            "2025-01-01T00:00:00.123Z  REFUSED  NO_STOP: allowed is a stop, it was none",
            "  signal         long at 60,000, stop none, target none (bare)",
            "  account        ACTIVE",
            f"  verdict        no order: {MEANINGS['NO_STOP']}",
        ]

    def test_a_volatility_that_nobody_knows(self) -> None:
        unknown = msgspec.structs.replace(REVIEW, volatility=None)
        told = lines("approved", "APPROVED", number=1, quantity=1, signal="x", review=unknown)
        assert any("for a volatility that nobody knows yet; 116.0" in line for line in told)

    def test_without_a_review_the_signal_is_told_all_the_same(self) -> None:
        assert lines(
            "approved", "APPROVED", number=1, quantity=10_000, signal="x", review=None
        ) == [
            "2025-01-01T00:00:00.123Z  APPROVED  x",
            "  signal         x",
            "  verdict        order 1: 1 BTC",
        ]

    def test_a_reason_without_a_meaning(self) -> None:
        assert lines("refused", "HOMESICK", limit=None, value=None) == [
            "2025-01-01T00:00:00.123Z  REFUSED  HOMESICK",
            "  verdict        no order",
        ]

    @pytest.mark.parametrize(
        ("reason", "limit", "value", "told"),
        [
            ("TOO_SMALL", 1, 0, "allowed is 0.0001 BTC, it was 0 BTC"),
            ("TOO_LARGE", 2**53, 2**54, "allowed is 900,719,925,474.0992 BTC, it was 1,801,4"),
            ("MIN_NOTIONAL", 100 * MONEY, 6 * MONEY, "allowed is 100.00 USDT, it was 6.00 USDT"),
            ("EXIT_TRAP", 6 * MONEY, 505_000_000, "allowed is 6.00 USDT, it was 5.05 USDT"),
            ("IN_POSITION", "no position", -1, "allowed is no position, it was short"),
            ("ORDER_UNDER_WAY", None, 5, "ORDER_UNDER_WAY, it was order 5"),
            ("REJECTED_PRICE_BAND", None, 9, "REJECTED_PRICE_BAND, it was order 9"),
            ("CONFIDENCE", 0.3, "0.1500", "allowed is 0.3, it was 0.1500"),
            ("ENTRIES_PER_DAY", 49, 50, "allowed is 49, it was 50"),
        ],
    )
    def test_limits_and_values_are_in_units_of_people(
        self, reason: str, limit: object, value: object, told: str
    ) -> None:
        assert told in lines("refused", reason, limit=limit, value=value)[0]


class TestFills:
    FILL = Report(
        "FILLED", 5, 10, side=-1, price=600_000, quantity=550, filled=550, value=3_300 * MONEY,
        spread=1_650_000, slippage=33_000_000, fee=165_000_000,
    )  # fmt: skip

    def test_a_fill_and_its_costs(self) -> None:
        assert lines("fill", "FILLED", report=self.FILL) == [
            "2025-01-01T00:00:00.123Z  FILL  FILLED",
            "  fill           order 5: sold 0.055 BTC at 60,000",
            "  costs          fee 1.65000000, spread 0.01650000, slippage 0.33000000",
        ]

    def test_a_payment_of_funding(self) -> None:
        paid = Report("FUNDING", 0, 10, value=-123_456_789)
        assert lines("fill", "FUNDING", report=paid)[1:] == ["  paid           -1.23456789 USDT"]


def test_other_records_tell_what_they_have() -> None:
    assert lines("risk", "REDUCE_ONLY", why="DAILY_LOSS")[1:] == ["  why            DAILY_LOSS"]
    assert lines("order", "DUPLICATE_FILL", fill_id="7")[1:] == ["  fill_id        7"]


@pytest.mark.parametrize("kind", ["approved", "refused", "fill", "risk"])
def test_a_real_run_read_from_its_file_is_told_with_all_that_is_in_it(
    tmp_path: Path, kind: str
) -> None:
    path, finished = recorded_run(tmp_path)
    head, told, closed = head_of(path), 0, 0
    for each in read_records(path):
        if each.kind != kind:
            continue
        told += 1
        text = tree_of(each, head)
        assert kind.upper() in text.splitlines()[0]
        if "review" in each.details:
            assert_all_of(msgspec.convert(each.details["review"], Review, strict=False), text)
        if kind == "refused":
            assert text.endswith(f"  verdict        no order: {MEANINGS[each.reason]}")
        closed += "\n  closed " in text
    assert told
    assert closed == (finished.report.trades if kind == "fill" else 0)


def assert_all_of(review: Review, text: str) -> None:
    """Check that everything that was asked is told: gate, confidence, opinions, each cap."""
    assert f"  account        {review.state}\n" in text
    assert ("\n  costs " in text) is (review.costs is not None)
    assert ("\n  confidence " in text) is (review.judged is not None)
    assert ("\n  risk " in text) is (review.size is not None)
    if review.costs is not None:
        assert f"needed is {review.costs.needed_bps:.2f}" in text
    if review.judged is not None:
        assert f"{review.judged.confidence:.4f} (score" in text
        for opinion in review.judged.opinions:
            assert f"\n    {opinion.name:<12} weight {opinion.weight:g}: " in text
            for reason in opinion.reasons:
                assert reason.split()[-1] in text
    if review.size is not None:
        for name, quantity in review.size.steps:
            amount = f"{quantity / 10**8:.8f}".rstrip("0")
            assert f"\n    {name:<12} {amount} BTC\n" in text


@pytest.mark.parametrize(
    ("kind", "details"),
    [
        ("approved", {}),
        ("approved", {"signal": "x", "number": 1, "quantity": "many"}),
        ("approved", {"signal": "x", "number": 1, "quantity": 1, "review": {"side": 1}}),
        ("refused", {"review": [1, 2]}),
        ("refused", {"review": {"side": 0, "price": 1, "stop": 1, "target": 1}}),
        ("fill", {"report": 5}),
        ("fill", {"report": {"side": 1}}),
        ("fill", {"report": {"side": 0, "value": "all"}}),
    ],
)
def test_what_another_version_wrote_is_a_clear_error(kind: str, details: dict[str, Any]) -> None:
    told = f"^the {kind} record of event 7 cannot be shown .*: another version wrote it; run it"
    with pytest.raises(DataError, match=told):
        tree_of(record(kind, "X", **details), HEAD)
