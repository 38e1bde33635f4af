"""What sources outside the market tell: news, transfers, series, dates; and how a source is.

Amounts and values are exact decimal strings without exponent, never NaN; times are integer
nanoseconds UTC. A source says what it was told and nothing else: what is not known is None or
empty.
"""

from __future__ import annotations

from enum import StrEnum

import msgspec

from supreme_system_v5.domain.view import ViewStatus

__all__ = [
    "CalendarEntry",
    "ChainTransfer",
    "Coverage",
    "FaultKind",
    "Item",
    "Leg",
    "NewsItem",
    "Quota",
    "SeriesPoint",
    "SourceHealth",
    "TransferStatus",
]


class FaultKind(StrEnum):
    """What went wrong with a source; every fault is counted under one of them.

    DNS, CONNECT, TLS, TIMEOUT, RESET and PROTOCOL: the way there and back. REDIRECT: too many, or
    to nowhere. BLOCKED: an address or a scheme that is not allowed. TOO_LARGE: more bytes, items
    or depth than allowed. ENCODING: a compression that is not allowed, or is broken. AUTH: 401 or
    403. PAYMENT: 402. RATE_LIMITED: 429 or 430. SERVER: 500 and above. STATUS: any other.
    MALFORMED: not the format. ERROR_ANSWER: an error told with status 200. BAD_ITEM: one item of
    a good answer. PAGING: pages that repeat or do not end. WAITING: not asked, since it told us to
    wait or failed too often. DROPPED: an item of a full queue. UNEXPECTED: a defect of ours.
    """

    DNS = "dns"
    CONNECT = "connect"
    TLS = "tls"
    TIMEOUT = "timeout"
    RESET = "reset"
    PROTOCOL = "protocol"
    REDIRECT = "redirect"
    BLOCKED = "blocked"
    TOO_LARGE = "too_large"
    ENCODING = "encoding"
    AUTH = "auth"
    PAYMENT = "payment"
    RATE_LIMITED = "rate_limited"
    SERVER = "server"
    STATUS = "status"
    MALFORMED = "malformed"
    ERROR_ANSWER = "error_answer"
    BAD_ITEM = "bad_item"
    PAGING = "paging"
    WAITING = "waiting"
    DROPPED = "dropped"
    UNEXPECTED = "unexpected"


class NewsItem(msgspec.Struct, frozen=True, kw_only=True, tag="news", forbid_unknown_fields=True):
    """A headline.

    Attributes:
        source: Who told it, for example ``"rss:decrypt.co"``.
        key: What it is known by: its canonical address, or the source's own id.
        published_ns: When, by the source; None when it did not say. A time in the future is that
            of the receipt, and flagged.
        received_ns: When it reached us, by our clock.
        title: Plain or with markup, as the source has it; at most 2 000 characters.
        body: The same, at most 16 000 characters.
        url: Where it stands, ``https`` or ``http``; empty when not told.
        assets: What it is about, by the source: tickers in capitals.
        flags: ``"future_date"``, ``"no_date"``, ``"cut"`` (text was longer).
    """

    source: str
    key: str
    published_ns: int | None
    received_ns: int
    title: str
    body: str = ""
    url: str = ""
    assets: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()

    @property
    def identity(self) -> str:
        """What makes it the same story, whoever tells it."""
        return f"news {self.key}"

    @property
    def version(self) -> str:
        """What makes it another telling of the same story."""
        return self.title


class TransferStatus(StrEnum):
    """What the chain says: seen, in a block, or gone again (replaced, or its block reorganised)."""

    UNCONFIRMED = "unconfirmed"
    CONFIRMED = "confirmed"
    REMOVED = "removed"


class Leg(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One input or output; `address` is empty where none is told."""

    address: str
    amount: str


class ChainTransfer(
    msgspec.Struct, frozen=True, kw_only=True, tag="transfer", forbid_unknown_fields=True
):
    """A transfer on a chain, or that an earlier one is gone.

    Attributes:
        source: Who told it.
        chain: For example ``"bitcoin"``.
        transaction: Its hash, lower case.
        index: Which transfer of its asset within the transaction, from 0.
        kind: ``"transfer"``, or ``"mint"``, ``"burn"``, ``"lock"``, ``"unlock"`` and what else the
            source calls it.
        asset: Ticker in capitals.
        amount: Units of the asset, an exact decimal string. Of a Bitcoin transaction what left for
            addresses that it does not come from.
        usd: Its worth, where the source tells it; else empty.
        sender: Address, when there is one only; else empty.
        receiver: The same.
        sender_owner: Who that is, where the source knows; else empty.
        receiver_owner: The same.
        sender_type: For example ``"exchange"``; else empty.
        receiver_type: The same.
        status: What the chain says.
        block: Hash or height of the block; empty when there is none.
        happened_ns: When it was seen or mined, by the source, also of what is gone since; None when
            it did not say.
        received_ns: When it reached us.
        inputs: Where it comes from, the largest 64.
        outputs: Where it goes, the largest 64.
        flags: ``"future_date"``, ``"cut"`` (more inputs or outputs), ``"grouped"`` (several
            transfers told as one).
    """

    source: str
    chain: str
    transaction: str
    asset: str
    amount: str
    status: TransferStatus
    received_ns: int
    index: int = 0
    kind: str = "transfer"
    usd: str = ""
    sender: str = ""
    receiver: str = ""
    sender_owner: str = ""
    receiver_owner: str = ""
    sender_type: str = ""
    receiver_type: str = ""
    block: str = ""
    happened_ns: int | None = None
    inputs: tuple[Leg, ...] = ()
    outputs: tuple[Leg, ...] = ()
    flags: tuple[str, ...] = ()

    @property
    def identity(self) -> str:
        """What makes it the same transfer, told by the same source."""
        return f"{self.source} {self.chain} {self.transaction} {self.asset} {self.index}"

    @property
    def version(self) -> str:
        """What makes it news about the same transfer."""
        return f"{self.status} {self.block} {self.amount}"


class SeriesPoint(
    msgspec.Struct, frozen=True, kw_only=True, tag="point", forbid_unknown_fields=True
):
    """A number of a series. The same time with another value is a revision, and a new fact.

    Attributes:
        source: Who told it.
        asset: Ticker in capitals; empty for the whole market.
        metric: For example ``"FlowInExNtv"``.
        as_of_ns: The time it is about.
        received_ns: When it reached us.
        value: An exact decimal string, may be negative.
        label: The source's word for it, if it has one.
    """

    source: str
    asset: str
    metric: str
    as_of_ns: int
    received_ns: int
    value: str
    label: str = ""

    @property
    def identity(self) -> str:
        """What makes it the same point."""
        return f"{self.source} {self.asset} {self.metric} {self.as_of_ns}"

    @property
    def version(self) -> str:
        """What a revision changes."""
        return f"{self.value} {self.label}"


class CalendarEntry(
    msgspec.Struct, frozen=True, kw_only=True, tag="date", forbid_unknown_fields=True
):
    """Something that is due.

    Attributes:
        source: Who told it.
        title: What.
        country: Currency or country, as the source has it.
        due_ns: When.
        received_ns: When it reached us.
        impact: ``"High"``, ``"Medium"``, ``"Low"`` or ``"Holiday"``.
        forecast: As written, for example ``"0.3%"``; empty when not told.
        previous: The same.
        actual: The same; the outcome, once it is out.
    """

    source: str
    title: str
    country: str
    due_ns: int
    received_ns: int
    impact: str
    forecast: str = ""
    previous: str = ""
    actual: str = ""

    @property
    def identity(self) -> str:
        """What makes it the same date."""
        return f"{self.source} {self.country} {self.title} {self.due_ns}"

    @property
    def version(self) -> str:
        """What a later telling may change."""
        return f"{self.impact} {self.forecast} {self.previous} {self.actual}"


Item = NewsItem | ChainTransfer | SeriesPoint | CalendarEntry
"""What a source tells."""


class Quota(msgspec.Struct, frozen=True, kw_only=True):
    """What a provider lets us ask, as it last said. None: not told.

    Attributes:
        limit: In its window.
        remaining: Of that.
        reached: Nothing is left: what is missing since may be its silence.
    """

    limit: int | None = None
    remaining: int | None = None
    reached: bool = False


class SourceHealth(msgspec.Struct, frozen=True, kw_only=True):
    """How a source is; counts are since the start.

    Attributes:
        source: Its name.
        last_attempt_ns: When it was asked last; None before the first time.
        last_success_ns: When it last answered whole and well; None before.
        items: What it told that was new.
        duplicates: What it told again, and was not passed on.
        faults: Faults by kind, in the order of their names.
        last_fault: The last one in words, without keys; empty when there was none.
        failures_in_a_row: Attempts since the last success.
        next_attempt_ns: It is not asked before; None for at any time.
        quota: What its provider said; None: nothing.
        connected: Of a push source, whether its connection stands; None for others.
        clock_ahead_ns: Its clock less ours, by its last answer; None when not told.
    """

    source: str
    last_attempt_ns: int | None = None
    last_success_ns: int | None = None
    items: int = 0
    duplicates: int = 0
    faults: dict[FaultKind, int] = msgspec.field(default_factory=dict)
    last_fault: str = ""
    failures_in_a_row: int = 0
    next_attempt_ns: int | None = None
    quota: Quota | None = None
    connected: bool | None = None
    clock_ahead_ns: int | None = None

    def is_fresh(self, now_ns: int, within_ns: int) -> bool:
        """Return whether it answered well within so long before a time."""
        return self.last_success_ns is not None and now_ns - self.last_success_ns <= within_ns


class Coverage(msgspec.Struct, frozen=True, kw_only=True, tag="coverage"):
    """How much of what is told reaches us.

    Attributes:
        status: OK: every source is fresh. PARTIAL: some are. NO_DATA: none is, or there is none.
        age_ns: Since the newest success of any source, or since the start without one; it grows.
        sources: Each source.
    """

    status: ViewStatus
    age_ns: int
    sources: tuple[SourceHealth, ...]
