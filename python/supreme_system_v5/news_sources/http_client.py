"""The one door to the network: bounded in time, bytes, hops, and in how often it knocks."""

from __future__ import annotations

import asyncio
import random
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from types import TracebackType
from typing import TYPE_CHECKING, Self
from urllib.parse import urljoin, urlsplit

import aiohttp
from aiolimiter import AsyncLimiter
from tenacity import AsyncRetrying, RetryCallState, retry_if_exception, stop_after_attempt
from yarl import URL

from supreme_system_v5.domain.feeds import FaultKind, Quota
from supreme_system_v5.errors import SourceError
from supreme_system_v5.network.faults import told_by
from supreme_system_v5.network.redaction import redacted, shown_url
from supreme_system_v5.network.retrying import backoff_ns, is_worth_retrying, retry_after_ns
from supreme_system_v5.news_sources.addresses import (
    BlockedAddressError,
    check_url,
    guarded_resolver,
    origin_of,
)
from supreme_system_v5.news_sources.circuit import Circuit
from supreme_system_v5.news_sources.inflate import Inflater
from supreme_system_v5.ports import ApiKey, Clock, Sleep

if TYPE_CHECKING:
    from aiohttp.abc import AbstractResolver

__all__ = ["HttpClient", "HttpLimits", "HttpRequest", "HttpResponse"]

_NS_PER_SECOND = 1_000_000_000
_AGENT = "supreme-system-v5 (news and transfer reader)"
_REDIRECTS = {301, 302, 303, 307, 308}
_MOST_HOSTS = 64
_OK, _NOT_MODIFIED, _SERVER = 200, 304, 500
_STATUS = {
    401: FaultKind.AUTH,
    402: FaultKind.PAYMENT,
    403: FaultKind.AUTH,
    429: FaultKind.RATE_LIMITED,
    430: FaultKind.RATE_LIMITED,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpLimits:
    """What a request may take.

    Attributes:
        connect_s: Seconds until the connection stands.
        read_s: Seconds without a byte.
        total_s: Seconds for everything, redirects included, looking up the name too.
        most_bytes: Bytes of a body on the wire, and once opened.
        most_redirects: Hops.
        attempts: How often it is tried, the first time included.
        per_second: Requests to one host, for those not in `host_periods_s`.
        host_periods_s: Seconds between two requests to a host.
    """

    connect_s: float = 5.0
    read_s: float = 10.0
    total_s: float = 20.0
    most_bytes: int = 2 * 1_024 * 1_024
    most_redirects: int = 3
    attempts: int = 3
    per_second: float = 1.0
    host_periods_s: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpRequest:
    """What to ask.

    Attributes:
        url: Address without a key.
        params: Of its query.
        key_param: Name of the parameter that takes `key`; empty for none.
        key_header: Name of the header that takes it; empty for none.
        key: The key.
        etag: Of the answer before, to be told when nothing has changed.
        last_modified: The same.
        again: Whether it is tried again where that may help.
    """

    url: str
    params: tuple[tuple[str, str], ...] = ()
    key_param: str = ""
    key_header: str = ""
    key: ApiKey | None = None
    etag: str = ""
    last_modified: str = ""
    again: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpResponse:
    """What was answered.

    Attributes:
        body: Opened; empty when `not_modified`.
        not_modified: Nothing has changed since the request's `etag` or `last_modified`.
        charset: As the header has it; empty when not told.
        etag: To ask with next time.
        last_modified: The same.
        quota: What its headers say; None: nothing.
        date_ns: Its clock; None when not told.
    """

    body: bytes
    not_modified: bool = False
    charset: str = ""
    etag: str = ""
    last_modified: str = ""
    quota: Quota | None = None
    date_ns: int | None = None


class _Host:
    """What is known of one host."""

    def __init__(self, clock: Clock, period_s: float) -> None:
        self.limiter = AsyncLimiter(1, period_s)
        self.circuit = Circuit(clock)


class HttpClient:
    """Asks public hosts over https, within `HttpLimits`. To be entered with ``async with``.

    Args:
        clock: Tells the time.
        sleep: Waits between attempts, and lets others run while a body is opened.
        chance: Draws the jitter of retries.
        keys: Every key there is, so that no message contains one.
        limits: What a request may take.
        test_origins: Loopback origins that a test serves; see `addresses.check_url`.
        resolver: Who looks names up; None: the system.
    """

    def __init__(
        self,
        *,
        clock: Clock,
        sleep: Sleep,
        chance: random.Random,
        keys: Iterable[ApiKey] = (),
        limits: HttpLimits | None = None,
        test_origins: frozenset[str] = frozenset(),
        resolver: AbstractResolver | None = None,
    ) -> None:
        self._clock = clock
        self._sleep = sleep
        self._chance = chance
        self._keys = tuple(keys)
        self._limits = limits or HttpLimits()
        self._test_origins = test_origins
        self._resolver = resolver
        self._hosts: OrderedDict[str, _Host] = OrderedDict()
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Self:
        connector = aiohttp.TCPConnector(
            resolver=guarded_resolver(self._resolver), use_dns_cache=False, limit=16
        )
        self._session = aiohttp.ClientSession(
            connector=connector,
            auto_decompress=False,
            cookie_jar=aiohttp.DummyCookieJar(),
            headers={"User-Agent": _AGENT, "Accept-Encoding": "gzip, deflate"},
            middlewares=(self._guard,),
            timeout=aiohttp.ClientTimeout(
                total=self._limits.total_s,
                sock_connect=self._limits.connect_s,
                sock_read=self._limits.read_s,
            ),
        )
        # By itself it asks once more when a connection breaks, unseen by limits and counts.
        self._session._retry_connection = False  # noqa: SLF001 - there is no other switch
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def _guard(
        self, request: aiohttp.ClientRequest, handler: aiohttp.ClientHandlerType
    ) -> aiohttp.ClientResponse:
        """Check every hop, those of a WebSocket's handshake too."""
        check_url(str(request.url), self._test_origins)
        return await handler(request)

    def session_for(self, url: str) -> aiohttp.ClientSession:
        """Return the session for a WebSocket at an address, once the address is checked.

        Raises:
            SourceError: BLOCKED.
        """
        check_url(url, self._test_origins)
        if self._session is None:
            raise RuntimeError("the client is not entered: use it with `async with`")
        return self._session

    def wait_ns(self, url: str) -> int:
        """Return how long the host of an address is not asked yet; 0 when it may be."""
        host = self._hosts.get(origin_of(url))
        return 0 if host is None else host.circuit.wait_ns

    def explained(self, error: BaseException, url: str) -> SourceError:
        """Return an error of the network as a `SourceError` without a key in it."""
        ours = error if isinstance(error, SourceError) else error.__cause__
        found = ours if isinstance(ours, SourceError) else _told(error, shown_url(url))
        text = redacted(str(found), self._keys)
        return SourceError(text, found.kind, found.retry_after_ns)

    async def get(self, request: HttpRequest) -> HttpResponse:
        """Ask, and again if that may help.

        Raises:
            SourceError: What went wrong, the last time.
        """
        host = self._host(request.url)

        def wait(state: RetryCallState) -> float:
            error = state.outcome.exception() if state.outcome else None
            asked = error.retry_after_ns if isinstance(error, SourceError) else None
            return backoff_ns(state.attempt_number, self._chance, asked) / _NS_PER_SECOND

        async def pause(seconds: float) -> None:
            await self._sleep(int(seconds * _NS_PER_SECOND))

        retrying = AsyncRetrying(
            sleep=pause,
            stop=stop_after_attempt(self._limits.attempts if request.again else 1),
            wait=wait,
            retry=retry_if_exception(is_worth_retrying),
            reraise=True,
        )
        return await retrying(self._attempt, request, host)

    async def _attempt(self, request: HttpRequest, host: _Host) -> HttpResponse:
        check_url(request.url, self._test_origins)
        host.circuit.check(urlsplit(request.url).hostname or "")
        await host.limiter.acquire()
        try:
            async with asyncio.timeout(self._limits.total_s):
                response = await self._hops(request)
        except (aiohttp.ClientError, OSError, ValueError) as error:
            found = self.explained(error, request.url)
            host.circuit.failed()
            if found.retry_after_ns is not None:
                host.circuit.pause(found.retry_after_ns)
            raise found from None  # the cause may contain the whole address, key included
        host.circuit.succeeded()
        return response

    def _host(self, url: str) -> _Host:
        origin = origin_of(url)
        if (host := self._hosts.get(origin)) is None:
            name = urlsplit(url).hostname if origin else ""
            period = self._limits.host_periods_s.get(name or "", 1.0 / self._limits.per_second)
            host = self._hosts[origin] = _Host(self._clock, period)
            if len(self._hosts) > _MOST_HOSTS:
                self._hosts.popitem(last=False)
        self._hosts.move_to_end(origin)
        return host

    async def _hops(self, request: HttpRequest) -> HttpResponse:
        url = URL(request.url).update_query(request.params)
        headers = {}
        if request.key is not None and request.key_param:
            url = url.update_query({request.key_param: request.key.reveal()})
        if request.key is not None and request.key_header:
            headers[request.key_header] = request.key.reveal()
        if request.etag:
            headers["If-None-Match"] = request.etag
        if request.last_modified:
            headers["If-Modified-Since"] = request.last_modified
        for _ in range(self._limits.most_redirects + 1):
            session = self.session_for(str(url))
            async with session.get(url, headers=headers, allow_redirects=False) as response:
                if response.status not in _REDIRECTS:
                    return await self._answer(request, response)
                target = URL(urljoin(str(url), response.headers.get("Location", "")))
                response.close()
            if origin_of(str(target)) != origin_of(str(url)):
                headers.pop(request.key_header, None)
            url = target
        raise SourceError(
            f"{shown_url(request.url)} redirects more than {self._limits.most_redirects} times",
            FaultKind.REDIRECT,
        )

    async def _answer(self, request: HttpRequest, response: aiohttp.ClientResponse) -> HttpResponse:
        headers = response.headers
        date = _date_ns(headers.get("Date"))
        if response.status == _NOT_MODIFIED and (request.etag or request.last_modified):
            return HttpResponse(
                body=b"",
                not_modified=True,
                etag=request.etag,
                last_modified=request.last_modified,
                date_ns=date,
            )
        if response.status != _OK:
            raise self._refused(request, response)
        return HttpResponse(
            body=await self._body(request, response),
            charset=response.charset or "",
            etag=headers.get("ETag", "")[:200],
            last_modified=headers.get("Last-Modified", "")[:100],
            quota=_quota(headers),
            date_ns=date,
        )

    async def _body(self, request: HttpRequest, response: aiohttp.ClientResponse) -> bytes:
        most = self._limits.most_bytes
        too_large = SourceError(
            f"{shown_url(request.url)} sends more than {most} bytes", FaultKind.TOO_LARGE
        )
        if (response.content_length or 0) > most:
            raise too_large
        inflater = Inflater(",".join(response.headers.getall("Content-Encoding", [])), most)
        wire, pieces = 0, []
        async for chunk in response.content.iter_any():
            wire += len(chunk)
            if wire > most:
                raise too_large
            for piece in inflater.feed(chunk):
                pieces.append(piece)
                await self._sleep(0)
        inflater.finish()
        return b"".join(pieces)

    def _refused(self, request: HttpRequest, response: aiohttp.ClientResponse) -> SourceError:
        status = response.status
        other = FaultKind.SERVER if status >= _SERVER else FaultKind.STATUS
        wait = retry_after_ns(response.headers.get("Retry-After"), self._clock.time_ns())
        hint = {
            FaultKind.AUTH: ": is the key right, and does its plan allow this?",
            FaultKind.PAYMENT: ": the quota of the plan is used up",
            FaultKind.RATE_LIMITED: ": it is asked too often",
        }.get(_STATUS.get(status, other), "")
        message = f"{shown_url(request.url)} answered with status {status}{hint}"
        return SourceError(message, _STATUS.get(status, other), wait)


def _told(error: BaseException, where: str) -> SourceError:
    cause = error.os_error if isinstance(error, aiohttp.ClientConnectorDNSError) else None
    if isinstance(cause, BlockedAddressError):
        return SourceError(f"{where} leads to an address that is not public", FaultKind.BLOCKED)
    return told_by(error, where)


def _date_ns(header: str | None) -> int | None:
    try:
        return int(parsedate_to_datetime(header or "").timestamp()) * _NS_PER_SECOND
    except (ValueError, OverflowError, TypeError, IndexError):
        return None


def _quota(headers: object) -> Quota | None:
    """Read what a server says of its limits, in the spellings that are about."""
    get = getattr(headers, "get", dict[str, str]().get)

    def number(name: str) -> int | None:
        for prefix in ("x-ratelimit-", "x-rate-limit-", "ratelimit-"):
            text = get(prefix + name) or ""
            if text.isdecimal() and text.isascii() and len(text) < 10:  # noqa: PLR2004 - digits
                return int(text)
        return None

    limit, remaining = number("limit"), number("remaining")
    if limit is None and remaining is None:
        return None
    return Quota(limit=limit, remaining=remaining, reached=remaining == 0)
