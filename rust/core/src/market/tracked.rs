//! An indicator and its recent values.

use serde::{Deserialize, Serialize};

use crate::circular_buffer::CircularBuffer;
use crate::indicators::Indicator;

/// How many values each history holds.
pub const HISTORY: usize = 50;

/// An indicator that remembers its last 50 values.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(bound(
    serialize = "I: Serialize, I::Output: Serialize",
    deserialize = "I: Deserialize<'de>, I::Output: Deserialize<'de>"
))]
pub struct Tracked<I: Indicator> {
    indicator: I,
    history: CircularBuffer<I::Output>,
}

impl<I: Indicator> Tracked<I> {
    /// Wraps an indicator.
    #[must_use]
    pub fn new(indicator: I) -> Self {
        Self { indicator, history: CircularBuffer::with_capacity(HISTORY) }
    }

    #[inline]
    pub(super) fn update(&mut self, input: I::Input) {
        if let Some(value) = self.indicator.update(input) {
            self.history.push(value);
        }
    }

    /// The value after the last input, or `None` during warm-up.
    #[must_use]
    pub fn value(&self) -> Option<I::Output> {
        self.indicator.value()
    }

    /// The last values, oldest first when iterated.
    #[must_use]
    pub fn history(&self) -> &CircularBuffer<I::Output> {
        &self.history
    }

    /// See [`Indicator::mature`].
    #[must_use]
    pub fn mature(&self) -> bool {
        self.indicator.mature()
    }

    pub(super) fn reset(&mut self) {
        self.indicator.reset();
        self.history.clear();
    }
}
