//! Arithmetic of money, and the identity that every ledger keeps.

#![allow(missing_docs, reason = "tests say what they show in their names")]

use proptest::prelude::*;
use supreme_core::ledger::{Fill, Ledger};
use supreme_core::money::{Units, div, mul_div, part};

#[test]
fn halves_go_to_the_even_neighbour() {
    let halves = [(1, 0), (3, 2), (5, 2), (7, 4), (-1, 0), (-3, -2), (-5, -2)];
    for (twice, rounded) in halves {
        assert_eq!(div(twice, 2), rounded, "{twice} / 2");
        assert_eq!(mul_div(twice, 1, 2), rounded);
    }
}

#[test]
fn a_result_that_does_not_fit_is_the_largest_that_does() {
    assert_eq!(mul_div(i128::MAX, 3, 2), i128::MAX);
    assert_eq!(mul_div(i128::MAX, -3, 2), -i128::MAX);
}

proptest! {
    #[test]
    fn a_quotient_is_the_nearest(a in any::<i64>(), b in 1..i64::MAX) {
        let (a, b) = (i128::from(a), i128::from(b));
        let rest = a - div(a, b) * b;
        prop_assert!(2 * rest.abs() <= b);
        prop_assert!(2 * rest.abs() < b || div(a, b) % 2 == 0);
    }

    /// The wide path is tried by a factor that cancels: it must change nothing.
    #[test]
    fn a_product_of_any_width_is_divided_alike(
        a in -(1_i128 << 62)..1_i128 << 62,
        b in 1_i128..1 << 60,
        d in 1_i128..1 << 40,
        factor in 1_i128..1 << 60,
    ) {
        prop_assert_eq!(mul_div(a, b, d), mul_div(a * factor, b, d * factor));
    }

    #[test]
    fn no_unit_of_money_is_lost(
        fills in prop::collection::vec(
            (prop::bool::ANY, 1_i64..1_000_000, 1_i64..1_000_000_000, 0_i64..1_000_000), 1..60
        ),
        lot in 1_i64..20,
        decimals in 0_u8..=12,
    ) {
        let units = Units::new(4, decimals);
        let initial = 1_000_000_000_000_i128;
        let mut ledger = Ledger::new(units, lot, initial);
        let mut held = 0_i128;
        for (time_ns, &(buys, quantity, price, rate)) in fills.iter().enumerate() {
            let side = if buys { 1 } else { -1 };
            let value = units.value(units.holding(quantity), price);
            let cost = part(value, rate);
            let trip = ledger.fill(&Fill {
                time_ns: i64::try_from(time_ns).unwrap(),
                side,
                quantity,
                price,
                value,
                spread: cost / 3,
                slippage: cost / 2,
                fee: cost,
                fee_base: 0,
            });
            held += i128::from(side) * units.holding(quantity);
            let totals = *ledger.totals();
            let kept = ledger.cash() + ledger.cost() + totals.fees + totals.spread
                + totals.slippage + totals.funding - totals.gross;
            prop_assert_eq!(kept, initial);
            prop_assert_eq!(ledger.position(), held);
            if let Some(trip) = trip {
                prop_assert!(trip.exit_ns >= trip.entry_ns);
                prop_assert!(trip.entry_quantity > 0 && trip.exit_quantity > 0);
            }
            if held == 0 {
                prop_assert_eq!(ledger.cost(), 0);
                prop_assert_eq!(ledger.equity(price) - initial, totals.net());
            }
        }
    }
}
