//! The 61 candlestick patterns of TA-Lib, a bar at a time. `docs/definitions.md`, "Candlestick
//! patterns".
//!
//! A pattern is a short function of the last candles in the file of its family, and a line in the
//! table below.

use serde::{Deserialize, Serialize};

mod answers;
mod averages;
mod bottoms;
mod candle;
mod crows;
mod doji;
mod gaps;
mod hammer;
mod harami;
mod hikkake;
mod lines;
mod moves;
mod soldiers;
mod stars;
mod window;

pub use candle::Ohlc;
use hikkake::Trap;
use window::{Candles, Window};

/// How many patterns there are.
pub const COUNT: usize = 61;

/// Bars until every pattern is looked for.
const WARMUP: usize = 15;

/// Builds, from one line for each pattern, their names, the bars before the first that each of them
/// is looked for at, and the function that looks for all of them.
macro_rules! table {
    ($candles:ident, $memory:ident: $($name:literal $lookback:literal $look:expr;)*) => {
        /// TA-Lib's names, in its order.
        pub const NAMES: [&str; COUNT] = [$($name),*];

        /// Bars before the first one that the pattern is looked for at.
        const LOOKBACKS: [usize; COUNT] = [$($lookback),*];

        #[inline]
        fn look($candles: &Candles, $memory: &mut Memory) -> [i16; COUNT] {
            [$($look),*]
        }
    };
}

table! { candles, memory:
    "CDL2CROWS" 12 crows::two(candles);
    "CDL3BLACKCROWS" 13 crows::three_black(candles);
    "CDL3INSIDE" 12 harami::three_inside(candles);
    "CDL3LINESTRIKE" 8 moves::three_line_strike(candles);
    "CDL3OUTSIDE" 3 harami::three_outside(candles);
    "CDL3STARSINSOUTH" 12 bottoms::three_stars_in_south(candles);
    "CDL3WHITESOLDIERS" 12 soldiers::three_white(candles);
    "CDLABANDONEDBABY" 12 stars::abandoned_baby(candles);
    "CDLADVANCEBLOCK" 12 soldiers::advance_block(candles);
    "CDLBELTHOLD" 10 lines::belt_hold(candles);
    "CDLBREAKAWAY" 14 moves::breakaway(candles);
    "CDLCLOSINGMARUBOZU" 10 lines::closing_marubozu(candles);
    "CDLCONCEALBABYSWALL" 13 bottoms::concealing_baby_swallow(candles);
    "CDLCOUNTERATTACK" 11 answers::counterattack(candles);
    "CDLDARKCLOUDCOVER" 11 answers::dark_cloud_cover(candles);
    "CDLDOJI" 10 doji::doji(candles);
    "CDLDOJISTAR" 11 doji::star(candles);
    "CDLDRAGONFLYDOJI" 10 doji::dragonfly(candles);
    "CDLENGULFING" 2 harami::engulfing(candles);
    "CDLEVENINGDOJISTAR" 12 stars::evening_doji(candles);
    "CDLEVENINGSTAR" 12 stars::evening(candles);
    "CDLGAPSIDESIDEWHITE" 7 gaps::side_by_side_white(candles);
    "CDLGRAVESTONEDOJI" 10 doji::gravestone(candles);
    "CDLHAMMER" 11 hammer::hammer(candles);
    "CDLHANGINGMAN" 11 hammer::hanging_man(candles);
    "CDLHARAMI" 11 harami::harami(candles);
    "CDLHARAMICROSS" 11 harami::harami_cross(candles);
    "CDLHIGHWAVE" 10 lines::high_wave(candles);
    "CDLHIKKAKE" 5 hikkake::hikkake(candles, &mut memory.hikkake);
    "CDLHIKKAKEMOD" 10 hikkake::modified(candles, &mut memory.modified);
    "CDLHOMINGPIGEON" 11 harami::homing_pigeon(candles);
    "CDLIDENTICAL3CROWS" 12 crows::identical_three(candles);
    "CDLINNECK" 11 answers::in_neck(candles);
    "CDLINVERTEDHAMMER" 11 hammer::inverted_hammer(candles);
    "CDLKICKING" 11 answers::kicking(candles);
    "CDLKICKINGBYLENGTH" 11 answers::kicking_by_length(candles);
    "CDLLADDERBOTTOM" 14 bottoms::ladder(candles);
    "CDLLONGLEGGEDDOJI" 10 doji::long_legged(candles);
    "CDLLONGLINE" 10 lines::long_line(candles);
    "CDLMARUBOZU" 10 lines::marubozu(candles);
    "CDLMATCHINGLOW" 6 answers::matching_low(candles);
    "CDLMATHOLD" 14 moves::mat_hold(candles);
    "CDLMORNINGDOJISTAR" 12 stars::morning_doji(candles);
    "CDLMORNINGSTAR" 12 stars::morning(candles);
    "CDLONNECK" 11 answers::on_neck(candles);
    "CDLPIERCING" 11 answers::piercing(candles);
    "CDLRICKSHAWMAN" 10 doji::rickshaw_man(candles);
    "CDLRISEFALL3METHODS" 14 moves::three_methods(candles);
    "CDLSEPARATINGLINES" 11 answers::separating_lines(candles);
    "CDLSHOOTINGSTAR" 11 hammer::shooting_star(candles);
    "CDLSHORTLINE" 10 lines::short_line(candles);
    "CDLSPINNINGTOP" 10 lines::spinning_top(candles);
    "CDLSTALLEDPATTERN" 12 soldiers::stalled(candles);
    "CDLSTICKSANDWICH" 7 bottoms::stick_sandwich(candles);
    "CDLTAKURI" 10 doji::takuri(candles);
    "CDLTASUKIGAP" 7 gaps::tasuki(candles);
    "CDLTHRUSTING" 11 answers::thrusting(candles);
    "CDLTRISTAR" 12 doji::tristar(candles);
    "CDLUNIQUE3RIVER" 12 bottoms::unique_three_river(candles);
    "CDLUPSIDEGAP2CROWS" 12 crows::upside_gap_two(candles);
    "CDLXSIDEGAP3METHODS" 2 gaps::three_methods(candles);
}

/// What patterns with a memory keep.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
struct Memory {
    hikkake: Trap,
    modified: Trap,
}

/// The patterns at one bar.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Found([i16; COUNT]);

impl Found {
    /// TA-Lib's values, in the order of [`NAMES`]; 0 where the pattern is not there.
    #[must_use]
    pub fn values(&self) -> &[i16; COUNT] {
        &self.0
    }

    /// Place in [`NAMES`] and value of each pattern that is there.
    #[inline]
    pub fn present(&self) -> impl Iterator<Item = (usize, i16)> {
        let mut left = 0_u64;
        for (place, value) in self.0.iter().enumerate() {
            left |= u64::from(*value != 0) << place;
        }
        core::iter::from_fn(move || {
            let place = left.trailing_zeros() as usize;
            left &= left.wrapping_sub(1);
            self.0.get(place).map(|value| (place, *value))
        })
    }
}

/// All patterns, a bar at a time; the same numbers as TA-Lib's over the whole series.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct CandlestickPatterns {
    window: Window,
    memory: Memory,
}

impl CandlestickPatterns {
    /// Patterns that have seen nothing.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes one bar and returns the patterns that it completes.
    #[inline]
    pub fn update(&mut self, bar: Ohlc) -> Found {
        let before = self.window.seen();
        self.window.push(bar);
        let mut values = look(&self.window.candles(), &mut self.memory);
        if !self.mature() {
            for (value, lookback) in values.iter_mut().zip(LOOKBACKS) {
                if before < lookback {
                    *value = 0;
                }
            }
        }
        Found(values)
    }

    /// Number of bars until every pattern is looked for, counting the first one at which it is.
    #[must_use]
    pub fn warmup(&self) -> usize {
        WARMUP
    }

    /// True once every pattern is looked for.
    #[inline]
    #[must_use]
    pub fn mature(&self) -> bool {
        self.window.seen() >= WARMUP
    }

    /// Forgets all bars.
    pub fn reset(&mut self) {
        *self = Self::new();
    }
}
