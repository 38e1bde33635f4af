"""What reaches the engine, and what it answers.

Both are frozen, cheap to make, and encode themselves (`msgspec`), so that a journal can hold them
and a replay can read them back. Every one carries who it is about (`Origin`), a number that rises
by one with each event of a run, when it happened and when it was received.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from supreme_system_v5.domain.orders import OrderKind, Report

__all__ = [
    "AccountState",
    "Action",
    "Arm",
    "BarEvent",
    "Cancel",
    "Event",
    "ExchangeFlow",
    "FeedState",
    "Flatten",
    "Headline",
    "IntervalChange",
    "Leg",
    "OrderUpdate",
    "Origin",
    "Query",
    "Rearm",
    "Record",
    "SourcesAsked",
    "Submit",
    "Timer",
    "Trade",
    "Transfer",
    "Watermark",
]


class Origin(msgspec.Struct, frozen=True, gc=False):
    """Who events and actions are about; one for a whole run.

    Attributes:
        instrument: The market, ``BASE-QUOTE``.
        account: Whose money it is, for example ``"paper"``.
        run_id: The run; every order number is unique within it.
    """

    instrument: str
    account: str
    run_id: str


class _Stamped(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """What every event and action carries.

    Attributes:
        origin: Who it is about.
        seq: Number of the event in its run; an action carries that of the event it answers.
        event_ns: When it happened, by its source; nanoseconds UTC.
        receive_ns: When it was received, by our clock; in a backtest the same.
    """

    origin: Origin
    seq: int
    event_ns: int
    receive_ns: int


class Trade(_Stamped, frozen=True, kw_only=True):
    """Somebody traded. `side` is the taker's: 1 bought, -1 sold, 0 not known."""

    price: float
    size: float
    side: int = 0
    trade_id: str = ""


class BarEvent(_Stamped, frozen=True, kw_only=True, tag="Bar"):
    """A whole 1-minute bar, known at its end; `event_ns` is its opening time."""

    open: float
    high: float
    low: float
    close: float
    volume: float


class Watermark(_Stamped, frozen=True, kw_only=True):
    """Nothing that happened before `event_ns` will be told any more."""


class Timer(_Stamped, frozen=True, kw_only=True):
    """A time that somebody asked to be woken at has come."""

    name: str


class Headline(_Stamped, frozen=True, kw_only=True):
    """A news item; `event_ns` is when it was published."""

    source: str
    title: str
    body: str = ""
    url: str = ""


class Leg(msgspec.Struct, frozen=True, gc=False):
    """One input or output of a transaction: an address and whole units of 1e-8."""

    address: str
    units: int


class Transfer(_Stamped, frozen=True, kw_only=True):
    """A large transfer on a chain, or what became of one; `event_ns` is the chain's time.

    Attributes:
        asset: For example ``"BTC"``.
        amount: In units of `asset`, taken to the nearest 1e-8; not read where there are legs.
        sender: Who sent it: an address, the name of an owner, or empty when nobody knows.
        receiver: Who received it, likewise.
        transaction: Names it: what has the same name is the same transfer, told twice. On a chain
            with many transfers in a transaction, the hash and the transfer's place in it.
        sender_kind: ``"exchange"``, ``"issuer"`` or another kind of owner, where the source says.
        receiver_kind: Likewise.
        inputs: Where it came from, on chains with many inputs; change is found by them.
        outputs: Where it went.
        state: ``"unconfirmed"``, ``"confirmed"``, or ``"removed"`` when it was replaced or left
            the chain with its block.
        replaces: Transactions that this one takes the place of.
    """

    asset: str
    amount: float = 0.0
    sender: str = ""
    receiver: str = ""
    transaction: str = ""
    sender_kind: str = ""
    receiver_kind: str = ""
    inputs: tuple[Leg, ...] = ()
    outputs: tuple[Leg, ...] = ()
    state: str = "confirmed"
    replaces: tuple[str, ...] = ()


class ExchangeFlow(_Stamped, frozen=True, kw_only=True):
    """What a provider says of flows at exchanges in an interval that ends at `event_ns`.

    Attributes:
        source: The provider.
        asset: For example ``"USDT"``.
        start_ns: Begin of the interval, nanoseconds UTC.
        exchange: Its name; empty for all exchanges together.
        inflow: To exchanges, whole units of 1e-8; None when only the net is told.
        outflow: From exchanges, likewise.
        net: Inflow less outflow; None takes it from the two.
    """

    source: str
    asset: str
    start_ns: int
    exchange: str = ""
    inflow: int | None = None
    outflow: int | None = None
    net: int | None = None


class SourcesAsked(_Stamped, frozen=True, kw_only=True):
    """Sources of a domain were asked; silence is told too, so that nobody takes it for calm.

    Attributes:
        domain: ``"news"`` or ``"whales"``.
        faults: Every source that was asked, and what is wrong with it; empty when it answered.
    """

    domain: str
    faults: Mapping[str, str]


class FeedState(_Stamped, frozen=True, kw_only=True):
    """A feed became stale, or fresh again; so may ``"clock"``, ``"resources"`` and ``"owner"``."""

    feed: str
    fresh: bool
    reason: str = ""


class AccountState(_Stamped, frozen=True, kw_only=True):
    """What the exchange says of the account; `cash` in 1e-8 quote, `position` in 1e-12 base."""

    cash: int
    position: int


class Rearm(_Stamped, frozen=True, kw_only=True):
    """Somebody has looked, and trading goes on: limits count from what the account is worth now."""


class Flatten(_Stamped, frozen=True, kw_only=True):
    """Somebody wants nothing to be open: what rests is cancelled, what is held is closed."""

    reason: str = "FLATTEN"


class IntervalChange(_Stamped, frozen=True, kw_only=True):
    """A driver looks more or less often; decisions do not depend on it, their record shows it."""

    domain: str
    interval_ns: int
    reason: str = ""


class OrderUpdate(_Stamped, frozen=True, kw_only=True):
    """The exchange's word about an order, or about funding.

    `fill_id` names a fill, so that one told twice counts once; empty where nothing was filled.
    """

    report: Report
    fill_id: str = ""


class Submit(_Stamped, frozen=True, kw_only=True):
    """Send this order.

    Attributes:
        number: Unique in the run and rising; the numbers up to 3 above it are its protections'.
        side: 1 buys, -1 sells.
        kind: What kind of order.
        quantity: Size units.
        price: Of a limit its limit, of a stop or target its trigger, of a trailing order its
            distance, in price units; 0 of a market order.
        reduce_only: It may only close.
        stop: Trigger of the protecting stop; 0 for none.
        target: Trigger of the protecting target; 0 for none.
        trail: Distance of the protecting trailing stop; 0 for none.
        reason: Why, for people.
        confidence: How sure the judgements were of an entry, 0 to 1; None where nobody was asked.
    """

    number: int
    side: int
    kind: OrderKind
    quantity: int
    price: int = 0
    reduce_only: bool = False
    stop: int = 0
    target: int = 0
    trail: int = 0
    reason: str = ""
    confidence: float | None = None


class Cancel(_Stamped, frozen=True, kw_only=True):
    """Cancel this order, if it still rests."""

    number: int
    reason: str = ""


class Query(_Stamped, frozen=True, kw_only=True):
    """Ask the exchange what became of this order; nothing new is opened before it answers."""

    number: int


class Arm(_Stamped, frozen=True, kw_only=True):
    """The engine replaced its armed levels; told so that a journal shows it, nobody need act."""

    stop_below: float | None = None
    stop_above: float | None = None
    limit_below: float | None = None
    limit_above: float | None = None
    wake_at_ns: int | None = None


class Record(_Stamped, frozen=True, kw_only=True):
    """Something a person may ask about later: a decision, a fill, a fault, a stale feed.

    Attributes:
        kind: ``"approved"``, ``"refused"``, ``"fill"``, ``"risk"`` (its state has changed),
            ``"strategy_error"``, ``"order"``, ``"feed"``, ``"pace"`` or ``"account"``.
        reason: For example ``"EXIT_TRAP"``.
        details: Names and what is behind them: plain values, or what `msgspec` makes plain.
    """

    kind: str
    reason: str
    details: Mapping[str, Any] = msgspec.field(default_factory=dict)


Event = (
    Trade
    | BarEvent
    | Watermark
    | Timer
    | Headline
    | Transfer
    | ExchangeFlow
    | SourcesAsked
    | FeedState
    | AccountState
    | OrderUpdate
    | Rearm
    | Flatten
    | IntervalChange
)
"""What `TradingEngine.on_event` takes."""

Action = Submit | Cancel | Query | Arm
"""What it answers."""
