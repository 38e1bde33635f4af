//! A position from its first fill to its last.

use serde::{Deserialize, Serialize};

/// A position that has ended; amounts in money, quantities in units of the size grid.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Trip {
    /// 1 long, -1 short.
    pub side: i8,
    /// Time of the first fill.
    pub entry_ns: i64,
    /// Time of the last fill.
    pub exit_ns: i64,
    /// Bought (of a short sold) in all.
    pub entry_quantity: i64,
    /// What for, at the prices the market showed.
    pub entry_value: i128,
    /// Sold (of a short bought) in all.
    pub exit_quantity: i64,
    /// What for.
    pub exit_value: i128,
    /// What the totals grew by.
    pub totals: Totals,
}

/// What is only ever added to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Totals {
    /// Gain at the prices that the market showed.
    pub gross: i128,
    /// Fees, also those taken in base.
    pub fees: i128,
    /// Halves of the spread.
    pub spread: i128,
    /// Slippage.
    pub slippage: i128,
    /// Funding paid.
    pub funding: i128,
}

impl Totals {
    /// What they grew by since `earlier`.
    #[must_use]
    pub fn since(&self, earlier: &Self) -> Self {
        Self {
            gross: self.gross - earlier.gross,
            fees: self.fees - earlier.fees,
            spread: self.spread - earlier.spread,
            slippage: self.slippage - earlier.slippage,
            funding: self.funding - earlier.funding,
        }
    }

    /// Gross less all costs.
    #[must_use]
    pub fn net(&self) -> i128 {
        self.gross - self.fees - self.spread - self.slippage - self.funding
    }
}

/// A position still open: what a [`Trip`] will be, and the totals it began with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct OpenTrip {
    pub(super) trip: Trip,
    began: Totals,
}

impl OpenTrip {
    pub(super) fn new(side: i8, entry_ns: i64, began: Totals) -> Self {
        let trip = Trip {
            side,
            entry_ns,
            exit_ns: entry_ns,
            entry_quantity: 0,
            entry_value: 0,
            exit_quantity: 0,
            exit_value: 0,
            totals: Totals::default(),
        };
        Self { trip, began }
    }

    /// Adds a fill, or the part of one that concerns this position.
    pub(super) fn add(&mut self, side: i8, quantity: i64, value: i128) {
        let trip = &mut self.trip;
        let (of_quantity, of_value) = if side == trip.side {
            (&mut trip.entry_quantity, &mut trip.entry_value)
        } else {
            (&mut trip.exit_quantity, &mut trip.exit_value)
        };
        *of_quantity += quantity;
        *of_value += value;
    }

    pub(super) fn ended(mut self, exit_ns: i64, totals: &Totals) -> Trip {
        self.trip.exit_ns = exit_ns;
        self.trip.totals = totals.since(&self.began);
        self.trip
    }
}
