//! Binding of the simple moving average.

use pyo3::prelude::*;
use pyo3::types::PyTuple;
use supreme_core::indicators::{Indicator, Sma};

use crate::convert::{self, Arg};
use crate::error::refused;
use crate::methods::Saved;

/// Simple moving average: the mean of the last `period` prices.
///
/// Args:
///     period: Number of prices, 1 to 100 000.
///
/// The first value comes with price `period`, in the unit of the price. O(1) time per update, O(period)
/// memory; the running sum is computed anew each time the ring wraps, so rounding does not pile up.
/// Source: the usual definition.
///
/// Raises:
///     InvalidInputError: A price is not a finite number from 1e-15 to 1e15, or `period` is
///         not allowed.
///     InvalidTypeError: An argument has the wrong type.
///
/// Example:
///     >>> from supreme_system_v5.optimized import SimpleMovingAverage
///     >>> average = SimpleMovingAverage(2)
///     >>> [average.update(price) for price in (10.0, 12.0, 11.0)]
///     [None, 11.0, 11.5]
#[pyclass(name = "SimpleMovingAverage", module = "supreme_system_v5.optimized.sma")]
pub(crate) struct PySma {
    inner: Sma,
}

impl Saved for PySma {
    const KIND: &'static str = "SimpleMovingAverage";
    type Inner = Sma;

    fn inner(&self) -> &Sma {
        &self.inner
    }

    fn arguments<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        (self.inner.period(),).into_pyobject(py)
    }
}

#[pymethods]
impl PySma {
    #[new]
    #[pyo3(signature = (period = Arg::Default), text_signature = "(period=20)")]
    fn py_new(period: Arg<'_, '_>) -> PyResult<Self> {
        let period = period.integer("period", 20)?;
        Ok(Self { inner: Sma::new("period", period).map_err(refused)? })
    }

    /// Take one price; return the average, or None before warm-up.
    #[pyo3(signature = (price, /))]
    fn update(&mut self, price: &Bound<'_, PyAny>) -> PyResult<Option<f64>> {
        Ok(self.inner.update(convert::price("price", price)?))
    }

    /// Run a fresh average of the same period over an array of prices.
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

    /// The average after the last update, or None before warm-up.
    #[getter]
    fn value(&self) -> Option<f64> {
        self.inner.value()
    }

    /// Number of prices.
    #[getter]
    fn period(&self) -> u32 {
        self.inner.period()
    }

    fn __repr__(&self) -> String {
        format!("SimpleMovingAverage(period={})", self.period())
    }
}

indicator_methods!(PySma);
