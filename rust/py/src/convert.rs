//! Python objects to checked numbers. The usual types first; the rest is slower and stricter.

use pyo3::exceptions::{PyOverflowError, PyTypeError};
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyBytes, PyFloat, PyInt, PyString};
use supreme_core::CoreError;
use supreme_core::indicators::{Indicator, Seed};
use supreme_core::market::{Grids, Side, Timeframe};
use supreme_core::numbers::{self, Price};

use crate::arrays::{self, Array, Columns};
use crate::error::{not_allowed, refused, wrong_type};
use crate::views;

const FLOAT: &str = "a float or an int";
const FLOAT_OR_TEXT: &str = "a float, an int or a decimal string";

/// A float or an int; nothing else is a number here, bool least of all.
#[inline]
pub(crate) fn float(name: &'static str, value: &Bound<'_, PyAny>) -> PyResult<f64> {
    match value.cast_exact::<PyFloat>() {
        Ok(float) => Ok(float.value()),
        Err(_) => other_float(name, value, FLOAT),
    }
}

/// As [`float`], or text like "61837.63".
#[inline]
pub(crate) fn float_or_text(name: &'static str, value: &Bound<'_, PyAny>) -> PyResult<f64> {
    match value.cast_exact::<PyFloat>() {
        Ok(float) => Ok(float.value()),
        Err(_) => match value.cast::<PyString>() {
            Ok(text) => decimal(name, text),
            Err(_) => other_float(name, value, FLOAT_OR_TEXT),
        },
    }
}

#[cold]
fn other_float(name: &'static str, value: &Bound<'_, PyAny>, wanted: &str) -> PyResult<f64> {
    if let Ok(float) = value.cast::<PyFloat>() {
        return Ok(float.value());
    }
    if value.is_instance_of::<PyBool>() || !value.hasattr("__index__")? {
        return Err(wrong_type(name, wanted, value));
    }
    value.extract().map_err(|error| no_integer(error, name, "a number that fits a float", value))
}

#[cold]
fn decimal(name: &'static str, text: &Bound<'_, PyString>) -> PyResult<f64> {
    let parsed = text.to_str().ok().filter(|digits| is_decimal(digits)).map(str::parse);
    match parsed {
        Some(Ok(value)) => Ok(value),
        _ => Err(not_allowed(name, "a decimal number like '61837.63'", text)),
    }
}

/// Digits with at most one point and an optional exponent; no sign, blank, "inf" or "nan".
fn is_decimal(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_digit() || c == '.')
        && text.bytes().all(|b| b.is_ascii_digit() || b".eE+-".contains(&b))
}

/// An argument with a default: given or not; None is a value like any other.
pub(crate) enum Arg<'a, 'py> {
    Default,
    Given(Borrowed<'a, 'py, PyAny>),
}

impl<'a, 'py> FromPyObject<'a, 'py> for Arg<'a, 'py> {
    type Error = PyErr;

    fn extract(value: Borrowed<'a, 'py, PyAny>) -> PyResult<Self> {
        Ok(Self::Given(value))
    }
}

impl Arg<'_, '_> {
    pub(crate) fn integer(&self, name: &'static str, default: i64) -> PyResult<i64> {
        match self {
            Self::Default => Ok(default),
            Self::Given(value) => integer(name, value),
        }
    }

    pub(crate) fn saturated(&self, name: &'static str, default: i64) -> PyResult<i64> {
        match self {
            Self::Default => Ok(default),
            Self::Given(value) => saturated(name, value),
        }
    }

    pub(crate) fn float(&self, name: &'static str, default: f64) -> PyResult<f64> {
        match self {
            Self::Default => Ok(default),
            Self::Given(value) => float(name, value),
        }
    }

    pub(crate) fn seed(&self, name: &'static str) -> PyResult<Seed> {
        match self {
            Self::Default => Ok(Seed::First),
            Self::Given(value) => seed(name, value),
        }
    }
}

/// A price for a bare indicator.
#[inline]
pub(crate) fn price(name: &'static str, value: &Bound<'_, PyAny>) -> PyResult<Price> {
    Price::new(name, float(name, value)?).map_err(refused)
}

/// A finite number.
#[inline]
pub(crate) fn number(name: &'static str, value: &Bound<'_, PyAny>) -> PyResult<f64> {
    numbers::number(name, float(name, value)?).map_err(refused)
}

/// An integer; a float is refused, because it holds neither nanoseconds nor a count exactly.
#[inline]
pub(crate) fn integer(name: &'static str, value: &Bound<'_, PyAny>) -> PyResult<i64> {
    expect_integer(name, value)?;
    value.extract().map_err(|error| no_integer(error, name, "an integer of 64 bits", value))
}

/// Too large a number and no number after all are refused; whatever else an `__index__` raised,
/// an interrupt for one, goes on as it is.
#[cold]
fn no_integer(error: PyErr, name: &str, bound: &str, value: &Bound<'_, PyAny>) -> PyErr {
    if error.is_instance_of::<PyOverflowError>(value.py()) {
        return not_allowed(name, bound, value);
    }
    if error.is_instance_of::<PyTypeError>(value.py()) {
        return wrong_type(name, "an int", value);
    }
    error
}

#[inline]
fn expect_integer(name: &'static str, value: &Bound<'_, PyAny>) -> PyResult<()> {
    if value.cast_exact::<PyInt>().is_err()
        && (value.is_instance_of::<PyBool>() || !value.hasattr("__index__")?)
    {
        return Err(wrong_type(name, "an int", value));
    }
    Ok(())
}

/// The taker's side: -1, 0 or 1, unknown when it was not given.
#[inline]
pub(crate) fn side(value: &Arg<'_, '_>) -> PyResult<Side> {
    match value {
        Arg::Default => Ok(Side::Unknown),
        Arg::Given(value) => Side::new(integer("side", value)?).map_err(refused),
    }
}

/// How an average starts.
pub(crate) fn seed(name: &'static str, value: &Bound<'_, PyAny>) -> PyResult<Seed> {
    let text = value.cast::<PyString>().map_err(|_| wrong_type(name, "a str", value))?;
    match text.to_str().unwrap_or_default() {
        "first" => Ok(Seed::First),
        "sma" => Ok(Seed::Sma),
        _ => Err(not_allowed(name, "'first' or 'sma'", value)),
    }
}

/// The name of a seed.
pub(crate) fn seed_name(seed: Seed) -> &'static str {
    match seed {
        Seed::First => "first",
        Seed::Sma => "sma",
    }
}

/// A str.
pub(crate) fn text(name: &'static str, value: &Bound<'_, PyAny>) -> PyResult<String> {
    let text = value.cast::<PyString>().map_err(|_| wrong_type(name, "a str", value))?;
    text.to_str()
        .map(str::to_owned)
        .map_err(|_| wrong_type(name, "a str of whole characters", value))
}

/// True or False.
pub(crate) fn boolean(name: &'static str, value: &Bound<'_, PyAny>) -> PyResult<bool> {
    let flag = value.cast::<PyBool>().map_err(|_| wrong_type(name, "a bool", value))?;
    Ok(flag.is_true())
}

/// Bytes.
pub(crate) fn bytes<'a, 'py>(
    name: &'static str,
    value: &'a Bound<'py, PyAny>,
) -> PyResult<&'a Bound<'py, PyBytes>> {
    value.cast().map_err(|_| wrong_type(name, "bytes", value))
}

/// An integer of any size, as one of 64 bits that is as near as can be.
pub(crate) fn saturated(name: &'static str, value: &Bound<'_, PyAny>) -> PyResult<i64> {
    expect_integer(name, value)?;
    match value.extract::<i64>() {
        Err(error) if error.is_instance_of::<PyOverflowError>(value.py()) => {
            Ok(if value.lt(0)? { i64::MIN } else { i64::MAX })
        }
        Err(error) => Err(no_integer(error, name, "an integer", value)),
        Ok(integer) => Ok(integer),
    }
}

/// The timeframe of that name.
pub(crate) fn timeframe(value: &Bound<'_, PyAny>) -> PyResult<Timeframe> {
    let name = text("timeframe", value)?;
    Timeframe::ALL
        .into_iter()
        .find(|timeframe| timeframe.name() == name)
        .ok_or_else(|| not_allowed("timeframe", "'1m', '5m', '15m' or '1h'", value))
}

/// The grids of an `Instrument`, or those used without one.
pub(crate) fn grids(instrument: &Bound<'_, PyAny>) -> PyResult<Grids> {
    if instrument.is_none() {
        return Ok(Grids::rounding());
    }
    if !views::is_instrument(instrument)? {
        return Err(wrong_type("instrument", "an Instrument or None", instrument));
    }
    let decimals = |name| integer(name, &instrument.getattr(name)?);
    Grids::of_instrument(decimals("price_decimals")?, decimals("size_decimals")?).map_err(refused)
}

/// Runs an indicator with one output over prices.
pub(crate) fn batch_of_prices<'py, I>(
    indicator: &I,
    prices: &Bound<'py, PyAny>,
) -> PyResult<Bound<'py, PyAny>>
where
    I: Indicator<Input = Price, Output = f64>,
{
    let py = prices.py();
    let prices = Array::<f64>::new("prices", prices)?;
    let checked = prices.iter(py).map(|price| Price::new("prices", price));
    batch(py, indicator, checked)
}

/// Runs an indicator with one output and returns one value for each input.
pub(crate) fn batch<'py, I: Indicator<Output = f64>>(
    py: Python<'py>,
    indicator: &I,
    inputs: impl ExactSizeIterator<Item = Result<I::Input, CoreError>>,
) -> PyResult<Bound<'py, PyAny>> {
    let columns = Columns::new(inputs.len());
    let [view] = arrays::batch(py, indicator, inputs, columns, |value| [value])?;
    Ok(view)
}
