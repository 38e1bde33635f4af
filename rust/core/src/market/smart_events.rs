//! The event gate: is this tick worth waking anybody for? ("The event gate")

use serde::{Deserialize, Serialize};

use super::config::GateConfig;
use crate::error::CoreError;
use crate::indicators::RollingSum;

/// Smallest relative move that a threshold falls to: below it lies the rounding of prices.
const THRESHOLD_MIN: f64 = 1e-9;
/// Largest that it rises to.
const THRESHOLD_MAX: f64 = 0.05;

/// Why a tick was let through.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Reason {
    /// Nothing: the tick was skipped.
    None,
    /// It was the first.
    First,
    /// The price moved far enough.
    Price,
    /// The size stood out.
    Volume,
    /// Nothing was significant for long enough.
    Idle,
    /// The gate is off.
    Ungated,
}

impl Reason {
    /// The reasons that count as processed, in the order they are tried.
    pub const PROCESSED: [Self; 5] =
        [Self::First, Self::Price, Self::Volume, Self::Idle, Self::Ungated];

    /// Its name in reports.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::None => "NONE",
            Self::First => "FIRST",
            Self::Price => "PRICE",
            Self::Volume => "VOLUME",
            Self::Idle => "IDLE",
            Self::Ungated => "UNGATED",
        }
    }
}

/// What the last significant tick left behind.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
struct Anchor {
    price: f64,
    /// `threshold` · price.
    distance: f64,
    timestamp_ns: i64,
}

/// The gate. It decides who is woken, and nothing else.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SmartEventProcessor {
    config: GateConfig,
    /// Relative move that is significant now; `min_price_change`, unless it follows the market.
    threshold: f64,
    anchor: Option<Anchor>,
    latest_ns: i64,
    max_idle_ns: i64,
    sizes: RollingSum,
    /// What the sum of sizes is multiplied with to get `size_limit`.
    size_factor: f64,
    /// Sizes above it stand out; infinite until enough sizes are known.
    size_limit: f64,
    counts: [u64; 5],
    skipped: u64,
    last_reason: Reason,
}

impl SmartEventProcessor {
    /// A gate that has seen nothing.
    ///
    /// # Errors
    /// [`CoreError`] when a threshold of the configuration is out of range.
    pub fn new(config: GateConfig) -> Result<Self, CoreError> {
        config.validate()?;
        Ok(Self::fresh(config))
    }

    fn fresh(config: GateConfig) -> Self {
        Self {
            threshold: config.min_price_change,
            config,
            anchor: None,
            latest_ns: 0,
            max_idle_ns: config.max_idle_ns(),
            sizes: RollingSum::new(config.window()),
            size_factor: config.size_factor(),
            size_limit: f64::INFINITY,
            counts: [0; 5],
            skipped: 0,
            last_reason: Reason::None,
        }
    }

    /// Judges one tick; price, size and time must have been checked.
    #[inline]
    pub fn observe(&mut self, price: f64, size: f64, timestamp_ns: i64) -> Reason {
        let now = self.latest_ns.max(timestamp_ns);
        self.latest_ns = now;
        let reason = self.judge(price, size, now);
        self.sizes.push(size);
        if self.sizes.is_full() {
            self.size_limit = self.sizes.get() * self.size_factor;
        }
        self.last_reason = reason;
        if self.config.target_skip_ratio > 0.0 {
            self.follow(reason);
        }
        let count = match reason {
            Reason::None => &mut self.skipped,
            reason => {
                self.anchor =
                    Some(Anchor { price, distance: self.threshold * price, timestamp_ns: now });
                let [first, by_price, volume, idle, ungated] = &mut self.counts;
                match reason {
                    Reason::First => first,
                    Reason::Price => by_price,
                    Reason::Volume => volume,
                    Reason::Idle => idle,
                    Reason::Ungated | Reason::None => ungated,
                }
            }
        };
        *count += 1;
        reason
    }

    /// Moves the threshold: up after a tick that was let through, down after one that was not.
    fn follow(&mut self, reason: Reason) {
        let (up, down) = self.config.steps();
        match reason {
            Reason::First => {}
            Reason::None | Reason::Ungated => {
                self.threshold = (self.threshold * down).max(THRESHOLD_MIN);
                if let Some(anchor) = &mut self.anchor {
                    anchor.distance = self.threshold * anchor.price;
                }
            }
            _ => self.threshold = (self.threshold * up).min(THRESHOLD_MAX),
        }
    }

    /// The relative move that is significant now.
    #[must_use]
    pub fn threshold(&self) -> f64 {
        self.threshold
    }

    #[inline]
    fn judge(&self, price: f64, size: f64, now: i64) -> Reason {
        let Some(anchor) = self.anchor else { return Reason::First };
        if (price - anchor.price).abs() > anchor.distance {
            Reason::Price
        } else if size > self.size_limit {
            Reason::Volume
        } else if now - anchor.timestamp_ns >= self.max_idle_ns {
            Reason::Idle
        } else if self.config.gated {
            Reason::None
        } else {
            Reason::Ungated
        }
    }

    /// Why the last tick was let through, or `None` when it was skipped.
    #[must_use]
    pub fn last_reason(&self) -> Reason {
        self.last_reason
    }

    /// How often each reason of [`Reason::PROCESSED`] was given.
    #[must_use]
    pub fn by_reason(&self) -> [u64; 5] {
        self.counts
    }

    /// Ticks let through.
    #[must_use]
    pub fn processed(&self) -> u64 {
        self.counts.iter().sum()
    }

    /// Ticks skipped.
    #[must_use]
    pub fn skipped(&self) -> u64 {
        self.skipped
    }

    /// Share of ticks skipped, 0 when none was seen.
    #[must_use]
    pub fn skip_ratio(&self) -> f64 {
        let seen = self.processed() + self.skipped;
        if seen == 0 {
            return 0.0;
        }
        #[allow(clippy::cast_precision_loss, reason = "a ratio; counts below 2^53 are exact")]
        let ratio = self.skipped as f64 / seen as f64;
        ratio
    }

    /// The thresholds.
    #[must_use]
    pub fn config(&self) -> &GateConfig {
        &self.config
    }

    /// Forgets everything but the thresholds.
    pub fn reset(&mut self) {
        *self = Self::fresh(self.config);
    }
}
