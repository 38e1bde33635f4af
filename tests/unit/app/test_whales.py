from __future__ import annotations

import json
from pathlib import Path

import pytest

from supreme_system_v5.app import WhaleOptions, run_whales
from supreme_system_v5.errors import DataError, SettingsError
from tests.support.runs import world

BINANCE = "34xp4vRoCGJym3xR7yCVPFHoCNxv4Twseo"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "whales.csv"
    path.write_text(f"timestamp_ms,amount,receiver\n1735689600000,150,{BINANCE}\n")
    return path


@pytest.fixture
def addresses(tmp_path: Path) -> Path:
    path = tmp_path / "addresses.csv"
    path.write_text(f"\ufeffaddress,label\n{BINANCE},Binance\n", encoding="utf-8")
    return path


def test_without_a_table_nobody_is_known(file: Path) -> None:
    found = run_whales(WhaleOptions(file=file), world())
    assert [(total.kind, total.tier) for total in found.summary.classes] == [
        ("unattributed", "large")
    ]


def test_the_table_is_the_one_that_is_set_or_given(file: Path, addresses: Path) -> None:
    by_setting = run_whales(WhaleOptions(file=file), world(EXCHANGE_ADDRESSES=str(addresses)))
    given = run_whales(WhaleOptions(file=file, addresses=addresses), world(EXCHANGE_ADDRESSES="x"))
    assert by_setting == given
    assert [(flow.day, flow.exchange) for flow in given.summary.flows] == [
        ("2025-01-01", "Binance")
    ]


def test_tiers_are_those_that_are_set(file: Path) -> None:
    found = run_whales(WhaleOptions(file=file), world(WHALE_TIERS_BTC="1,2,3"))
    assert found.summary.classes[0].tier == "mega"
    assert found.left_out == {}
    with pytest.raises(SettingsError, match="WHALE_TIERS_BTC='3,2,1'"):
        run_whales(WhaleOptions(file=file), world(WHALE_TIERS_BTC="3,2,1"))


def test_what_cannot_be_read_is_told(file: Path, addresses: Path) -> None:
    with pytest.raises(DataError, match="no column 'address'"):
        run_whales(WhaleOptions(file=file, addresses=file), world())
    renamed = addresses.rename(addresses.with_suffix(".jsonl"))
    with pytest.raises(DataError, match="line 1: is no JSON"):
        run_whales(WhaleOptions(file=renamed), world())


def test_what_is_no_transfer_is_counted(tmp_path: Path) -> None:
    path = tmp_path / "all.jsonl"
    rows = [
        {"type": "news", "source": "a", "key": "k", "published_ns": None, "received_ns": 1,
         "title": "t"},
        {"start_at": "2025-01-01", "end_at": "2025-01-02", "received_at": "2025-01-03", "net": 1},
        {"timestamp_ms": 1, "amount": 5},
    ]  # fmt: skip
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    found = run_whales(WhaleOptions(file=path), world())
    assert found.summary.transfers == 1
    assert found.left_out == {
        "rows that are no transfers or flows": 1,
        "flows that providers tell": 1,
    }
