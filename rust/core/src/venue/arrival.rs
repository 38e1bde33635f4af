//! What an exchange checks when an order arrives.

use super::config::Venue;
use super::order::{Kind, Order};
use super::report::Reason;
use crate::money::{RATE_ONE, Units};

/// Largest value of an order, and of a fill: 1e15 quote.
pub(super) const VALUE_MAX: i128 = 100_000_000_000_000_000_000_000;

/// Why an order is rejected at a price, or [`Reason::None`]; `reducible` is how much there is to reduce.
pub(super) fn verdict(
    venue: &Venue,
    units: &Units,
    order: &Order,
    price: i64,
    reducible: i64,
) -> Reason {
    let value = units.value(units.holding(order.quantity), worth_at(order, price));
    let exempt = order.reduce_only && !venue.spot;
    if order.quantity % venue.lot != 0 || order.quantity < venue.min_quantity {
        Reason::LotSize
    } else if off_tick(order, venue.tick) {
        Reason::TickSize
    } else if order.kind == Kind::Limit && outside(order.price, price, venue.band) {
        Reason::PriceBand
    } else if value < i128::from(venue.min_notional) && !exempt {
        Reason::MinNotional
    } else if value > VALUE_MAX {
        Reason::TooLarge
    } else if order.reduce_only && reducible == 0 {
        Reason::ReduceOnly
    } else {
        Reason::None
    }
}

/// The price that an order's value is taken at.
fn worth_at(order: &Order, price: i64) -> i64 {
    match order.kind {
        Kind::Limit | Kind::Stop | Kind::TakeProfit => order.price,
        Kind::Market | Kind::Trailing => price,
    }
}

fn off_tick(order: &Order, tick: i64) -> bool {
    let protections = order.protections;
    [order.price, protections.stop, protections.target, protections.trail]
        .iter()
        .any(|price| price % tick != 0)
}

fn outside(limit: i64, price: i64, band: i64) -> bool {
    let away = i128::from(limit.abs_diff(price));
    away * RATE_ONE > i128::from(band) * i128::from(price)
}
