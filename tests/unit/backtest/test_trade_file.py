from __future__ import annotations

import csv
from dataclasses import fields, replace
from decimal import Decimal
from pathlib import Path

import pytest

from supreme_system_v5.backtest.report import iso
from supreme_system_v5.backtest.results import ClosedTrade
from supreme_system_v5.backtest.trade_file import TradeFile
from tests.support.results import made_up_run, trade


def test_every_trade_comes_back_as_it_was(tmp_path: Path) -> None:
    path, trades = tmp_path / "trades.csv", made_up_run(days=3).trades
    with TradeFile(path) as out:
        for each in trades:
            out.write(each)
    with path.open(encoding="utf-8", newline="") as lines:
        header, *rows = csv.reader(lines)
    assert header == [field.name for field in fields(ClosedTrade)]
    assert len(rows) == len(trades) > 10
    for row, each in zip(rows, trades, strict=True):
        for name, text in zip(header, row, strict=True):
            value = getattr(each, name)
            if name.endswith("_ns"):
                assert text == iso(value)
            elif isinstance(value, Decimal):
                assert Decimal(text) == value
            else:
                assert text == str(value)


def test_numbers_are_plain_and_words_may_hold_commas(tmp_path: Path) -> None:
    path = tmp_path / "trades.csv"
    tiny = replace(trade(), quantity=Decimal("1E-8"), entry_reason='a "dip", or so', number=10**6)
    with TradeFile(path) as out:
        out.write(tiny)
    text = path.read_text(encoding="utf-8")
    assert "0.00000001" in text
    [row] = csv.DictReader(text.splitlines())
    assert row["entry_reason"] == tiny.entry_reason


def test_a_run_that_fails_leaves_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "trades.csv"
    path.write_text("old", encoding="utf-8")

    def fail() -> None:
        with TradeFile(path) as out:
            out.write(trade())
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert path.read_text(encoding="utf-8") == "old"
    assert [file.name for file in tmp_path.iterdir()] == ["trades.csv"]


def test_without_trades_there_is_a_header(tmp_path: Path) -> None:
    with TradeFile(tmp_path / "trades.csv"):
        assert not (tmp_path / "trades.csv").exists()
    assert (tmp_path / "trades.csv").read_text(encoding="utf-8").count("\n") == 1


def test_it_is_written_in_a_with_statement_only(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="use it in a with statement"):
        TradeFile(tmp_path / "trades.csv").write(trade())


def test_a_place_that_cannot_be_written_is_an_error_at_once(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="no-such"), TradeFile(tmp_path / "no-such" / "trades.csv"):
        pass
