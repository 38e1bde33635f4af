//! What a fill costs (`docs/trading.md`, "Costs").

use super::config::Venue;
use crate::ledger::Fill;
use crate::money::{RATE_ONE, Units, mul_div, part};

/// In which role an order fills.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    Maker,
    Taker,
    Stop,
}

/// Highest and lowest price of a bar that is being walked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Span {
    pub(super) high: i64,
    pub(super) low: i64,
}

/// A fill to be: who, how much, where and when.
#[derive(Debug, Clone, Copy)]
pub(super) struct Execution {
    pub(super) side: i8,
    pub(super) quantity: i64,
    pub(super) price: i64,
    pub(super) time_ns: i64,
    pub(super) role: Role,
    pub(super) span: Option<Span>,
}

/// The fill with all its costs.
pub(super) fn charge(venue: &Venue, units: &Units, execution: &Execution) -> Fill {
    let Execution { side, quantity, price, time_ns, role, span } = *execution;
    let holding = units.holding(quantity);
    let value = units.value(holding, price);
    let rate = if role == Role::Maker { venue.maker } else { venue.taker };
    let (fee, fee_base) = if venue.spot && side > 0 {
        let fee_base = part(holding, rate);
        (units.value(fee_base, price), fee_base)
    } else {
        (part(value, rate), 0)
    };
    let (spread, slippage) = match role {
        Role::Maker => (0, 0),
        Role::Taker => (half_spread(venue, value), part(value, venue.slippage)),
        Role::Stop => {
            let slip = part(value, venue.slippage.max(venue.stop_slippage));
            (half_spread(venue, value), slip_of_stop(units, execution, holding, slip, span))
        }
    };
    Fill { time_ns, side, quantity, price, value, spread, slippage, fee, fee_base }
}

fn half_spread(venue: &Venue, value: i128) -> i128 {
    mul_div(value, i128::from(venue.spread), 2 * RATE_ONE)
}

/// Inside a bar a stop slips by a quarter of the bar's range as well, but not beyond the bar.
fn slip_of_stop(
    units: &Units,
    execution: &Execution,
    holding: i128,
    slip: i128,
    span: Option<Span>,
) -> i128 {
    let Some(Span { high, low }) = span else { return slip };
    let room = if execution.side < 0 { execution.price - low } else { high - execution.price };
    let more = units.quarter_value(holding, high - low);
    (slip + more).min(units.value(holding, room))
}
