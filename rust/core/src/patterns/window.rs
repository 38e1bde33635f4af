//! The last five candles, and how a pattern sees them.

use core::ops::Deref;

use serde::{Deserialize, Serialize};

use super::averages::Averages;
use super::candle::{Candle, Ohlc};

/// Slots of the ring: the power of two that five candles fit in.
const SLOTS: usize = 8;

/// The last candles and the averages behind them.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub(super) struct Window {
    /// The candle of bar number n is in slot n % 8.
    ring: [Candle; SLOTS],
    averages: Averages,
    seen: usize,
}

impl Window {
    /// Takes the next bar.
    #[inline]
    pub(super) fn push(&mut self, bar: Ohlc) {
        let candle = Candle::new(bar, self.averages.usual());
        self.averages.push(&candle, self.seen);
        if let Some(slot) = self.ring.get_mut(self.seen % SLOTS) {
            *slot = candle;
        }
        self.seen += 1;
    }

    /// How many bars there were.
    #[inline]
    pub(super) fn seen(&self) -> usize {
        self.seen
    }

    /// The last five candles; blank ones where there were not so many bars.
    #[inline]
    pub(super) fn candles(&self) -> Candles<'_> {
        let newest = [1, 2, 3, 4, 5].map(|age| {
            let slot = self.seen.wrapping_sub(age) % SLOTS;
            self.ring.get(slot).unwrap_or(&self.ring[0])
        });
        Candles { newest, seen: self.seen }
    }
}

/// The last five candles, as a pattern looks at them.
#[derive(Debug, Clone, Copy)]
pub(super) struct Candles<'a> {
    newest: [&'a Candle; 5],
    seen: usize,
}

impl<'a> Candles<'a> {
    /// How many bars there were.
    #[inline]
    pub(super) fn seen(&self) -> usize {
        self.seen
    }

    /// Candles for a pattern of one; as for those of more, the oldest comes first.
    #[inline]
    pub(super) fn one(&self) -> [Placed<'a>; 1] {
        let [first, ..] = self.newest;
        placed([first])
    }

    #[inline]
    pub(super) fn two(&self) -> [Placed<'a>; 2] {
        let [second, first, ..] = self.newest;
        placed([first, second])
    }

    #[inline]
    pub(super) fn three(&self) -> [Placed<'a>; 3] {
        let [third, second, first, ..] = self.newest;
        placed([first, second, third])
    }

    #[inline]
    pub(super) fn four(&self) -> [Placed<'a>; 4] {
        let [fourth, third, second, first, _] = self.newest;
        placed([first, second, third, fourth])
    }

    #[inline]
    pub(super) fn five(&self) -> [Placed<'a>; 5] {
        let [fifth, fourth, third, second, first] = self.newest;
        placed([first, second, third, fourth, fifth])
    }
}

#[inline]
fn placed<const N: usize>(candles: [&Candle; N]) -> [Placed<'_>; N] {
    let mut place = 0;
    candles.map(|candle| {
        place += 1;
        Placed { candle, place: place - 1 }
    })
}

/// A candle at its place in a pattern, the oldest at place 0.
///
/// A pattern of n candles starts as early as its averages allow, with the oldest one at the first
/// bar that has a full average before it; the total of the candle at place p then started at bar p.
#[derive(Debug, Clone, Copy)]
pub(super) struct Placed<'a> {
    candle: &'a Candle,
    place: usize,
}

impl Deref for Placed<'_> {
    type Target = Candle;

    #[inline]
    fn deref(&self) -> &Candle {
        self.candle
    }
}

/// The average of the total that started at the bar of this number. One that no pattern has asked
/// for so far is not kept, and nothing compares with it.
#[inline]
fn at<const N: usize>(means: &[f64; N], place: usize) -> f64 {
    means.get(place).copied().unwrap_or(f64::NAN)
}

impl Placed<'_> {
    #[inline]
    fn usual_body(self) -> f64 {
        at(&self.usual.body, self.place)
    }

    /// The longest body of a doji, and the shadow that is as good as none.
    #[inline]
    pub(super) fn tiny(self) -> f64 {
        at(&self.usual.tiny, self.place)
    }

    #[inline]
    fn usual_shadow(self) -> f64 {
        at(&self.usual.shadow, self.place)
    }

    /// The mean range of five candles, in a pattern that also has an average over ten: those make it
    /// start five bars later.
    #[inline]
    fn usual_range(self) -> f64 {
        at(&self.usual.late_range, self.place)
    }

    /// The mean range of five candles, in a pattern without an average over ten.
    #[inline]
    fn early_range(self) -> f64 {
        at(&self.usual.early_range, self.place)
    }

    /// The body is longer than usual.
    #[inline]
    pub(super) fn long(self) -> bool {
        self.body > self.usual_body()
    }

    /// The body is not longer than usual.
    #[inline]
    pub(super) fn short(self) -> bool {
        self.body <= self.usual_body()
    }

    /// The body is shorter than usual.
    #[inline]
    pub(super) fn small(self) -> bool {
        self.body < self.usual_body()
    }

    #[inline]
    pub(super) fn doji(self) -> bool {
        self.body <= self.tiny()
    }

    #[inline]
    pub(super) fn no_upper(self) -> bool {
        self.upper < self.tiny()
    }

    #[inline]
    pub(super) fn no_lower(self) -> bool {
        self.lower < self.tiny()
    }

    #[inline]
    pub(super) fn some_upper(self) -> bool {
        self.upper > self.tiny()
    }

    #[inline]
    pub(super) fn some_lower(self) -> bool {
        self.lower > self.tiny()
    }

    /// A body longer than usual and no shadow.
    #[inline]
    pub(super) fn marubozu(self) -> bool {
        self.long() & self.no_upper() & self.no_lower()
    }

    #[inline]
    pub(super) fn short_upper(self) -> bool {
        self.upper < self.usual_shadow()
    }

    #[inline]
    pub(super) fn short_lower(self) -> bool {
        self.lower < self.usual_shadow()
    }

    /// More than a short shadow.
    #[inline]
    pub(super) fn more_upper(self) -> bool {
        self.upper > self.usual_shadow()
    }

    /// How far away is still near.
    #[inline]
    pub(super) fn near(self) -> f64 {
        0.2 * self.usual_range()
    }

    /// How far away is far.
    #[inline]
    pub(super) fn far(self) -> f64 {
        0.6 * self.usual_range()
    }

    /// How far away is still equal.
    #[inline]
    pub(super) fn equal(self) -> f64 {
        0.05 * self.usual_range()
    }

    /// As `near`, in a pattern without an average over ten.
    #[inline]
    pub(super) fn early_near(self) -> f64 {
        0.2 * self.early_range()
    }

    /// As `equal`, in a pattern without an average over ten.
    #[inline]
    pub(super) fn early_equal(self) -> f64 {
        0.05 * self.early_range()
    }
}

/// Both ends belong to the span.
#[inline]
pub(super) fn within(value: f64, middle: f64, distance: f64) -> bool {
    value <= middle + distance && value >= middle - distance
}

/// `value` where the pattern is there, else 0.
#[inline]
pub(super) fn signed(there: bool, value: i16) -> i16 {
    if there { value } else { 0 }
}
