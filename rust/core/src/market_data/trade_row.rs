//! One trade of a file.

use super::cell::Cell;
use super::decoder::Record;
use super::fault::{Allowed, Fault};
use super::rules::{Rules, timestamp_ns};
use crate::market::Side;

/// A trade that passed the checks.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TradeRow {
    /// Nanoseconds UTC.
    pub timestamp_ns: i64,
    /// Quote currency.
    pub price: f64,
    /// Base currency.
    pub size: f64,
    /// The taker's side.
    pub side: Side,
}

impl Record<5> for TradeRow {
    const COLUMNS: [&'static str; 5] = ["timestamp_ms", "price", "size", "side", "trade_id"];
    const KEY: Option<usize> = Some(4);
    const STEP_NS: Option<i64> = None;

    #[inline]
    fn read(cells: &[Cell<'_>; 5], rules: &Rules) -> Result<Self, Fault> {
        let [time, price, size, side, _] = cells;
        Ok(Self {
            timestamp_ns: timestamp_ns("timestamp_ms", time)?,
            price: rules.prices.read("price", price)?,
            size: rules.sizes.read("size", size)?,
            side: self::side(side)?,
        })
    }

    #[inline]
    fn time_ns(&self) -> i64 {
        self.timestamp_ns
    }

    #[inline]
    fn is_silent(&self) -> bool {
        false
    }
}

/// `buy` or `sell`; in a column of integers 1 or -1.
#[inline]
fn side(cell: &Cell<'_>) -> Result<Side, Fault> {
    match *cell {
        Cell::Text(b"buy") | Cell::Integer(1) => Ok(Side::Buy),
        Cell::Text(b"sell") | Cell::Integer(-1) => Ok(Side::Sell),
        _ => Err(Fault::new("side", &cell.shown(), Allowed::Side)),
    }
}
