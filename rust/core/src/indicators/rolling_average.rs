//! The mean of the last n numbers, from the first one on.

use serde::{Deserialize, Serialize};

use super::RollingSum;
use crate::error::CoreError;
use crate::numbers;

/// Mean of the numbers held, at most the last n; 0 when there are none.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RollingAverage {
    period: u32,
    held: u32,
    sum: RollingSum,
}

impl RollingAverage {
    /// An average of nothing.
    ///
    /// # Errors
    /// [`CoreError::Integer`] when `n` is not 1 to 100 000.
    pub fn new(name: &'static str, n: i64) -> Result<Self, CoreError> {
        let period = numbers::period(name, n, 1)?;
        Ok(Self { period, held: 0, sum: RollingSum::new(period as usize) })
    }

    /// Adds a finite number.
    #[inline]
    pub fn add(&mut self, x: f64) {
        self.sum.push(x);
        self.held = self.period.min(self.held + 1);
    }

    /// The mean, 0.0 when empty.
    #[inline]
    #[must_use]
    pub fn get_average(&self) -> f64 {
        if self.held == 0 { 0.0 } else { self.sum.get() / f64::from(self.held) }
    }

    /// The most numbers it holds.
    #[must_use]
    pub fn period(&self) -> u32 {
        self.period
    }

    /// How many numbers it holds.
    #[must_use]
    pub fn len(&self) -> usize {
        self.held as usize
    }

    /// True when it holds none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.held == 0
    }

    /// Forgets all numbers.
    pub fn reset(&mut self) {
        self.held = 0;
        self.sum.clear();
    }
}
