//! Realised volatility that is computed when somebody asks.
//!
//! It is the one indicator of a timeframe whose value costs a walk over a long window, and few read it
//! at every bar: what each bar pays is one logarithm.

use serde::{Deserialize, Serialize};

use super::tracked::HISTORY;
use crate::circular_buffer::CircularBuffer;
use crate::indicators::{Indicator, RealisedVolatility};
use crate::numbers::Price;

/// The last returns, enough for the last 50 values, which equal those of [`RealisedVolatility`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DeferredVolatility {
    indicator: RealisedVolatility,
    /// The last price, 0 before the first.
    last: f64,
    returns: CircularBuffer<f64>,
}

impl DeferredVolatility {
    pub(super) fn new(indicator: RealisedVolatility) -> Self {
        let capacity = indicator.period() as usize + HISTORY - 1;
        Self { indicator, last: 0.0, returns: CircularBuffer::with_capacity(capacity) }
    }

    pub(super) fn update(&mut self, price: Price) {
        if self.last > 0.0 {
            self.returns.push(RealisedVolatility::change(self.last, price));
        }
        self.last = price.get();
    }

    fn period(&self) -> usize {
        self.indicator.period() as usize
    }

    /// The value after the last price, or `None` during warm-up.
    #[must_use]
    pub fn value(&self) -> Option<f64> {
        self.mature().then(|| self.indicator.over(self.returns.latest(self.period())))
    }

    /// The last values, oldest first, at most 50.
    #[must_use]
    pub fn history(&self) -> Vec<f64> {
        let count = (self.returns.len() + 1).saturating_sub(self.period());
        (0..count)
            .map(|first| self.indicator.over(self.returns.iter().skip(first).take(self.period())))
            .collect()
    }

    /// See [`Indicator::mature`].
    #[must_use]
    pub fn mature(&self) -> bool {
        self.returns.len() >= self.period()
    }

    pub(super) fn reset(&mut self) {
        self.last = 0.0;
        self.returns.clear();
        self.indicator.reset();
    }
}
