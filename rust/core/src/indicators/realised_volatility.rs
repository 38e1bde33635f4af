//! Realised volatility.

use serde::{Deserialize, Serialize};

use super::Indicator;
use super::moments::moments;
use crate::circular_buffer::CircularBuffer;
use crate::error::CoreError;
use crate::numbers::{self, Price};

/// Sample standard deviation (ddof 1) of the last n log returns, annualised.
///
/// Work per update is O(n), as in [`super::Bollinger`]. Source: the close-to-close estimator,
/// e.g. John Hull, *Options, Futures and Other Derivatives*.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RealisedVolatility {
    period: u32,
    periods_per_year: f64,
    /// The last price, 0 before the first.
    last: f64,
    returns: CircularBuffer<f64>,
    value: Option<f64>,
}

impl RealisedVolatility {
    /// A volatility that has seen nothing.
    ///
    /// # Errors
    /// [`CoreError`] when the period is not 2 to 100 000, or `periods_per_year` out of range.
    pub fn new(name: &'static str, period: i64, periods_per_year: f64) -> Result<Self, CoreError> {
        let period = numbers::period(name, period, 2)?;
        let periods_per_year = Price::new("periods_per_year", periods_per_year)?.get();
        let returns = CircularBuffer::with_capacity(period as usize);
        Ok(Self { period, periods_per_year, last: 0.0, returns, value: None })
    }

    /// The number of returns.
    #[must_use]
    pub fn period(&self) -> u32 {
        self.period
    }

    /// How many inputs make a year.
    #[must_use]
    pub fn periods_per_year(&self) -> f64 {
        self.periods_per_year
    }

    /// The log return between two prices.
    pub(crate) fn change(before: f64, price: Price) -> f64 {
        libm::log(price.get() / before)
    }

    /// The volatility of a window of as many returns as the period, oldest first.
    pub(crate) fn over<'a>(&self, returns: impl Iterator<Item = &'a f64> + Clone) -> f64 {
        let n = f64::from(self.period);
        let (_, squares) = moments(returns, n);
        (squares / (n - 1.0) * self.periods_per_year).sqrt()
    }

    fn measure(&mut self) -> f64 {
        let value = self.over(self.returns.iter());
        self.value = Some(value);
        value
    }
}

impl Indicator for RealisedVolatility {
    type Input = Price;
    type Output = f64;

    fn warm(&self) -> bool {
        self.returns.is_full()
    }

    fn begin(&mut self, price: Price) -> Option<f64> {
        let x = price.get();
        if self.last > 0.0 {
            self.returns.push(Self::change(self.last, price));
        }
        self.last = x;
        self.warm().then(|| self.measure())
    }

    fn steady(&mut self, price: Price) -> f64 {
        self.returns.push(Self::change(self.last, price));
        self.last = price.get();
        self.measure()
    }

    fn value(&self) -> Option<f64> {
        self.value
    }

    fn warmup(&self) -> usize {
        self.period as usize + 1
    }

    fn mature(&self) -> bool {
        self.warm()
    }

    fn reset(&mut self) {
        self.last = 0.0;
        self.returns.clear();
        self.value = None;
    }
}
