//! Prices and a time that somebody waits for, so that no protection needs Python per tick.

use serde::{Deserialize, Serialize};

use super::flags::Flags;
use crate::error::CoreError;
use crate::numbers::{self, Price};

/// What is armed. A stop is hit when touched, a limit when traded through.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct Armed {
    /// Hit at a price at or below it.
    pub stop_below: Option<Price>,
    /// Hit at a price at or above it.
    pub stop_above: Option<Price>,
    /// Hit at a price below it.
    pub limit_below: Option<Price>,
    /// Hit at a price above it.
    pub limit_above: Option<Price>,
    /// Comes at the first event at or after it.
    pub wake_at_ns: Option<i64>,
}

/// Which levels a tick hit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[allow(clippy::struct_excessive_bools, reason = "one for each of the four levels")]
pub struct Hit {
    /// `stop_below` was hit.
    pub stop_below: bool,
    /// `stop_above` was hit.
    pub stop_above: bool,
    /// `limit_below` was hit.
    pub limit_below: bool,
    /// `limit_above` was hit.
    pub limit_above: bool,
}

/// The armed set, with the two bounds between which no level can be hit.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Levels {
    armed: Armed,
    /// Prices strictly inside (`quiet_above`, `quiet_below`) hit nothing.
    quiet_above: f64,
    quiet_below: f64,
    last_hit: Hit,
}

impl Levels {
    pub(super) fn new() -> Self {
        Self {
            armed: Armed::default(),
            quiet_above: f64::NEG_INFINITY,
            quiet_below: f64::INFINITY,
            last_hit: Hit::default(),
        }
    }

    pub(super) fn arm(&mut self, armed: Armed) -> Result<(), CoreError> {
        if let Some(at) = armed.wake_at_ns {
            numbers::timestamp("wake_at_ns", at)?;
        }
        self.set(armed);
        Ok(())
    }

    fn set(&mut self, armed: Armed) {
        self.armed = armed;
        let floor = |level: Option<Price>| level.map_or(f64::NEG_INFINITY, Price::get);
        let ceiling = |level: Option<Price>| level.map_or(f64::INFINITY, Price::get);
        self.quiet_above = floor(armed.stop_below).max(floor(armed.limit_below));
        self.quiet_below = ceiling(armed.stop_above).min(ceiling(armed.limit_above));
    }

    #[inline]
    pub(super) fn check(&mut self, price: f64) -> Flags {
        if price > self.quiet_above && price < self.quiet_below {
            return Flags::NONE;
        }
        self.hit(price, price)
    }

    /// The same for all prices from `low` to `high`.
    pub(super) fn check_span(&mut self, low: f64, high: f64) -> Flags {
        if low > self.quiet_above && high < self.quiet_below {
            return Flags::NONE;
        }
        self.hit(low, high)
    }

    #[cold]
    fn hit(&mut self, low: f64, high: f64) -> Flags {
        let mut armed = self.armed;
        let hit = Hit {
            stop_below: armed.stop_below.is_some_and(|level| low <= level.get()),
            stop_above: armed.stop_above.is_some_and(|level| high >= level.get()),
            limit_below: armed.limit_below.is_some_and(|level| low < level.get()),
            limit_above: armed.limit_above.is_some_and(|level| high > level.get()),
        };
        if hit == Hit::default() {
            return Flags::NONE;
        }
        armed.stop_below = armed.stop_below.filter(|_| !hit.stop_below);
        armed.stop_above = armed.stop_above.filter(|_| !hit.stop_above);
        armed.limit_below = armed.limit_below.filter(|_| !hit.limit_below);
        armed.limit_above = armed.limit_above.filter(|_| !hit.limit_above);
        self.set(armed);
        self.last_hit = hit;
        Flags::LEVEL
    }

    pub(super) fn wake_at(&self) -> i64 {
        self.armed.wake_at_ns.unwrap_or(i64::MAX)
    }

    pub(super) fn timer_fired(&mut self) {
        self.armed.wake_at_ns = None;
    }

    pub(super) fn armed(&self) -> Armed {
        self.armed
    }

    pub(super) fn last_hit(&self) -> Hit {
        self.last_hit
    }
}
