from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from supreme_system_v5.domain import ExchangeFlow, Headline, Leg, Transfer
from supreme_system_v5.domain.feeds import Coverage, Item
from supreme_system_v5.domain.item_converter import ItemConverter
from supreme_system_v5.domain.view import ViewStatus
from supreme_system_v5.errors import DataError
from supreme_system_v5.market_data.items import (
    RecordedItems,
    read_headlines,
    read_items,
    read_transfers,
    read_whales,
)
from tests.support.engine_runs import ORIGIN
from tests.support.items import item_lists

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
        ({"timestamp_ms": 1, "sender": "a"}, "has no amount: write it, or vout_addresses"),
        (
            {"timestamp_ms": 1, "amuont": 1},
            "has a column 'amuont', which is not read: write amount",
        ),
        (
            {"timestamp_ms": 1, "amount": 1, "status": "removed"},
            "has a column 'status'.*: write state",
        ),
        ({"timestamp": 1, "amount": 1}, "has a column 'timestamp', .*: write timestamp_ms"),
        (
            {"timestamp_ms": 1, "amount": 1, "sender_owner": "b"},
            "has a column 'sender_owner'.*: write sender$",
        ),
        (
            {"received_at": 1735689600, "amount": 1},
            "received_at is 1735689600, .*; a number goes into received_ms or received_ns",
        ),
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
    [({"title": "x"}, "has no time"),
     ({"title": "x", "recieved_at": "2025-01-01"}, "has a column 'recieved_at', which is not read"),
     ({"title": "x", "published_at": "1735689600000"}, "published_at is '1735689600000', allowed"),
     ({"received_ms": 1}, "has no title"),
     ({"received_ms": 1, "title": 5}, "title is .*5.*, allowed is text")],
)  # fmt: skip
def test_headlines_that_are_none(tmp_path: Path, row: dict[str, object], message: str) -> None:
    with pytest.raises(DataError, match=f"line 1: {message}"):
        read_headlines(lines(tmp_path / "a.jsonl", row), ORIGIN)


def test_both_together_in_order(tmp_path: Path) -> None:
    news = lines(tmp_path / "n.jsonl", *({"received_ms": at, "title": "t"} for at in (5, 1)))
    whales = lines(tmp_path / "w.jsonl", *({"timestamp_ms": at, "amount": 1} for at in (1, 3)))
    both = read_items(ORIGIN, news=news, whales=whales).events
    assert [(type(one).__name__, one.receive_ns // 10**6) for one in both] == [
        ("Headline", 1),
        ("Transfer", 1),
        ("Transfer", 3),
        ("Headline", 5),
    ]
    assert read_items(ORIGIN) == RecordedItems(events=(), left_out={})


DAY = {"start_at": "2025-01-01", "end_at": "2025-01-02", "received_at": "2025-01-02T06:00"}


def test_what_providers_say_stands_beside_transfers(tmp_path: Path) -> None:
    path = lines(
        tmp_path / "a.jsonl",
        DAY | {"asset": "usdt", "source": "chain", "exchange": "A", "inflow": 3, "outflow": "1.5"},
        {"timestamp_ms": 0, "amount": 0},
        DAY | {"net": -0.5},
    )
    transfer, first, second = read_whales(path, ORIGIN).events
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
        read_whales(lines(tmp_path / "a.jsonl", DAY | change), ORIGIN)


NAMES = (
    "received_at", "timestamp_ms", "event_at", "txid", "asset", "amount", "value_btc", "sender",
    "state", "replaces", "vin_addresses", "vout_addresses", "start_at", "end_at", "inflow",
    "outflow", "net", "title", "published_at", "source", "type",
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
    for option in ("news", "whales"):
        try:
            found = read_items(ORIGIN, **{option: path}).events
        except DataError as error:
            assert "rows.jsonl, line " in str(error)  # noqa: PT017 - both ways out are fine
        else:
            assert len(found) == len(rows)
            assert all(0 <= item.receive_ns <= 4_102_444_800 * SECOND_NS for item in found)


def kept(path: Path, *items: Item | Coverage) -> Path:
    """Write what was told as ``supreme news fetch --json`` prints it."""
    path.write_bytes(b"".join(msgspec.json.encode(item) + b"\n" for item in items))
    return path


@given(item_lists())
def test_what_was_told_and_kept_becomes_the_same_events(
    tmp_path_factory: pytest.TempPathFactory, items: list[Item]
) -> None:
    silence = Coverage(status=ViewStatus.NO_DATA, age_ns=1, sources=())
    path = kept(tmp_path_factory.getbasetemp() / "kept.jsonl", *items, silence)
    found = read_items(ORIGIN, news=path, whales=path)
    converter = ItemConverter(ORIGIN)
    told = converter.events(items)
    headlines = tuple(event for event in told if isinstance(event, Headline))
    assert tuple(event for event in found.events if isinstance(event, Headline)) == headlines
    assert tuple(event for event in found.events if not isinstance(event, Headline)) == tuple(
        event for event in told if not isinstance(event, Headline)
    )
    halves = {"flows without their other half": converter.half_told} if converter.half_told else {}
    assert found.left_out == dict(converter.left_out) | halves


def test_rows_for_the_other_option_are_counted(tmp_path: Path) -> None:
    story = {
        "type": "news", "source": "a", "key": "k", "published_ns": 5, "received_ns": 9,
        "title": "t",
    }  # fmt: skip
    path = lines(tmp_path / "all.jsonl", story, {"timestamp_ms": 0, "amount": 1})
    assert read_items(ORIGIN, whales=path).left_out == {"rows that are no transfers or flows": 1}
    with pytest.raises(DataError, match="line 2: has no time"):  # it does not say what it is
        read_items(ORIGIN, news=path)
