//! EMA, RSI and MACD over every accepted tick, updated together.

use serde::{Deserialize, Serialize};

use super::config::TickConfig;
use super::tracked::HISTORY;
use crate::circular_buffer::CircularBuffer;
use crate::error::CoreError;
use crate::indicators::rsi::Averages;
use crate::indicators::{Ema, Indicator, Macd, MacdValue, Rsi};
use crate::numbers::Price;

/// EMA, RSI, MACD, signal and histogram; NaN before warm-up.
pub type Row = [f64; 5];

/// The three side by side: their chains of dependent operations overlap, so that together they cost
/// little more than the longest of them.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Fused {
    ema: Ema,
    rsi: Rsi,
    macd: Macd,
}

impl Fused {
    /// EMA of the price.
    #[must_use]
    pub fn ema(&self) -> Option<f64> {
        self.ema.value()
    }

    /// RSI of the price.
    #[must_use]
    pub fn rsi(&self) -> Option<f64> {
        self.rsi.value()
    }

    /// MACD of the price.
    #[must_use]
    pub fn macd(&self) -> Option<MacdValue> {
        self.macd.value()
    }
}

impl Indicator for Fused {
    type Input = Price;
    type Output = Row;

    #[inline]
    fn warm(&self) -> bool {
        self.ema.warm() && self.rsi.warm() && self.macd.warm()
    }

    #[cold]
    fn begin(&mut self, price: Price) -> Option<Row> {
        self.ema.update(price);
        self.rsi.update(price);
        self.macd.update(price);
        self.value()
    }

    #[inline]
    fn steady(&mut self, price: Price) -> Row {
        let ema = self.ema.steady(price);
        let rsi = self.rsi.steady(price);
        let macd = self.macd.steady(price);
        [ema, rsi, macd.macd, macd.signal, macd.histogram]
    }

    /// A row always: what has not warmed up yet is NaN in it.
    fn value(&self) -> Option<Row> {
        let ema = self.ema.value().unwrap_or(f64::NAN);
        let rsi = self.rsi.value().unwrap_or(f64::NAN);
        let [macd, signal, histogram] = self
            .macd
            .value()
            .map_or([f64::NAN; 3], |value| [value.macd, value.signal, value.histogram]);
        Some([ema, rsi, macd, signal, histogram])
    }

    fn warmup(&self) -> usize {
        self.ema.warmup().max(self.rsi.warmup()).max(self.macd.warmup())
    }

    fn mature(&self) -> bool {
        self.ema.mature() && self.rsi.mature() && self.macd.mature()
    }

    fn reset(&mut self) {
        self.ema.reset();
        self.rsi.reset();
        self.macd.reset();
    }
}

/// What one tick leaves in the history. RSI is kept as its averages: whoever reads it divides.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
struct Entry {
    ema: f64,
    averages: Averages,
    macd: f64,
    signal: f64,
}

/// The indicators over ticks and their last 50 values.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TickIndicators {
    fused: Fused,
    history: CircularBuffer<Entry>,
}

impl TickIndicators {
    pub(super) fn new(config: &TickConfig) -> Result<Self, CoreError> {
        let (fast, slow, signal) = config.macd;
        let macd = Macd::new(fast, slow, signal, config.seed);
        let fused = Fused {
            ema: Ema::new("tick_ema", config.ema, config.seed)?,
            rsi: Rsi::new("tick_rsi", config.rsi)?,
            macd: macd.map_err(|error| error.renamed("tick_macd"))?,
        };
        Ok(Self { fused, history: CircularBuffer::with_capacity(HISTORY) })
    }

    #[inline]
    pub(super) fn update(&mut self, price: Price) {
        let Fused { ema, rsi, macd } = &mut self.fused;
        if !(ema.warm() && rsi.warm() && macd.warm()) {
            return self.begin(price);
        }
        let ema = ema.steady(price);
        let averages = rsi.smooth(price);
        let MacdValue { macd, signal, .. } = macd.steady(price);
        self.history.push(Entry { ema, averages, macd, signal });
    }

    #[cold]
    fn begin(&mut self, price: Price) {
        self.fused.begin(price);
        let Fused { ema, rsi, macd } = &self.fused;
        let unknown = MacdValue { macd: f64::NAN, signal: f64::NAN, histogram: f64::NAN };
        let MacdValue { macd, signal, .. } = macd.value().unwrap_or(unknown);
        self.history.push(Entry {
            ema: ema.value().unwrap_or(f64::NAN),
            averages: rsi.averages(),
            macd,
            signal,
        });
    }

    /// The indicators.
    #[must_use]
    pub fn fused(&self) -> &Fused {
        &self.fused
    }

    /// EMA, RSI and MACD of the last 50 ticks, oldest first; `None` before warm-up.
    pub fn history(&self) -> impl Iterator<Item = (Option<f64>, Option<f64>, Option<MacdValue>)> {
        let known = |value: f64| (!value.is_nan()).then_some(value);
        self.history.iter().map(move |entry| {
            let (macd, signal) = (entry.macd, entry.signal);
            let value = MacdValue { macd, signal, histogram: macd - signal };
            (known(entry.ema), known(entry.averages.index()), known(signal).map(|_| value))
        })
    }

    pub(super) fn reset(&mut self) {
        self.fused.reset();
        self.history.clear();
    }
}
