from __future__ import annotations

from decimal import ROUND_HALF_EVEN, Context, Decimal, Inexact, localcontext
from fractions import Fraction

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from supreme_system_v5.backtest.account import Account, Costs, exact
from supreme_system_v5.errors import InvalidInputError

FREE = Costs(fee_bps=Decimal(0), slippage_bps=Decimal(0))
COSTS = Costs(fee_bps=Decimal(10), slippage_bps=Decimal(2))


def account(costs: Costs = COSTS, cash: str = "10000", lot: str = "0.00001") -> Account:
    return Account(initial_cash=Decimal(cash), costs=costs, lot=Decimal(lot))


def test_one_trade_by_hand() -> None:
    """100.02 paid per unit, 0.1 % of it as fee: 1000 / 100.12002 is 9.98801... units."""
    book = account()
    fill = book.buy(Decimal(100), Decimal(1000))
    assert fill is not None
    assert fill.quantity == Decimal("9.98801")
    assert fill.price == Decimal("100.02")
    assert fill.value == Decimal("998.801")
    assert fill.slippage == Decimal("0.1997602")
    assert fill.fee == Decimal("0.99900076")  # 0.9990007602
    assert book.cash == Decimal("9000.00023904")
    assert book.equity(Decimal(100)) == Decimal("9998.80123904")
    trip = book.sell(Decimal(110))
    assert trip.exit.price == Decimal("109.978")
    assert trip.gross == Decimal("99.8801")
    assert trip.slippage == Decimal("0.41949642")  # 0.1997602 + 0.21973622
    assert trip.fees == Decimal("2.09746212")  # 0.99900076 + 1.09846136
    assert trip.net == Decimal("97.36314146")
    assert book.cash == Decimal(10000) + trip.net
    assert book.realised_pnl == trip.net
    assert book.position == 0
    assert book.entry is None


def test_money_that_buys_no_lot_buys_nothing() -> None:
    book = account(lot="1")
    assert book.buy(Decimal(100), Decimal(100)) is None
    assert book.cash == 10_000
    assert book.position == 0


def test_without_costs_all_the_cash_can_be_spent() -> None:
    book = account(FREE, lot="0.01")
    assert book.buy(Decimal("0.01"), book.share(Decimal(1), Decimal("0.01"))) is not None
    assert book.cash == 0
    assert book.position == 1_000_000


def test_there_is_one_position_at_most() -> None:
    book = account()
    with pytest.raises(InvalidInputError, match="no position"):
        book.sell(Decimal(1))
    book.buy(Decimal(1), Decimal(1))
    with pytest.raises(InvalidInputError, match="position is open"):
        book.buy(Decimal(1), Decimal(1))


def test_more_than_the_cash_is_not_spent() -> None:
    with pytest.raises(InvalidInputError, match="spend is 10001"):
        account().buy(Decimal(1), Decimal(10001))


@pytest.mark.parametrize("bps", ["-1", "10000", "NaN"])
def test_impossible_costs_are_refused(bps: str) -> None:
    for name in ("fee_bps", "slippage_bps"):
        other = "fee_bps" if name == "slippage_bps" else "slippage_bps"
        with pytest.raises(InvalidInputError, match=name):
            Costs(**{name: Decimal(bps), other: Decimal(0)})


@pytest.mark.parametrize("value", ["0", "-1", "NaN", "Infinity"])
def test_impossible_money_is_refused(value: str) -> None:
    with pytest.raises(InvalidInputError, match="initial_cash"):
        account(cash=value)
    with pytest.raises(InvalidInputError, match="lot"):
        account(lot=value)


def test_a_float_becomes_the_decimal_it_was_written_as() -> None:
    assert [exact(x) for x in (61827.99, 9e-05, 1e15)] == [
        Decimal("61827.99"),
        Decimal("0.00009"),
        Decimal(10**15),
    ]


def rounded(amount: Fraction) -> Decimal:
    """Return the amount rounded half-even to 1e-8, by whole numbers only."""
    units, rest = divmod(amount * 10**8, 1)
    if rest > Fraction(1, 2) or (rest == Fraction(1, 2) and units % 2):
        units += 1
    return Decimal(units) / 10**8


CENTS = st.integers(1, 10**8)
BPS = st.decimals(0, 1000, places=3)


@given(
    prices=st.lists(CENTS, min_size=2, max_size=12),
    fraction=st.decimals("0.01", 1, places=2),
    fee=BPS,
    slippage=BPS,
    cash=st.decimals("0.01", 1_000_000, places=8),
)
@example(
    prices=[6182799, 6180000],
    fraction=Decimal(1),
    fee=Decimal("7.5"),
    slippage=Decimal("0.001"),
    cash=Decimal("10000.00000001"),
)
def test_money_is_conserved_to_the_last_digit(
    prices: list[int], fraction: Decimal, fee: Decimal, slippage: Decimal, cash: Decimal
) -> None:
    """Against the same rules computed anew with fractions."""
    book = Account(initial_cash=cash, costs=Costs(fee_bps=fee, slippage_bps=slippage))
    expected = Fraction(cash)
    with localcontext(Context(prec=60, traps=[Inexact])):
        for buy_cents, sell_cents in zip(prices[::2], prices[1::2], strict=False):
            buy, sell = (Decimal(cents) / 100 for cents in (buy_cents, sell_cents))
            spend = book.share(fraction, buy)
            assert spend <= book.cash
            fill = book.buy(buy, spend)
            if fill is None:
                assert Fraction(spend) < Fraction(buy) * 2 * 2 / 10**5  # costs are under 21 %
                continue
            paid = Fraction(fill.quantity) * Fraction(buy) * (1 + Fraction(slippage) / 10**4)
            out = rounded(paid) + rounded(paid * Fraction(fee) / 10**4)
            assert 0 <= out <= spend
            expected -= Fraction(out)
            assert Fraction(book.cash) == expected >= 0
            assert book.cash == cash + book.gross - book.fees - book.slippage - fill.value
            assert book.equity(buy) == book.cash + fill.value
            assert fill.quantity % Decimal("0.00001") == 0
            realised = book.realised_pnl
            trip = book.sell(sell)
            got = Fraction(fill.quantity) * Fraction(sell) * (1 - Fraction(slippage) / 10**4)
            expected += Fraction(rounded(got) - rounded(got * Fraction(fee) / 10**4))
            assert Fraction(book.cash) == expected >= 0
            assert trip.net == book.realised_pnl - realised
            assert min(trip.fees, trip.slippage) >= 0
            assert book.cash == cash + book.gross - book.fees - book.slippage
            assert book.equity(sell) == book.cash


def test_the_caller_s_decimal_context_changes_nothing() -> None:
    with localcontext(Context(prec=30, rounding=ROUND_HALF_EVEN)):
        wide = account()
        wide.buy(Decimal("61827.99"), Decimal(1000))
    with localcontext(Context(prec=18, rounding="ROUND_UP")):
        narrow = account()
        narrow.buy(Decimal("61827.99"), Decimal(1000))
    assert wide.cash == narrow.cash
    assert wide.entry == narrow.entry
