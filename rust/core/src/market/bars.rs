//! Trades into bars of 1m, 5m, 15m and 1h, in integers ("Bars").
//!
//! Only the minute takes trades; longer bars are built from closed minutes, so a tick costs the
//! same however many timeframes there are.

use serde::{Deserialize, Serialize};

use super::minutes::MinuteBar;
use super::tick::{Side, Tick};
use super::timeframe::Timeframe;
use crate::error::CoreError;
use crate::numbers::{self, NS_PER_SECOND};

/// One bar in units of its market's grids.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bar {
    /// First nanosecond, UTC.
    pub open_ns: i64,
    /// First price.
    pub open: i64,
    /// Highest price.
    pub high: i64,
    /// Lowest price.
    pub low: i64,
    /// Last price.
    pub close: i64,
    /// Sum of sizes.
    pub volume: i128,
    /// Sum of sizes whose taker bought.
    pub buy_volume: i128,
    /// Number of trades.
    pub trades: u64,
    /// Watching began inside the bar.
    pub partial: bool,
}

impl Bar {
    fn flat(open_ns: i64, price: i64, partial: bool) -> Self {
        Self {
            open_ns,
            open: price,
            high: price,
            low: price,
            close: price,
            volume: 0,
            buy_volume: 0,
            trades: 0,
            partial,
        }
    }

    #[inline]
    fn add(&mut self, tick: &Tick) {
        let price = tick.price;
        if self.trades == 0 {
            (self.open, self.high, self.low) = (price, price, price);
        } else {
            self.high = self.high.max(price);
            self.low = self.low.min(price);
        }
        self.close = price;
        self.trades += 1;
        self.volume += i128::from(tick.size);
        if tick.side == Side::Buy {
            self.buy_volume += i128::from(tick.size);
        }
    }

    /// This bar with a later, shorter one added; one without trades changes nothing.
    #[must_use]
    fn joined(mut self, later: &Self) -> Self {
        if later.trades == 0 {
            return self;
        }
        if self.trades == 0 {
            (self.open, self.high, self.low) = (later.open, later.high, later.low);
        } else {
            self.high = self.high.max(later.high);
            self.low = self.low.min(later.low);
        }
        self.close = later.close;
        self.volume += later.volume;
        self.buy_volume += later.buy_volume;
        self.trades += later.trades;
        self
    }
}

/// The bars that closed at one instant, by timeframe.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ClosedBars([Option<Bar>; 4]);

impl ClosedBars {
    /// The bars with their timeframes, 1m before 1h.
    pub fn iter(&self) -> impl Iterator<Item = (Timeframe, &Bar)> {
        Timeframe::ALL.into_iter().zip(&self.0).filter_map(|(t, bar)| Some((t, bar.as_ref()?)))
    }
}

/// The open bars: the minute that takes trades, and the longer ones without that minute.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
struct Forming {
    minute: Bar,
    longer: [Bar; 3],
}

/// Builds bars from trades and watermarks.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct BarBuilder {
    max_gap_seconds: i64,
    /// Time of the first event; bars that opened before it are partial.
    watched_from: Option<i64>,
    watermark: Option<i64>,
    forming: Option<Forming>,
    late: u64,
}

impl BarBuilder {
    /// A builder that has seen nothing.
    ///
    /// # Errors
    /// [`CoreError::Integer`] when `max_gap_seconds` is not 60 to 31 622 400.
    pub fn new(max_gap_seconds: i64) -> Result<Self, CoreError> {
        let max_gap_seconds =
            numbers::integer_within("max_gap_seconds", max_gap_seconds, 60, 31_622_400)?;
        Ok(Self { max_gap_seconds, watched_from: None, watermark: None, forming: None, late: 0 })
    }

    /// Takes a trade, first closing every bar that ends at or before it.
    ///
    /// Returns false when the trade was late.
    ///
    /// # Errors
    /// [`CoreError::TooFarAhead`]; nothing changes then.
    pub fn update(
        &mut self,
        tick: &Tick,
        closed: impl FnMut(ClosedBars),
    ) -> Result<bool, CoreError> {
        self.pass(tick.timestamp_ns, closed)?;
        Ok(self.add(tick))
    }

    /// Lets time pass up to `timestamp_ns`, closing every bar that ends at or before it.
    ///
    /// # Errors
    /// [`CoreError::TooFarAhead`]; nothing changes then.
    pub fn pass(
        &mut self,
        timestamp_ns: i64,
        mut closed: impl FnMut(ClosedBars),
    ) -> Result<(), CoreError> {
        self.check_gap(timestamp_ns)?;
        while self.next_end() <= timestamp_ns {
            if let Some(bars) = self.close_next() {
                closed(bars);
            }
        }
        self.observe(timestamp_ns);
        Ok(())
    }

    /// Refuses an event too far ahead of the watermark.
    ///
    /// # Errors
    /// [`CoreError::TooFarAhead`].
    pub fn check_gap(&self, timestamp_ns: i64) -> Result<(), CoreError> {
        match self.watermark {
            Some(watermark) if timestamp_ns - watermark > self.max_gap_seconds * NS_PER_SECOND => {
                Err(CoreError::TooFarAhead {
                    value: timestamp_ns,
                    watermark,
                    max_gap_seconds: self.max_gap_seconds,
                })
            }
            _ => Ok(()),
        }
    }

    /// When the open minute ends; `i64::MAX` before the first trade.
    #[inline]
    #[must_use]
    pub fn next_end(&self) -> i64 {
        self.forming
            .as_ref()
            .map_or(i64::MAX, |forming| forming.minute.open_ns + Timeframe::M1.length_ns())
    }

    /// Closes the open minute and every longer bar that ends with it; `None` before the first trade.
    pub fn close_next(&mut self) -> Option<ClosedBars> {
        let Forming { minute, longer } = self.forming?;
        let end = minute.open_ns + Timeframe::M1.length_ns();
        let [five, fifteen, hour] = longer;
        let close = |timeframe: Timeframe, bar: Bar| {
            let joined = bar.joined(&minute);
            if end % timeframe.length_ns() == 0 {
                (Some(joined), Bar::flat(end, joined.close, false))
            } else {
                (None, joined)
            }
        };
        let (closed_five, five) = close(Timeframe::M5, five);
        let (closed_fifteen, fifteen) = close(Timeframe::M15, fifteen);
        let (closed_hour, hour) = close(Timeframe::H1, hour);
        self.forming = Some(Forming {
            minute: Bar::flat(end, minute.close, false),
            longer: [five, fifteen, hour],
        });
        self.raise_watermark(end);
        Some(ClosedBars([Some(minute), closed_five, closed_fifteen, closed_hour]))
    }

    /// Takes note of the time of an event: the watermark rises, and watching has begun.
    #[inline]
    pub fn observe(&mut self, timestamp_ns: i64) {
        self.watched_from.get_or_insert(timestamp_ns);
        self.watermark.get_or_insert(timestamp_ns);
        self.raise_watermark(timestamp_ns);
    }

    /// Raises the watermark to an instant that has passed; without any event there is none.
    #[inline]
    pub fn raise_watermark(&mut self, timestamp_ns: i64) {
        self.watermark = self.watermark.map(|seen| seen.max(timestamp_ns));
    }

    /// Enters a trade into the open minute; every bar end before it must have been closed.
    ///
    /// Returns false, having counted it, when the trade's minute is closed already.
    #[inline]
    pub fn add(&mut self, tick: &Tick) -> bool {
        let Some(forming) = &mut self.forming else {
            return self.open_first(tick);
        };
        if tick.timestamp_ns < forming.minute.open_ns {
            self.late += 1;
            return false;
        }
        forming.minute.add(tick);
        self.raise_watermark(tick.timestamp_ns);
        true
    }

    #[cold]
    fn open_first(&mut self, tick: &Tick) -> bool {
        let Some(mut forming) = self.first(tick.timestamp_ns, tick.price) else { return false };
        forming.minute.add(tick);
        self.forming = Some(forming);
        true
    }

    /// The open bars at the first event that moves prices, or `None` when that is late.
    fn first(&mut self, timestamp_ns: i64, price: i64) -> Option<Forming> {
        let minute_ns = Timeframe::M1.length_ns();
        if self.watermark.is_some_and(|seen| timestamp_ns < seen - seen % minute_ns) {
            self.late += 1;
            return None;
        }
        self.observe(timestamp_ns);
        let watched_from = self.watched_from.unwrap_or(timestamp_ns);
        let open = |timeframe: Timeframe| {
            let open_ns = timestamp_ns - timestamp_ns % timeframe.length_ns();
            Bar::flat(open_ns, price, open_ns < watched_from)
        };
        let longer = [open(Timeframe::M5), open(Timeframe::M15), open(Timeframe::H1)];
        Some(Forming { minute: open(Timeframe::M1), longer })
    }

    /// Enters a whole minute that is not [`closed`](Self::closed); every bar end up to its beginning
    /// must have been passed.
    pub fn add_minute(&mut self, bar: &MinuteBar) {
        let Some(mut forming) = self.forming.or_else(|| self.first(bar.open_ns, bar.open)) else {
            return;
        };
        let whole = Bar {
            open: bar.open,
            high: bar.high,
            low: bar.low,
            close: bar.close,
            volume: i128::from(bar.volume),
            trades: 1,
            ..Bar::flat(bar.open_ns, bar.open, false)
        };
        forming.minute = forming.minute.joined(&whole);
        self.forming = Some(forming);
    }

    /// True when the minute that begins at a time is closed already.
    #[must_use]
    pub fn closed(&self, open_ns: i64) -> bool {
        let open = self.forming.map_or(
            self.watermark.map(|seen| seen - seen % Timeframe::M1.length_ns()),
            |forming| Some(forming.minute.open_ns),
        );
        open.is_some_and(|open| open_ns < open)
    }

    /// Counts an event that came too late.
    pub fn count_late(&mut self) {
        self.late += 1;
    }

    /// The open bar of a timeframe with all trades so far; `None` before the first trade.
    #[must_use]
    pub fn forming(&self, timeframe: Timeframe) -> Option<Bar> {
        let Forming { minute, longer: [five, fifteen, hour] } = self.forming?;
        Some(match timeframe {
            Timeframe::M1 => minute,
            Timeframe::M5 => five.joined(&minute),
            Timeframe::M15 => fifteen.joined(&minute),
            Timeframe::H1 => hour.joined(&minute),
        })
    }

    /// Latest event time seen.
    #[must_use]
    pub fn watermark(&self) -> Option<i64> {
        self.watermark
    }

    /// Number of late trades.
    #[must_use]
    pub fn late(&self) -> u64 {
        self.late
    }

    /// Longest jump in time that is believed, in seconds.
    #[must_use]
    pub fn max_gap_seconds(&self) -> i64 {
        self.max_gap_seconds
    }

    /// Forgets everything but `max_gap_seconds`.
    pub fn reset(&mut self) {
        let max_gap_seconds = self.max_gap_seconds;
        *self =
            Self { max_gap_seconds, watched_from: None, watermark: None, forming: None, late: 0 };
    }
}
