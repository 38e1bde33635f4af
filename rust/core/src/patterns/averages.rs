//! What is usual: averages of bodies, ranges and shadows over the last five or ten candles.
//!
//! TA-Lib keeps a running total for each candle that a pattern compares, and starts it as late as
//! the longest average of that pattern allows. Totals over the same candles that were started at
//! different bars may differ by rounding, and rounding decides where prices lie on a grid. So the
//! totals here are told apart by the bar they started at, and by nothing else: sixteen of them
//! serve all patterns (`docs/definitions.md`, "Candlestick patterns").

use serde::{Deserialize, Serialize};

use super::candle::Candle;

/// Candles in most averages.
const TEN: usize = 10;
/// Candles in the averages that say what is near, far and equal.
const FIVE: usize = 5;

/// Bars at which the totals over ten candles started.
const BODIES: [usize; 5] = [0, 1, 2, 3, 4];
const RANGES: [usize; 4] = [0, 1, 2, 3];
const SHADOWS: [usize; 3] = [0, 1, 2];
/// Bars at which the totals over five candles started, in patterns without and with averages over ten.
const EARLY: [usize; 2] = [0, 1];
const LATE: [usize; 2] = [5, 6];

/// From this bar on every total is full.
const FULL: usize = 14;

/// What the candles before one make it be compared with, by the bar that each total started at.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub(super) struct Usual {
    /// The mean body of ten candles.
    pub(super) body: [f64; 5],
    /// A tenth of the mean range of ten candles: a doji's body, or a shadow that is as good as none.
    pub(super) tiny: [f64; 4],
    /// The mean length of a shadow over ten candles.
    pub(super) shadow: [f64; 3],
    /// The mean range of five candles, in patterns without an average over ten.
    pub(super) early_range: [f64; 2],
    /// The same in the other patterns, which start five bars later.
    pub(super) late_range: [f64; 2],
}

/// The lengths of a candle that are averaged.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
struct Lengths {
    body: f64,
    range: f64,
    shadows: f64,
}

/// The totals, and the ten candles they are made of.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub(super) struct Averages {
    bodies: [f64; 5],
    ranges: [f64; 4],
    shadows: [f64; 3],
    early: [f64; 2],
    late: [f64; 2],
    past: [Lengths; 10],
    /// Place of the oldest candle in `past`.
    oldest: usize,
}

impl Averages {
    /// What the next candle is compared with.
    #[inline]
    pub(super) fn usual(&self) -> Usual {
        Usual {
            body: self.bodies.map(|total| total / 10.0),
            tiny: self.ranges.map(|total| 0.1 * (total / 10.0)),
            shadow: self.shadows.map(|total| total / 10.0 / 2.0),
            early_range: self.early.map(|total| total / 5.0),
            late_range: self.late.map(|total| total / 5.0),
        }
    }

    /// Takes the candle of bar number `bar`, counted from 0.
    #[inline]
    pub(super) fn push(&mut self, candle: &Candle, bar: usize) {
        let new = Lengths {
            body: candle.body,
            range: candle.range,
            shadows: candle.upper + candle.lower,
        };
        let middle = if self.oldest < 5 { self.oldest + 5 } else { self.oldest - 5 };
        let five_ago = self.past.get(middle).copied().unwrap_or_default();
        let Some(slot) = self.past.get_mut(self.oldest) else { return };
        let ten_ago = core::mem::replace(slot, new);
        self.oldest = if self.oldest == 9 { 0 } else { self.oldest + 1 };

        roll(&mut self.bodies, BODIES, TEN, bar, new.body, ten_ago.body);
        roll(&mut self.ranges, RANGES, TEN, bar, new.range, ten_ago.range);
        roll(&mut self.shadows, SHADOWS, TEN, bar, new.shadows, ten_ago.shadows);
        roll(&mut self.early, EARLY, FIVE, bar, new.range, five_ago.range);
        roll(&mut self.late, LATE, FIVE, bar, new.range, five_ago.range);
    }
}

/// Moves the totals on by a candle, as TA-Lib does: while one fills the length is added; then the
/// difference to the length that leaves.
#[inline]
fn roll<const N: usize>(
    totals: &mut [f64; N],
    started: [usize; N],
    period: usize,
    bar: usize,
    enters: f64,
    leaves: f64,
) {
    let change = enters - leaves;
    if bar >= FULL {
        for total in totals {
            *total += change;
        }
        return;
    }
    for (total, started) in totals.iter_mut().zip(started) {
        if bar >= started + period {
            *total += change;
        } else if bar >= started {
            *total += enters;
        }
    }
}
