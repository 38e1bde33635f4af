//! EMA cross with an RSI filter.

use serde::{Deserialize, Serialize};

use super::params::{factor, level};
use super::{Held, Proposal, Why, entry};
use crate::error::CoreError;
use crate::indicators::{Ema, Indicator, Rsi, Seed};
use crate::market::{Analyzer, Timeframe};

/// Parameters.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct EmaCrossParams {
    /// Period of the fast EMA.
    pub fast: i64,
    /// Period of the slow EMA.
    pub slow: i64,
    /// Period of the RSI.
    pub rsi: i64,
    /// RSI below which a cross is believed.
    pub rsi_max: f64,
    /// Distance of the stop in ATR; 0 for none.
    pub stop_atr: f64,
    /// Also the mirror image.
    pub shorts: bool,
}

impl Default for EmaCrossParams {
    fn default() -> Self {
        Self { fast: 12, slow: 26, rsi: 14, rsi_max: 70.0, stop_atr: 0.0, shorts: false }
    }
}

/// The rule with its own indicators.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct EmaCross {
    params: EmaCrossParams,
    fast: Ema,
    slow: Ema,
    rsi: Rsi,
    /// Fast less slow at the bar before.
    before: Option<f64>,
}

impl EmaCross {
    /// The rule before its first bar.
    ///
    /// # Errors
    /// [`CoreError`] naming the first parameter that is out of its range.
    pub fn new(params: EmaCrossParams) -> Result<Self, CoreError> {
        let made = Self {
            params,
            fast: Ema::new("fast", params.fast, Seed::Sma)?,
            slow: Ema::new("slow", params.slow, Seed::Sma)?,
            rsi: Rsi::new("rsi", params.rsi)?,
            before: None,
        };
        if params.fast >= params.slow {
            let (value, bound) = (params.fast, params.slow);
            return Err(CoreError::NotBelow { name: "fast", value, other: "slow", bound });
        }
        level("rsi_max", params.rsi_max, 0.0)?;
        factor("stop_atr", params.stop_atr, true)?;
        Ok(made)
    }

    /// The parameters.
    #[must_use]
    pub fn params(&self) -> &EmaCrossParams {
        &self.params
    }

    pub(super) fn reset(&mut self) {
        self.fast.reset();
        self.slow.reset();
        self.rsi.reset();
        self.before = None;
    }

    pub(super) fn next(&mut self, held: Held, analyzer: &Analyzer) -> Option<Proposal> {
        let price = analyzer.close_price()?;
        let (fast, slow) = (self.fast.update(price), self.slow.update(price));
        let rsi = self.rsi.update(price);
        let now = fast? - slow?;
        let (before, rsi) = (self.before.replace(now)?, rsi?);
        if held.side != 0 {
            let crossed = if held.side > 0 { now < 0.0 } else { now > 0.0 };
            return crossed.then(|| Proposal::exit(held.side, Why::CrossedBack));
        }
        let side = if before <= 0.0 && now > 0.0 && rsi < self.params.rsi_max {
            1
        } else if self.params.shorts
            && before >= 0.0
            && now < 0.0
            && 100.0 - rsi < self.params.rsi_max
        {
            -1
        } else {
            return None;
        };
        let stop = if self.params.stop_atr > 0.0 {
            let atr = analyzer.timeframe(Timeframe::M1).atr.value().filter(|&atr| atr > 0.0)?;
            Some(self.params.stop_atr * atr)
        } else {
            None
        };
        entry(side, Why::Crossed, price.get(), stop, None)
    }
}
