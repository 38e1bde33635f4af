//! What the exchange says.

use serde::{Deserialize, Serialize};

use crate::ledger::{Fill, Trip};

/// What became of an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Status {
    /// It arrived and rests, or fills at once.
    Accepted,
    /// It broke a rule.
    Rejected,
    /// Part of it filled.
    PartiallyFilled,
    /// All of it filled.
    Filled,
    /// It will not fill (any more).
    Cancelled,
    /// Funding was paid, or received.
    Funding,
}

impl Status {
    /// Its name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Accepted => "ACCEPTED",
            Self::Rejected => "REJECTED",
            Self::PartiallyFilled => "PARTIALLY_FILLED",
            Self::Filled => "FILLED",
            Self::Cancelled => "CANCELLED",
            Self::Funding => "FUNDING",
        }
    }
}

/// Why an order was rejected or cancelled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Reason {
    /// There is nothing to explain.
    None,
    /// The quantity is no multiple of the lot, or too small.
    LotSize,
    /// A price is no multiple of the tick.
    TickSize,
    /// The limit is too far from the last price.
    PriceBand,
    /// It is worth too little.
    MinNotional,
    /// It is worth more than can be counted.
    TooLarge,
    /// There is nothing to reduce.
    ReduceOnly,
    /// It cannot be paid.
    Funds,
    /// Its owner asked for it.
    Requested,
}

impl Reason {
    /// Its name, empty for none.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::None => "",
            Self::LotSize => "LOT_SIZE",
            Self::TickSize => "TICK_SIZE",
            Self::PriceBand => "PRICE_BAND",
            Self::MinNotional => "MIN_NOTIONAL",
            Self::TooLarge => "TOO_LARGE",
            Self::ReduceOnly => "REDUCE_ONLY",
            Self::Funds => "FUNDS",
            Self::Requested => "REQUESTED",
        }
    }
}

/// One report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    /// What became of the order.
    pub status: Status,
    /// Of the order; 0 of funding and of a close-out.
    pub number: u64,
    /// When.
    pub time_ns: i64,
    /// Why.
    pub reason: Reason,
    /// Of ACCEPTED the order's quantity.
    pub quantity: i64,
    /// How much of the order is filled in all.
    pub filled: i64,
    /// Of FUNDING what was paid, in money.
    pub paid: i128,
    /// What filled.
    pub fill: Option<Fill>,
    /// It waited for its price.
    pub maker: bool,
    /// The position that the fill ended.
    pub trip: Option<Trip>,
}

impl Report {
    pub(super) fn plain(status: Status, number: u64, time_ns: i64, reason: Reason) -> Self {
        Self {
            status,
            number,
            time_ns,
            reason,
            quantity: 0,
            filled: 0,
            paid: 0,
            fill: None,
            maker: false,
            trip: None,
        }
    }
}
