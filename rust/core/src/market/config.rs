//! Parameters, checked once.

use serde::{Deserialize, Serialize};

use super::flags::Flags;
use super::tick::Grids;
use crate::error::CoreError;
use crate::indicators::Seed;
use crate::numbers::{self, NS_PER_SECOND, Price};

/// Thresholds of the event gate.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct GateConfig {
    /// Relative price move that is significant.
    pub min_price_change: f64,
    /// Multiple of the mean recent size that is significant.
    pub volume_multiple: f64,
    /// Number of recent sizes in that mean.
    pub volume_window: i64,
    /// Seconds without a significant tick until the next one is.
    pub max_idle_seconds: f64,
    /// Share of ticks to skip, which the price threshold moves towards; 0 leaves it where it is.
    pub target_skip_ratio: f64,
    /// False lets every tick through.
    pub gated: bool,
}

/// How far one tick moves a threshold that follows the market, as a fraction of it.
const STEP: f64 = 0.05;
/// Largest share of ticks that a threshold may aim at.
const MOST_SKIPPED: f64 = 0.99;

impl GateConfig {
    pub(super) fn validate(&self) -> Result<(), CoreError> {
        Price::new("min_price_change", self.min_price_change)?;
        Price::new("volume_multiple", self.volume_multiple)?;
        numbers::period("volume_window", self.volume_window, 1)?;
        Price::new("max_idle_seconds", self.max_idle_seconds)?;
        if !(0.0..=MOST_SKIPPED).contains(&self.target_skip_ratio) {
            return Err(CoreError::Number {
                name: "target_skip_ratio",
                value: self.target_skip_ratio,
                min: 0.0,
                max: MOST_SKIPPED,
            });
        }
        Ok(())
    }

    /// What the threshold is multiplied with after a tick that was let through, and after one that
    /// was not: in balance where the share of those is the target.
    pub(super) fn steps(&self) -> (f64, f64) {
        let target = self.target_skip_ratio;
        (1.0 + STEP * target, 1.0 - STEP * (1.0 - target))
    }

    pub(super) fn window(&self) -> usize {
        usize::try_from(self.volume_window).unwrap_or(1)
    }

    /// What the sum of recent sizes is multiplied with to get the size that stands out.
    pub(super) fn size_factor(&self) -> f64 {
        #[allow(clippy::cast_precision_loss, reason = "at most 100 000")]
        let count = self.volume_window as f64;
        self.volume_multiple / count
    }

    pub(super) fn max_idle_ns(&self) -> i64 {
        #[allow(clippy::cast_precision_loss, reason = "10^9 is exact")]
        let ns = self.max_idle_seconds * NS_PER_SECOND as f64 + 0.5;
        #[allow(clippy::cast_possible_truncation, reason = "saturates: so long a wait never ends")]
        let ns = ns as i64;
        ns
    }
}

/// Periods of the indicators over ticks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct TickConfig {
    /// Period of the EMA.
    pub ema: i64,
    /// Period of the RSI.
    pub rsi: i64,
    /// Fast, slow and signal period of the MACD.
    pub macd: (i64, i64, i64),
    /// How EMA and MACD start.
    pub seed: Seed,
}

/// Periods of the indicators over closed bars.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct BarConfig {
    /// Periods of the three EMAs, shortest first.
    pub emas: (i64, i64, i64),
    /// Period of the RSI.
    pub rsi: i64,
    /// Fast, slow and signal period of the MACD.
    pub macd: (i64, i64, i64),
    /// Period of the ATR.
    pub atr: i64,
    /// Period of the Bollinger Bands.
    pub bollinger: i64,
    /// Their half width in standard deviations.
    pub bollinger_width: f64,
    /// Number of log returns in realised volatility.
    pub volatility: i64,
    /// How EMAs and MACD start.
    pub seed: Seed,
}

/// Parameters of the analyzer.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct AnalyzerConfig {
    /// Grids of the market.
    pub grids: Grids,
    /// Indicators over ticks.
    pub tick: TickConfig,
    /// Indicators over closed bars.
    pub bar: BarConfig,
    /// The event gate.
    pub gate: GateConfig,
    /// Which flags are answered.
    pub wake_on: Flags,
    /// Longest jump in time that is believed, in seconds.
    pub max_gap_seconds: i64,
}
