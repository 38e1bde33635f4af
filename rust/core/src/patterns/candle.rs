//! One candle: its prices, what they say about its shape, and what is usual at its time.

use serde::{Deserialize, Serialize};

use super::averages::Usual;
use crate::error::CoreError;
use crate::numbers::{self, Price};

/// Open, high, low and close of a bar, known to be in order.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Ohlc {
    open: f64,
    high: f64,
    low: f64,
    close: f64,
}

impl Ohlc {
    /// Checks a bar.
    ///
    /// # Errors
    /// [`CoreError::Number`] when a price is out of range, `high` is below `low`, or `open` or
    /// `close` is not between them.
    #[inline]
    pub fn new(open: f64, high: f64, low: f64, close: f64) -> Result<Self, CoreError> {
        let high = Price::new("high", high)?.get();
        let low = numbers::number_within("low", low, numbers::PRICE_MIN, high)?;
        let open = numbers::number_within("open", open, low, high)?;
        let close = numbers::number_within("close", close, low, high)?;
        Ok(Self { open, high, low, close })
    }
}

/// A candle and its parts. It is white when it closed at its open or above, else black.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub(super) struct Candle {
    pub(super) open: f64,
    pub(super) high: f64,
    pub(super) low: f64,
    pub(super) close: f64,
    /// Upper end of the body.
    pub(super) top: f64,
    /// Lower end of the body.
    pub(super) bottom: f64,
    pub(super) body: f64,
    /// Length of the shadow above the body.
    pub(super) upper: f64,
    /// Length of the shadow below the body.
    pub(super) lower: f64,
    /// From low to high.
    pub(super) range: f64,
    pub(super) white: bool,
    pub(super) usual: Usual,
}

impl Candle {
    #[inline]
    pub(super) fn new(bar: Ohlc, usual: Usual) -> Self {
        let Ohlc { open, high, low, close } = bar;
        let white = close >= open;
        let (top, bottom) = if white { (close, open) } else { (open, close) };
        Self {
            open,
            high,
            low,
            close,
            top,
            bottom,
            body: (close - open).abs(),
            upper: high - top,
            lower: bottom - low,
            range: high - low,
            white,
            usual,
        }
    }

    #[inline]
    pub(super) fn black(&self) -> bool {
        !self.white
    }

    /// 1 when white, -1 when black.
    #[inline]
    pub(super) fn colour(&self) -> i16 {
        if self.white { 1 } else { -1 }
    }

    /// The whole body lies above that of the other one.
    #[inline]
    pub(super) fn gaps_up(&self, from: &Self) -> bool {
        self.bottom > from.top
    }

    /// The whole body lies below that of the other one.
    #[inline]
    pub(super) fn gaps_down(&self, from: &Self) -> bool {
        self.top < from.bottom
    }

    /// The body lies inside that of the other one, and neither end is the same.
    #[inline]
    pub(super) fn body_inside(&self, other: &Self) -> bool {
        self.top < other.top && self.bottom > other.bottom
    }

    /// High and low both lie inside those of the other one.
    #[inline]
    pub(super) fn inside(&self, other: &Self) -> bool {
        self.high < other.high && self.low > other.low
    }

    /// High and low are both above those of the other one.
    #[inline]
    pub(super) fn above(&self, other: &Self) -> bool {
        self.high > other.high && self.low > other.low
    }

    /// High and low are both below those of the other one.
    #[inline]
    pub(super) fn below(&self, other: &Self) -> bool {
        self.high < other.high && self.low < other.low
    }

    #[inline]
    pub(super) fn long_upper(&self) -> bool {
        self.upper > self.body
    }

    #[inline]
    pub(super) fn long_lower(&self) -> bool {
        self.lower > self.body
    }

    #[inline]
    pub(super) fn very_long_upper(&self) -> bool {
        self.upper > 2.0 * self.body
    }

    #[inline]
    pub(super) fn very_long_lower(&self) -> bool {
        self.lower > 2.0 * self.body
    }
}
