//! One bar of a file, a minute long.

use super::cell::Cell;
use super::decoder::Record;
use super::fault::{Allowed, Fault};
use super::rules::{Rules, timestamp_ns};
use crate::numbers::NS_PER_SECOND;

const MINUTE_NS: i64 = 60 * NS_PER_SECOND;

/// A bar that passed the checks.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct BarRow {
    /// Open time, nanoseconds UTC, a whole minute.
    pub timestamp_ns: i64,
    /// First price.
    pub open: f64,
    /// Highest price.
    pub high: f64,
    /// Lowest price.
    pub low: f64,
    /// Last price.
    pub close: f64,
    /// Base currency; 0 when nothing traded.
    pub volume: f64,
}

impl Record<6> for BarRow {
    const COLUMNS: [&'static str; 6] = ["timestamp_ms", "open", "high", "low", "close", "volume"];
    const KEY: Option<usize> = None;
    const STEP_NS: Option<i64> = Some(MINUTE_NS);

    #[inline]
    fn read(cells: &[Cell<'_>; 6], rules: &Rules) -> Result<Self, Fault> {
        let [time, open, high, low, close, volume] = cells;
        let refused =
            |column, cell: &Cell<'_>, allowed| Err(Fault::new(column, &cell.shown(), allowed));
        let bar = Self {
            timestamp_ns: timestamp_ns("timestamp_ms", time)?,
            open: f64::NAN,
            high: f64::NAN,
            low: f64::NAN,
            close: f64::NAN,
            volume: 0.0,
        };
        if bar.timestamp_ns % MINUTE_NS != 0 {
            return refused("timestamp_ms", time, Allowed::MinuteStart);
        }
        let bar = Self {
            open: rules.prices.read("open", open)?,
            high: rules.prices.read("high", high)?,
            low: rules.prices.read("low", low)?,
            close: rules.prices.read("close", close)?,
            ..bar
        };
        if bar.low > bar.open.min(bar.close) {
            return refused("low", low, Allowed::AtMostOpenAndClose);
        }
        if bar.high < bar.open.max(bar.close) {
            return refused("high", high, Allowed::AtLeastOpenAndClose);
        }
        Ok(Self { volume: traded(volume, rules)?, ..bar })
    }

    #[inline]
    fn time_ns(&self) -> i64 {
        self.timestamp_ns
    }

    #[inline]
    fn is_silent(&self) -> bool {
        self.volume <= 0.0
    }
}

/// A volume like a size, or 0 of either sign.
#[inline]
fn traded(cell: &Cell<'_>, rules: &Rules) -> Result<f64, Fault> {
    if cell.float().abs() <= 0.0 {
        return Ok(0.0);
    }
    rules.sizes.read("volume", cell)
}
