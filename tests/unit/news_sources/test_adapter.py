from __future__ import annotations

import pytest

from supreme_system_v5.errors import SourceError
from supreme_system_v5.news_sources.adapter import JsonAdapter
from supreme_system_v5.news_sources.http_client import HttpRequest, HttpResponse
from tests.support.without_waiting import Pauses, at_once


def test_by_itself_an_adapter_reads_one_page_of_json() -> None:
    adapter = JsonAdapter()
    assert at_once(adapter.read(HttpResponse(body=b'{"a": 1}'), Pauses())) == {"a": 1}
    assert adapter.following({}, HttpRequest(url="https://a.org")) is None
    assert adapter.min_interval_ns == 0
    adapter.finished()
    with pytest.raises(SourceError):
        at_once(adapter.read(HttpResponse(body=b"<"), Pauses()))
