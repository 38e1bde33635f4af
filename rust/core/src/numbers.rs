//! Checks at the edge, done once, so that nothing behind it can fail ("Values in").

use serde::{Deserialize, Serialize};

use crate::error::CoreError;

/// Smallest price of a bare indicator.
pub const PRICE_MIN: f64 = 1e-15;
/// Largest price of a bare indicator.
pub const PRICE_MAX: f64 = 1e15;
/// Largest magnitude of a plain number.
pub const NUMBER_MAX: f64 = 1e300;
/// Latest time, the year 2100, in nanoseconds UTC.
pub const TIMESTAMP_MAX: i64 = 4_102_444_800_000_000_000;
/// Longest period.
pub const PERIOD_MAX: i64 = 100_000;
/// Nanoseconds in a second.
pub const NS_PER_SECOND: i64 = 1_000_000_000;

/// A finite price (or size) within the range that keeps every indicator finite.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd, Serialize, Deserialize)]
pub struct Price(f64);

impl Price {
    /// Checks `value`.
    ///
    /// # Errors
    /// [`CoreError::Number`] when it is not finite or outside 1e-15 to 1e15.
    #[inline]
    pub fn new(name: &'static str, value: f64) -> Result<Self, CoreError> {
        // Positive floats sort like their bits; negative ones and NaN lie above them all.
        const SPAN: u64 = PRICE_MAX.to_bits() - PRICE_MIN.to_bits();
        if value.to_bits().wrapping_sub(PRICE_MIN.to_bits()) <= SPAN {
            return Ok(Self(value));
        }
        Err(CoreError::Number { name, value, min: PRICE_MIN, max: PRICE_MAX })
    }

    /// A value that a [`Grid`](crate::grid::Grid) has checked: its bounds lie within those here.
    #[inline]
    pub(crate) fn on_grid(value: f64) -> Self {
        Self(value)
    }

    /// The checked value.
    #[inline]
    #[must_use]
    pub fn get(self) -> f64 {
        self.0
    }
}

/// Checks that a number is finite and within ±1e300.
///
/// # Errors
/// [`CoreError::Number`] when it is not.
#[inline]
pub fn number(name: &'static str, value: f64) -> Result<f64, CoreError> {
    number_within(name, value, -NUMBER_MAX, NUMBER_MAX)
}

/// Checks that a number lies between two bounds, both allowed.
///
/// # Errors
/// [`CoreError::Number`] when it does not, or is NaN.
#[inline]
pub fn number_within(name: &'static str, value: f64, min: f64, max: f64) -> Result<f64, CoreError> {
    if value >= min && value <= max {
        Ok(value)
    } else {
        Err(CoreError::Number { name, value, min, max })
    }
}

/// Checks that an integer lies between two bounds, both allowed.
///
/// # Errors
/// [`CoreError::Integer`] when it does not.
#[inline]
pub fn integer_within(
    name: &'static str,
    value: i64,
    min: i64,
    max: i64,
) -> Result<i64, CoreError> {
    if (min..=max).contains(&value) {
        Ok(value)
    } else {
        Err(CoreError::Integer { name, value, min, max })
    }
}

/// Checks a time in nanoseconds UTC.
///
/// # Errors
/// [`CoreError::Integer`] when it is before 1970 or after 2100.
#[inline]
pub fn timestamp(name: &'static str, value: i64) -> Result<i64, CoreError> {
    integer_within(name, value, 0, TIMESTAMP_MAX)
}

/// Checks a period of at least `min`.
///
/// # Errors
/// [`CoreError::Integer`] when it is below `min` or above 100 000.
pub fn period(name: &'static str, value: i64, min: i64) -> Result<u32, CoreError> {
    let checked = integer_within(name, value, min, PERIOD_MAX)?;
    u32::try_from(checked).map_err(|_| CoreError::Integer { name, value, min, max: PERIOD_MAX })
}
