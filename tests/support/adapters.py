"""An adapter's answer read without a network."""

from __future__ import annotations

import json
from typing import Any

from supreme_system_v5.domain.feeds import Item
from supreme_system_v5.news_sources.adapter import Adapter, PushAdapter
from supreme_system_v5.news_sources.http_client import HttpResponse
from supreme_system_v5.news_sources.json_slices import load_json
from supreme_system_v5.news_sources.values import BadItemError
from tests.support.without_waiting import Pauses, at_once

__all__ = ["NOW_NS", "Found", "bad", "document_of", "one", "pushed", "read", "read_json"]

NOW_NS = 1_780_000_000 * 10**9
"""2026-05-28 20:26:40 UTC."""

Found = list[Item | BadItemError]


def document_of(adapter: Adapter, body: bytes) -> object:
    return at_once(adapter.read(HttpResponse(body=body), Pauses()))


def read(adapter: Adapter, body: bytes) -> Found:
    return list(adapter.items(document_of(adapter, body), NOW_NS))


def read_json(adapter: Adapter, value: object) -> Found:
    return read(adapter, json.dumps(value).encode())


def pushed(adapter: PushAdapter, value: object) -> Found:
    document = at_once(load_json(json.dumps(value).encode(), Pauses()))
    return list(adapter.items(document, NOW_NS))


def one(found: Found) -> Any:  # noqa: ANN401 - whichever it is
    (item,) = found
    return item


def bad(found: Found) -> list[str]:
    return [str(item) for item in found if isinstance(item, BadItemError)]
