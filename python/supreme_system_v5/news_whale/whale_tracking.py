"""Large transfers of one asset in, a view of what they do to exchanges out."""

from __future__ import annotations

import math
from collections.abc import Callable
from hashlib import blake2b

import msgspec

from supreme_system_v5.domain import NS_PER_SECOND, Transfer, View, ViewStatus
from supreme_system_v5.errors import InvalidInputError
from supreme_system_v5.news_whale.addresses import AddressBook
from supreme_system_v5.news_whale.robust import DAYS_TRUSTED, robust_z, trust
from supreme_system_v5.news_whale.transfers import (
    UNIT,
    Movement,
    Tier,
    TierLimits,
    TransferClass,
    filed_ns_of,
    movements_of,
    symbol_of,
    transaction_of,
    worth_of,
)
from supreme_system_v5.news_whale.whale_figures import Health, NetFlow, WhaleFigures
from supreme_system_v5.optimized import FlowWindows

__all__ = ["HOURS", "Seen", "WhaleTrackingSystem"]

HOURS = (1, 4, 24)
"""Windows, in hours."""

_LATEST_NS = 4_102_444_800_000_000_000
"""The year 2100."""
_MINUTE_NS = 60 * NS_PER_SECOND
_FADES_NS = 30 * _MINUTE_NS
_HOLDS_NS = 120 * _MINUTE_NS
_ONE_SIDED = 0.6
_SAMPLE = 10

_TOTAL, _LABELLED, _DOUBTED, _OWN = 1, 2, 3, 4
_SUSPECT, _OWNED, _HINDSIGHT = 2, 4, 8
_OTHERS = "others"
_STATES = ("unconfirmed", "confirmed", "removed")


class Seen(msgspec.Struct, frozen=True):
    """One movement of a transfer that was counted, with its tier."""

    movement: Movement
    tier: Tier


class WhaleTrackingSystem:
    """Follows the large transfers of one asset, and knows how little they say.

    Each transfer is classed by who sent it to whom, change left out, and counted once, as all that
    was told of it has it, however many sources tell it and in whatever order; what is replaced or
    leaves the chain is taken back without a trace. Time is an argument. What is filed is the
    chain's time, what counts as known is when it was received.

    Args:
        asset: For example ``"BTC"``; transfers of others are ignored.
        book: Whose address is whose.
        tiers: What is large; those of Bitcoin unless given.
        assets: Other names that count as this asset, such as ``("USDC",)`` for stablecoins.
        lanes: Exchanges that are told apart, and 4; the others are summed as ``"others"``.
        transactions: How many movements are remembered, to count once and to take back; small and
            old ones make room.

    Attributes:
        asset: The same.
        tiers: The same.
        health: What became of the transfers.

    Raises:
        InvalidInputError: A number is out of range; a state is none.

    10 000 transfers a second take less than a second of one core. Memory is bounded: 10.6 KB for
    each exchange that something flowed through, 92 bytes for each movement remembered.

    Source: ``docs/whales.md``.

    Example:
        >>> from supreme_system_v5.domain import Origin
        >>> book = AddressBook()
        >>> book.read(["address,label", "34xp4vRoCGJym3xR7yCVPFHoCNxv4Twseo,Binance"])
        >>> whales, now = WhaleTrackingSystem("BTC", book), 1_700_000_000_000_000_000
        >>> whales.view(now).status.value
        'no_data'
        >>> (seen,) = whales.take(Transfer(
        ...     origin=Origin("BTC-USDT", "paper", "1"), seq=1, event_ns=now, receive_ns=now,
        ...     asset="BTC", amount=650.0, receiver="34xp4vRoCGJym3xR7yCVPFHoCNxv4Twseo"))
        >>> seen.movement.kind.value, seen.movement.receiver, seen.tier.name
        ('inflow', 'Binance', 'WHALE')
        >>> whales.figures(now).exchanges["Binance"][1].net
        65000000000
    """

    def __init__(
        self,
        asset: str,
        book: AddressBook,
        *,
        tiers: TierLimits | None = None,
        assets: tuple[str, ...] = (),
        lanes: int = 48,
        transactions: int = 4_096,
    ) -> None:
        self.asset = symbol_of(asset)
        self.health = Health()
        self._assets = frozenset(map(symbol_of, (asset, *assets)))
        self._book = book
        self.tiers = TierLimits() if tiers is None else tiers
        self._windows = FlowWindows(lanes, transactions)
        self._lanes: dict[str, int] = {}
        self._heard_ns: int | None = None
        self._sources: dict[str, str] = {}

    @property
    def state_bytes(self) -> int:
        """Bytes reserved for the windows and for what is remembered."""
        return self._windows.nbytes

    def take(self, transfer: Transfer) -> tuple[Seen, ...]:
        """Take a transfer, or what became of one; return what was counted.

        Raises:
            InvalidInputError: An amount or a time is out of range, or the state is none; nothing
                changes then.
        """
        filed_ns = _checked(transfer)
        if symbol_of(transfer.asset) not in self._assets:
            self.health.ignored += 1
            return ()
        gone = transfer.state == "removed"
        moved = () if gone else movements_of(transfer, self._book, self.tiers)
        counted = self._tell(transfer, moved, filed_ns)
        for name in transfer.replaces:
            if transaction_of(name) not in ("", transaction_of(transfer.transaction)):
                key = self._key(transfer, name)
                times = (filed_ns, transfer.receive_ns)
                self._became(self._windows.tell(key, "replaced", *times, 0, 0, []))
        self._hear(transfer.receive_ns)
        if not counted:
            return ()
        return tuple(Seen(movement, self.tiers.tier(movement.units)) for movement in moved)

    def hear(self, source: str, now_ns: int, fault: str = "") -> None:
        """Be told that a source works, with or without a transfer, or does not.

        Args:
            source: Its name.
            now_ns: Time, nanoseconds UTC.
            fault: What is wrong with it; empty when it works.
        """
        self._sources[source] = fault
        if not fault:
            self._hear(now_ns)

    def figures(
        self, now_ns: int, *, stable_z: float = 0.0, by_exchange: bool = True
    ) -> WhaleFigures:
        """Return everything the view is made of.

        Args:
            now_ns: Time, nanoseconds UTC.
            stable_z: How unusual the inflow of stablecoins is, -5 to 5; 0 when nobody knows.
            by_exchange: Also of each exchange, which takes most of the time: 0.1 ms each.
        """
        total = {hours: self._flow(_TOTAL, hours, now_ns) for hours in HOURS}
        lanes = sorted(self._lanes.items()) if by_exchange else ()
        exchanges = {
            name: {hours: self._flow(lane, hours, now_ns) for hours in HOURS}
            for name, lane in lanes
        }
        sample, late = self._windows.totals(0, 24, now_ns)
        owned, unknown = self._windows.totals(_LABELLED, 24, now_ns)
        unconfirmed, suspect = self._windows.totals(_DOUBTED, 24, now_ns)
        amount = owned + unknown
        share = _share_of(amount)
        largest = share(min(self._windows.largest(24, now_ns), amount))
        days = sum(day is not None for day in self._windows.history(0, 1, now_ns))
        age_ns = None if self._heard_ns is None else max(now_ns - self._heard_ns, 0)
        working = sum(not fault for fault in self._sources.values())
        health = working / len(self._sources) if self._sources else 1.0
        hindsight = late / sample if sample else 0.0
        confidence = (
            share(owned)
            * (0.0 if age_ns is None else math.exp(-age_ns / _FADES_NS))
            * (sample / (sample + _SAMPLE))
            * (1.0 - share(suspect))
            * (1.0 - share(unconfirmed) / 2)
            * (1.0 - hindsight / 2)
            * health
            * (0.5 if largest > _ONE_SIDED else 1.0)
        )
        pull = -0.5 * total[24].z + 0.3 * stable_z - 0.2 * total[4].z
        return WhaleFigures(
            total=total,
            exchanges=exchanges,
            accumulation=round(math.tanh(pull), 9) if sample else 0.0,
            confidence=round(min(confidence, trust(days)), 9),
            labelled=share(owned),
            suspect=share(suspect),
            unconfirmed=share(unconfirmed),
            hindsight=hindsight,
            largest=largest,
            sample=sample,
            days=days,
            age_ns=age_ns,
            health=health,
        )

    def view(self, now_ns: int, *, stable_z: float = 0.0) -> View:
        """Return what the transfers of the last day come to.

        Direction is the accumulation. Nothing heard at all, or for 2 hours, or no transfer in the
        last day is said as it is, never as "neutral".
        """
        return self.judged(self.figures(now_ns, stable_z=stable_z, by_exchange=False))

    def judged(self, figures: WhaleFigures) -> View:
        """Return the view that figures of this moment come to."""
        heard_ns = self._heard_ns
        if heard_ns is None or not figures.sample:
            why = "nothing was heard" if heard_ns is None else "no transfer in 24 h"
            return View(
                direction=0.0,
                confidence=0.0,
                as_of_ns=heard_ns,
                ttl_ns=_HOLDS_NS,
                status=ViewStatus.NO_DATA,
                reasons=(f"{self.asset}: {why}", *self._faults()),
            )
        if (figures.age_ns or 0) > _HOLDS_NS:
            status = ViewStatus.STALE
        elif figures.days < DAYS_TRUSTED or figures.health < 1.0:
            status = ViewStatus.PARTIAL
        else:
            status = ViewStatus.OK
        day = figures.total[24]
        late = f"{self.asset}: {figures.hindsight:.0%} of them by labels that are younger"
        return View(
            direction=figures.accumulation,
            confidence=figures.confidence,
            as_of_ns=heard_ns,
            ttl_ns=_HOLDS_NS,
            status=status,
            reasons=(
                f"{self.asset}: net {day.net / UNIT:+.8g} in 24 h (z {day.z:+.2f})",
                f"{self.asset}: {figures.labelled:.0%} of {figures.sample} movements labelled",
                *((late,) if figures.hindsight else ()),
                f"{self.asset}: {figures.days} days to compare with",
                *self._faults(),
            ),
        )

    def _flow(self, lane: int, hours: int, now_ns: int) -> NetFlow:
        inflow, outflow = self._windows.totals(lane, hours, now_ns)
        days = self._windows.history(lane, hours, now_ns)
        before = [net for net in days if net is not None]
        least = round(self.tiers.large * UNIT)
        return NetFlow(inflow, outflow, robust_z(inflow - outflow, before, least=least))

    def _tell(self, transfer: Transfer, moved: tuple[Movement, ...], filed_ns: int) -> bool:
        """Count what a transfer says; tell whether that brought anything new."""
        key = self._key(transfer, transfer.transaction)
        worth = worth_of(transfer, moved)
        lanes = len(self._lanes)
        try:
            parts = [self._part(movement) for movement in moved]
            times = (filed_ns, transfer.receive_ns)
            outcome = self._windows.tell(key, transfer.state, *times, *worth, parts)
        except InvalidInputError:
            while len(self._lanes) > lanes:
                self._lanes.popitem()  # nothing changes
            raise
        self._became(outcome)
        return outcome == "counted"

    def _became(self, outcome: str) -> None:
        health = self.health
        setattr(health, outcome, getattr(health, outcome) + 1)
        health.forgotten = self._windows.forgotten

    def _part(self, movement: Movement) -> tuple[int, int, int, int]:
        source = target = -1
        if movement.kind in (TransferClass.OUTFLOW, TransferClass.INTER_EXCHANGE):
            source = self._lane(movement.sender)
        if movement.kind in (TransferClass.INFLOW, TransferClass.INTER_EXCHANGE):
            target = self._lane(movement.receiver)
        flags = _SUSPECT * movement.suspect | _OWNED * movement.owned
        flags |= _HINDSIGHT * movement.hindsight
        return source, target, movement.units, flags

    def _lane(self, name: str) -> int:
        lane = self._lanes.get(name)
        if lane is None:
            last = self._windows.lanes - 1
            lane = _OWN + len(self._lanes)
            if lane >= last:
                name, lane = _OTHERS, last
            self._lanes[name] = lane
        return lane

    def _hear(self, now_ns: int) -> None:
        self._heard_ns = now_ns if self._heard_ns is None else max(self._heard_ns, now_ns)

    def _key(self, transfer: Transfer, name: str) -> int:
        """Return what stands for a transaction; one without a name is known by what it says."""
        said = (transfer.amount, transfer.sender, transfer.receiver)
        text = transaction_of(name) or repr(
            (transfer.event_ns, *said, transfer.inputs, transfer.outputs)
        )
        hashed = blake2b(f"{symbol_of(transfer.asset)}\n{text}".encode(), digest_size=8)
        return int.from_bytes(hashed.digest(), "big", signed=True)

    def _faults(self) -> tuple[str, ...]:
        return tuple(f"{name}: {fault}" for name, fault in sorted(self._sources.items()) if fault)


def _checked(transfer: Transfer) -> int:
    """Return the time at which a transfer is filed, once what all have in common is looked at."""
    if transfer.state not in _STATES:
        bound = " or ".join(_STATES)
        raise InvalidInputError(
            f"state is {transfer.state!r}, allowed is {bound}", "state", transfer.state, bound
        )
    filed_ns = filed_ns_of(transfer)
    for name, time_ns in (("event_ns", filed_ns), ("receive_ns", transfer.receive_ns)):
        if not 0 <= time_ns <= _LATEST_NS:
            bound = f"from 0 to {_LATEST_NS}"
            raise InvalidInputError(
                f"{name} is {time_ns}, allowed is {bound}", name, time_ns, bound
            )
    return filed_ns


def _share_of(amount: int) -> Callable[[int], float]:
    def share(part: int) -> float:
        return part / amount if amount else 0.0

    return share
