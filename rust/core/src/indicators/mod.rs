//! Incremental indicators, one per file. Formulas: `docs/definitions.md`, "Indicators".

pub mod atr;
pub mod bollinger;
pub mod ema;
pub mod macd;
mod moments;
pub mod realised_volatility;
pub mod rolling_average;
mod rolling_sum;
pub mod rsi;
pub mod sma;
pub mod vwap;

pub use atr::{Atr, HighLowClose};
pub use bollinger::{Bands, Bollinger};
pub use ema::{Ema, Seed};
pub use macd::{Macd, MacdValue};
pub use realised_volatility::RealisedVolatility;
pub use rolling_average::RollingAverage;
pub use rolling_sum::RollingSum;
pub use rsi::Rsi;
pub use sma::Sma;
pub use vwap::{PriceSize, RollingVwap, SessionVwap};

use crate::error::{AtIndex, CoreError};

/// One value in, at most one value out, constant work.
///
/// Inputs are checked when they are built, so an update cannot fail. An indicator says how it starts
/// ([`begin`](Indicator::begin)) and how it goes on ([`steady`](Indicator::steady)); the rest follows.
pub trait Indicator: Clone {
    /// What it reads.
    type Input: Copy;
    /// What it answers.
    type Output: Copy;

    /// True once every further input gives a value.
    fn warm(&self) -> bool;

    /// The update while not [`warm`](Self::warm); its last one may give the first value.
    fn begin(&mut self, input: Self::Input) -> Option<Self::Output>;

    /// The update once [`warm`](Self::warm): the hot path, free of branches where it can be.
    fn steady(&mut self, input: Self::Input) -> Self::Output;

    /// Takes one input and returns the new value, or `None` during warm-up.
    #[inline]
    fn update(&mut self, input: Self::Input) -> Option<Self::Output> {
        if self.warm() { Some(self.steady(input)) } else { self.begin(input) }
    }

    /// The value after the last input, or `None` during warm-up.
    fn value(&self) -> Option<Self::Output>;

    /// Number of inputs until the first value, counting the one that gives it.
    fn warmup(&self) -> usize;

    /// True once as many inputs were seen as the periods ask for.
    fn mature(&self) -> bool;

    /// Forgets all inputs; the parameters stay.
    fn reset(&mut self);

    /// Runs a fresh indicator of the same parameters over `inputs`. Each comes with the place where
    /// its answer goes, and `out` puts it there; walked together, they cost one counter.
    ///
    /// # Errors
    /// The first refused input and its position.
    fn batch<P>(
        &self,
        inputs: impl Iterator<Item = (Result<Self::Input, CoreError>, P)>,
        mut out: impl FnMut(P, Option<Self::Output>),
    ) -> Result<(), AtIndex> {
        let mut fresh = self.clone();
        fresh.reset();
        let mut inputs = inputs.enumerate();
        while !fresh.warm() {
            let Some((index, (input, place))) = inputs.next() else { return Ok(()) };
            out(place, fresh.begin(input.map_err(|error| AtIndex { index, error })?));
        }
        steadily(&fresh, inputs, out)
    }
}

/// The batch after warm-up. A function of its own with a copy of the indicator that nobody else can
/// see, so that its state lives in registers: beside `begin`, which needs its address, it could not.
#[inline(never)]
fn steadily<I: Indicator, P>(
    warm: &I,
    inputs: impl Iterator<Item = (usize, (Result<I::Input, CoreError>, P))>,
    mut out: impl FnMut(P, Option<I::Output>),
) -> Result<(), AtIndex> {
    let mut hot = warm.clone();
    for (index, (input, place)) in inputs {
        let input = input.map_err(|error| AtIndex { index, error })?;
        out(place, Some(hot.steady(input)));
    }
    Ok(())
}
