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
        let bar = MinuteBar {
            open: self.price.units("open", row.open)?,
            high: self.price.units("high", row.high)?,
            low: self.price.units("low", row.low)?,
            close: self.price.units("close", row.close)?,
            volume: self.size.units("volume", row.volume)?,
            open_ns: timestamp("timestamp_ns", row.open_ns)?,
        };
        if bar.open_ns % MINUTE_NS != 0 {
            let allowed = "the first nanosecond of a minute";
            return Err(CoreError::Choice { name: "timestamp_ns", value: bar.open_ns, allowed });
        }
        if bar.high < bar.open.max(bar.low).max(bar.close) {
            let least = row.open.max(row.low).max(row.close);
            number_within("high", row.high, least, f64::MAX)?;
        }
        if bar.low > bar.open.min(bar.close) {
            number_within("low", row.low, 0.0, row.open.min(row.close))?;
        }
        Ok(bar)
    }
}
