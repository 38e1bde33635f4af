//! The course of a run in bounded memory: candles that widen as the run grows longer.

use serde::{Deserialize, Serialize};

/// Most candles that are kept.
pub const CANDLES_MAX: usize = 2_048;

const MINUTE_NS: i64 = 60_000_000_000;

/// Prices of a bucket of minutes, and the equity at its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Candle {
    /// First nanosecond of the bucket, UTC.
    pub open_ns: i64,
    /// First price, in units of the price grid like the others.
    pub open: i64,
    /// Highest price.
    pub high: i64,
    /// Lowest price.
    pub low: i64,
    /// Last price.
    pub close: i64,
    /// Equity at the end, in money.
    pub equity: i128,
}

impl Candle {
    fn join(&mut self, later: &Self) {
        self.high = self.high.max(later.high);
        self.low = self.low.min(later.low);
        self.close = later.close;
        self.equity = later.equity;
    }
}

/// At most [`CANDLES_MAX`] candles of one width, which doubles when there would be more.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Candles {
    width_ns: i64,
    candles: Vec<Candle>,
}

impl Default for Candles {
    fn default() -> Self {
        Self { width_ns: MINUTE_NS, candles: Vec::new() }
    }
}

impl Candles {
    /// Adds a minute.
    pub fn add(&mut self, mut minute: Candle) {
        let opened_ns = minute.open_ns;
        loop {
            minute.open_ns = opened_ns - opened_ns % self.width_ns;
            if let Some(last) = self.candles.last_mut()
                && last.open_ns == minute.open_ns
            {
                return last.join(&minute);
            }
            if self.candles.len() < CANDLES_MAX {
                return self.candles.push(minute);
            }
            self.widen();
        }
    }

    fn widen(&mut self) {
        self.width_ns *= 2;
        let width_ns = self.width_ns;
        self.candles.iter_mut().for_each(|candle| candle.open_ns -= candle.open_ns % width_ns);
        self.candles.dedup_by(|later, earlier| {
            let same = later.open_ns == earlier.open_ns;
            if same {
                earlier.join(later);
            }
            same
        });
    }

    /// The candles in order of time.
    #[must_use]
    pub fn as_slice(&self) -> &[Candle] {
        &self.candles
    }
}
