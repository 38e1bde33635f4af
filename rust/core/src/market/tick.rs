//! One accepted trade: on its grid, with a time that can be true ("Values in").

use serde::{Deserialize, Serialize};

use crate::error::CoreError;
use crate::grid::Grid;
use crate::numbers;

/// The taker's side.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Side {
    /// The taker sold.
    Sell,
    /// Not known.
    Unknown,
    /// The taker bought.
    Buy,
}

impl Side {
    /// From -1, 0 or 1.
    ///
    /// # Errors
    /// [`CoreError::Integer`] for any other number.
    #[inline]
    pub fn new(value: i64) -> Result<Self, CoreError> {
        match value {
            -1 => Ok(Self::Sell),
            0 => Ok(Self::Unknown),
            1 => Ok(Self::Buy),
            _ => Err(CoreError::Integer { name: "side", value, min: -1, max: 1 }),
        }
    }
}

/// A trade in integer units of its grids.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tick {
    /// Price in units of the price grid.
    pub price: i64,
    /// Size in units of the size grid.
    pub size: i64,
    /// Exchange time, nanoseconds UTC.
    pub timestamp_ns: i64,
    /// The taker's side.
    pub side: Side,
}

/// The price and the size grid of one market.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Grids {
    /// Grid of prices.
    pub price: Grid,
    /// Grid of sizes.
    pub size: Grid,
}

impl Grids {
    /// The grids of an instrument.
    ///
    /// # Errors
    /// [`CoreError::Integer`] when a number of decimals is not 0 to 12.
    pub fn of_instrument(price_decimals: i64, size_decimals: i64) -> Result<Self, CoreError> {
        Ok(Self {
            price: Grid::strict("price_decimals", price_decimals)?,
            size: Grid::strict("size_decimals", size_decimals)?,
        })
    }

    /// The grids used without an instrument.
    #[must_use]
    pub fn rounding() -> Self {
        Self { price: Grid::rounding(), size: Grid::rounding() }
    }

    /// Accepts a trade, or says why not.
    ///
    /// # Errors
    /// [`CoreError`] naming the price, size or time that was refused.
    #[inline]
    pub fn tick(
        &self,
        price: f64,
        size: f64,
        timestamp_ns: i64,
        side: Side,
    ) -> Result<Tick, CoreError> {
        Ok(Tick {
            price: self.price.units("price", price)?,
            size: self.size.units("size", size)?,
            timestamp_ns: numbers::timestamp("timestamp_ns", timestamp_ns)?,
            side,
        })
    }
}
