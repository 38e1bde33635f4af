//! Average true range.

use serde::{Deserialize, Serialize};

use super::Indicator;
use crate::error::CoreError;
use crate::numbers::{self, Price};

/// High, low and close of a bar, known to be in order.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct HighLowClose {
    high: f64,
    low: f64,
    close: f64,
}

impl HighLowClose {
    /// Checks a bar.
    ///
    /// # Errors
    /// [`CoreError::Number`] when a price is out of range, `high` is below `low`, or `close` is not
    /// between them.
    #[inline]
    pub fn new(high: f64, low: f64, close: f64) -> Result<Self, CoreError> {
        let high = Price::new("high", high)?.get();
        let low = numbers::number_within("low", low, numbers::PRICE_MIN, high)?;
        let close = numbers::number_within("close", close, low, high)?;
        Ok(Self { high, low, close })
    }

    /// The prices of a bar made of trades, which are in order by construction.
    pub(crate) fn of_bar(high: Price, low: Price, close: Price) -> Self {
        Self { high: high.get(), low: low.get(), close: close.get() }
    }

    /// (high + low + close) / 3.
    pub(crate) fn typical(self) -> f64 {
        (self.high + self.low + self.close) / 3.0
    }
}

/// ATR of Wilder: the smoothed true range.
///
/// Source: J. Welles Wilder, *New Concepts in Technical Trading Systems*, 1978; TA-Lib's `ATR`.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Atr {
    period: u32,
    weight: f64,
    seen: u64,
    last_close: f64,
    value: f64,
}

impl Atr {
    /// A range that has seen nothing.
    ///
    /// # Errors
    /// [`CoreError::Integer`] when the period is not 1 to 100 000.
    pub fn new(name: &'static str, period: i64) -> Result<Self, CoreError> {
        let period = numbers::period(name, period, 1)?;
        let weight = 1.0 / f64::from(period);
        Ok(Self { period, weight, seen: 0, last_close: 0.0, value: 0.0 })
    }

    /// The period in bars.
    #[must_use]
    pub fn period(&self) -> u32 {
        self.period
    }

    /// The range of a bar and its gap to the previous close, which is replaced.
    #[inline]
    fn true_range(&mut self, bar: HighLowClose) -> f64 {
        let from_above = (bar.high - self.last_close).abs();
        let from_below = (bar.low - self.last_close).abs();
        self.last_close = bar.close;
        self.seen += 1;
        (bar.high - bar.low).max(from_above).max(from_below)
    }
}

impl Indicator for Atr {
    type Input = HighLowClose;
    type Output = f64;

    #[inline]
    fn warm(&self) -> bool {
        self.seen > u64::from(self.period)
    }

    fn begin(&mut self, bar: HighLowClose) -> Option<f64> {
        let true_range = self.true_range(bar);
        // The first bar has no previous close; after it, `period` ranges are averaged.
        if self.seen > 1 {
            self.value += true_range;
        }
        if !self.warm() {
            return None;
        }
        self.value /= f64::from(self.period);
        Some(self.value)
    }

    #[inline]
    fn steady(&mut self, bar: HighLowClose) -> f64 {
        let true_range = self.true_range(bar);
        self.value += self.weight * (true_range - self.value);
        self.value
    }

    #[inline]
    fn value(&self) -> Option<f64> {
        self.warm().then_some(self.value)
    }

    fn warmup(&self) -> usize {
        self.period as usize + 1
    }

    #[inline]
    fn mature(&self) -> bool {
        self.warm()
    }

    fn reset(&mut self) {
        self.seen = 0;
        self.value = 0.0;
    }
}
