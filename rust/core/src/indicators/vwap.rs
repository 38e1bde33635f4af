//! Volume-weighted average price.

use serde::{Deserialize, Serialize};

use super::Indicator;
use crate::circular_buffer::CircularBuffer;
use crate::error::CoreError;
use crate::numbers::{self, NS_PER_SECOND, Price};

const NS_PER_DAY: i64 = 86_400 * NS_PER_SECOND;

/// A price, how much was traded at it, and when.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PriceSize {
    price: f64,
    size: f64,
    timestamp_ns: i64,
}

impl PriceSize {
    /// Checks a trade.
    ///
    /// # Errors
    /// [`CoreError`] when price, size or time is out of range.
    #[inline]
    pub fn new(price: f64, size: f64, timestamp_ns: i64) -> Result<Self, CoreError> {
        Ok(Self {
            price: Price::new("price", price)?.get(),
            size: Price::new("size", size)?.get(),
            timestamp_ns: numbers::timestamp("timestamp_ns", timestamp_ns)?,
        })
    }

    /// What a bar of accepted trades weighs, however much that is; `None` when it was silent.
    pub(crate) fn of_bar(price: f64, size: f64, timestamp_ns: i64) -> Option<Self> {
        (size > 0.0).then_some(Self { price, size, timestamp_ns })
    }
}

/// VWAP since 00:00 UTC: Σ price·size / Σ size.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct SessionVwap {
    day: i64,
    notional: f64,
    volume: f64,
}

impl Indicator for SessionVwap {
    type Input = PriceSize;
    type Output = f64;

    #[inline]
    fn warm(&self) -> bool {
        true
    }

    fn begin(&mut self, trade: PriceSize) -> Option<f64> {
        Some(self.steady(trade))
    }

    #[inline]
    fn steady(&mut self, trade: PriceSize) -> f64 {
        let day = trade.timestamp_ns / NS_PER_DAY;
        if day > self.day {
            *self = Self { day, notional: 0.0, volume: 0.0 };
        }
        self.notional += trade.price * trade.size;
        self.volume += trade.size;
        self.notional / self.volume
    }

    #[inline]
    fn value(&self) -> Option<f64> {
        (self.volume > 0.0).then(|| self.notional / self.volume)
    }

    fn warmup(&self) -> usize {
        1
    }

    fn mature(&self) -> bool {
        self.volume > 0.0
    }

    fn reset(&mut self) {
        *self = Self::default();
    }
}

/// VWAP of the last n trades (or bars).
///
/// Work per update is O(n): both sums are taken anew, so a huge trade that left leaves no trace.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RollingVwap {
    period: u32,
    /// Notional and size of each trade held.
    window: CircularBuffer<(f64, f64)>,
    value: Option<f64>,
}

impl RollingVwap {
    /// An average that has seen nothing.
    ///
    /// # Errors
    /// [`CoreError::Integer`] when the period is not 1 to 100 000.
    pub fn new(period: i64) -> Result<Self, CoreError> {
        let period = numbers::period("period", period, 1)?;
        let window = CircularBuffer::with_capacity(period as usize);
        Ok(Self { period, window, value: None })
    }

    /// The period in trades.
    #[must_use]
    pub fn period(&self) -> u32 {
        self.period
    }
}

impl Indicator for RollingVwap {
    type Input = PriceSize;
    type Output = f64;

    fn warm(&self) -> bool {
        true
    }

    fn begin(&mut self, trade: PriceSize) -> Option<f64> {
        Some(self.steady(trade))
    }

    fn steady(&mut self, trade: PriceSize) -> f64 {
        self.window.push((trade.price * trade.size, trade.size));
        let notional = self.window.iter().fold(0.0, |sum, (notional, _)| sum + notional);
        let volume = self.window.iter().fold(0.0, |sum, (_, size)| sum + size);
        let value = notional / volume;
        self.value = Some(value);
        value
    }

    fn value(&self) -> Option<f64> {
        self.value
    }

    fn warmup(&self) -> usize {
        1
    }

    fn mature(&self) -> bool {
        self.window.is_full()
    }

    fn reset(&mut self) {
        self.window.clear();
        self.value = None;
    }
}
