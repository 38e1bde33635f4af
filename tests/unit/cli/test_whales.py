from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from supreme_system_v5.cli.main import supreme

BINANCE = "34xp4vRoCGJym3xR7yCVPFHoCNxv4Twseo"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    rows = [
        {"timestamp_ms": 1735689600000, "txid": "1", "amount": "650.5", "receiver": BINANCE},
        {"timestamp_ms": 1735689600000, "txid": "2", "amount": 5, "sender": BINANCE},
        {"timestamp_ms": 1735776000000, "txid": "2", "amount": 5, "sender": BINANCE},
    ]
    text = "".join(json.dumps(row) + "\n" for row in rows)
    (tmp_path / "whales.jsonl").write_text(text)
    table = f"address,label\n{BINANCE},Binance\n{BINANCE[:-1]}p,Bad\n"
    (tmp_path / "addresses.csv").write_text(table)
    return tmp_path


def run(*arguments: str) -> Result:
    return CliRunner().invoke(supreme, ["whales", *arguments])


def test_it_is_text_for_people() -> None:
    result = run("whales.jsonl", "--addresses", "addresses.csv")
    assert (result.exit_code, result.stderr) == (0, "")
    lines = [line.split() for line in result.stdout.splitlines()]
    assert ["transactions", "2,", "2025-01-01", "to", "2025-01-01"] in lines
    assert ["told", "again", "1"] in lines
    assert ["BTC", "inflow", "whale", "1", "650.50000000"] in lines
    assert ["BTC", "outflow", "below", "1", "5.00000000"] in lines
    flow = ["2025-01-01", "BTC", "Binance", "650.50000000", "5.00000000", "645.50000000"]
    assert flow in lines
    assert "line 3, Bad: address '34xp4vRoCGJym3xR7yCVPFHoCNxv4Twsep' has a wrong" in result.stdout


def test_labels_that_are_younger_are_said(folder: Path) -> None:
    (folder / "dated.csv").write_text(f"address,label,as_of\n{BINANCE},Binance,2026-02-18\n")
    result = run("whales.jsonl", "--addresses", "dated.csv")
    assert "younger than theirs   2 movements" in result.stdout
    assert "without a date" not in result.stdout
    found = json.loads(run("whales.jsonl", "--addresses", "dated.csv", "--json").stdout)
    assert (found["hindsight"], found["undated"]) == (2, 0)
    (folder / "dated.csv").write_text(f"address,label,as_of\n{BINANCE},Binance,soon\n")
    result = run("whales.jsonl", "--addresses", "dated.csv")
    assert "dated.csv line 2: as_of is 'soon', allowed is a day" in result.stderr


def test_or_json_for_programs() -> None:
    found = json.loads(run("whales.jsonl", "--addresses", "addresses.csv", "--json").stdout)
    assert (found["transfers"], found["counted"], found["addresses"]) == (3, 2, 1)
    assert found["flows"][0]["net"] == 645_50000000
    assert [row["address"] for row in found["refused"]] == [f"{BINANCE[:-1]}p"]


def test_without_addresses_it_says_what_is_missing() -> None:
    result = run("whales.jsonl")
    assert "--addresses FILE, or name it in EXCHANGE_ADDRESSES" in result.stdout
    assert "address,label,source,as_of,confidence" in result.stdout
    assert "100% of the BTC is unattributed." in result.stdout
    assert "Nothing went into or out of an exchange" in result.stdout
    assert "unattributed" in result.stdout


def test_errors_are_one_line_and_name_the_place(folder: Path) -> None:
    (folder / "bad.jsonl").write_text('{"timestamp_ms": 1, "amount": -1}\n')
    result = run("bad.jsonl")
    assert result.exit_code == 1
    assert result.stderr.startswith("Error: bad.jsonl, line 1: amount is")
    assert run("missing.jsonl").exit_code == 2
    result = run("whales.jsonl", "--addresses", "whales.jsonl")
    assert result.exit_code == 1
    assert "has no column 'address'" in result.stderr


def test_published_transfers(data_dir: Path) -> None:
    whale = data_dir / "whale"
    table = str(whale / "btc_exchange_addresses.csv")
    file = str(whale / "btc_whale_transactions.jsonl.gz")
    result = run(file, "--addresses", table)
    assert result.exit_code == 0
    assert "Addresses refused       8\n" in result.stdout
    assert result.stdout.count(" line ") == 8 + 1
    assert "Addresses disputed      1; the first word holds\n" in result.stdout
    assert "92% of the BTC is unattributed." in result.stdout
    assert "without a date        216" in result.stdout


def test_names_and_what_they_mean_stand_apart(folder: Path) -> None:
    table = f"address,label\n{BINANCE},Binance\n1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa,Kraken\n"
    (folder / "two.csv").write_text(f"{table}{BINANCE},Kraken\n")
    row = {"timestamp_ms": 1, "amount": 5, "sender": "Binance", "receiver": "Kraken"}
    (folder / "two.jsonl").write_text(json.dumps(row))
    result = run("two.jsonl", "--addresses", "two.csv")
    assert "  inter_exchange  from one exchange to another\n" in result.stdout
    assert f"line 4, {BINANCE}: Kraken, but Binance before\n" in result.stdout
    found = json.loads(run("two.jsonl", "--addresses", "two.csv", "--json").stdout)
    assert found["disputed"] == [
        {"line": 4, "address": BINANCE, "label": "Kraken", "kept": "Binance"}
    ]
