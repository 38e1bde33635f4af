"""Messages are changed where they should be, and in a copy."""

from __future__ import annotations

import copy

import pytest

from supreme_system_v5.exchanges.simulator.altering import Body, altered, without_rows
from supreme_system_v5.exchanges.simulator.faults import Fault

TRADE: Body = {
    "arg": {"instId": "BTC-USDT"},
    "data": [{"instId": "BTC-USDT", "px": "1", "ts": "5"}],
}
FIELDS = {"price": "px", "time": "ts", "symbol": "instId", "bid": "b", "ask": "a"}
CANDLE: Body = {"data": [["60000", "1", "2", "3", "4", "5", "6", "7", "1"]]}
PLACES = {"time": 0, "close": 4, "closed": 8}


@pytest.mark.parametrize(
    ("fault", "key", "value"),
    [
        (Fault(kind="value", text="-1"), "px", "-1"),
        (Fault(kind="value"), "px", "0"),
        (Fault(kind="time", seconds=2), "ts", "2005"),
        (Fault(kind="wrong_symbol", text="ETH-USDT"), "instId", "ETH-USDT"),
    ],
)
def test_a_field_is_changed(fault: Fault, key: str, value: str) -> None:
    before = copy.deepcopy(TRADE)
    changed = altered(TRADE, FIELDS, fault)
    assert changed["data"][0][key] == value
    assert before == TRADE
    assert changed != TRADE


@pytest.mark.parametrize(
    ("fault", "place", "value"),
    [
        (Fault(kind="candle_open"), 8, "0"),
        (Fault(kind="candle_revised"), 4, "4.0"),
        (Fault(kind="candle_shifted", seconds=60), 0, "120000"),
    ],
)
def test_a_row_is_changed(fault: Fault, place: int, value: str) -> None:
    assert altered(CANDLE, PLACES, fault)["data"][0][place] == value


def test_numbers_stay_numbers_where_they_can() -> None:
    body: Body = {"T": 5, "t": 7, "x": True}
    assert altered(body, {"time": "T"}, Fault(kind="time", seconds=1))["T"] == 1_005
    assert altered(body, {"id": "t"}, Fault(kind="value", field="id", text="9"))["t"] == 9
    assert altered(body, {"closed": "x"}, Fault(kind="candle_open"))["x"] is False


def test_bid_and_ask_change_places() -> None:
    assert altered({"data": {"b": 1, "a": 2}}, FIELDS, Fault(kind="crossed")) == {
        "data": {"b": 2, "a": 1}
    }


@pytest.mark.parametrize(
    ("body", "rows"),
    [
        ([1, 2, 3], lambda body: body),
        ({"code": "0", "data": [3, 2, 1]}, lambda body: body["data"]),
        ({"retCode": 0, "result": {"list": [3, 2, 1]}}, lambda body: body["result"]["list"]),
    ],
)
def test_rows_of_answers_are_left_out_or_repeated(body: object, rows: object) -> None:
    assert callable(rows)
    assert rows(without_rows(body, Fault(kind="rest_empty"))) == []
    left = [1, 2] if isinstance(body, list) else [2, 1]
    assert rows(without_rows(body, Fault(kind="rest_stale"))) == left
    assert len(rows(without_rows(body, Fault(kind="rest_overlap", count=2)))) == 5
