//! Inside bars whose break is a trap: the only patterns with a memory.

use serde::{Deserialize, Serialize};

use super::candle::Candle;
use super::window::Candles;

/// Bars in which a trap may close.
const PATIENCE: u8 = 3;
/// Bars until the modified pattern is looked for: it reads two candles after the first average
/// over five.
const MODIFIED_FROM: usize = 8;

/// The latest break and the candle that was broken.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub(super) struct Trap {
    /// Bars left for the confirmation.
    left: u8,
    /// 1 after a break down, which is expected to turn up; -1 after one up.
    direction: i16,
    high: f64,
    low: f64,
}

impl Trap {
    /// A break is 100, its confirmation by a close on the other side of the inside bar 200.
    fn step(&mut self, direction: i16, inside: &Candle, bar: &Candle) -> i16 {
        if direction != 0 {
            *self = Self { left: PATIENCE, direction, high: inside.high, low: inside.low };
            return 100 * direction;
        }
        if self.left == 0 {
            return 0;
        }
        let confirmed =
            if self.direction > 0 { bar.close > self.high } else { bar.close < self.low };
        if confirmed {
            self.left = 0;
            return 200 * self.direction;
        }
        self.left -= 1;
        0
    }
}

/// 1 when the bar breaks the one before downward, -1 upward, 0 when it does neither.
fn broken(bar: &Candle, before: &Candle) -> i16 {
    i16::from(bar.below(before)) - i16::from(bar.above(before))
}

/// An inside bar, and a break of it.
pub(super) fn hikkake(candles: &Candles, trap: &mut Trap) -> i16 {
    let [first, inside, bar] = candles.three();
    let direction = if inside.inside(&first) { broken(&bar, &inside) } else { 0 };
    trap.step(direction, &inside, &bar)
}

/// An inside bar that closes near the end where it will be broken, one inside that, and the break.
pub(super) fn modified(candles: &Candles, trap: &mut Trap) -> i16 {
    if candles.seen() < MODIFIED_FROM {
        return 0;
    }
    let [first, ..] = candles.four();
    let [second, inside, bar] = candles.three();
    let mut direction = 0;
    if second.inside(&first) && inside.inside(&second) {
        direction = broken(&bar, &inside);
        let near = second.early_near();
        let low = second.close <= second.low + near;
        let high = second.close >= second.high - near;
        if !(direction > 0 && low || direction < 0 && high) {
            direction = 0;
        }
    }
    trap.step(direction, &inside, &bar)
}
