//! The exit trap: what can be bought, but not sold again (`docs/trading.md`).

use super::config::Venue;
use crate::money::part;

impl Venue {
    /// True when a purchase at `price` could not be sold at its stop (0: at `price`): because what
    /// arrives of it is too small, or worth less than 1.2 of the smallest notional after the fee.
    #[must_use]
    pub fn trapped(&self, quantity: i64, price: i64, stop: i64) -> bool {
        let units = self.units();
        let holding = units.holding(quantity);
        let fee = if self.spot { part(holding, self.taker) } else { 0 };
        let sellable = units.whole_lots(holding - fee, self.lot);
        let value = units.value(units.holding(sellable), if stop == 0 { price } else { stop });
        let worth = value - part(value, self.taker);
        sellable < self.min_quantity || worth.saturating_mul(5) < 6 * i128::from(self.min_notional)
    }
}
