//! Trend: a breakout of the 15-minute channel in the direction of the 1-hour EMAs.

use serde::{Deserialize, Serialize};

use super::params::factor;
use super::{Held, Proposal, Why, entry};
use crate::error::CoreError;
use crate::market::{Analyzer, Bar, Timeframe, TimeframeState};
use crate::numbers::integer_within;

/// Longest channel: with the bar itself, as many bars as are kept.
const CHANNEL_MAX: i64 = 49;

/// Parameters; the rule has no state of its own.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct TrendParams {
    /// Bars of the channel whose breakout enters.
    pub breakout: i64,
    /// Bars of the channel whose breakout leaves.
    pub exit: i64,
    /// Distance of the stop, and of the trailing stop, in ATR.
    pub stop_atr: f64,
    /// Also the mirror image.
    pub shorts: bool,
}

impl Default for TrendParams {
    fn default() -> Self {
        Self { breakout: 20, exit: 10, stop_atr: 3.0, shorts: false }
    }
}

impl TrendParams {
    /// Checks every value.
    ///
    /// # Errors
    /// [`CoreError`] naming the first that is out of its range.
    pub fn checked(self) -> Result<Self, CoreError> {
        integer_within("breakout", self.breakout, 1, CHANNEL_MAX)?;
        integer_within("exit", self.exit, 1, CHANNEL_MAX)?;
        factor("stop_atr", self.stop_atr, false)?;
        Ok(self)
    }

    pub(super) fn next(&self, held: Held, analyzer: &Analyzer) -> Option<Proposal> {
        let quarters = analyzer.timeframe(Timeframe::M15);
        let hours = analyzer.timeframe(Timeframe::H1);
        if !(hours.ema_slow.mature() && quarters.atr.mature()) {
            return None;
        }
        let trend = hours.ema_fast.value()? - hours.ema_slow.value()?;
        let close = quarters.last()?.close;
        let (high, low) = channel(quarters, self.breakout)?;
        let (exit_high, exit_low) = channel(quarters, self.exit)?;
        if held.side != 0 {
            let long = held.side > 0;
            let why = if (long && close < exit_low) || (!long && close > exit_high) {
                Why::ChannelBroken
            } else if (long && trend < 0.0) || (!long && trend > 0.0) {
                Why::TrendLost
            } else {
                return None;
            };
            return Some(Proposal::exit(held.side, why));
        }
        let side = if trend > 0.0 && close > high {
            1
        } else if self.shorts && trend < 0.0 && close < low {
            -1
        } else {
            return None;
        };
        let distance = self.stop_atr * quarters.atr.value()?;
        if distance <= 0.0 {
            return None;
        }
        let price = analyzer.config().grids.price.value(close);
        let proposal = entry(side, Why::Breakout, price, Some(distance), None)?;
        Some(Proposal { trail: Some(distance), ..proposal })
    }
}

/// Highest high and lowest low of the `length` bars before the last one; `None` unless all of them,
/// and the last one, are whole.
fn channel(bars: &TimeframeState, length: i64) -> Option<(i64, i64)> {
    let length = usize::try_from(length).ok()?;
    let mut high = i64::MIN;
    let mut low = i64::MAX;
    let mut seen = 0;
    for &Bar { high: top, low: bottom, partial, .. } in bars.bars().latest(length + 1) {
        if partial {
            return None;
        }
        seen += 1;
        if seen <= length {
            high = high.max(top);
            low = low.min(bottom);
        }
    }
    (seen == length + 1).then_some((high, low))
}
