"""A Bitcoin transaction as Esplora writes it (mempool.space, blockstream.info), to a transfer.

Format: mempool.space/docs/api, "GET Transaction". Values are whole satoshi.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from supreme_system_v5.domain.feeds import ChainTransfer, Leg, TransferStatus
from supreme_system_v5.news_sources.values import (
    BadItemError,
    address_text,
    bitcoin_hash,
    mapping,
    not_after,
    units_text,
    unix_ns,
    whole,
)

__all__ = ["MOST_LEGS", "bitcoin_transfer"]

MOST_LEGS = 64
_MOST_READ = 3_000
_DECIMALS = 8
_ALL_COINS = 21 * 10**14


def bitcoin_transfer(
    row: Mapping[str, object], source: str, received_ns: int, *, removed: bool = False
) -> ChainTransfer:
    """Read one transaction.

    Args:
        row: As it was decoded.
        source: Who told it.
        received_ns: When.
        removed: It was told that it is gone.

    Returns:
        A transfer whose amount is what leaves for addresses that it does not come from; an output
        to one of its own inputs is change.

    Raises:
        BadItemError: It is no transaction.
    """
    inputs = _legs(row.get("vin"), "vin")
    outputs = _legs(row.get("vout"), "vout")
    own = {address for address in inputs if address}
    moved = sum(value for address, value in outputs.items() if address not in own)
    state = row.get("status")
    state = mapping(state, "status") if state is not None else {}
    confirmed = state.get("confirmed") is True
    happened, flags = None, tuple[str, ...]()
    if state.get("block_time") is not None:
        happened, flags = not_after(unix_ns(state["block_time"], "block_time"), received_ns)
    elif row.get("firstSeen"):
        happened, flags = not_after(unix_ns(row["firstSeen"], "firstSeen"), received_ns)
    block = state.get("block_hash")
    if max(len(inputs), len(outputs)) > MOST_LEGS:
        flags = (*flags, "cut")
    targets = [address for address in outputs if address not in own]
    status = TransferStatus.CONFIRMED if confirmed else TransferStatus.UNCONFIRMED
    return ChainTransfer(
        source=source,
        chain="bitcoin",
        transaction=bitcoin_hash(row.get("txid")),
        asset="BTC",
        amount=units_text(moved, _DECIMALS),
        sender=next(iter(inputs)) if len(inputs) == 1 else "",
        receiver=targets[0] if len(targets) == 1 else "",
        status=TransferStatus.REMOVED if removed else status,
        block=bitcoin_hash(block) if confirmed and block is not None else "",
        happened_ns=happened,
        received_ns=received_ns,
        inputs=_largest(inputs),
        outputs=_largest(outputs),
        flags=flags,
    )


def _legs(value: object, what: str) -> dict[str, int]:
    """Add up inputs or outputs by address; what has none stands under the empty one."""
    if not isinstance(value, list):
        raise BadItemError(f"{what} is no list")
    if len(value) > _MOST_READ:
        raise BadItemError(f"{what} has {len(value)} entries, allowed are {_MOST_READ}")
    found: dict[str, int] = defaultdict(int)
    for entry in value:
        leg = mapping(entry, what)
        if what == "vin":
            if leg.get("prevout") is None:  # newly mined coins come from nowhere
                continue
            leg = mapping(leg["prevout"], "prevout")
        address = address_text(leg.get("scriptpubkey_address"))
        found[address] += whole(leg.get("value"), "value", 0, _ALL_COINS)
    if sum(found.values()) > _ALL_COINS:
        raise BadItemError(f"{what} adds up to more than all coins")
    return dict(found)


def _largest(legs: dict[str, int]) -> tuple[Leg, ...]:
    chosen = sorted(legs.items(), key=lambda leg: (-leg[1], leg[0]))[:MOST_LEGS]
    return tuple(Leg(address=a, amount=units_text(value, _DECIMALS)) for a, value in chosen)
