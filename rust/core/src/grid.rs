//! Prices and sizes as integers: a grid of 10^-d per market ("Values in").

use serde::{Deserialize, Serialize};

use crate::error::CoreError;
use crate::numbers::{PRICE_MAX, Price, integer_within};

/// Largest number of units: above it a double no longer holds every integer.
const UNITS_MAX: f64 = 9_007_199_254_740_992.0;
/// How far from its grid, in units, a value may lie.
const TOLERANCE: f64 = 1e-6;

/// Converts between floats and integer units of 10^-decimals.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Grid {
    decimals: u8,
    scale: f64,
    /// Largest number of units.
    max: i64,
    strict: bool,
}

impl Grid {
    /// The grid of an instrument; values between its steps are refused.
    ///
    /// # Errors
    /// [`CoreError::Integer`] when `decimals` is not 0 to 12.
    pub fn strict(name: &'static str, decimals: i64) -> Result<Self, CoreError> {
        let checked = integer_within(name, decimals, 0, 12)?;
        Ok(Self::of(u8::try_from(checked).unwrap_or(0), true))
    }

    /// The grid used when no instrument is given: 1e-8, values are rounded to it.
    #[must_use]
    pub fn rounding() -> Self {
        Self::of(8, false)
    }

    fn of(decimals: u8, strict: bool) -> Self {
        let scale = (0..decimals).fold(1.0, |scale, _| scale * 10.0);
        Self { decimals, scale, max: floor(UNITS_MAX.min(PRICE_MAX * scale)), strict }
    }

    /// The smallest and the largest value.
    #[must_use]
    pub fn bounds(&self) -> (f64, f64) {
        (1.0 / self.scale, self.value(self.max))
    }

    /// Its decimals.
    #[must_use]
    pub fn places(&self) -> u8 {
        self.decimals
    }

    /// Its decimals; None when values are rounded to it.
    #[must_use]
    pub fn decimals(&self) -> Option<u8> {
        self.strict.then_some(self.decimals)
    }

    /// Puts a value on the grid.
    ///
    /// # Errors
    /// [`CoreError::Number`] when it is not finite, rounds to nothing or exceeds 2^53 units or 1e15;
    /// [`CoreError::OffGrid`] when the grid is strict and the value lies between two steps.
    #[inline]
    pub fn units(&self, name: &'static str, value: f64) -> Result<i64, CoreError> {
        let exact = value * self.scale;
        let units = floor(exact + 0.5);
        if !(1..=self.max).contains(&units) {
            let (min, max) = self.bounds();
            return Err(CoreError::Number { name, value, min, max });
        }
        if self.strict {
            let tolerance = TOLERANCE.max(exact * f64::EPSILON);
            if (exact - to_float(units)).abs() > tolerance {
                return Err(CoreError::OffGrid { name, value, decimals: self.decimals });
            }
        }
        Ok(units)
    }

    /// The float nearest to a number of units.
    #[inline]
    #[must_use]
    pub fn value(&self, units: i64) -> f64 {
        to_float(units) / self.scale
    }

    /// As [`value`](Self::value), for units that [`units`](Self::units) gave.
    #[inline]
    pub(crate) fn price(&self, units: i64) -> Price {
        Price::on_grid(self.value(units))
    }

    /// The float nearest to a sum of units.
    #[must_use]
    pub fn sum(&self, units: i128) -> f64 {
        #[allow(clippy::cast_precision_loss, reason = "rounds once, to the nearest float")]
        let units = units as f64;
        units / self.scale
    }
}

/// The integer part of a positive float; 0 for NaN and below, the largest integer when too large.
#[inline]
fn floor(value: f64) -> i64 {
    #[allow(clippy::cast_possible_truncation, reason = "saturates, and the caller checks bounds")]
    let whole = value as i64;
    whole
}

#[inline]
fn to_float(units: i64) -> f64 {
    #[allow(clippy::cast_precision_loss, reason = "exact: prices and sizes are at most 2^53 units")]
    let value = units as f64;
    value
}
