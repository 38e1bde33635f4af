from __future__ import annotations

import msgspec
import pytest

from supreme_system_v5.control.wire import MOST_ANSWER_BYTES, Answer, Order, Request
from tests.support.statuses import status_with


@pytest.mark.parametrize("order", Order)
def test_a_request_is_one_short_line(order: Order) -> None:
    line = msgspec.json.encode(Request(do=order))
    assert line == f'{{"do":"{order}"}}'.encode()
    assert msgspec.json.decode(line, type=Request).do is order


def test_an_answer_comes_back_as_it_was() -> None:
    answer = Answer(ok=True, status=status_with())
    line = msgspec.json.encode(answer)
    assert msgspec.json.decode(line, type=Answer) == answer
    assert b"\n" not in line
    assert len(line) < MOST_ANSWER_BYTES / 100


def test_what_is_not_there_is_not_written() -> None:
    assert msgspec.json.encode(Answer(ok=False, error="no")) == b'{"ok":false,"error":"no"}'
