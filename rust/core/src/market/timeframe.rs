//! One timeframe: its last closed bar and the indicators over closed, whole bars.

use serde::{Deserialize, Serialize};

use super::bars::Bar;
use super::config::BarConfig;
use super::deferred::DeferredVolatility;
use super::flags::Flags;
use super::tick::Grids;
use super::tracked::{HISTORY, Tracked};
use crate::circular_buffer::CircularBuffer;
use crate::error::CoreError;
use crate::indicators::{
    Atr, Bollinger, Ema, HighLowClose, Macd, PriceSize, RealisedVolatility, Rsi, SessionVwap,
};
use crate::numbers::NS_PER_SECOND;

/// A bar length.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Timeframe {
    /// One minute.
    M1,
    /// Five minutes.
    M5,
    /// Fifteen minutes.
    M15,
    /// One hour.
    H1,
}

impl Timeframe {
    /// All of them, shortest first.
    pub const ALL: [Self; 4] = [Self::M1, Self::M5, Self::M15, Self::H1];

    /// Length in nanoseconds.
    #[inline]
    #[must_use]
    pub const fn length_ns(self) -> i64 {
        NS_PER_SECOND
            * match self {
                Self::M1 => 60,
                Self::M5 => 300,
                Self::M15 => 900,
                Self::H1 => 3_600,
            }
    }

    /// Its name, for example "1m".
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::M1 => "1m",
            Self::M5 => "5m",
            Self::M15 => "15m",
            Self::H1 => "1h",
        }
    }

    /// The flag raised when such a bar closes.
    #[must_use]
    pub const fn flag(self) -> Flags {
        match self {
            Self::M1 => Flags::BAR_1M,
            Self::M5 => Flags::BAR_5M,
            Self::M15 => Flags::BAR_15M,
            Self::H1 => Flags::BAR_1H,
        }
    }

    /// Bars in a year of 365 days.
    #[must_use]
    pub const fn per_year(self) -> f64 {
        match self {
            Self::M1 => 525_600.0,
            Self::M5 => 105_120.0,
            Self::M15 => 35_040.0,
            Self::H1 => 8_760.0,
        }
    }
}

/// Everything known of one timeframe.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TimeframeState {
    /// EMA with the shortest period.
    pub ema_fast: Tracked<Ema>,
    /// EMA with the middle period.
    pub ema: Tracked<Ema>,
    /// EMA with the longest period.
    pub ema_slow: Tracked<Ema>,
    /// RSI of the close.
    pub rsi: Tracked<Rsi>,
    /// MACD of the close.
    pub macd: Tracked<Macd>,
    /// Average true range.
    pub atr: Tracked<Atr>,
    /// Bollinger Bands of the close.
    pub bollinger: Tracked<Bollinger>,
    /// VWAP of the typical price since 00:00 UTC.
    pub vwap: Tracked<SessionVwap>,
    /// Realised volatility of the close.
    pub volatility: DeferredVolatility,
    bars: CircularBuffer<Bar>,
    last: Option<Bar>,
    closed: u64,
}

impl TimeframeState {
    pub(super) fn new(timeframe: Timeframe, config: &BarConfig) -> Result<Self, CoreError> {
        let (fast, middle, slow) = config.emas;
        let below = |value, bound| {
            if value < bound {
                return Ok(());
            }
            let (name, other) = ("bar_emas", "the next of bar_emas");
            Err(CoreError::NotBelow { name, value, other, bound })
        };
        let macd = Macd::new(config.macd.0, config.macd.1, config.macd.2, config.seed);
        let bollinger = Bollinger::new(config.bollinger, config.bollinger_width);
        let made = Self {
            ema_fast: Tracked::new(Ema::new("bar_emas", fast, config.seed)?),
            ema: Tracked::new(Ema::new("bar_emas", middle, config.seed)?),
            ema_slow: Tracked::new(Ema::new("bar_emas", slow, config.seed)?),
            rsi: Tracked::new(Rsi::new("bar_rsi", config.rsi)?),
            macd: Tracked::new(macd.map_err(|error| error.renamed("bar_macd"))?),
            atr: Tracked::new(Atr::new("bar_atr", config.atr)?),
            bollinger: Tracked::new(bollinger.map_err(|error| match error.name() {
                "width" => error.renamed("bar_bollinger_width"),
                _ => error.renamed("bar_bollinger"),
            })?),
            vwap: Tracked::new(SessionVwap::default()),
            volatility: DeferredVolatility::new(RealisedVolatility::new(
                "bar_volatility",
                config.volatility,
                timeframe.per_year(),
            )?),
            bars: CircularBuffer::with_capacity(HISTORY),
            last: None,
            closed: 0,
        };
        below(fast, middle)?;
        below(middle, slow)?;
        Ok(made)
    }

    /// Takes a closed bar; a partial one is kept, but no indicator reads it.
    pub(super) fn on_bar(&mut self, bar: &Bar, grids: &Grids) {
        self.closed += 1;
        self.last = Some(*bar);
        self.bars.push(*bar);
        if bar.partial {
            return;
        }
        let close = grids.price.price(bar.close);
        self.ema_fast.update(close);
        self.ema.update(close);
        self.ema_slow.update(close);
        self.rsi.update(close);
        self.macd.update(close);
        self.bollinger.update(close);
        self.volatility.update(close);
        let range =
            HighLowClose::of_bar(grids.price.price(bar.high), grids.price.price(bar.low), close);
        self.atr.update(range);
        let typical = range.typical();
        let volume = grids.size.sum(bar.volume);
        if let Some(weight) = PriceSize::of_bar(typical, volume, bar.open_ns) {
            self.vwap.update(weight);
        }
    }

    /// The last closed bar.
    #[must_use]
    pub fn last(&self) -> Option<&Bar> {
        self.last.as_ref()
    }

    /// The last closed bars, at most 50.
    #[must_use]
    pub fn bars(&self) -> &CircularBuffer<Bar> {
        &self.bars
    }

    /// Number of bars closed.
    #[must_use]
    pub fn closed(&self) -> u64 {
        self.closed
    }

    /// True when every indicator but `vwap` is mature.
    #[must_use]
    pub fn mature(&self) -> bool {
        self.ema_fast.mature()
            && self.ema.mature()
            && self.ema_slow.mature()
            && self.rsi.mature()
            && self.macd.mature()
            && self.atr.mature()
            && self.bollinger.mature()
            && self.volatility.mature()
    }

    pub(super) fn reset(&mut self) {
        self.ema_fast.reset();
        self.ema.reset();
        self.ema_slow.reset();
        self.rsi.reset();
        self.macd.reset();
        self.atr.reset();
        self.bollinger.reset();
        self.vwap.reset();
        self.volatility.reset();
        self.bars.clear();
        self.last = None;
        self.closed = 0;
    }
}
