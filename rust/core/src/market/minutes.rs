//! Whole minutes instead of trades: a market that is known only by its bars.

use super::tick::Grids;
use crate::error::CoreError;
use crate::numbers::{NS_PER_SECOND, number_within, timestamp};

const MINUTE_NS: i64 = 60 * NS_PER_SECOND;

/// A whole minute as it is told: prices in quote, volume in base currency.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Row {
    /// First nanosecond, UTC.
    pub open_ns: i64,
    /// First price.
    pub open: f64,
    /// Highest price.
    pub high: f64,
    /// Lowest price.
    pub low: f64,
    /// Last price.
    pub close: f64,
    /// Sum of sizes.
    pub volume: f64,
}

/// The same in units of its grids.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MinuteBar {
    /// First nanosecond, UTC.
    pub open_ns: i64,
    /// First price.
    pub open: i64,
    /// Highest price.
    pub high: i64,
    /// Lowest price.
    pub low: i64,
    /// Last price.
    pub close: i64,
    /// Sum of sizes.
    pub volume: i64,
}

impl MinuteBar {
    /// First nanosecond after it.
    #[must_use]
    pub fn end_ns(&self) -> i64 {
        self.open_ns + MINUTE_NS
    }
}

impl Grids {
    /// Accepts a minute, or says why not.
    ///
    /// # Errors
    /// [`CoreError`] naming the value that was refused.
    pub fn minute(&self, row: &Row) -> Result<MinuteBar, CoreError> {
        let open_ns = timestamp("timestamps_ns", row.open_ns)?;
        if open_ns % MINUTE_NS != 0 {
            let allowed = "the first nanosecond of a minute";
            return Err(CoreError::Choice { name: "timestamps_ns", value: open_ns, allowed });
        }
        let bar = MinuteBar {
            open_ns,
            open: self.price.units("opens", row.open)?,
            high: self.price.units("highs", row.high)?,
            low: self.price.units("lows", row.low)?,
            close: self.price.units("closes", row.close)?,
            volume: self.size.units("volumes", row.volume)?,
        };
        if bar.low > bar.open.min(bar.close) {
            number_within("lows", row.low, 0.0, row.open.min(row.close))?;
        }
        if bar.high < bar.open.max(bar.close) {
            number_within("highs", row.high, row.open.max(row.close), f64::MAX)?;
        }
        Ok(bar)
    }
}
