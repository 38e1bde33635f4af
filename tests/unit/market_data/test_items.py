from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from supreme_system_v5.domain import ExchangeFlow, Headline, Leg, Transfer
from supreme_system_v5.errors import DataError
from supreme_system_v5.market_data.items import (
    read_flows,
    read_headlines,
    read_items,
    read_transfers,
)
from tests.support.engine_runs import ORIGIN

START_NS = 1_735_689_600 * 10**9
SECOND_NS = 10**9


def lines(path: Path, *rows: Mapping[str, object]) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def test_headlines_come_as_they_were_received(tmp_path: Path) -> None:
    path = tmp_path / "news.csv"
    path.write_text(
        "received_at,published_at,source,title,text,url\n"
        "2025-01-01T00:00:09Z,2025-01-01T00:00:00Z,desk,Second,more,https://x.test/1\n"
        ",2025-01-01T00:00:05Z,wire,First,,\n",
        encoding="utf-8",
    )
    first, second = read_headlines(path, ORIGIN)
    assert (first.title, first.event_ns, first.receive_ns) == (
        "First",
        START_NS + 5 * SECOND_NS,
        START_NS + 5 * SECOND_NS,
    )
    assert second == Headline(
        origin=ORIGIN, seq=0, event_ns=START_NS, receive_ns=START_NS + 9 * SECOND_NS,
        source="desk", title="Second", body="more", url="https://x.test/1",
    )  # fmt: skip


def test_a_transfer_with_all_that_may_be_said(tmp_path: Path) -> None:
    path = lines(
        tmp_path / "whales.jsonl",
        {
            "received_at": "2025-01-01T00:00:09Z", "event_at": "2025-01-01", "transaction": "t",
            "asset": "usdt", "amount": "1000000.000001", "sender": "a", "receiver": "b",
            "sender_kind": "exchange", "receiver_kind": "issuer", "state": "unconfirmed",
            "replaces": ["s"], "vin_addresses": [{"address": "x", "value": 0.1}],
            "vout_addresses": [{"address": None, "value": "0.00000001"}],
        },
    )  # fmt: skip
    assert read_transfers(path, ORIGIN) == [
        Transfer(
            origin=ORIGIN, seq=0, event_ns=START_NS, receive_ns=START_NS + 9 * SECOND_NS,
            asset="USDT", amount=1_000_000.000001, sender="a", receiver="b", transaction="t",
            sender_kind="exchange", receiver_kind="issuer", inputs=(Leg("x", 10**7),),
            outputs=(Leg("", 1),), state="unconfirmed", replaces=("s",),
        )
    ]  # fmt: skip


def test_the_recorded_form(data_dir: Path) -> None:
    found = read_transfers(data_dir / "whale" / "btc_whale_transactions.jsonl.gz", ORIGIN)
    assert len(found) == 1_268
    assert [one.receive_ns for one in found] == sorted(one.receive_ns for one in found)
    assert sum(not one.inputs for one in found) == 210
    # What came in is what went out, but for the fee.
    for one in found:
        fee = sum(leg.units for leg in one.inputs) - sum(leg.units for leg in one.outputs)
        assert 0 <= fee < 10**8


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ({"amount": 1}, "has no time: write received_at or timestamp_ms"),
        ({"timestamp_ms": 1, "amount": -1}, "amount is .*-1.* allowed is a number"),
        ({"timestamp_ms": 1, "value_btc": "x"}, "value_btc is 'x'"),
        ({"timestamp_ms": 1, "state": "gone"}, "state is 'gone', allowed is unconfirmed or"),
        ({"timestamp_ms": 1, "replaces": [1]}, "replaces is"),
        ({"timestamp_ms": 1, "vin_addresses": "x"}, "vin_addresses is 'x'"),
        ({"timestamp_ms": 1, "vout_addresses": [5]}, "vout_addresses holds"),
        ({"timestamp_ms": 1, "vout_addresses": [{"address": "x"}]}, "a value of vout_addresses"),
    ],
)
def test_transfers_that_are_none(tmp_path: Path, row: dict[str, object], message: str) -> None:
    good: dict[str, object] = {"timestamp_ms": 0, "amount": 1}
    with pytest.raises(DataError, match=rf"a.jsonl, line 2: {message}"):
        read_transfers(lines(tmp_path / "a.jsonl", good, row), ORIGIN)


@pytest.mark.parametrize(
    ("row", "message"),
    [({"title": "x"}, "has no time"), ({"received_ms": 1}, "has no title"),
     ({"received_ms": 1, "title": 5}, "title is .*5.*, allowed is text")],
)  # fmt: skip
def test_headlines_that_are_none(tmp_path: Path, row: dict[str, object], message: str) -> None:
    with pytest.raises(DataError, match=f"line 1: {message}"):
        read_headlines(lines(tmp_path / "a.jsonl", row), ORIGIN)


def test_both_together_in_order(tmp_path: Path) -> None:
    news = lines(tmp_path / "n.jsonl", *({"received_ms": at, "title": "t"} for at in (5, 1)))
    whales = lines(tmp_path / "w.jsonl", *({"timestamp_ms": at} for at in (1, 3)))
    both = list(read_items(ORIGIN, news=news, whales=whales))
    assert [(type(one).__name__, one.receive_ns // 10**6) for one in both] == [
        ("Headline", 1),
        ("Transfer", 1),
        ("Transfer", 3),
        ("Headline", 5),
    ]
    assert list(read_items(ORIGIN)) == []


DAY = {"start_at": "2025-01-01", "end_at": "2025-01-02", "received_at": "2025-01-02T06:00"}


def test_what_providers_say_stands_beside_transfers(tmp_path: Path) -> None:
    path = lines(
        tmp_path / "a.jsonl",
        DAY | {"asset": "usdt", "source": "chain", "exchange": "A", "inflow": 3, "outflow": "1.5"},
        {"timestamp_ms": 0},
        DAY | {"net": -0.5},
    )
    transfer, first, second = read_flows(path, ORIGIN)
    assert read_transfers(path, ORIGIN) == [transfer]
    assert first == ExchangeFlow(
        origin=ORIGIN, seq=0, event_ns=START_NS + 86_400 * SECOND_NS, start_ns=START_NS,
        receive_ns=START_NS + 108_000 * SECOND_NS, source="chain", asset="USDT", exchange="A",
        inflow=3 * 10**8, outflow=15 * 10**7,
    )  # fmt: skip
    assert isinstance(second, ExchangeFlow)
    assert (second.net, second.inflow, second.exchange) == (-5 * 10**7, None, "")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"end_at": None, "net": 1}, "has no end_at or received_at"),
        ({"end_at": "2024-12-31", "net": 1}, "its times are out of order"),
        ({"received_at": "2025-01-01T12:00", "net": 1}, "its times are out of order"),
        ({"inflow": 1}, "has no net"),
        ({"inflow": 3, "outflow": 1, "net": 1}, "net is not inflow less outflow"),
        ({"inflow": -1, "outflow": 0}, "inflow is"),
        ({"net": "--1"}, "net is"),
    ],
)
def test_flows_that_are_none(tmp_path: Path, change: dict[str, object], message: str) -> None:
    with pytest.raises(DataError, match=f"line 1: {message}"):
        read_flows(lines(tmp_path / "a.jsonl", DAY | change), ORIGIN)


NAMES = (
    "received_at", "timestamp_ms", "event_at", "txid", "asset", "amount", "value_btc", "sender",
    "state", "replaces", "vin_addresses", "vout_addresses", "start_at", "end_at", "inflow",
    "outflow", "net", "title", "published_at", "source",
)  # fmt: skip
plain = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=6),
    st.sampled_from(("2025-01-01", "2025-01-02T00:00:00Z", "confirmed", "1.5", "-3", "address")),
)  # fmt: skip
anything = st.recursive(
    plain,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(st.sampled_from(("address", "value", "x")), inner, max_size=3),
    ),
    max_leaves=5,
)


@given(st.lists(st.dictionaries(st.sampled_from(NAMES), anything, max_size=9), max_size=3))
def test_whatever_rows_hold_they_are_items_or_a_fault_of_a_line(
    tmp_path_factory: pytest.TempPathFactory, rows: list[dict[str, object]]
) -> None:
    path = lines(tmp_path_factory.getbasetemp() / "rows.jsonl", *rows)
    for read in (read_flows, read_headlines):
        try:
            found = list(read(path, ORIGIN))
        except DataError as error:
            assert "rows.jsonl, line " in str(error)  # noqa: PT017 - both ways out are fine
        else:
            assert len(found) == len(rows)
            assert all(0 <= item.receive_ns <= 4_102_444_800 * SECOND_NS for item in found)
