//! Scalping: EMAs in order, MACD and RSI agree.

use serde::{Deserialize, Serialize};

use super::params::{factor, level};
use super::{Held, Proposal, Why, entry};
use crate::error::CoreError;
use crate::market::{Analyzer, Timeframe};
use crate::numbers::integer_within;

/// Parameters; the rule has no state of its own.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct ScalpingParams {
    /// Distance of the stop in ATR.
    pub stop_atr: f64,
    /// Distance of the target in ATR.
    pub target_atr: f64,
    /// Longest time in a position, in 1-minute bars.
    pub max_hold_bars: i64,
    /// Lowest RSI to enter at.
    pub rsi_low: f64,
    /// Highest RSI to enter at.
    pub rsi_high: f64,
    /// Also the mirror image.
    pub shorts: bool,
}

impl Default for ScalpingParams {
    fn default() -> Self {
        Self {
            stop_atr: 1.5,
            target_atr: 2.5,
            max_hold_bars: 30,
            rsi_low: 50.0,
            rsi_high: 70.0,
            shorts: false,
        }
    }
}

impl ScalpingParams {
    /// Checks every value.
    ///
    /// # Errors
    /// [`CoreError`] naming the first that is out of its range.
    pub fn checked(self) -> Result<Self, CoreError> {
        factor("stop_atr", self.stop_atr, false)?;
        factor("target_atr", self.target_atr, false)?;
        integer_within("max_hold_bars", self.max_hold_bars, 1, 1_000_000)?;
        level("rsi_low", self.rsi_low, 0.0)?;
        level("rsi_high", self.rsi_high, self.rsi_low)?;
        Ok(self)
    }

    pub(super) fn next(&self, held: Held, analyzer: &Analyzer) -> Option<Proposal> {
        let bars = analyzer.timeframe(Timeframe::M1);
        if held.side != 0 && i64::from(held.bars) >= self.max_hold_bars {
            return Some(Proposal::exit(held.side, Why::Held));
        }
        let (fast, middle) = (bars.ema_fast.value()?, bars.ema.value()?);
        if held.side != 0 {
            let lost = if held.side > 0 { fast < middle } else { fast > middle };
            return lost.then(|| Proposal::exit(held.side, Why::TrendLost));
        }
        let atr = bars.atr.value()?;
        if !bars.mature() || atr <= 0.0 {
            return None;
        }
        let (slow, rsi) = (bars.ema_slow.value()?, bars.rsi.value()?);
        let histogram = bars.macd.value()?.histogram;
        let within = |rsi: f64| self.rsi_low <= rsi && rsi <= self.rsi_high;
        let side = if fast > middle && middle > slow && histogram > 0.0 && within(rsi) {
            1
        } else if self.shorts
            && fast < middle
            && middle < slow
            && histogram < 0.0
            && within(100.0 - rsi)
        {
            -1
        } else {
            return None;
        };
        let (stop, target) = (self.stop_atr * atr, self.target_atr * atr);
        entry(side, Why::TrendAndMomentum, analyzer.close_price()?.get(), Some(stop), Some(target))
    }
}
