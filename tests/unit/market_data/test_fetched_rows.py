from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given

from supreme_system_v5.domain.feeds import Item
from supreme_system_v5.errors import DataError
from supreme_system_v5.market_data.fetched_rows import fetched_item
from supreme_system_v5.market_data.item_rows import ItemRow, rows_of
from tests.support.items import item_lists

STORY: dict[str, Any] = {
    "type": "news", "source": "a", "key": "k", "published_ns": None, "received_ns": 9,
    "title": "t",
}  # fmt: skip
TRANSFER: dict[str, Any] = {
    "type": "transfer", "source": "a", "chain": "b", "transaction": "c", "asset": "BTC",
    "amount": "1", "status": "confirmed", "received_ns": 9,
}  # fmt: skip
POINT: dict[str, Any] = {
    "type": "point", "source": "a", "asset": "BTC", "metric": "m", "as_of_ns": 1, "received_ns": 9,
    "value": "-1.5",
}  # fmt: skip


def row(values: object) -> ItemRow:
    (found,) = rows_of([json.dumps(values)], Path("kept.jsonl"), is_csv=False)
    return found


@given(item_lists())
def test_items_are_read_back(items: list[Item]) -> None:
    lines = [msgspec.json.encode(item).decode() for item in items]
    assert [fetched_item(one) for one in rows_of(lines, Path("x"), is_csv=False)] == items


def test_a_row_without_a_type_is_written_by_hand() -> None:
    assert fetched_item(row({"title": "t"})) is None


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"type": "story"}, "type is 'story', allowed is news, transfer, point, date, coverage"),
        (STORY | {"titel": "x"}, "is no news as .* unknown field `titel`"),
        (STORY | {"received_ns": "9"}, "is no news as .*received_ns"),
        (STORY | {"received_ns": -1}, "received_ns is -1, allowed are nanoseconds from 1970"),
        (STORY | {"published_ns": 2**63}, "published_ns is 9223372036854775808, allowed"),
        (STORY | {"title": " "}, "has no title"),
        (TRANSFER | {"status": "gone"}, "is no transfer as .*gone"),
        (TRANSFER | {"amount": "1,5"}, "amount is '1,5', allowed is a number"),
        (TRANSFER | {"amount": "nan"}, "amount is 'nan'"),
        (TRANSFER | {"inputs": [{"address": "", "amount": "x"}]}, "amount of an input or output"),
        (POINT | {"value": "much"}, "value is 'much', allowed is a number"),
    ],
)
def test_rows_that_are_no_items(values: dict[str, object], message: str) -> None:
    with pytest.raises(DataError, match=rf"^kept\.jsonl, line 1: {message}"):
        fetched_item(row(values))


def test_a_type_is_for_json_lines() -> None:
    (found,) = rows_of(["type,title", "news,t"], Path("kept.csv"), is_csv=True)
    with pytest.raises(DataError, match="line 2: type is 'news', which only JSON lines have"):
        fetched_item(found)
