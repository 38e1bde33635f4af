//! Binding of realised volatility.

use pyo3::prelude::*;
use pyo3::types::PyTuple;
use supreme_core::indicators::{Indicator, RealisedVolatility};

use crate::convert::{self, Arg};
use crate::error::refused;
use crate::methods::Saved;

/// Realised volatility: sample standard deviation (ddof 1) of log returns, annualised.
///
/// Args:
///     period: Number of log returns, 2 to 100 000.
///     periods_per_year: How many inputs make a year; 525 600 for one-minute closes.
///
/// The first value comes with price ``period + 1``, as a fraction (0.5 is 50 % a year).
/// O(period) time and memory per update. Source: the close-to-close estimator.
///
/// Raises:
///     InvalidInputError: A price is not a finite number from 1e-15 to 1e15, or a parameter is
///         not allowed.
///     InvalidTypeError: An argument has the wrong type.
///
/// Example:
///     >>> from supreme_system_v5.optimized import RealisedVolatility
///     >>> volatility = RealisedVolatility(period=2, periods_per_year=365)
///     >>> [volatility.update(price) for price in (100.0, 110.0, 99.0)][:2]
///     [None, None]
///     >>> round(volatility.value, 3)
///     2.711
#[pyclass(name = "RealisedVolatility", module = "supreme_system_v5.optimized.realised_volatility")]
pub(crate) struct PyRealisedVolatility {
    inner: RealisedVolatility,
}

impl Saved for PyRealisedVolatility {
    const KIND: &'static str = "RealisedVolatility";
    type Inner = RealisedVolatility;

    fn inner(&self) -> &RealisedVolatility {
        &self.inner
    }

    fn arguments<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        (self.inner.period(), self.inner.periods_per_year()).into_pyobject(py)
    }
}

#[pymethods]
impl PyRealisedVolatility {
    #[new]
    #[pyo3(
        signature = (period = Arg::Default, periods_per_year = Arg::Default),
        text_signature = "(period=60, periods_per_year=525600.0)"
    )]
    fn py_new(period: Arg<'_, '_>, periods_per_year: Arg<'_, '_>) -> PyResult<Self> {
        let period = period.integer("period", 60)?;
        let periods_per_year = periods_per_year.float("periods_per_year", 525_600.0)?;
        let inner = RealisedVolatility::new("period", period, periods_per_year).map_err(refused)?;
        Ok(Self { inner })
    }

    /// Take one price; return the volatility, or None before warm-up.
    #[pyo3(signature = (price, /))]
    fn update(&mut self, price: &Bound<'_, PyAny>) -> PyResult<Option<f64>> {
        Ok(self.inner.update(convert::price("price", price)?))
    }

    /// Run a fresh volatility of the same parameters over an array of prices.
    ///
    /// Args:
    ///     prices: Any one-dimensional float64 buffer, read without a copy, or a list.
    ///
    /// Returns:
    ///     A read-only memoryview of float64, as long as `prices`, NaN before warm-up.
    #[pyo3(signature = (prices, /))]
    fn batch<'py>(&self, prices: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        convert::batch_of_prices(&self.inner, prices)
    }

    /// The volatility after the last update, or None before warm-up.
    #[getter]
    fn value(&self) -> Option<f64> {
        self.inner.value()
    }

    /// Number of log returns.
    #[getter]
    fn period(&self) -> u32 {
        self.inner.period()
    }

    /// How many inputs make a year.
    #[getter]
    fn periods_per_year(&self) -> f64 {
        self.inner.periods_per_year()
    }

    fn __repr__(&self) -> String {
        let (period, per_year) = (self.period(), self.periods_per_year());
        format!("RealisedVolatility(period={period}, periods_per_year={per_year:?})")
    }
}

indicator_methods!(PyRealisedVolatility);
