"""What a transfer is: who moved how much to whom, its class and its size (``docs/whales.md``)."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from decimal import ROUND_HALF_EVEN, Decimal
from enum import IntEnum, StrEnum
from math import isfinite
from zlib import crc32

import msgspec

from supreme_system_v5.domain import Leg, Transfer
from supreme_system_v5.errors import InvalidInputError
from supreme_system_v5.news_whale.addresses import AddressBook, Owner

__all__ = [
    "UNIT",
    "Movement",
    "Tier",
    "TierLimits",
    "TransferClass",
    "filed_ns_of",
    "movements_of",
    "symbol_of",
    "transaction_of",
    "worth_of",
]

UNIT = 10**8
"""Units in a whole coin."""

_MOST = 10**18
_ROUND = 10**7
"""A tenth of a coin: payments of people are multiples of it."""
_ODD = 10**5
_SURE = 0.5
"""Owners who are less sure than that make a movement suspect."""
_HASH = re.compile(r"(?:0x)?([0-9a-f]{64})( .*)?", re.ASCII | re.IGNORECASE)


class TransferClass(StrEnum):
    """What a movement is, by who had it before and who has it after.

    INFLOW: from somebody to an exchange. OUTFLOW: from an exchange to somebody. INTERNAL: within
    one exchange. INTER_EXCHANGE: from one exchange to another. UNATTRIBUTED: no exchange that is
    known has part in it. ISSUANCE: coins made or destroyed, or held by their issuer.
    """

    INFLOW = "inflow"
    OUTFLOW = "outflow"
    INTERNAL = "internal"
    INTER_EXCHANGE = "inter_exchange"
    UNATTRIBUTED = "unattributed"
    ISSUANCE = "issuance"


class Tier(IntEnum):
    """How large a movement is; BELOW is none that whales make."""

    BELOW = 0
    LARGE = 1
    WHALE = 2
    MEGA = 3


class TierLimits(msgspec.Struct, frozen=True):
    """From how many whole coins on a movement is large, a whale's and a mega whale's.

    Raises:
        InvalidInputError: They do not rise, or are not above 0.

    >>> TierLimits().tier(500 * UNIT).name
    'WHALE'
    >>> TierLimits().tier(500 * UNIT - 1).name
    'LARGE'
    """

    large: float = 100.0
    whale: float = 500.0
    mega: float = 1_000.0

    def __post_init__(self) -> None:
        if not 0 < self.large < self.whale < self.mega < _MOST:
            given = (self.large, self.whale, self.mega)
            bound = "three numbers above 0 that rise"
            raise InvalidInputError(f"tiers are {given}, allowed is {bound}", "tiers", given, bound)

    def tier(self, units: int) -> Tier:
        """Return the tier of an amount in units of 1e-8."""
        coins = Decimal(units) / UNIT
        return Tier((coins >= self.large) + (coins >= self.whale) + (coins >= self.mega))


class Movement(msgspec.Struct, frozen=True, gc=False):
    """What moved from one owner to another within a transaction.

    Attributes:
        kind: Its class.
        units: How much, whole units of 1e-8, above 0.
        sender: The owner who had it; empty when nobody knows.
        receiver: The owner who has it.
        suspect: It may well mean something else than its class says.
        hindsight: An owner is known by a label that is younger than the movement.
    """

    kind: TransferClass
    units: int
    sender: str = ""
    receiver: str = ""
    suspect: bool = False
    hindsight: bool = False

    @property
    def owned(self) -> bool:
        """Whether the owner of one side is known."""
        return bool(self.sender or self.receiver)


def symbol_of(asset: str) -> str:
    """Return the name of an asset in capitals.

    Raises:
        InvalidInputError: It is empty.

    >>> symbol_of(" btc")
    'BTC'
    """
    symbol = asset.strip().upper()
    if not symbol:
        bound = "a name such as BTC"
        raise InvalidInputError(f"asset is {asset!r}, allowed is {bound}", "asset", asset, bound)
    return symbol


def transaction_of(name: str) -> str:
    """Return the one spelling of a transaction's name.

    A hash of 64 hexadecimal digits is the same in either case, and with ``0x`` or without. Other
    names, such as the hashes of Solana, are different when their cases are.

    >>> transaction_of("0x" + "AB" * 32 + " 3") == "ab" * 32 + " 3"
    True
    >>> transaction_of("5VER"), transaction_of("5ver")
    ('5VER', '5ver')
    """
    found = _HASH.fullmatch(name)
    return name if found is None else found[1].lower() + (found[2] or "")


def filed_ns_of(transfer: Transfer) -> int:
    """Return the chain's time of a transfer; one that is ahead of ours is taken to be ours."""
    return min(transfer.event_ns, transfer.receive_ns)


def worth_of(transfer: Transfer, moved: Sequence[Movement]) -> tuple[int, int]:
    """Return how much a telling knows, 0 to 8, and a number of 32 bits for equals.

    Who names both sides knows more than who names one; who has inputs and outputs can tell change;
    who has an address at least did not add up everything that a transaction puts out.
    What is left to decide must not depend on the order of telling.

    Args:
        transfer: The telling.
        moved: What it says was moved.
    """
    sides = any(one.sender for one in moved) + any(one.receiver for one in moved)
    tie = crc32("\n".join(map(repr, moved)).encode()) if moved else 0
    legs = bool(transfer.inputs or transfer.outputs)
    return 3 * sides + (2 if legs else bool(transfer.sender or transfer.receiver)), tie


def movements_of(
    transfer: Transfer, book: AddressBook, tiers: TierLimits | None = None
) -> tuple[Movement, ...]:
    """Return what a transfer moved, change left out; nothing when it moved nothing.

    With legs, one movement for each owner that received something, unknown ones together. All
    inputs are taken to be one owner's, whose addresses and change get nothing. Without legs, one.

    Args:
        transfer: Its state is not looked at.
        book: Whose address is whose.
        tiers: From which size on a round withdrawal is taken for a move into a cold store.

    Raises:
        InvalidInputError: An amount is negative, not a number or above 1e10 whole coins.

    Source: ``docs/whales.md``, "Classes"; common inputs: Nakamoto 2008, section 10; change:
    Meiklejohn et al. 2013.
    """
    mega = (TierLimits() if tiers is None else tiers).mega
    if transfer.inputs or transfer.outputs:
        return _of_legs(transfer, book, mega)
    units = _units(transfer.amount)
    if not units:
        return ()
    sender = _party(transfer.sender, transfer.sender_kind, book)
    receiver = _party(transfer.receiver, transfer.receiver_kind, book)
    if sender is None and transfer.sender and transfer.sender == transfer.receiver:
        return ()  # somebody's to himself
    cold = _reshuffled(units, sender, receiver, mega)
    return (_movement(units, sender, receiver, filed_ns_of(transfer), suspect=cold),)


def _of_legs(transfer: Transfer, book: AddressBook, mega: float) -> tuple[Movement, ...]:
    own = {leg.address for leg in transfer.inputs if leg.address}
    sender, mixed = _sender(transfer.inputs, book)
    left: dict[str, int] = {}
    for leg in transfer.outputs:
        units = _checked(leg.units)
        if units and leg.address not in own:
            left[leg.address] = left.get(leg.address, 0) + units
    owners = {address: book.get(address) for address in left}
    change = _twin(left, owners)
    sums: dict[str, int] = {}
    met: dict[str, Owner | None] = {}
    unknown = 0
    for address, units in left.items():
        if address == change:
            continue
        owner = owners[address]
        name = "" if owner is None else owner.name
        unknown += owner is None
        sums[name] = sums.get(name, 0) + units
        met.setdefault(name, owner)
    found = []
    filed_ns = filed_ns_of(transfer)
    for name in sorted(sums):
        cold = unknown == 1 and not name and _reshuffled(sums[name], sender, None, mega)
        found.append(_movement(sums[name], sender, met[name], filed_ns, suspect=mixed or cold))
    return tuple(found)


def _sender(inputs: tuple[Leg, ...], book: AddressBook) -> tuple[Owner | None, bool]:
    """Return whose the inputs are, and whether several owners have part in them."""
    shares: dict[str, int] = {}
    met: dict[str, Owner] = {}
    for leg in inputs:
        units = _checked(leg.units)
        if (owner := book.get(leg.address)) is not None:
            shares[owner.name] = shares.get(owner.name, 0) + units
            met.setdefault(owner.name, owner)
    if not shares:
        return None, False
    most = min(shares, key=lambda name: (-shares[name], name))
    return met[most], len(shares) > 1


def _twin(left: Mapping[str, int], owners: Mapping[str, Owner | None]) -> str | None:
    """Return the odd one of two outputs, the other being round: it is the change of a payment."""
    if len(left) != 2:  # noqa: PLR2004 - a payment and its change
        return None
    for paid, back in (tuple(left), tuple(left)[::-1]):
        if not left[paid] % _ROUND and left[back] % _ODD and owners[back] is None:
            return back
    return None


def _party(text: str, kind: str, book: AddressBook) -> Owner | None:
    """Return who an address, a name or a kind speaks of; None when that is nobody who is known."""
    owner = (book.get(text) or book.named(text)) if text else None
    if owner is not None:
        return owner
    match kind.casefold():
        case "exchange":
            return Owner(text or "an exchange")
        case "issuer" | "treasury" | "mint" | "burn":
            return Owner(text or "issuer", kind="issuer")
        case "custodian" | "bridge" | "miner" | "staking" as known:
            return Owner(text or known, kind=known)
    return None


def _movement(
    units: int, sender: Owner | None, receiver: Owner | None, filed_ns: int, *, suspect: bool
) -> Movement:
    out = sender is not None and sender.is_exchange
    into = receiver is not None and receiver.is_exchange
    sides = [owner for owner in (sender, receiver) if owner is not None]
    names = ["" if owner is None else owner.name for owner in (sender, receiver)]
    if any(owner.kind == "issuer" for owner in sides):
        kind = TransferClass.ISSUANCE
    elif out and into:
        same = names[0] == names[1]
        kind = TransferClass.INTERNAL if same else TransferClass.INTER_EXCHANGE
    elif into:
        kind = TransferClass.INFLOW
    elif out:
        kind = TransferClass.OUTFLOW
    else:
        kind = TransferClass.UNATTRIBUTED
    unsure = any(
        owner.kind not in ("exchange", "issuer") or owner.confidence < _SURE for owner in sides
    )
    late = any(owner.since_ns > filed_ns for owner in sides)
    return Movement(kind, units, names[0], names[1], suspect or unsure, late)


def _reshuffled(units: int, sender: Owner | None, receiver: Owner | None, mega: float) -> bool:
    """Tell whether an exchange sent so much and so round that it may be its own cold store's."""
    from_exchange = sender is not None and sender.is_exchange and receiver is None
    return from_exchange and not units % UNIT and units >= mega * UNIT


def _units(amount: float) -> int:
    if not isfinite(amount):
        raise _refusal(amount)
    return _checked(int((Decimal(repr(amount)) * UNIT).to_integral_value(ROUND_HALF_EVEN)))


def _checked(units: int) -> int:
    if not 0 <= units <= _MOST:
        raise _refusal(units / UNIT)
    return units


def _refusal(amount: float) -> InvalidInputError:
    bound = f"from 0 to {_MOST // UNIT} whole coins"
    return InvalidInputError(
        f"amount is {amount!r}, allowed is {bound}; drop the transfer, or mend its source",
        "amount",
        amount,
        bound,
    )
