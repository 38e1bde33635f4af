//! How the equity went, from closed minutes, in bounded memory (`docs/trading.md`, "The record").

use serde::{Deserialize, Serialize};

use super::candles::{Candle, Candles};

const DAY_NS: i64 = 86_400_000_000_000;
const MINUTE_NS: i64 = 60_000_000_000;

/// The deepest and the longest fall below the highest equity so far.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Drawdown {
    /// Deepest fall as a fraction of the peak before it.
    pub fraction: f64,
    /// Deepest fall in money; maybe not the same.
    pub money: i128,
    /// Longest time below a peak.
    pub longest_ns: i64,
}

/// Drawdown, the equity at each end of a UTC day, and candles.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Record {
    peak: i128,
    peak_ns: Option<i64>,
    below: bool,
    latest_ns: i64,
    drawdown: Drawdown,
    days: Vec<(i64, i128)>,
    candles: Candles,
}

impl Record {
    /// A record of an account that begins with so much money.
    #[must_use]
    pub fn new(initial: i128) -> Self {
        Self {
            peak: initial,
            peak_ns: None,
            below: false,
            latest_ns: 0,
            drawdown: Drawdown { fraction: 0.0, money: 0, longest_ns: 0 },
            days: Vec::new(),
            candles: Candles::default(),
        }
    }

    /// Takes a closed minute, with the equity at its end in it.
    pub fn add(&mut self, minute: Candle) {
        let end_ns = minute.open_ns + MINUTE_NS;
        self.sample(end_ns, minute.equity);
        if end_ns % DAY_NS == 0 {
            self.days.push((end_ns, minute.equity));
        }
        self.candles.add(minute);
    }

    fn sample(&mut self, at_ns: i64, equity: i128) {
        let peak_ns = *self.peak_ns.get_or_insert(at_ns);
        self.latest_ns = at_ns;
        if equity >= self.peak {
            if self.below {
                self.drawdown.longest_ns = self.drawdown.longest_ns.max(at_ns - peak_ns);
            }
            self.peak = equity;
            self.peak_ns = Some(at_ns);
            self.below = false;
            return;
        }
        self.below = true;
        let fall = self.peak - equity;
        if fall > self.drawdown.money {
            self.drawdown.money = fall;
        }
        let fraction = float(fall) / float(self.peak);
        if fraction > self.drawdown.fraction {
            self.drawdown.fraction = fraction;
        }
    }

    /// The drawdown so far; a fall that goes on counts as long as it has lasted.
    #[must_use]
    pub fn drawdown(&self) -> Drawdown {
        let lasting = match self.peak_ns {
            Some(peak_ns) if self.below => self.latest_ns - peak_ns,
            _ => 0,
        };
        Drawdown { longest_ns: self.drawdown.longest_ns.max(lasting), ..self.drawdown }
    }

    /// Time and equity of every end of a UTC day.
    #[must_use]
    pub fn days(&self) -> &[(i64, i128)] {
        &self.days
    }

    /// The candles.
    #[must_use]
    pub fn candles(&self) -> &[Candle] {
        self.candles.as_slice()
    }
}

fn float(money: i128) -> f64 {
    #[allow(clippy::cast_precision_loss, reason = "a ratio for people, rounded once")]
    let float = money as f64;
    float
}
