from __future__ import annotations

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from supreme_system_v5.domain import Leg
from supreme_system_v5.errors import InvalidInputError
from supreme_system_v5.news_whale.addresses import AddressBook, Owner
from supreme_system_v5.news_whale.transfers import (
    UNIT,
    Movement,
    Tier,
    TierLimits,
    TransferClass,
    movements_of,
    transaction_of,
    worth_of,
)
from tests.support.chain import address, book, legs, transfer

BOOK = book()
IN, OUT, OWN, BETWEEN, UNKNOWN, ISSUED = (
    TransferClass.INFLOW,
    TransferClass.OUTFLOW,
    TransferClass.INTERNAL,
    TransferClass.INTER_EXCHANGE,
    TransferClass.UNATTRIBUTED,
    TransferClass.ISSUANCE,
)
numbers = st.one_of(st.integers(0, 9), st.integers(20, 30), st.sampled_from((90, 91)))
some_legs = st.lists(
    st.builds(Leg, numbers.map(address), st.integers(0, 10**14)), min_size=1, max_size=6
).map(tuple)


def told(**what: object) -> list[tuple[TransferClass, float, str, str, bool]]:
    return [
        (one.kind, one.units / UNIT, one.sender, one.receiver, one.suspect)
        for one in movements_of(transfer(**what), BOOK)  # type: ignore[arg-type] # passed on
    ]


@given(some_legs, some_legs)
def test_what_moves_is_what_did_not_go_back(
    inputs: tuple[Leg, ...], outputs: tuple[Leg, ...]
) -> None:
    moved = movements_of(transfer(inputs=inputs, outputs=outputs), BOOK)
    own = {leg.address for leg in inputs}
    left = [leg for leg in outputs if leg.address not in own]
    total = sum(leg.units for leg in left)
    assert all(one.units > 0 for one in moved)
    if len({leg.address for leg in left if leg.units}) == 2:  # one of the two may be change
        assert sum(one.units for one in moved) in (total, *(_without(left)))
    else:
        assert sum(one.units for one in moved) == total
    assert len({one.receiver for one in moved}) == len(moved)
    assert len({one.sender for one in moved}) <= 1


def _without(left: list[Leg]) -> list[int]:
    total = sum(leg.units for leg in left)
    return [
        total - sum(leg.units for leg in left if leg.address == one)
        for one in {leg.address for leg in left}
    ]


@given(some_legs, some_legs, st.randoms(use_true_random=False))
def test_the_order_of_the_legs_does_not_matter(
    inputs: tuple[Leg, ...], outputs: tuple[Leg, ...], rng: object
) -> None:
    shuffled = [list(inputs), list(outputs)]
    for side in shuffled:
        rng.shuffle(side)  # type: ignore[attr-defined]
    again = transfer(inputs=tuple(shuffled[0]), outputs=tuple(shuffled[1]))
    first = movements_of(transfer(inputs=inputs, outputs=outputs), BOOK)
    assert movements_of(again, BOOK) == first


@pytest.mark.parametrize(
    ("sender", "receiver", "expected"),
    [
        ("", address(0), (IN, "", "A")),
        (address(1), "", (OUT, "A", "")),
        (address(0), address(1), (OWN, "A", "A")),
        (address(0), address(2), (BETWEEN, "A", "B")),
        (address(50), address(51), (UNKNOWN, "", "")),
        ("", "", (UNKNOWN, "", "")),
        (address(90), address(0), (ISSUED, "Mint", "A")),
        (address(0), address(90), (ISSUED, "A", "Mint")),
        ("a", "b", (BETWEEN, "A", "B")),  # names of the table
        ("someone", "A", (IN, "", "A")),
    ],
)
def test_classes_by_the_pair_of_owners(
    sender: str, receiver: str, expected: tuple[TransferClass, str, str]
) -> None:
    kind, whose, to = expected
    assert told(coins=5.0, sender=sender, receiver=receiver) == [(kind, 5.0, whose, to, False)]
    if sender.startswith("0x") and receiver.startswith("0x"):
        inputs, outputs = (Leg(sender, 9 * UNIT),), (Leg(receiver, 5 * UNIT),)
        assert told(inputs=inputs, outputs=outputs) == [(kind, 5.0, whose, to, False)]


def test_what_a_source_says_of_the_kinds() -> None:
    assert told(coins=5.0, receiver="Kraken", receiver_kind="exchange") == [
        (IN, 5.0, "", "Kraken", False)
    ]
    assert told(coins=5.0, sender="Tether", sender_kind="treasury")[0][0] is ISSUED
    assert told(coins=5.0, sender="A", receiver="Fund", receiver_kind="custodian") == [
        (OUT, 5.0, "A", "Fund", True)
    ]
    assert told(coins=5.0, sender="x", sender_kind="unknown")[0][0] is UNKNOWN


def test_change_is_no_transfer() -> None:
    # Back to an input; the odd twin of a round payment; and what may be either is kept.
    assert told(inputs=legs((0, 9)), outputs=legs((50, 4), (0, 5))) == [(OUT, 4.0, "A", "", False)]
    assert told(inputs=legs((60, 400.123)), outputs=legs((2, 300), (61, 100.1229))) == [
        (IN, 300.0, "", "B", False)
    ]
    assert told(inputs=legs((60, 9)), outputs=legs((61, 4.0001), (62, 4.9999))) == [
        (UNKNOWN, 9.0, "", "", False)
    ]
    assert told(inputs=legs((60, 9)), outputs=legs((60, 9))) == []
    assert told(coins=7.0, sender=address(60), receiver=address(60)) == []
    assert told(coins=0.0, receiver=address(0)) == []


def test_a_batch_is_split_by_who_receives() -> None:
    found = told(inputs=legs((0, 99)), outputs=legs((50, 1), (51, 2), (2, 3), (3, 4), (1, 5)))
    assert found == [
        (OUT, 3.0, "A", "", False),
        (OWN, 5.0, "A", "A", False),
        (BETWEEN, 7.0, "A", "B", False),
    ]


def test_an_owner_who_is_hardly_sure_makes_it_suspect() -> None:
    unsure = AddressBook()
    for number, confidence in ((0, 0.49), (1, 0.5)):
        unsure.add(address(number), Owner("A", confidence=confidence))
    found = [
        movements_of(transfer(coins=5.0, receiver=address(number)), unsure)[0].suspect
        for number in (0, 1)
    ]
    assert found == [True, False]


def test_inputs_of_several_owners_are_suspect() -> None:
    assert told(inputs=legs((0, 1), (2, 5), (50, 9)), outputs=legs((51, 15))) == [
        (OUT, 15.0, "B", "", True)
    ]


def test_a_large_round_withdrawal_may_be_a_move_into_a_cold_store() -> None:
    for coins, suspect in ((1_000.0, True), (999.0, False), (1_000.5, False)):
        assert told(coins=coins, sender="A") == [(OUT, coins, "A", "", suspect)]
        spent = told(inputs=legs((0, coins)), outputs=legs((50, coins)))
        assert spent == [(OUT, coins, "A", "", suspect)]
    two = told(inputs=legs((0, 2_000)), outputs=legs((50, 1_000), (51, 1_000)))
    assert two == [(OUT, 2_000.0, "A", "", False)]


@given(st.integers(1, 10**15))
def test_amounts_are_exact(units: int) -> None:
    (moved,) = movements_of(transfer(coins=units / UNIT), BOOK)
    assert moved == Movement(UNKNOWN, units)


@pytest.mark.parametrize("coins", [-1.0, math.nan, math.inf, 1.1e10])
def test_amounts_that_are_none_are_refused(coins: float) -> None:
    with pytest.raises(InvalidInputError, match=r"^amount is .* whole coins; drop the transfer"):
        movements_of(transfer(coins=coins), BOOK)


def test_legs_are_checked_likewise() -> None:
    for wrong in ((Leg("x", -1),), (Leg("x", 10**18 + 1),)):
        for sides in ({"inputs": wrong}, {"outputs": wrong}):
            with pytest.raises(InvalidInputError, match="^amount is"):
                movements_of(transfer(**sides), BOOK)  # type: ignore[arg-type] # passed on


def test_edges_of_the_tiers() -> None:
    tiers = TierLimits()
    edges = [(100 * UNIT - 1, 0), (100 * UNIT, 1), (500 * UNIT, 2), (1_000 * UNIT, 3)]
    assert [tiers.tier(units) for units, _ in edges] == [Tier(tier) for _, tier in edges]
    for wrong in ((0.0, 1.0, 2.0), (1.0, 1.0, 2.0), (3.0, 2.0, 1.0), (1.0, 2.0, math.nan)):
        with pytest.raises(InvalidInputError, match="three numbers above 0 that rise"):
            TierLimits(*wrong)


HASH = "ab" * 32
SOLANA = "5VERv8NMvzbJMEkV8xnrLkEaWRtSz9CosKDYjCJjBRnb"


@pytest.mark.parametrize(
    ("name", "spelled"),
    [
        (HASH.upper(), HASH),
        (f"0x{HASH}", HASH),
        (f"0X{HASH.upper()} 3", f"{HASH} 3"),
        (HASH[1:].upper(), HASH[1:].upper()),
        (f"{HASH}F", f"{HASH}F"),
        (SOLANA, SOLANA),
        ("", ""),
    ],
)
def test_a_hash_has_one_spelling_and_other_names_have_their_own(name: str, spelled: str) -> None:
    assert transaction_of(name) == spelled
    assert transaction_of(spelled) == spelled


def test_who_tells_more_is_worth_more() -> None:
    def worth(**told: Any) -> int:  # noqa: ANN401 - whatever a transfer has
        one = transfer("1", coins=5.0, **told)
        return worth_of(one, movements_of(one, book()))[0]

    nothing, address_only = worth(), worth(receiver=address(40))
    with_legs = worth(inputs=legs((40, 9.0)), outputs=legs((41, 9.0)))
    one_side = worth(receiver=address(0))
    one_side_legs = worth(inputs=legs((40, 9.0)), outputs=legs((0, 9.0)))
    both = worth(sender=address(2), receiver=address(0))
    both_legs = worth(inputs=legs((2, 9.0)), outputs=legs((0, 9.0)))
    ranks = [nothing, address_only, with_legs, one_side, one_side_legs, both, both_legs]
    assert ranks == sorted(set(ranks))
    assert (nothing, both_legs) == (0, 8)
