"""Asks a venue's REST side: bounded in time, bytes and tries, and never more often than allowed."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import aiohttp
import msgspec
from tenacity import AsyncRetrying, RetryCallState, retry_if_exception, stop_after_attempt

from supreme_system_v5.domain.feeds import FaultKind
from supreme_system_v5.errors import DataError, SourceError
from supreme_system_v5.exchanges.wire import Told, read, shortened, url_of
from supreme_system_v5.network.faults import told_by
from supreme_system_v5.network.pace import Pace
from supreme_system_v5.network.redaction import shown_url
from supreme_system_v5.network.retrying import backoff_ns, is_worth_retrying, retry_after_ns

if TYPE_CHECKING:
    from supreme_system_v5.ports import Clock, Sleep

__all__ = ["Answer", "Question", "RestBudget", "RestClient", "RestLimits", "answered_fault", "rows"]

_NS_PER_SECOND = 1_000_000_000
_OK, _FORBIDDEN, _BANNED, _TOO_OFTEN, _SERVER = 200, 403, 418, 429, 500
_BAN_NS = 120 * _NS_PER_SECOND
_LONGEST_BAN_NS = 3 * 86_400 * _NS_PER_SECOND
_WAITED_FOR_NS = 30 * _NS_PER_SECOND
_ERROR_BYTES = 16_384
# OKX, Binance, Bybit: their codes do not overlap.
_RATE_CODES = frozenset({"50011", "50061", "-1003", "-1015", "10006", "10018", "10429"})
_BUSY_CODES = frozenset({"50001", "50004", "50013", "50026", "-1000", "-1007", "-1008", "-1016"})
_BUSY_CODES_TOO = frozenset({"10000", "10016", "10019"})


class _Told(msgspec.Struct, rename="camel"):
    code: int | str = ""
    msg: str = ""
    ret_code: int | str = ""
    ret_msg: str = ""


_TOLD = msgspec.json.Decoder(_Told)


@dataclass(frozen=True, slots=True, kw_only=True)
class RestLimits:
    """What a question may take.

    Attributes:
        total_s: Seconds for one try.
        most_bytes: Bytes of an answer.
        attempts: How often it is tried, the first time included.
    """

    total_s: float = 20.0
    most_bytes: int = 16 * 1_024 * 1_024
    attempts: int = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class RestBudget:
    """How much may be asked within a time; within any such time it is twice that at most.

    Attributes:
        weight: Sum of the questions' weights.
        per_s: Seconds.
    """

    weight: float
    per_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What to ask.

    Attributes:
        path: Below the host.
        params: Of the query; nothing secret.
        weight: What it takes of the budget.
    """

    path: str
    params: dict[str, str | int]
    weight: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came.

    Attributes:
        body: Bytes of JSON, as far as the server keeps its word.
        sent_ns: When it was asked, by our clock.
        received_ns: When the answer was there.
    """

    body: bytes
    sent_ns: int
    received_ns: int


class RestClient:
    """Asks one host.

    Args:
        session: Of `open_session`; it is neither opened nor closed here.
        host: ``https://…``, or ``http://…`` to a local one.
        venue: Named in messages.
        budget: How often it may be asked.
        clock: Tells the time.
        sleep: Waits between tries.
        chance: Draws their jitter.
        limits: What a question may take.

    Attributes:
        venue: Named in messages.
        dropped: Rows of good answers that were no trades, by reason.
    """

    def __init__(
        self,
        session: aiohttp.ClientSession,
        host: str,
        *,
        venue: str,
        budget: RestBudget,
        clock: Clock,
        sleep: Sleep,
        chance: random.Random,
        limits: RestLimits | None = None,
    ) -> None:
        self.venue = venue
        self.dropped: dict[str, int] = {}
        self._session = session
        self._host = host
        self._pace = Pace(
            budget.weight, round(budget.per_s * _NS_PER_SECOND), clock=clock, sleep=sleep
        )
        self._clock = clock
        self._sleep = sleep
        self._chance = chance
        self._limits = limits or RestLimits()
        self._paused_until_ns = 0

    def now_ns(self) -> int:
        """Return the time by our clock, nanoseconds UTC."""
        return self._clock.time_ns()

    async def ask(self, question: Question, reader: Callable[[Answer], Told]) -> Told:
        """Ask, and again if that may help.

        Args:
            question: What to ask.
            reader: Makes something of the answer; a `SourceError` of it counts as the answer.

        Raises:
            SourceError: What went wrong, the last time. WAITING: the venue asked us to leave it
                alone for longer than 30 s.
        """

        def wait(state: RetryCallState) -> float:
            error = state.outcome.exception() if state.outcome else None
            asked = error.retry_after_ns if isinstance(error, SourceError) else None
            return backoff_ns(state.attempt_number, self._chance, asked) / _NS_PER_SECOND

        async def pause(seconds: float) -> None:
            await self._sleep(int(seconds * _NS_PER_SECOND))

        retrying = AsyncRetrying(
            sleep=pause,
            stop=stop_after_attempt(self._limits.attempts),
            wait=wait,
            retry=retry_if_exception(is_worth_retrying),
            reraise=True,
        )
        return await retrying(self._attempt, question, reader)

    async def _attempt(self, question: Question, reader: Callable[[Answer], Told]) -> Told:
        await self._leave_alone()
        await self._pace.take(question.weight)
        where = f"{self.venue}: {shown_url(url_of(self._host, question.path))}"
        try:
            return reader(await self._told(question, where))
        except SourceError as error:
            if error.retry_after_ns is not None:
                until = self._clock.monotonic_ns() + error.retry_after_ns
                self._paused_until_ns = max(self._paused_until_ns, until)
            raise

    async def _told(self, question: Question, where: str) -> Answer:
        try:
            async with asyncio.timeout(self._limits.total_s):
                return await self._get(question, where)
        except SourceError:
            raise
        except (aiohttp.ClientError, OSError, ValueError) as error:
            raise told_by(error, where) from error

    async def _leave_alone(self) -> None:
        """Wait for as long as the venue asked, or refuse when that is long."""
        wait_ns = self._paused_until_ns - self._clock.monotonic_ns()
        if wait_ns > _WAITED_FOR_NS:
            raise SourceError(
                f"{self.venue} asked us to wait: not asked for another "
                f"{-(-wait_ns // _NS_PER_SECOND)} s",
                FaultKind.WAITING,
                wait_ns,
            )
        if wait_ns > 0:
            await self._sleep(wait_ns)

    async def _get(self, question: Question, where: str) -> Answer:
        sent_ns = self._clock.time_ns()
        url = url_of(self._host, question.path)
        async with self._session.get(
            url, params=question.params, allow_redirects=False
        ) as response:
            if response.status != _OK:
                raise await self._refused(response, where)
            body = await self._body(response, where, self._limits.most_bytes)
        return Answer(body=body, sent_ns=sent_ns, received_ns=self._clock.time_ns())

    async def _body(self, response: aiohttp.ClientResponse, where: str, most: int) -> bytes:
        pieces, size = [], 0
        async for piece in response.content.iter_any():
            pieces.append(piece)
            size += len(piece)
            if size > most:
                raise SourceError(f"{where} sends more than {most} bytes", FaultKind.TOO_LARGE)
        return b"".join(pieces)

    async def _refused(self, response: aiohttp.ClientResponse, where: str) -> SourceError:
        try:
            told = _TOLD.decode(await self._body(response, where, _ERROR_BYTES))
        except (msgspec.MsgspecError, ValueError, RecursionError, SourceError):
            told = _Told()  # a page for people, as proxies send it
        code, text = str(told.code or told.ret_code), shortened(told.msg or told.ret_msg)
        said = f" ({code}: {text})" if text else ""
        wait = retry_after_ns(
            response.headers.get("Retry-After"), self._clock.time_ns(), _LONGEST_BAN_NS
        )
        status = response.status
        if status == _BANNED and wait is None:
            wait = _BAN_NS
        kind, hint = _meaning(status, code)
        return SourceError(f"{where} answered with status {status}{said}{hint}", kind, wait)


def _meaning(status: int, code: str) -> tuple[FaultKind, str]:
    if status in {_BANNED, _TOO_OFTEN} or code in _RATE_CODES:
        return FaultKind.RATE_LIMITED, ": it is asked too often"
    if status == _FORBIDDEN:
        return FaultKind.AUTH, ": it does not serve this address, or was asked too often"
    if status >= _SERVER or code in _BUSY_CODES | _BUSY_CODES_TOO:
        return FaultKind.SERVER, ""
    return FaultKind.STATUS, ""


def answered_fault(venue: str, code: str, text: str) -> SourceError:
    """Return what an error means that was told with status 200."""
    kind = FaultKind.ERROR_ANSWER
    if code in _RATE_CODES:
        kind = FaultKind.RATE_LIMITED
    elif code in _BUSY_CODES | _BUSY_CODES_TOO:
        kind = FaultKind.SERVER
    return SourceError(f"{venue} answers with code {code}: {shortened(text)}", kind)


def rows(decoder: msgspec.json.Decoder[Told], body: bytes | msgspec.Raw, venue: str) -> Told:
    """Return what a decoder makes of an answer, or of a part of one.

    Raises:
        SourceError: MALFORMED.
    """
    try:
        return read(decoder, body, venue)
    except DataError as error:
        raise SourceError(str(error), FaultKind.MALFORMED) from error
