//! Exponential moving average.

use serde::{Deserialize, Serialize};

use super::Indicator;
use crate::error::CoreError;
use crate::numbers::{self, Price};

/// How an average starts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Seed {
    /// At the first price.
    First,
    /// At the mean of the first n prices.
    Sma,
}

/// EMA: `v += α·(x − v)`, α = 2 / (period + 1).
///
/// Source: the usual definition; `Seed::Sma` is that of TA-Lib's `EMA`.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Ema {
    period: u32,
    seed: Seed,
    alpha: f64,
    /// How many prices the start takes the mean of: 1 or the period.
    start: u32,
    seen: u64,
    /// The sum of the prices during the start, the average afterwards.
    value: f64,
}

impl Ema {
    /// An average that has seen nothing.
    ///
    /// # Errors
    /// [`CoreError::Integer`] when the period is not 1 to 100 000.
    pub fn new(name: &'static str, period: i64, seed: Seed) -> Result<Self, CoreError> {
        let period = numbers::period(name, period, 1)?;
        let start = match seed {
            Seed::First => 1,
            Seed::Sma => period,
        };
        let alpha = 2.0 / (f64::from(period) + 1.0);
        Ok(Self { period, seed, alpha, start, seen: 0, value: 0.0 })
    }

    /// The period in prices.
    #[must_use]
    pub fn period(&self) -> u32 {
        self.period
    }

    /// How it starts.
    #[must_use]
    pub fn seed(&self) -> Seed {
        self.seed
    }

    /// Number of prices seen.
    #[inline]
    #[must_use]
    pub fn seen(&self) -> u64 {
        self.seen
    }

    /// True once every further number gives a value.
    #[inline]
    pub(super) fn started(&self) -> bool {
        self.seen >= u64::from(self.start)
    }

    /// The update for any finite number, which is what MACD's signal line reads.
    pub(super) fn step(&mut self, x: f64) -> Option<f64> {
        if self.started() { Some(self.follow(x)) } else { self.start_with(x) }
    }

    #[cold]
    fn start_with(&mut self, x: f64) -> Option<f64> {
        self.seen += 1;
        self.value += x;
        if !self.started() {
            return None;
        }
        self.value /= f64::from(self.start);
        Some(self.value)
    }

    /// One number after the start.
    #[inline]
    pub(super) fn follow(&mut self, x: f64) -> f64 {
        self.seen += 1;
        self.value += self.alpha * (x - self.value);
        self.value
    }
}

impl Indicator for Ema {
    type Input = Price;
    type Output = f64;

    #[inline]
    fn warm(&self) -> bool {
        self.started()
    }

    fn begin(&mut self, price: Price) -> Option<f64> {
        self.start_with(price.get())
    }

    #[inline]
    fn steady(&mut self, price: Price) -> f64 {
        self.follow(price.get())
    }

    fn value(&self) -> Option<f64> {
        self.started().then_some(self.value)
    }

    fn warmup(&self) -> usize {
        self.start as usize
    }

    #[inline]
    fn mature(&self) -> bool {
        self.seen >= u64::from(self.period)
    }

    fn reset(&mut self) {
        self.seen = 0;
        self.value = 0.0;
    }
}
