//! Simple moving average.

use serde::{Deserialize, Serialize};

use super::{Indicator, RollingSum};
use crate::error::CoreError;
use crate::numbers::{self, Price};

/// SMA: the mean of the last n prices, from a sum that is kept up and computed anew on each wrap.
///
/// Source: the usual definition; TA-Lib's `SMA`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Sma {
    period: u32,
    sum: RollingSum,
}

impl Sma {
    /// An average that has seen nothing.
    ///
    /// # Errors
    /// [`CoreError::Integer`] when the period is not 1 to 100 000.
    pub fn new(name: &'static str, period: i64) -> Result<Self, CoreError> {
        let period = numbers::period(name, period, 1)?;
        Ok(Self { period, sum: RollingSum::new(period as usize) })
    }

    /// The period in prices.
    #[must_use]
    pub fn period(&self) -> u32 {
        self.period
    }

    #[inline]
    fn mean(&self) -> f64 {
        self.sum.get() / f64::from(self.period)
    }
}

impl Indicator for Sma {
    type Input = Price;
    type Output = f64;

    #[inline]
    fn warm(&self) -> bool {
        self.sum.is_full()
    }

    fn begin(&mut self, price: Price) -> Option<f64> {
        self.sum.push(price.get());
        self.value()
    }

    #[inline]
    fn steady(&mut self, price: Price) -> f64 {
        self.sum.push(price.get());
        self.mean()
    }

    fn value(&self) -> Option<f64> {
        self.warm().then(|| self.mean())
    }

    fn warmup(&self) -> usize {
        self.period as usize
    }

    fn mature(&self) -> bool {
        self.warm()
    }

    fn reset(&mut self) {
        self.sum.clear();
    }
}
