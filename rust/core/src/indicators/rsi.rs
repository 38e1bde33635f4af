//! Relative strength index.

use serde::{Deserialize, Serialize};

use super::Indicator;
use crate::error::CoreError;
use crate::numbers::{self, Price};

/// RSI of Wilder: 100·g / (g + l) of the smoothed gains g and losses l, 50 when both are zero.
///
/// Source: J. Welles Wilder, *New Concepts in Technical Trading Systems*, 1978; TA-Lib's `RSI`,
/// except that a market that never moved gives 50 here and 0 there.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Rsi {
    period: u32,
    weight: f64,
    seen: u64,
    last: f64,
    gain: f64,
    loss: f64,
}

/// Smoothed gains and losses.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub(crate) struct Averages {
    gain: f64,
    loss: f64,
}

impl Averages {
    /// What the index is before its first value.
    pub(crate) const UNKNOWN: Self = Self { gain: f64::NAN, loss: f64::NAN };

    /// 100·g / (g + l), 50 when both are zero.
    #[inline]
    pub(crate) fn index(self) -> f64 {
        let sum = self.gain + self.loss;
        if sum == 0.0 { never_moved() } else { 100.0 * (self.gain / sum) }
    }
}

/// A branch that is never taken is cheaper than choosing between two results each time.
#[cold]
fn never_moved() -> f64 {
    50.0
}

impl Rsi {
    /// An index that has seen nothing.
    ///
    /// # Errors
    /// [`CoreError::Integer`] when the period is not 1 to 100 000.
    pub fn new(name: &'static str, period: i64) -> Result<Self, CoreError> {
        let period = numbers::period(name, period, 1)?;
        let weight = 1.0 / f64::from(period);
        Ok(Self { period, weight, seen: 0, last: 0.0, gain: 0.0, loss: 0.0 })
    }

    /// The period in price changes.
    #[must_use]
    pub fn period(&self) -> u32 {
        self.period
    }

    /// Gain and loss against the previous price, which is replaced.
    #[inline]
    fn change(&mut self, price: Price) -> (f64, f64) {
        let change = price.get() - self.last;
        self.last = price.get();
        self.seen += 1;
        let gain = if change > 0.0 { change } else { 0.0 };
        (gain, gain - change) // exact: one of the two is always zero
    }

    /// The update once warm, without the division that makes an index of the two averages.
    #[inline]
    pub(crate) fn smooth(&mut self, price: Price) -> Averages {
        let (gain, loss) = self.change(price);
        self.gain += self.weight * (gain - self.gain);
        self.loss += self.weight * (loss - self.loss);
        Averages { gain: self.gain, loss: self.loss }
    }

    #[inline]
    fn ratio(&self) -> f64 {
        Averages { gain: self.gain, loss: self.loss }.index()
    }

    /// The averages behind the value, unknown before warm-up.
    pub(crate) fn averages(&self) -> Averages {
        let Self { gain, loss, .. } = *self;
        if self.warm() { Averages { gain, loss } } else { Averages::UNKNOWN }
    }
}

impl Indicator for Rsi {
    type Input = Price;
    type Output = f64;

    #[inline]
    fn warm(&self) -> bool {
        self.seen > u64::from(self.period)
    }

    #[cold]
    fn begin(&mut self, price: Price) -> Option<f64> {
        let (gain, loss) = self.change(price);
        // The first price has no change; after it, `period` changes are averaged.
        if self.seen > 1 {
            self.gain += gain;
            self.loss += loss;
        }
        if !self.warm() {
            return None;
        }
        self.gain /= f64::from(self.period);
        self.loss /= f64::from(self.period);
        Some(self.ratio())
    }

    #[inline]
    fn steady(&mut self, price: Price) -> f64 {
        self.smooth(price);
        self.ratio()
    }

    #[inline]
    fn value(&self) -> Option<f64> {
        self.warm().then(|| self.ratio())
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
        self.gain = 0.0;
        self.loss = 0.0;
    }
}
