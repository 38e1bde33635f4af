"""A source that is asked: fetch, read, count, and pass on what is new, once."""

from __future__ import annotations

from collections import deque
from dataclasses import replace

from supreme_system_v5.domain.feeds import FaultKind, Item, SourceHealth
from supreme_system_v5.errors import SourceError
from supreme_system_v5.news_sources.adapter import Adapter
from supreme_system_v5.news_sources.health import HealthRecord
from supreme_system_v5.news_sources.http_client import HttpClient, HttpRequest, HttpResponse
from supreme_system_v5.news_sources.seen import Mark, Seen, mark_of
from supreme_system_v5.news_sources.values import BadItemError
from supreme_system_v5.ports import Clock, Sleep

__all__ = ["MOST_ITEMS", "MOST_PAGES", "PolledSource"]

MOST_PAGES = 10
MOST_ITEMS = 2_000
"""Of one poll."""
_BATCH = 4
_SIFTED = 200
"""Items of a poll that are read, and looked for in what is known, between two pauses."""


class PolledSource:
    """Fulfils `supreme_system_v5.ports.Source` for an `Adapter`.

    Args:
        adapter: What to ask, and how to read the answer.
        client: Asks.
        clock: Tells when something was received.
        sleep: Lets others run while much is read.
        seen: What was passed on already; sources of news share one.

    What a page told is passed on even if a later page fails. `ETag` and `Last-Modified` are kept
    only once everything was read and was one page, so that nothing is skipped that was not told.
    """

    def __init__(
        self, adapter: Adapter, *, client: HttpClient, clock: Clock, sleep: Sleep, seen: Seen
    ) -> None:
        self._adapter = adapter
        self._client = client
        self._clock = clock
        self._sleep = sleep
        self._seen = seen
        self._health = HealthRecord(adapter.name)
        self._due_ns: int | None = None
        self._told: deque[tuple[Item, Mark]] = deque()
        self._fresh: list[Item] = []
        self._etag = ""
        self._last_modified = ""
        self._whole = False

    @property
    def name(self) -> str:
        """The adapter's."""
        return self._adapter.name

    @property
    def fresh_ns(self) -> int:
        """Twice its shortest interval."""
        return 2 * self._adapter.min_interval_ns

    def health(self) -> SourceHealth:
        """Return how it is."""
        return self._health.snapshot()

    async def poll(self) -> tuple[Item, ...]:
        """Ask, unless it is too early, and return what is new.

        Raises:
            SourceError: It failed and told nothing.
        """
        now, steady = self._clock.time_ns(), self._clock.monotonic_ns()
        if self._due_ns is not None and steady < self._due_ns:
            return ()
        self._health.last_attempt_ns = now
        found: list[tuple[Item, Mark]] = []
        failure = None
        try:
            await self._pages(found, now)
        except SourceError as error:
            failure = error
        except Exception as error:  # noqa: BLE001 - a defect in one source must not end the others
            text = (
                f"{self.name} could not be read: {type(error).__name__}, a defect of this program"
            )
            failure = SourceError(text, FaultKind.UNEXPECTED)
        self._told += found
        await self._sift()
        # Whoever ends a poll before this gets by the next what was told and what is new of it.
        fresh, self._fresh = tuple(self._fresh), []
        if failure is None:
            self._whole = True
            self._health.succeeded(self._clock.time_ns())
            self._due_ns = steady + self._adapter.min_interval_ns
            wait = self._adapter.min_interval_ns
        else:
            self._whole = False
            self._health.failed(failure)
            wait = max(self._adapter.pause_ns, self._client.wait_ns(self._adapter.first(now).url))
            self._due_ns = steady + self._adapter.pause_ns
        self._health.next_attempt_ns = now + wait if wait else None
        if failure is not None and not found and not fresh:
            raise failure
        return fresh

    async def _sift(self) -> None:
        """Keep what is new of what was told, for whoever polls."""
        while self._told:
            for _ in range(min(len(self._told), _SIFTED)):
                item, mark = self._told.popleft()
                if self._seen.is_new(item, mark):
                    self._fresh.append(item)
                    self._health.items += 1
                else:
                    self._health.duplicates += 1
            await self._pause()

    async def _pages(self, found: list[tuple[Item, Mark]], now_ns: int) -> None:
        request: HttpRequest | None = self._adapter.first(now_ns)
        url = request.url if request else ""
        asked: set[HttpRequest] = set()
        kept: set[Mark] = set()
        validators = ("", "")
        while request is not None:
            if request in asked or len(asked) >= MOST_PAGES:
                raise self._endless(request in asked)
            asked.add(request)
            first = len(asked) == 1
            if first:
                request = replace(request, etag=self._etag, last_modified=self._last_modified)
            response = await self._client.get(request)
            received = self._clock.time_ns()
            self._note(response, received)
            if response.not_modified:
                break
            if first:
                validators = (response.etag, response.last_modified)
            request = await self._page(response, request, url, found, kept, received)
        else:  # what has not changed on one page may have on the next
            self._etag, self._last_modified = validators if len(asked) == 1 else ("", "")
        self._adapter.finished()

    async def _page(
        self,
        response: HttpResponse,
        request: HttpRequest,
        url: str,
        found: list[tuple[Item, Mark]],
        kept: set[Mark],
        received_ns: int,
    ) -> HttpRequest | None:
        """Read one page and answer the next request."""
        try:
            document = await self._adapter.read(response, self._pause)
            before = len(kept)
            told, known = 0, True
            for item in self._adapter.items(document, received_ns):
                told += 1
                if told % _BATCH == 0:
                    await self._pause()
                if isinstance(item, BadItemError):
                    self._health.fault(FaultKind.BAD_ITEM, str(item))
                elif len(found) >= MOST_ITEMS:
                    raise self._too_many()
                else:
                    mark = mark_of(item)
                    found.append((item, mark))
                    kept.add(mark)
                    known = known and self._seen.is_known(mark)
            following = self._adapter.following(document, request)
        except SourceError as error:
            raise self._client.explained(error, url) from None
        if told and known and self._whole and self._adapter.newest_first:
            return None  # all behind it was told by the poll before
        if following is not None and told and len(kept) == before:
            raise self._endless(repeated=True)
        return following

    def _note(self, response: HttpResponse, received_ns: int) -> None:
        if response.quota is not None:
            self._health.quota = response.quota
        if response.date_ns is not None:
            self._health.clock_ahead_ns = response.date_ns - received_ns

    def _endless(self, repeated: bool) -> SourceError:  # noqa: FBT001 - one of two messages
        what = "repeats a page" if repeated else f"has more than {MOST_PAGES} pages"
        return SourceError(f"{self.name} {what}: the rest is left out", FaultKind.PAGING)

    def _too_many(self) -> SourceError:
        text = f"{self.name} tells more than {MOST_ITEMS} items in one poll"
        return SourceError(text, FaultKind.TOO_LARGE)

    async def _pause(self) -> None:
        await self._sleep(0)
