//! Moving average convergence divergence.

use serde::{Deserialize, Serialize};

use super::{Ema, Indicator, Seed};
use crate::error::CoreError;
use crate::numbers::Price;

/// One MACD value.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct MacdValue {
    /// Fast EMA minus slow EMA.
    pub macd: f64,
    /// EMA of `macd`.
    pub signal: f64,
    /// `macd` minus `signal`.
    pub histogram: f64,
}

/// MACD: three EMAs, the third over the difference of the first two.
///
/// Source: Gerald Appel; with `Seed::Sma` the three start as in TA-Lib's `MACD`, whose fast average
/// waits until both averages end their start on the same price.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Macd {
    fast: Ema,
    slow: Ema,
    signal: Ema,
    /// Fast minus slow, after the last price.
    line: f64,
}

impl Macd {
    /// An indicator that has seen nothing.
    ///
    /// # Errors
    /// [`CoreError`] when a period is not 1 to 100 000 or `fast` is not below `slow`.
    pub fn new(fast: i64, slow: i64, signal: i64, seed: Seed) -> Result<Self, CoreError> {
        let made = Self {
            fast: Ema::new("fast", fast, seed)?,
            slow: Ema::new("slow", slow, seed)?,
            signal: Ema::new("signal", signal, seed)?,
            line: 0.0,
        };
        if fast >= slow {
            return Err(CoreError::NotBelow {
                name: "fast",
                value: fast,
                other: "slow",
                bound: slow,
            });
        }
        Ok(made)
    }

    /// Fast, slow and signal period, in prices.
    #[must_use]
    pub fn periods(&self) -> (u32, u32, u32) {
        (self.fast.period(), self.slow.period(), self.signal.period())
    }

    /// How the averages start.
    #[must_use]
    pub fn seed(&self) -> Seed {
        self.slow.seed()
    }

    #[inline]
    fn of(macd: f64, signal: f64) -> MacdValue {
        MacdValue { macd, signal, histogram: macd - signal }
    }
}

impl Indicator for Macd {
    type Input = Price;
    type Output = MacdValue;

    #[inline]
    fn warm(&self) -> bool {
        self.signal.started()
    }

    #[cold]
    fn begin(&mut self, price: Price) -> Option<MacdValue> {
        let x = price.get();
        let waiting = u64::from(self.slow.period() - self.fast.period());
        let fast_runs = self.seed() == Seed::First || self.slow.seen() >= waiting;
        let fast = if fast_runs { self.fast.step(x) } else { None };
        let slow = self.slow.step(x);
        self.line = fast? - slow?;
        let signal = self.signal.step(self.line)?;
        Some(Self::of(self.line, signal))
    }

    #[inline]
    fn steady(&mut self, price: Price) -> MacdValue {
        let x = price.get();
        self.line = self.fast.follow(x) - self.slow.follow(x);
        Self::of(self.line, self.signal.follow(self.line))
    }

    #[inline]
    fn value(&self) -> Option<MacdValue> {
        self.signal.value().map(|signal| Self::of(self.line, signal))
    }

    fn warmup(&self) -> usize {
        self.slow.warmup() + self.signal.warmup() - 1
    }

    #[inline]
    fn mature(&self) -> bool {
        self.slow.seen() + 1 >= u64::from(self.slow.period()) + u64::from(self.signal.period())
    }

    fn reset(&mut self) {
        self.fast.reset();
        self.slow.reset();
        self.signal.reset();
        self.line = 0.0;
    }
}
