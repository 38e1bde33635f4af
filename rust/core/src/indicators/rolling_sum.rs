//! The sum of the last n numbers, kept from drifting.

use serde::{Deserialize, Serialize};

use crate::circular_buffer::CircularBuffer;

/// Running sum over a ring; computed anew each time the ring wraps, so rounding never piles up.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RollingSum {
    window: CircularBuffer<f64>,
    sum: f64,
}

impl RollingSum {
    /// A sum over at most `n` numbers.
    #[must_use]
    pub fn new(n: usize) -> Self {
        Self { window: CircularBuffer::with_capacity(n), sum: 0.0 }
    }

    /// Adds a number; the oldest leaves when the window is full.
    #[inline]
    pub fn push(&mut self, x: f64) {
        match self.window.push(x) {
            None => self.sum += x,
            Some(oldest) => self.sum += x - oldest,
        }
        if self.window.wrapped() {
            self.sum = self.window.iter().fold(0.0, |sum, x| sum + x);
        }
    }

    /// The sum.
    #[inline]
    #[must_use]
    pub fn get(&self) -> f64 {
        self.sum
    }

    /// How many numbers it holds.
    #[inline]
    #[must_use]
    pub fn len(&self) -> usize {
        self.window.len()
    }

    /// True when it holds none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.window.is_empty()
    }

    /// True when the next number evicts one.
    #[inline]
    #[must_use]
    pub fn is_full(&self) -> bool {
        self.window.is_full()
    }

    /// Forgets all numbers.
    pub fn clear(&mut self) {
        self.window.clear();
        self.sum = 0.0;
    }
}
