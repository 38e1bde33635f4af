"""Transfers as chains and their watchers tell them."""

from __future__ import annotations

from typing import NamedTuple

from hypothesis import strategies as st

from supreme_system_v5.domain import Leg, Origin, Transfer
from supreme_system_v5.news_whale.addresses import AddressBook, Owner

__all__ = [
    "COIN",
    "HOUR_NS",
    "NOW_NS",
    "Word",
    "address",
    "book",
    "legs",
    "places",
    "transfer",
    "words",
]

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


class Word(NamedTuple):
    """What somebody says of one of four transactions; seconds before now, and after that."""

    name: int
    state: str
    second: int
    later: int
    coins: int
    sender: int
    receiver: int
    replaces: int

    @property
    def stamps(self) -> tuple[int, int]:
        said_ns = NOW_NS - 9 * 10**11 - self.second * 10**11
        return said_ns, said_ns + self.later * 10**11

    @property
    def transfer(self) -> Transfer:
        said_ns, heard_ns = self.stamps
        return transfer(
            str(self.name),
            coins=float(self.coins),
            sender=address(self.sender),
            receiver=address(self.receiver),
            state=self.state,
            replaces=() if self.replaces == self.name else (str(self.replaces),),
            at_ns=said_ns,
            received_ns=heard_ns,
        )


places = st.one_of(st.integers(0, 7), st.integers(40, 44))
"""Numbers of addresses: those of four exchanges, and nobody's."""

states = st.sampled_from(("unconfirmed", "confirmed", "confirmed", "removed"))
words = st.lists(
    st.builds(
        Word,
        name=st.integers(0, 3),
        state=states,
        second=st.integers(0, 9),
        later=st.integers(0, 9),
        coins=st.integers(1, 900),
        sender=places,
        receiver=places,
        replaces=st.sampled_from((0, 4, 5, 6, 7, 8)),
    ),
    min_size=1,
    max_size=14,
)
