//! Exact arithmetic of money: integers, rounded once, half to even (`docs/trading.md`, "Units").

use serde::{Deserialize, Serialize};

/// Rates are counted in this part of 1.
pub const RATE_ONE: i128 = 100_000_000;

/// `a / b` to the nearest integer, half to even; `b` is above 0.
#[must_use]
pub fn div(a: i128, b: i128) -> i128 {
    let (quotient, rest) = (a.div_euclid(b), a.rem_euclid(b));
    quotient + i128::from(rounds_up(quotient, rest.unsigned_abs(), b.unsigned_abs()))
}

/// `a * b / d` to the nearest integer, half to even, whatever the size of the product; `d` is above
/// 0. A result beyond `i128` becomes its bound.
#[must_use]
pub fn mul_div(a: i128, b: i128, d: i128) -> i128 {
    if let Some(product) = a.checked_mul(b) {
        return div(product, d);
    }
    let magnitude = wide_mul_div(a.unsigned_abs(), b.unsigned_abs(), d.unsigned_abs());
    let bounded = i128::try_from(magnitude).unwrap_or(i128::MAX);
    if (a < 0) == (b < 0) { bounded } else { -bounded }
}

/// True when a rest of a division by `d` rounds the quotient to the next integer.
fn rounds_up(quotient: i128, rest: u128, d: u128) -> bool {
    let left = d - rest; // no doubling, which might not fit
    rest > left || (rest == left && quotient & 1 == 1)
}

/// The same for magnitudes, by long division of the 256-bit product.
fn wide_mul_div(a: u128, b: u128, d: u128) -> u128 {
    let (high, low) = wide_product(a, b);
    if high >= d {
        return u128::MAX;
    }
    let (mut quotient, mut rest) = (0_u128, high);
    for bit in (0..128).rev() {
        rest = rest << 1 | (low >> bit & 1); // rest < d < 2^127: the shift loses nothing
        quotient <<= 1;
        if rest >= d {
            rest -= d;
            quotient |= 1;
        }
    }
    let left = d - rest;
    quotient.saturating_add(u128::from(rest > left || (rest == left && quotient & 1 == 1)))
}

/// `a * b` as (high, low) halves of 128 bits.
fn wide_product(a: u128, b: u128) -> (u128, u128) {
    const MASK: u128 = u64::MAX as u128;
    let (a1, a0, b1, b0) = (a >> 64, a & MASK, b >> 64, b & MASK);
    let low = a0 * b0;
    let middle = a1 * b0 + (low >> 64);
    let cross = a0 * b1 + (middle & MASK);
    (a1 * b1 + (middle >> 64) + (cross >> 64), cross << 64 | low & MASK)
}

/// A part of an amount: `part(x, rate)`, a rate being counted in [`RATE_ONE`].
#[must_use]
pub fn part(amount: i128, rate: i64) -> i128 {
    mul_div(amount, i128::from(rate), RATE_ONE)
}

/// How a market's grid units become holdings (1e-12 base) and money (1e-8 quote).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Units {
    /// Holding in one unit of the size grid.
    per_size: i128,
    /// Product of a holding and a price in one unit of money.
    per_money: i128,
}

impl Units {
    /// The units of grids of so many decimals, 0 to 12 each.
    #[must_use]
    pub fn new(price_decimals: u8, size_decimals: u8) -> Self {
        let ten_to = |exponent: u8| 10_i128.pow(u32::from(exponent.min(16)));
        Self {
            per_size: ten_to(12_u8.saturating_sub(size_decimals)),
            per_money: ten_to(price_decimals.saturating_add(4)),
        }
    }

    /// The holding that a quantity is.
    #[must_use]
    pub fn holding(&self, quantity: i64) -> i128 {
        i128::from(quantity) * self.per_size
    }

    /// What a holding is worth at a price, in money.
    #[must_use]
    pub fn value(&self, holding: i128, price: i64) -> i128 {
        if holding == 0 {
            return 0;
        }
        mul_div(holding, i128::from(price), self.per_money)
    }

    /// A quarter of what a holding is worth at a price.
    #[must_use]
    pub fn quarter_value(&self, holding: i128, price: i64) -> i128 {
        mul_div(holding, i128::from(price), self.per_money * 4)
    }

    /// The most whole lots in a holding, in units of the size grid and with its sign.
    #[must_use]
    pub fn whole_lots(&self, holding: i128, lot: i64) -> i64 {
        let lot = i128::from(lot);
        let quantity = holding / (self.per_size * lot) * lot;
        i64::try_from(quantity).unwrap_or(if holding < 0 { i64::MIN } else { i64::MAX })
    }
}
