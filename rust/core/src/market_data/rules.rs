//! What prices, sizes and times of a file may be.

use super::cell::Cell;
use super::fault::{Allowed, Fault};
use crate::error::CoreError;
use crate::grid::Grid;

/// Latest time, the year 2100, in milliseconds UTC.
pub const LAST_MS: i64 = 4_102_444_800_000;
const NS_PER_MS: i64 = 1_000_000;

/// The grids of prices and sizes, with their bounds.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rules {
    /// Of prices.
    pub prices: Range,
    /// Of sizes and volumes.
    pub sizes: Range,
}

/// The values of a grid.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Range {
    grid: Grid,
    low: f64,
    high: f64,
}

impl Rules {
    /// Grids of so many decimals; with None values are rounded to 1e-8 instead.
    ///
    /// # Errors
    /// [`CoreError::Integer`] when a number of decimals is not 0 to 12.
    pub fn new(price_decimals: Option<i64>, size_decimals: Option<i64>) -> Result<Self, CoreError> {
        let range = |name, decimals: Option<i64>| {
            let grid = decimals.map_or(Ok(Grid::rounding()), |d| Grid::strict(name, d));
            grid.map(Range::new)
        };
        Ok(Self {
            prices: range("price_decimals", price_decimals)?,
            sizes: range("size_decimals", size_decimals)?,
        })
    }
}

impl Range {
    fn new(grid: Grid) -> Self {
        let (low, high) = grid.bounds();
        Self { grid, low, high }
    }

    /// The price or size in a cell.
    ///
    /// # Errors
    /// When it holds no number, or one outside the bounds or off the grid. (A value below the
    /// smallest step is refused, although the grid would round it up.)
    #[inline]
    pub fn read(&self, column: &'static str, cell: &Cell<'_>) -> Result<f64, Fault> {
        let value = cell.float();
        let within = value >= self.low && value <= self.high;
        if within && self.grid.units(column, value).is_ok() {
            return Ok(value);
        }
        Err(self.refused(column, cell))
    }

    #[cold]
    fn refused(&self, column: &'static str, cell: &Cell<'_>) -> Fault {
        let decimals = self.grid.decimals();
        let allowed = Allowed::Number { low: self.low, high: self.high, decimals };
        Fault::new(column, &cell.shown(), allowed)
    }
}

/// The time in a cell of whole milliseconds, in nanoseconds.
///
/// # Errors
/// When it is no integer, or one before 1970 or after 2100.
#[inline]
pub fn timestamp_ns(column: &'static str, cell: &Cell<'_>) -> Result<i64, Fault> {
    match cell.integer() {
        Some(milliseconds @ 0..=LAST_MS) => Ok(milliseconds * NS_PER_MS),
        _ => Err(Fault::new(column, &cell.shown(), Allowed::Milliseconds)),
    }
}
