//! Bollinger Bands.

use serde::{Deserialize, Serialize};

use super::Indicator;
use super::moments::moments;
use crate::circular_buffer::CircularBuffer;
use crate::error::CoreError;
use crate::numbers::{self, Price};

/// One value of the bands.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Bands {
    /// Mean plus `width` standard deviations.
    pub upper: f64,
    /// Mean of the window.
    pub middle: f64,
    /// Mean minus `width` standard deviations.
    pub lower: f64,
}

/// Bollinger Bands: mean of the last n prices, and `width` population standard deviations around it.
///
/// Work per update is O(n): the window is summed anew, so a flat market has a width of exactly 0.
/// Source: John Bollinger, *Bollinger on Bollinger Bands*, 2001; TA-Lib's `BBANDS` with an SMA.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Bollinger {
    period: u32,
    width: f64,
    window: CircularBuffer<f64>,
    value: Option<Bands>,
}

impl Bollinger {
    /// Bands that have seen nothing.
    ///
    /// # Errors
    /// [`CoreError`] when the period is not 2 to 100 000 or the width not within 1e-15 to 1e15.
    pub fn new(period: i64, width: f64) -> Result<Self, CoreError> {
        let period = numbers::period("period", period, 2)?;
        let width = Price::new("width", width)?.get();
        let window = CircularBuffer::with_capacity(period as usize);
        Ok(Self { period, width, window, value: None })
    }

    /// The period in prices.
    #[must_use]
    pub fn period(&self) -> u32 {
        self.period
    }

    /// Half width in standard deviations.
    #[must_use]
    pub fn width(&self) -> f64 {
        self.width
    }

    fn measure(&mut self) -> Bands {
        let n = f64::from(self.period);
        let (middle, squares) = moments(self.window.iter(), n);
        let half = self.width * (squares / n).sqrt();
        let bands = Bands { upper: middle + half, middle, lower: middle - half };
        self.value = Some(bands);
        bands
    }
}

impl Indicator for Bollinger {
    type Input = Price;
    type Output = Bands;

    fn warm(&self) -> bool {
        self.window.is_full()
    }

    fn begin(&mut self, price: Price) -> Option<Bands> {
        self.window.push(price.get());
        self.warm().then(|| self.measure())
    }

    fn steady(&mut self, price: Price) -> Bands {
        self.window.push(price.get());
        self.measure()
    }

    fn value(&self) -> Option<Bands> {
        self.value
    }

    fn warmup(&self) -> usize {
        self.period as usize
    }

    fn mature(&self) -> bool {
        self.warm()
    }

    fn reset(&mut self) {
        self.window.clear();
        self.value = None;
    }
}
