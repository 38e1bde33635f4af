//! What a venue charges and allows, in the integers of one market.

use serde::{Deserialize, Serialize};

use crate::error::CoreError;
use crate::money::Units;
use crate::numbers::integer_within;

const RATE_MAX: i64 = 10_000_000; // 1 000 bps
const MONEY_MAX: i64 = 100_000_000_000_000_000; // 1e9
const LATENCY_MAX: i64 = 60_000_000_000;
const STEP_MAX: i64 = 1 << 53;

/// Rates are counted in 1e-8; see `docs/trading.md`, "Costs".
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Venue {
    /// Decimals of the market's price grid.
    pub price_decimals: i64,
    /// Decimals of the market's size grid.
    pub size_decimals: i64,
    /// Step of order prices, in price units.
    pub tick: i64,
    /// Step of quantities, in size units.
    pub lot: i64,
    /// Smallest quantity, in size units.
    pub min_quantity: i64,
    /// Smallest value of an order, money.
    pub min_notional: i64,
    /// How far a limit may be from the last price, a rate.
    pub band: i64,
    /// Fee of a taker.
    pub taker: i64,
    /// Fee of a maker, below 0 a rebate.
    pub maker: i64,
    /// Spread, of which a taker pays half.
    pub spread: i64,
    /// Slippage of a taker.
    pub slippage: i64,
    /// Least slippage of a stop.
    pub stop_slippage: i64,
    /// Funding of a perpetual per 8 hours.
    pub funding: i64,
    /// From sending an order to its arrival.
    pub latency_ns: i64,
    /// A buyer pays his fee in base, and nothing is sold that is not there.
    pub spot: bool,
    /// Largest position in 1e-8 of the equity, of a perpetual.
    pub leverage: i64,
}

impl Venue {
    /// Checks every value.
    ///
    /// # Errors
    /// [`CoreError::Integer`] naming the first that is out of its range.
    pub fn checked(self) -> Result<Self, CoreError> {
        for (name, value, min, max) in [
            ("price_decimals", self.price_decimals, 0, 12),
            ("size_decimals", self.size_decimals, 0, 12),
            ("tick", self.tick, 1, STEP_MAX),
            ("lot", self.lot, 1, STEP_MAX),
            ("min_quantity", self.min_quantity, 1, STEP_MAX),
            ("min_notional", self.min_notional, 0, MONEY_MAX),
            ("band", self.band, 1, 100_000_000),
            ("taker", self.taker, 0, RATE_MAX),
            ("maker", self.maker, -1_000_000, RATE_MAX),
            ("spread", self.spread, 0, RATE_MAX),
            ("slippage", self.slippage, 0, RATE_MAX),
            ("stop_slippage", self.stop_slippage, 0, RATE_MAX),
            ("funding", self.funding, -RATE_MAX, RATE_MAX),
            ("latency_ns", self.latency_ns, 0, LATENCY_MAX),
            ("leverage", self.leverage, 1_000_000, 1_000_000_000),
        ] {
            integer_within(name, value, min, max)?;
        }
        if self.spot {
            integer_within("funding", self.funding, 0, 0)?;
        }
        Ok(self)
    }

    /// How the market's grid units become holdings and money.
    #[must_use]
    pub fn units(&self) -> Units {
        let decimals = |value| u8::try_from(value).unwrap_or(12);
        Units::new(decimals(self.price_decimals), decimals(self.size_decimals))
    }
}
