"""What a source is, apart from talking to it: what to ask, and how to read the answer."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

from supreme_system_v5.domain.feeds import Item
from supreme_system_v5.news_sources.http_client import HttpRequest, HttpResponse
from supreme_system_v5.news_sources.json_slices import Pause, load_json
from supreme_system_v5.news_sources.values import BadItemError

__all__ = ["Adapter", "JsonAdapter", "PushAdapter"]


class Adapter(Protocol):
    """A source that is asked."""

    @property
    def name(self) -> str:
        """Which one; unique."""
        ...

    @property
    def min_interval_ns(self) -> int:
        """It is not asked more often, whatever the schedule."""
        ...

    @property
    def pause_ns(self) -> int:
        """After a failure it is not asked for so long; 0 for until the next poll."""
        ...

    @property
    def newest_first(self) -> bool:
        """Whether pages go back in time, so that nothing is new behind one that is known."""
        ...

    def first(self, now_ns: int) -> HttpRequest:
        """Return what to ask first in a poll."""
        ...

    async def read(self, response: HttpResponse, pause: Pause) -> object:
        """Turn an answer into a document; raise SourceError when it is none."""
        ...

    def items(self, document: object, received_ns: int) -> Iterator[Item | BadItemError]:
        """Yield what a document tells; raise SourceError when it is not of this source."""
        ...

    def following(self, document: object, asked: HttpRequest) -> HttpRequest | None:
        """Return what to ask next in this poll; None when it is over."""
        ...

    def finished(self) -> None:
        """Be told that a poll went through to its end."""
        ...


class JsonAdapter:
    """What most sources have in common: one page of JSON, at any interval."""

    min_interval_ns = 0
    pause_ns = 0
    newest_first = False

    async def read(self, response: HttpResponse, pause: Pause) -> object:
        """Decode JSON."""
        return await load_json(response.body, pause)

    def following(self, document: object, asked: HttpRequest) -> HttpRequest | None:  # noqa: ARG002 - the Protocol's
        """Ask nothing more."""
        return None

    def finished(self) -> None:
        """Remember nothing."""


class PushAdapter(Protocol):
    """A source that tells by itself, over a WebSocket."""

    @property
    def name(self) -> str:
        """Which one; unique."""
        ...

    def address(self) -> str:
        """Return where to connect to, with the key if there is one."""
        ...

    def greetings(self) -> tuple[str, ...]:
        """Return what to send after connecting, every time."""
        ...

    def items(self, document: object, received_ns: int) -> Iterator[Item | BadItemError]:
        """Yield what a message tells; raise SourceError when it tells of an error."""
        ...
