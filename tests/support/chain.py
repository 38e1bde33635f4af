"""Transfers as chains and their watchers tell them."""

from __future__ import annotations

from supreme_system_v5.domain import Leg, Origin, Transfer
from supreme_system_v5.news_whale.addresses import AddressBook, Owner

__all__ = ["COIN", "HOUR_NS", "NOW_NS", "address", "book", "legs", "transfer"]

COIN = 10**8
HOUR_NS = 3_600 * 10**9
NOW_NS = 480_000 * HOUR_NS
_ORIGIN = Origin(instrument="BTC-USDT", account="paper", run_id="test")


def address(number: int) -> str:
    """Return an address, which needs no checksum because it is written in one case."""
    return f"0x{number:040x}"


def book(exchanges: int = 4) -> AddressBook:
    """Return a table in which the first addresses are those of exchanges A, B, C and so on.

    Each has two: exchange A has 0 and 1, exchange B has 2 and 3. Number 90 issues coins, 91 keeps
    them for others.
    """
    made = AddressBook()
    for place in range(exchanges):
        for number in (2 * place, 2 * place + 1):
            made.add(address(number), Owner(chr(ord("A") + place)))
    made.add(address(90), Owner("Mint", kind="issuer"))
    made.add(address(91), Owner("Vault", kind="custodian"))
    return made


def legs(*pairs: tuple[int, float]) -> tuple[Leg, ...]:
    """Return inputs or outputs: numbers of addresses and whole coins."""
    return tuple(Leg(address(number), round(coins * COIN)) for number, coins in pairs)


def transfer(
    name: str = "",
    *,
    coins: float = 0.0,
    sender: str = "",
    receiver: str = "",
    sender_kind: str = "",
    receiver_kind: str = "",
    inputs: tuple[Leg, ...] = (),
    outputs: tuple[Leg, ...] = (),
    state: str = "confirmed",
    replaces: tuple[str, ...] = (),
    asset: str = "BTC",
    at_ns: int = NOW_NS,
    received_ns: int | None = None,
) -> Transfer:
    """Return a transfer of now, unless told otherwise."""
    return Transfer(
        origin=_ORIGIN,
        seq=0,
        event_ns=at_ns,
        receive_ns=at_ns if received_ns is None else received_ns,
        asset=asset,
        amount=coins,
        sender=sender,
        receiver=receiver,
        transaction=name,
        sender_kind=sender_kind,
        receiver_kind=receiver_kind,
        inputs=inputs,
        outputs=outputs,
        state=state,
        replaces=replaces,
    )
