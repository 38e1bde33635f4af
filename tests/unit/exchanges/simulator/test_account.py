"""What an account holds."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from supreme_system_v5.exchanges.simulator.account import Account

AMOUNTS = st.decimals(0, 100, places=8)


@given(st.lists(AMOUNTS, max_size=20))
def test_never_more_is_held_than_there_is(amounts: list[Decimal]) -> None:
    account = Account({"USDT": Decimal(100)})
    held = [amount for amount in amounts if account.freeze("USDT", amount)]
    assert sum(held, Decimal(0)) <= 100
    assert account.available("USDT") == 100 - sum(held, Decimal(0))
    for amount in held:
        account.release("USDT", amount)
    assert account.available("USDT") == account.cash["USDT"] == 100


def test_other_currencies_begin_with_nothing() -> None:
    account = Account({})
    assert not account.freeze("BTC", Decimal(1))
    account.change("BTC", Decimal(2))
    assert account.freeze("BTC", Decimal(1))
    assert account.available("BTC") == 1
