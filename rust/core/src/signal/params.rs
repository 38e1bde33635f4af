//! Checks of parameters, shared by the rules.

use crate::error::CoreError;
use crate::numbers::number_within;

/// Largest factor of an ATR.
const FACTOR_MAX: f64 = 1_000.0;

/// A factor of an ATR: above 0 (at least 1e-9), or also exactly 0 where that means none.
pub(super) fn factor(name: &'static str, value: f64, or_none: bool) -> Result<(), CoreError> {
    if or_none && value == 0.0 {
        return Ok(());
    }
    number_within(name, value, 1e-9, FACTOR_MAX).map(|_| ())
}

/// A level of the RSI.
pub(super) fn level(name: &'static str, value: f64, least: f64) -> Result<(), CoreError> {
    number_within(name, value, least, 100.0).map(|_| ())
}
